"""When timers are due: ISO 8601 on the Danish calendar and clock."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.definitions.graph import TimerKind
from app.engine.problems import Problem
from app.engine.timers import FOREVER, Due, first_due, next_due

AT = datetime(2027, 3, 27, 9, 0, tzinfo=UTC)  # ten o'clock in Denmark, the day before summer time


def due(kind: TimerKind, text: object, at: datetime = AT) -> str:
    return first_due(kind, text, at).instant.isoformat()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PT2H", "2027-03-27T11:00:00+00:00"),
        ("P1D", "2027-03-28T08:00:00+00:00"),  # still ten o'clock, 23 hours later
        ("PT24H", "2027-03-28T09:00:00+00:00"),
        ("P1W", "2027-04-03T08:00:00+00:00"),
        ("P1M", "2027-04-27T08:00:00+00:00"),
        ("P1Y", "2028-03-27T08:00:00+00:00"),
        ("P1DT0.5S", "2027-03-28T08:00:00.500000+00:00"),
        ("-P1D", "2027-03-26T09:00:00+00:00"),
    ],
)
def test_durations_count_days_on_the_calendar_and_hours_exactly(text: str, expected: str) -> None:
    assert due(TimerKind.DURATION, text) == expected


def test_a_month_after_the_31st_is_the_last_day() -> None:
    assert due(TimerKind.DURATION, "P1M", datetime(2027, 1, 31, 12, tzinfo=UTC)).startswith(
        "2027-02-28"
    )
    assert due(TimerKind.DURATION, "P13M", datetime(2027, 1, 31, 12, tzinfo=UTC)).startswith(
        "2028-02-29"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2027-07-01", "2027-06-30T22:00:00+00:00"),
        ("2027-07-01T10:00:00", "2027-07-01T08:00:00+00:00"),
        ("2027-07-01T10:00:00Z", "2027-07-01T10:00:00+00:00"),
        ("2027-07-01T10:00:00+05:00", "2027-07-01T05:00:00+00:00"),
        ("2027-07-01T10:00:00@America/New_York", "2027-07-01T14:00:00+00:00"),
    ],
)
def test_dates_without_an_offset_are_danish(text: str, expected: str) -> None:
    assert due(TimerKind.DATE, text) == expected


def test_a_cycle_counts_down_from_due_to_due() -> None:
    turn = first_due(TimerKind.CYCLE, "R3/PT1H", AT)
    turns = [turn]
    while (turn_after := next_due(turns[-1])) is not None:
        turns.append(turn_after)
    assert [t.instant.hour for t in turns] == [10, 11, 12]
    assert [t.left for t in turns] == [2, 1, 0]


def test_a_cycle_may_begin_at_a_date_and_never_end() -> None:
    turn = first_due(TimerKind.CYCLE, "R/2027-05-01T00:00:00Z/P1M", AT)
    assert turn == Due(datetime(2027, 5, 1, tzinfo=UTC), FOREVER, "P1M")
    after = next_due(turn)
    assert after is not None
    assert after.instant.isoformat() == "2027-06-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (TimerKind.DURATION, "3 dage"),
        (TimerKind.DURATION, "P"),
        (TimerKind.DURATION, "PT"),
        (TimerKind.DURATION, "P1S"),
        (TimerKind.DURATION, "P99999999Y"),
        (TimerKind.DURATION, "P" + "9" * 5000 + "D"),
        (TimerKind.DURATION, None),
        (TimerKind.DURATION, 5),
        (TimerKind.DATE, "i morgen"),
        (TimerKind.DATE, "2027-02-30"),
        (TimerKind.DATE, "2027-02-01T10:00:00@Mars/Base"),
        (TimerKind.CYCLE, "PT1H"),
        (TimerKind.CYCLE, "R0/PT1H"),
        (TimerKind.CYCLE, "R3/PT0S"),
        (TimerKind.CYCLE, "R3/-PT1H"),
        (TimerKind.CYCLE, "0 0 * * *"),
    ],
)
def test_what_is_no_time_is_a_problem_and_never_an_exception(kind: TimerKind, text: object) -> None:
    with pytest.raises(Problem) as problem:
        first_due(kind, text, AT)
    assert problem.value.code == "engine:timer"
