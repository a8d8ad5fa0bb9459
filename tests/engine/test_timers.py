"""When timers are due: ISO 8601 on the Danish calendar and clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app import engine
from app.clock import LOCAL
from app.definitions.model.graph import Kind, TimerKind
from app.engine.problems import Problem
from app.engine.timers import FOREVER, Due, first_due, next_due
from tests.engine.build import Builder, Course, timer

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


def test_a_zone_may_stand_in_brackets_as_camunda_8_writes_it() -> None:
    """Given an offset and a zone, then the offset counts; a cycle may begin there, slash and all."""
    assert due(TimerKind.DATE, "2027-10-02T08:09:40+02:00[Europe/Berlin]").startswith(
        "2027-10-02T06:09:40"
    )
    assert due(TimerKind.DATE, "2027-01-02T08:00[America/New_York]").startswith("2027-01-02T13:00")
    turn = first_due(TimerKind.CYCLE, "R2/2027-10-02T08:00+02:00[Europe/Berlin]/PT1H", AT)
    assert (turn.instant.isoformat(), turn.left) == ("2027-10-02T06:00:00+00:00", 1)
    with pytest.raises(Problem):
        first_due(TimerKind.CYCLE, "R2/2027-10-02/PT1H/PT1H", AT)


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
        (TimerKind.CYCLE, ""),
        (TimerKind.CYCLE, "0 0 25 * * *"),
        (TimerKind.CYCLE, "0 0 8 * * MAN"),
        (TimerKind.CYCLE, "0 0 8 * * MON#6"),
        (TimerKind.CYCLE, "0 0/0 8 * * *"),
        (TimerKind.CYCLE, "0 0 8 30 2 *"),
        (TimerKind.CYCLE, "@soon"),
    ],
)
def test_what_is_no_time_is_a_problem_and_never_an_exception(kind: TimerKind, text: object) -> None:
    with pytest.raises(Problem) as problem:
        first_due(kind, text, AT)
    assert problem.value.code == "engine:timer"


def turns(text: str, at: datetime, count: int = 3) -> list[str]:
    """The first dues of a cycle on the Danish clock."""
    turn: Due | None = first_due(TimerKind.CYCLE, text, at)
    found = []
    while turn is not None and len(found) < count:
        found.append(turn.instant.astimezone(LOCAL).strftime("%m-%d %H:%M %Z"))
        turn = next_due(turn)
    return found


NIGHT = datetime(
    2027, 10, 30, 22, tzinfo=UTC
)  # midnight in Denmark, three hours before summer time ends


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 0 8 * * MON-FRI", ["03-29 08:00 CEST", "03-30 08:00 CEST", "03-31 08:00 CEST"]),
        ("0 30 9,14 * * *", ["03-27 14:30 CET", "03-28 09:30 CEST", "03-28 14:30 CEST"]),
        ("0 0/20 10 27 MAR ?", ["03-27 10:20 CET", "03-27 10:40 CET", "03-27 10:00 CEST"]),
        ("0 0 8 L * *", ["03-31 08:00 CEST", "04-30 08:00 CEST", "05-31 08:00 CEST"]),
        ("0 0 8 ? * FRIL", ["04-30 08:00 CEST", "05-28 08:00 CEST", "06-25 08:00 CEST"]),
        ("0 0 8 ? * MON#2", ["04-12 08:00 CEST", "05-10 08:00 CEST", "06-14 08:00 CEST"]),
        ("0 0 0 29 2 SUN", ["02-29 00:00 CET"] * 3),
        ("@daily", ["03-28 00:00 CET", "03-29 00:00 CEST", "03-30 00:00 CEST"]),
        ("@hourly", ["03-27 11:00 CET", "03-27 12:00 CET", "03-27 13:00 CET"]),
    ],
)
def test_a_cycle_may_be_cron_on_the_danish_clock(text: str, expected: list[str]) -> None:
    assert turns(text, AT) == expected


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        # Given: the hour from two to three is skipped; then it comes an hour later by the clock, once
        ("0 30 2 * * *", AT, ["03-28 03:30 CEST", "03-29 02:30 CEST", "03-30 02:30 CEST"]),
        ("0 0/30 2-3 * * *", AT, ["03-28 03:00 CEST", "03-28 03:30 CEST", "03-29 02:00 CEST"]),
        # Given: the hour from two to three comes twice; a fixed hour counts once, every hour counts twice
        ("0 30 2 * * *", NIGHT, ["10-31 02:30 CEST", "11-01 02:30 CET", "11-02 02:30 CET"]),
        ("0 0 * * * *", NIGHT, ["10-31 01:00 CEST", "10-31 02:00 CEST", "10-31 02:00 CET"]),
        # ISO 8601: days on the clock, hours exactly
        ("R/P1D", AT, ["03-28 10:00 CEST", "03-29 10:00 CEST", "03-30 10:00 CEST"]),
        ("R/PT24H", AT, ["03-28 11:00 CEST", "03-29 11:00 CEST", "03-30 11:00 CEST"]),
        (
            "R/2027-10-30T02:30:00/P1D",
            AT,
            ["10-30 02:30 CEST", "10-31 02:30 CEST", "11-01 02:30 CET"],
        ),
        (
            "R/2027-10-31T01:30:00/PT1H",
            AT,
            ["10-31 01:30 CEST", "10-31 02:30 CEST", "10-31 02:30 CET"],
        ),
    ],
)
def test_cycles_go_on_across_a_change_of_the_clock(
    text: str, at: datetime, expected: list[str]
) -> None:
    assert turns(text, at) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2027-03-28T02:30:00", "2027-03-28T01:30:00+00:00"),  # skipped: half past three
        ("2027-10-31T02:30:00", "2027-10-31T00:30:00+00:00"),  # twice: the first
        ("2027-03-29", "2027-03-28T22:00:00+00:00"),
    ],
)
def test_dates_on_the_nights_when_the_clock_changes(text: str, expected: str) -> None:
    assert due(TimerKind.DATE, text) == expected


def test_a_duration_that_lands_on_a_skipped_time() -> None:
    before = datetime(2027, 3, 27, 1, 30, tzinfo=UTC)  # half past two
    assert due(TimerKind.DURATION, "P1D", before) == "2027-03-28T01:30:00+00:00"


def test_a_cycle_ends_with_the_calendar() -> None:
    assert next_due(Due(datetime(9999, 12, 31, tzinfo=UTC), FOREVER, "P1M")) is None
    assert next_due(Due(datetime(9999, 12, 31, tzinfo=UTC), FOREVER, "@yearly")) is None


def test_timers_in_feel_say_the_same_as_text() -> None:
    """A duration of FEEL reaches the timer as text, where PT24H has become P1D: a day of the clock."""

    def of(text: str) -> datetime:
        b = Builder()
        b.start()
        b.node(Kind.CATCH, "t", event=timer(text))
        b.flow("start", "t")
        course = Course(b)
        course.now = AT
        found = course.start().live()[0].due
        assert found is not None
        return found

    assert of('="P1D"') == of("P1D") == AT + timedelta(hours=23)
    assert of('="PT24H"') == of("PT24H") == AT + timedelta(hours=24)
    assert of('=duration("PT24H")') == AT + timedelta(hours=23)


def test_late_timers_fire_in_due_order_and_see_what_the_earlier_ones_did() -> None:
    """A worker that was away asks again after each: the earliest due first, the first set first among equals."""
    b = Builder()
    b.start()
    b.user("a")
    b.boundary("r", "a", timer("R3/PT10M", TimerKind.CYCLE), interrupting=False)
    b.boundary("late", "a", timer("PT25M"), interrupting=True)
    b.user("after")
    b.flow("start", "a")
    b.flow("late", "after")
    course = Course(b).start()
    course.now += timedelta(hours=1)
    fired = []
    while waiting := [e for e in course.live() if e.due is not None and e.due <= course.now]:
        first = min(waiting, key=lambda e: e.due or course.now)
        fired.append(first.address)
        course.do(engine.FireTimer(course.now, first.address))
    assert fired == ["r#1", "r#2", "late#1"]
    assert course.open() == ["after#1"]
