"""The meeting by the clock: on working days at ten it begins by itself, once, if there is anything to treat."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

import pytest

from app import intake, jobs
from app.clock import LOCAL, SetClock
from app.intake import IntakeMeeting
from app.journal import Keyring
from tests.unit.intake.test_inquiries import INQUIRY
from tests.unit.intake.test_meeting import closed, opened
from tests.unit.nouns import Course

TEN = time(10)


def danish(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL).astimezone(UTC)


def plan(course: Course, at: time | None = TEN) -> None:
    course.database.run(lambda work: intake.plan_hour(work, intake.MEETING, at))


def at(course: Course, clock: SetClock, keyring: Keyring, text: str) -> IntakeMeeting | None:
    """Move the clock, do what is due then, and return the meeting that runs."""
    clock.set(danish(text))
    jobs.run_due(course.database, {intake.MEETING: partial(intake.begin_meeting, keyring, TEN)})
    with course.database.read() as session:
        return intake.running_meeting(session)


def inquire(course: Course, **more: Any) -> None:
    course.actor = "ina"
    course.do("inquiry:register", **INQUIRY | more)


def test_at_ten_on_the_next_working_day_it_begins_with_what_has_come(
    course: Course, clock: SetClock, keyring: Keyring
) -> None:
    # Given an inquiry of Monday noon, after the hour
    plan(course)
    inquire(course)

    assert at(course, clock, keyring, "2026-11-03T09:59") is None
    begun = at(course, clock, keyring, "2026-11-03T10:00")

    assert begun is not None
    assert begun.by_itself
    with course.database.read() as session:
        assert intake.of_meeting(session, begun.key).missing == 1


def test_the_one_that_begins_it_by_hand_first_has_the_days_meeting(
    course: Course, clock: SetClock, keyring: Keyring
) -> None:
    plan(course)
    inquire(course)
    clock.set(danish("2026-11-03T09:55"))
    by_hand = opened(course, keyring)

    begun = at(course, clock, keyring, "2026-11-03T10:00")
    assert begun is not None
    assert (begun.key, begun.by_itself) == (by_hand, False)


def test_a_day_that_has_had_its_meeting_gets_no_second(
    course: Course, clock: SetClock, keyring: Keyring
) -> None:
    plan(course)
    clock.set(danish("2026-11-03T08:30"))
    closed(course, keyring, opened(course, keyring))
    inquire(course, received_at="2026-11-03T08:20")

    assert at(course, clock, keyring, "2026-11-03T10:00") is None
    assert at(course, clock, keyring, "2026-11-04T10:00") is not None


def test_a_meeting_that_nobody_closed_goes_on_the_next_day(
    course: Course, clock: SetClock, keyring: Keyring
) -> None:
    plan(course)
    inquire(course)
    first = at(course, clock, keyring, "2026-11-03T10:00")
    second = at(course, clock, keyring, "2026-11-04T10:00")

    assert first is not None
    assert second == first


def test_where_nothing_has_come_nothing_begins(
    course: Course, clock: SetClock, keyring: Keyring
) -> None:
    plan(course)
    assert at(course, clock, keyring, "2026-11-03T10:00") is None
    # Nor when something comes later on the day: then a person may begin one.
    inquire(course, received_at="2026-11-02T12:00")
    assert at(course, clock, keyring, "2026-11-03T14:00") is None
    assert at(course, clock, keyring, "2026-11-04T10:00") is not None


@pytest.mark.parametrize(
    ("day_off", "next_day"),
    [
        ("2026-11-07T10:00", "2026-11-09T10:00"),
        ("2026-12-25T10:00", "2026-12-28T10:00"),
    ],
)
def test_no_meeting_begins_on_a_day_off(
    course: Course, clock: SetClock, keyring: Keyring, day_off: str, next_day: str
) -> None:
    clock.set(danish(day_off) - timedelta(hours=20))
    plan(course)
    inquire(course)

    assert at(course, clock, keyring, day_off) is None
    assert at(course, clock, keyring, next_day) is not None


def test_a_worker_that_was_away_at_the_hour_begins_it_later_that_day_and_never_at_night(
    course: Course, clock: SetClock, keyring: Keyring
) -> None:
    plan(course)
    inquire(course)
    clock.set(danish("2026-11-03T10:40"))
    plan(course)  # the process starts again
    assert at(course, clock, keyring, "2026-11-03T10:40") is not None


def test_what_was_missed_for_a_whole_day_waits_for_the_next_hour(
    course: Course, clock: SetClock, keyring: Keyring
) -> None:
    plan(course)
    inquire(course)
    assert at(course, clock, keyring, "2026-11-04T03:00") is None
    assert at(course, clock, keyring, "2026-11-04T10:00") is not None


def test_ten_is_ten_on_the_wall_in_winter_and_in_summer() -> None:
    assert intake.next_hour(danish("2026-10-23T12:00"), TEN) == danish("2026-10-26T10:00")
    assert danish("2026-10-23T10:00").hour == 8
    assert intake.next_hour(danish("2026-10-23T12:00"), TEN).astimezone(UTC).hour == 9


def test_another_hour_moves_the_next_meeting_and_none_takes_it_off(
    course: Course, clock: SetClock, keyring: Keyring
) -> None:
    plan(course)
    plan(course, time(8, 15))
    with course.database.read() as session:
        assert jobs.next_due(session) == danish("2026-11-03T08:15")
    plan(course, None)
    with course.database.read() as session:
        assert jobs.next_due(session) is None
