"""The roles of Danish municipalities: pair, coordinating caseworker, citizen's consultant, and handing over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app import access, teams
from app.access import NewPerson
from app.clock import SetClock
from app.errors import DomainError
from tests.unit.nouns import Course

TEAM = [
    {"party_kind": "authority", "person": "ole", "role": "Sagsbehandler", "area": "employment"},
    {"party_kind": "provider", "name": "lars", "role": "Bostøtte", "area": "social"},
    {"party_kind": "provider", "name": "Frk. Jensen", "role": "Mentor", "area": "school"},
]


@pytest.fixture
def crew(course: Course) -> Course:
    """The course, and colleagues from several areas, two of them in the authority."""
    with course.database.write() as work:
        for username, groups, areas in (
            ("sofia", [], ["social"]),
            ("bent", [], ["employment"]),
            ("stine", [], ["social"]),
            ("aya", ["authority"], ["social"]),
            ("dan", ["authority"], ["economy"]),
        ):
            name = username.capitalize()
            access.add_person(work, NewPerson(username, name, ["caseworker"], groups, areas))
    return course


def test_a_pair_is_two_people_from_two_areas_who_share_a_queue(crew: Course) -> None:
    answer = crew.do("team:appoint", coordinator="sofia", deputy="bent", arrangement="pair")
    assert answer["pair"] == ["sofia", "bent"]
    with crew.database.read() as session:
        found = [(post.post, post.title) for post in teams.members(session, crew.key)]
        assert found == [("coordinator", "Makker"), ("deputy", "Makker")]


def test_a_pair_takes_no_third(crew: Course) -> None:
    crew.do("team:appoint", coordinator="sofia", deputy="bent", arrangement="pair")
    third = {"party_kind": "authority", "person": "ole", "role": "Makker", "area": "employment"}
    with pytest.raises(DomainError, match="netop to: Sofia og Bent") as refused:
        crew.do("team:assemble", members=[third])
    assert list(refused.value.fields) == ["members[0].role"]
    assert crew.do("team:assemble", members=[{**third, "role": "Mentor"}]) == {"team_size": 3}


@pytest.mark.parametrize(
    ("first", "second", "field"),
    [("sofia", "stine", "deputy"), ("maja", "bent", "coordinator"), ("sofia", "ole", "deputy")],
    ids=["same area", "first has none", "second has none"],
)
def test_two_from_one_area_are_no_pair(crew: Course, first: str, second: str, field: str) -> None:
    with pytest.raises(DomainError, match="område") as raised:
        crew.do("team:appoint", coordinator=first, deputy=second, arrangement="pair")
    assert (raised.value.code, list(raised.value.fields)) == ("team:pair-areas", [field])


def test_only_the_authority_coordinates_where_decisions_are_made(crew: Course) -> None:
    with pytest.raises(DomainError, match="kan ikke træffe afgørelser") as raised:
        crew.do(
            "team:appoint", coordinator="sofia", deputy="dan", arrangement="coordinating_caseworker"
        )
    assert list(raised.value.fields) == ["coordinator"]
    crew.do(
        "team:appoint",
        coordinator="aya",
        deputy="dan",
        arrangement="coordinating_caseworker",
        title="Koordinerende sagsbehandler",
    )
    with crew.database.read() as session:
        lead = teams.coordinator(session, crew.key)
        assert lead is not None
        assert lead.title == "Koordinerende sagsbehandler"


@pytest.mark.parametrize(
    ("said", "username"), [("lars", "lars"), ("Lars Lærer", "lars"), ("Frk. Jensen", None)]
)
def test_the_consultant_is_one_of_the_teams_providers(
    crew: Course, said: str, username: str | None
) -> None:
    crew.do("team:appoint", coordinator="aya", deputy="dan")
    crew.do("team:assemble", members=TEAM)
    answer = crew.do("team:appoint_consultant", citizen_consultant=said)
    assert answer["citizen_consultant"] == username


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("ole", "team:no-provider"),
        ("aya", "team:consultant-decides"),
        ("ukendt", "team:no-provider"),
    ],
)
def test_who_decides_or_is_no_provider_is_no_consultant(crew: Course, said: str, code: str) -> None:
    crew.do("team:appoint", coordinator="aya", deputy="dan")
    crew.do("team:assemble", members=TEAM)
    with pytest.raises(DomainError) as raised:
        crew.do("team:appoint_consultant", citizen_consultant=said)
    assert raised.value.code == code


def test_absence_leave_and_transfer_move_the_responsibility_without_a_gap(
    crew: Course, clock: SetClock
) -> None:
    crew.do("team:appoint", coordinator="sofia", deputy="bent", arrangement="pair")
    for coordinator, deputy in (("bent", "stine"), ("aya", "bent"), ("sofia", "dan")):
        clock.advance(timedelta(days=40))
        note = f"Ring til Noah. Hilsen før {coordinator}"
        answer = crew.do(
            "team:hand_over",
            coordinator=coordinator,
            deputy=deputy,
            arrangement="pair",
            handover_note=note,
        )
        assert answer["pair"] == [coordinator, deputy]
    with crew.database.read() as session:
        leads = [post for post in teams.history(session, crew.key) if post.post == "coordinator"]
        assert [post.username for post in leads] == ["sofia", "bent", "aya", "sofia"]
        assert all(post.handover_note for post in leads[1:])
        assert teams.gaps(session, crew.key, clock.now() + timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"coordinator": "maja"}, "team:same-coordinator", "coordinator"),
        ({"deputy": "ina"}, "team:same-person", "deputy"),
    ],
)
def test_a_handover_that_changes_nothing_or_leaves_no_deputy_is_refused(
    crew: Course, changes: dict[str, Any], code: str, field: str
) -> None:
    crew.do("team:appoint", coordinator="maja", deputy="ole")
    said = {"coordinator": "ina", "deputy": "ole", "handover_note": "Alt er aftalt.", **changes}
    with pytest.raises(DomainError) as raised:
        crew.do("team:hand_over", **said)
    assert (raised.value.code, list(raised.value.fields)) == (code, [field])


def test_nothing_is_handed_over_before_somebody_is_responsible(crew: Course) -> None:
    with pytest.raises(DomainError, match="Udpeg en først"):
        crew.do("team:hand_over", coordinator="ina", deputy="ole", handover_note="Velkommen.")
