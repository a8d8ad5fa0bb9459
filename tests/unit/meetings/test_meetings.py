from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app import meetings
from app.clock import SetClock
from app.errors import DomainError, NotFound
from tests.unit.nouns import NOON, Course

CONVENED = {
    "agenda": [
        {"title": "Praktikplads", "from_citizen": True, "minutes": 20},
        {"title": "Morgener"},
    ],
    "starts_at": "2026-11-12T13:00",
    "duration": 60,
    "place": "Ungecentret, lokale 2",
    "participants": [
        {"name": "Maja Holm", "why": "Tovholder", "party_kind": "authority"},
        {"name": "Noah", "why": "Det er hans møde", "party_kind": "citizen"},
        {"name": "lars", "why": "Kender skoledagen", "party_kind": "provider"},
        {"name": "Mette", "why": "Mor", "party_kind": "network"},
    ],
}
ALONE = {
    "citizen_present": "no",
    "held_without_citizen": True,
    "absence_reason": "Noah er syg og bad os holde mødet.",
}
CONSENT = {
    "consent_giver": "citizen",
    "decision": "given",
    "purposes": ["network_meetings"],
    "given_at": "2026-11-02",
}


@pytest.fixture
def convened(course: Course) -> dict[str, Any]:
    return course.do("meeting:convene", **CONVENED)


def stand(course: Course, convened: dict[str, Any]) -> meetings.Meeting:
    with course.database.read() as session:
        return meetings.meeting(session, int(convened["meeting"]["key"]))


def test_a_convened_meeting_has_agenda_time_place_and_people(
    course: Course, convened: dict[str, Any]
) -> None:
    assert convened["meeting"]["starts_at"] == "2026-11-12T13:00:00+01:00"
    found = stand(course, convened)
    assert (found.status, found.place, found.minutes) == ("convened", "Ungecentret, lokale 2", 60)
    assert [(one.title, one.from_citizen, one.minutes) for one in found.agenda] == [
        ("Praktikplads", True, 20),
        ("Morgener", False, None),
    ]
    assert [one.name for one in found.participants] == ["Maja Holm", "Noah", "Lars Lærer", "Mette"]
    with course.database.read() as session:
        assert meetings.next_meeting(session, course.key, NOON) == found
        assert meetings.next_meeting(session, course.key, NOON + timedelta(days=11)) is None
        assert meetings.meetings(session, course.key) == [found]
        with pytest.raises(NotFound):
            meetings.meeting(session, 1)


def test_without_a_consent_everyone_from_outside_is_uncovered(convened: dict[str, Any]) -> None:
    assert convened["uncovered"] == ["Lars Lærer", "Mette"]


@pytest.mark.parametrize(
    ("recipients", "uncovered"),
    [
        (["network"], ["Lars Lærer"]),
        (["provider", "network"], []),
        (["school"], ["Mette"]),
        (["Mette", "school"], []),
        (["employment"], ["Lars Lærer", "Mette"]),
    ],
)
def test_a_consent_covers_by_kind_of_party_area_in_the_team_or_name(
    course: Course, recipients: list[str], uncovered: list[str]
) -> None:
    member = {"person": "lars", "role": "Lærer", "area": "school", "party_kind": "provider"}
    course.do("team:assemble", members=[member])
    course.do("consent:record", **CONSENT, recipient_parties=recipients)
    assert course.do("meeting:convene", **CONVENED)["uncovered"] == uncovered


def test_minutes_keep_what_was_said_and_agreed(
    course: Course, convened: dict[str, Any], clock: SetClock
) -> None:
    clock.set(datetime(2026, 11, 12, 13, 30, tzinfo=UTC))
    answer = course.do(
        "meeting:minutes",
        meeting=convened["meeting"],
        attended=["Maja Holm", "Noah"],
        citizen_present="yes",
        resources="Gode venner",
        needs="Hjælp om morgenen",
        citizen_said="Jeg vil gerne i praktik.",
        agreements=[{"what": "Ringe hver morgen", "who": "Maja Holm", "due": "2026-11-20"}],
        next_meeting="2026-12-10T13:00",
    )
    assert answer["meeting"]["held"] is True
    found = stand(course, convened)
    assert (found.status, found.citizen_said) == ("held", "Jeg vil gerne i praktik.")
    assert [(one.what, one.who, one.due) for one in found.agreements] == [
        ("Ringe hver morgen", "Maja Holm", date(2026, 11, 20))
    ]
    assert (found.recorded_by, found.recorded_at) == ("maja", clock.now())


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ({"citizen_present": "no", "attended": ["Maja Holm"]}, False),
        ({**ALONE, "attended": ["Maja Holm"]}, True),
        ({**ALONE, "attended": []}, False),
        ({"citizen_present": "yes", "attended": []}, True),
    ],
)
def test_a_meeting_is_held_if_people_came_and_the_citizen_was_among_them(
    course: Course, convened: dict[str, Any], said: dict[str, Any], held: bool
) -> None:
    answer = course.do("meeting:minutes", meeting=convened["meeting"], **said)
    assert answer["meeting"]["held"] is held
    assert stand(course, convened).status == ("held" if held else "not_held")


def test_minutes_belong_to_a_meeting_of_the_course(
    course: Course, convened: dict[str, Any]
) -> None:
    course.key = 78
    with pytest.raises(DomainError) as raised:
        course.do("meeting:minutes", meeting=convened["meeting"])
    assert list(raised.value.fields) == ["meeting"]
