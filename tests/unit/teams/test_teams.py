from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import teams
from app.clock import SetClock
from app.errors import DomainError
from app.teams import Post
from app.teams.posts import gaps_between
from tests.unit.nouns import NOON, Course


def test_a_course_gets_a_coordinator_and_a_deputy(course: Course) -> None:
    assert course.do("team:appoint", coordinator="maja", deputy="ole") == {
        "team": {"coordinator": "maja", "deputy": "ole"},
        "coordinator": "maja",
        "deputy": "ole",
        "pair": None,
    }
    with course.database.read() as session:
        assert [(one.post, one.name) for one in teams.members(session, course.key)] == [
            ("coordinator", "Maja Holm"),
            ("deputy", "Ole Berg"),
        ]


@pytest.mark.parametrize(
    ("coordinator", "deputy", "field"),
    [("maja", "Maja", "deputy"), ("ukendt", "ole", "coordinator"), ("maja", "lars", "deputy")],
)
def test_they_are_two_different_members_of_staff(
    course: Course, coordinator: str, deputy: str, field: str
) -> None:
    with pytest.raises(DomainError) as raised:
        course.do("team:appoint", coordinator=coordinator, deputy=deputy)
    assert list(raised.value.fields) == [field]


def test_one_person_is_job_adviser_support_worker_and_mentor_in_one_course(course: Course) -> None:
    """ "Kan fungere både som bostøtte og mentor": three seats, one person, counted once."""
    roles = ("Personlig jobvejleder", "Bostøtte", "Mentor")
    seat = {"party_kind": "provider", "name": "Jonas Lind", "area": "employment"}
    answer = course.do("team:assemble", members=[{**seat, "role": role} for role in roles])
    assert answer == {"team_size": 1}
    with course.database.read() as session:
        held = teams.members(session, course.key)
        assert {(one.name, one.role) for one in held} == {("Jonas Lind", role) for role in roles}


def test_a_new_coordinator_takes_over_at_the_same_instant_with_a_note(
    course: Course, clock: SetClock
) -> None:
    course.do("team:appoint", coordinator="maja", deputy="ole")
    clock.advance(timedelta(days=30))
    with pytest.raises(DomainError) as raised:
        course.do("team:appoint", coordinator="ole", deputy="ina")
    assert list(raised.value.fields) == ["handover_note"]
    course.do("team:appoint", coordinator="ole", deputy="ina", handover_note="Ring om morgenen.")
    with course.database.read() as session:
        posts = [one for one in teams.history(session, course.key) if one.post == "coordinator"]
        assert [(one.username, one.valid_from, one.valid_to) for one in posts] == [
            ("maja", NOON, clock.now()),
            ("ole", clock.now(), None),
        ]
        assert posts[1].handover_note == "Ring om morgenen."
        assert teams.gaps(session, course.key, clock.now() + timedelta(days=1)) == []
        assert teams.posts_of(session, "maja", clock.now()) == []


def test_appointing_the_same_people_again_changes_nothing(course: Course, clock: SetClock) -> None:
    course.do("team:appoint", coordinator="maja", deputy="ole")
    clock.advance(timedelta(hours=1))
    course.do("team:appoint", coordinator="maja", deputy="ole")
    with course.database.read() as session:
        assert len(teams.history(session, course.key)) == 2


def test_the_assembled_list_replaces_the_one_before_and_who_stays_keeps_their_time(
    course: Course, clock: SetClock
) -> None:
    course.do("team:appoint", coordinator="maja", deputy="ole")
    teacher = {"name": "Lærke Lærer", "role": "Lærer", "area": "school", "party_kind": "provider"}
    adviser = {"person": "ina", "role": "Vejleder", "area": "education", "party_kind": "authority"}
    assert course.do("team:assemble", members=[teacher, adviser, teacher]) == {"team_size": 4}
    clock.advance(timedelta(days=1))
    mother = {"name": "Mette", "role": "Mor", "party_kind": "network"}
    assert course.do("team:assemble", members=[mother, teacher]) == {"team_size": 4}
    with course.database.read() as session:
        now = teams.members(session, course.key)
        assert [(one.name, one.valid_from) for one in now[2:]] == [
            ("Lærke Lærer", NOON),
            ("Mette", clock.now()),
        ]
        assert [one.name for one in teams.members(session, course.key, NOON)][2:] == [
            "Lærke Lærer",
            "Ina Krog",
        ]
        assert now[2].title == "Lærer"


@pytest.mark.parametrize(
    ("member", "field"),
    [({"role": "Lærer"}, "members[0].name"), ({"person": "ukendt"}, "members[0].person")],
)
def test_a_row_names_somebody(course: Course, member: dict[str, str], field: str) -> None:
    with pytest.raises(DomainError) as raised:
        course.do("team:assemble", members=[member])
    assert list(raised.value.fields) == [field]


def test_a_partners_access_ends_after_its_last_day(course: Course) -> None:
    lars = {"person": "lars", "area": "school", "access_until": "2026-11-03"}
    course.do("team:assemble", members=[lars])
    with course.database.read() as session:
        midnight = datetime.fromisoformat("2026-11-04T00:00:00+01:00")
        assert len(teams.posts_of(session, "lars", midnight - timedelta(seconds=1))) == 1
        assert teams.posts_of(session, "lars", midnight) == []


def test_when_a_course_has_ended_only_coordinator_and_deputy_are_left(
    course: Course, clock: SetClock
) -> None:
    course.do("team:appoint", coordinator="maja", deputy="ole")
    course.do("team:assemble", members=[{"person": "lars"}])
    with course.database.write() as work:
        teams.end_access(work, course.key, work.now)
    with course.database.read() as session:
        assert [one.username for one in teams.members(session, course.key)] == ["maja", "ole"]
        assert set(teams.coordinators(session, [course.key, 1])) == {course.key}
        assert teams.coordinator(session, 1) is None


def post(start: int, end: int | None) -> Post:
    at = [NOON + timedelta(hours=hour) for hour in range(25)]
    return Post(
        1, 7, 8, "coordinator", "x", "X", "", "", "authority", None, at[start],
        None if end is None else at[end], "",
    )  # fmt: skip


class TestGaps:
    until = NOON + timedelta(hours=24)

    def test_before_the_first_coordinator_there_is_nothing_to_miss(self) -> None:
        assert gaps_between([], self.until) == []

    def test_nobody_for_an_hour_is_a_gap(self) -> None:
        [gap] = gaps_between([post(0, 5), post(6, None)], self.until)
        assert (gap.start, gap.end, gap.coordinators) == (
            NOON + timedelta(hours=5),
            NOON + timedelta(hours=6),
            0,
        )

    def test_two_at_once_are_a_gap_too(self) -> None:
        [gap] = gaps_between([post(0, None), post(20, None)], self.until)
        assert gap.coordinators == 2

    def test_an_end_without_a_successor_is_a_gap_until_now(self) -> None:
        [gap] = gaps_between([post(0, 5)], self.until)
        assert gap.end == self.until

    @given(st.lists(st.integers(0, 24), min_size=1, unique=True))
    def test_a_chain_of_handovers_has_none(self, hours: list[int]) -> None:
        edges = [*sorted(hours), None]
        chain = [post(start, end) for start, end in pairwise(edges) if start is not None]
        assert gaps_between(chain, self.until) == []
