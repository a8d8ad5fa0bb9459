"""Danish days: how deadlines are counted in them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from app.clock import LOCAL
from app.deadlines import Unit, days_between, due_after, end_of, is_working_day, next_working_day
from app.deadlines.calendar import is_weekday, moved
from app.errors import DomainError


def at(text: str) -> datetime:
    """An instant in Danish time."""
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


def due(start: str, count: int, unit: Unit, *, roll: bool = False) -> str:
    """When a deadline ends, in Danish time."""
    ended = due_after(at(start), count, unit, roll=roll)
    assert ended.tzinfo is UTC
    return ended.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M:%S")


@pytest.mark.parametrize(
    "day",
    [
        "2026-01-01",  # nytårsdag
        "2026-04-02",  # skærtorsdag
        "2026-04-03",  # langfredag
        "2026-04-06",  # anden påskedag
        "2026-05-14",  # Kristi himmelfartsdag
        "2026-05-25",  # anden pinsedag
        "2026-06-05",  # grundlovsdag, a Friday
        "2026-12-24",  # a Thursday
        "2026-12-25",
        "2026-12-31",  # a Thursday
        "2026-11-21",  # Saturday
        "2026-11-22",  # Sunday
        "2023-05-05",  # store bededag, for the last time
    ],
)
def test_offices_are_closed(day: str) -> None:
    assert not is_working_day(date.fromisoformat(day))


@pytest.mark.parametrize("day", ["2024-04-26", "2026-05-01", "2026-12-23", "2026-12-30"])
def test_offices_are_open_also_where_store_bededag_was_and_on_the_first_of_may(day: str) -> None:
    assert is_working_day(date.fromisoformat(day))


def test_a_saturday_is_a_weekday_and_no_working_day() -> None:
    saturday = date(2026, 11, 21)
    assert is_weekday(saturday)
    assert not is_working_day(saturday)
    assert next_working_day(saturday) == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("start", "count", "unit", "ends"),
    [
        # The day itself is not counted, and a deadline ends with its last day.
        ("2026-11-02T15:30", 14, Unit.DAYS, "2026-11-16 23:59:59"),
        ("2026-11-02T23:59", 14, Unit.DAYS, "2026-11-16 23:59:59"),
        # 22 Dec: the 23rd, 28th and 29th are the next three days on which offices are open.
        ("2026-12-22T10:00", 3, Unit.WORKING_DAYS, "2026-12-29 23:59:59"),
        ("2026-04-01T10:00", 1, Unit.WORKING_DAYS, "2026-04-07 23:59:59"),
        ("2026-12-22T10:00", 6, Unit.WEEKDAYS, "2026-12-31 23:59:59"),
        ("2026-11-02T10:00", 4, Unit.WEEKS, "2026-11-30 23:59:59"),
        # A month ends at the day of the same number, or at its last.
        ("2026-10-31T10:00", 4, Unit.MONTHS, "2027-02-28 23:59:59"),
        ("2027-03-14T00:00", -6, Unit.MONTHS, "2026-09-14 23:59:59"),
        # Hours run by the clock: the night of 29 March has 23, that of 25 October 25.
        ("2026-03-28T12:00", 24, Unit.HOURS, "2026-03-29 13:00:00"),
        ("2026-10-24T12:00", 24, Unit.HOURS, "2026-10-25 11:00:00"),
    ],
)
def test_deadlines_are_counted_in_danish_days(
    start: str, count: int, unit: Unit, ends: str
) -> None:
    assert due(start, count, unit) == ends


def test_only_a_deadline_that_may_roll_gives_way_to_the_next_working_day() -> None:
    assert due("2026-12-10T10:00", 14, Unit.DAYS) == "2026-12-24 23:59:59"
    assert due("2026-12-10T10:00", 14, Unit.DAYS, roll=True) == "2026-12-28 23:59:59"


def test_a_deadline_of_a_thousand_years_is_refused() -> None:
    with pytest.raises(DomainError, match="længere"):
        due("2026-11-02T10:00", 365_000, Unit.DAYS)


@pytest.mark.parametrize(
    ("unit", "ends"),
    [
        # Paused from Friday 18 to Tuesday 29 December: eleven days, of which five are working days.
        (Unit.DAYS, "2027-01-15"),
        (Unit.WORKING_DAYS, "2027-01-11"),
        (Unit.MONTHS, "2027-01-15"),
    ],
)
def test_a_pause_is_added_in_the_deadlines_own_measure(unit: Unit, ends: str) -> None:
    paused, resumed = at("2026-12-18T09:00"), at("2026-12-29T15:00")
    ended = moved(end_of(date(2027, 1, 4)), paused, resumed, unit, roll=False)
    assert ended == end_of(date.fromisoformat(ends))


def test_a_pause_of_hours_is_added_to_the_second() -> None:
    start = at("2026-11-02T12:00")
    ended = moved(
        start + timedelta(hours=24),
        start,
        start + timedelta(minutes=90),
        Unit.HOURS,
        roll=False,
    )
    assert ended == start + timedelta(hours=25, minutes=30)


def test_days_left_are_counted_forwards_and_backwards() -> None:
    friday, tuesday = date(2026, 11, 20), date(2026, 11, 24)
    assert days_between(friday, tuesday) == 4
    assert days_between(friday, tuesday, Unit.WORKING_DAYS) == 2
    assert days_between(tuesday, friday, Unit.WORKING_DAYS) == -2
