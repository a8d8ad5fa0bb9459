"""Timers: from ISO 8601 or cron text to the instant when they are due.

Days, weeks, months and years are counted on the Danish calendar and clock (a day across a change to summer time is
23 hours), as Camunda 8 adds a period to a zoned time; hours, minutes and seconds are exact. A date and time that the
clock skips comes an hour later by the clock, one that comes twice is the first. What is due is always said in UTC.

FEEL counts otherwise: its duration of a day is 24 hours, and it writes PT24H as P1D. A timer is given text, so
`=duration("PT24H")` means the same clock time tomorrow, and the text PT24H (or `="PT24H"`) exactly 24 hours.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.clock import LOCAL
from app.definitions import TimerKind, split_zone
from app.engine import cron
from app.engine.problems import Problem

FOREVER = -1
"""Repetitions left of a cycle without an end."""

_DURATION = re.compile(
    r"(?P<sign>-?)P(?=.)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=.)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d{1,6})?)S)?)?"
)
_MAX_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Duration:
    """An ISO 8601 duration in its three kinds: calendar months, calendar days, exact time."""

    months: int
    days: int
    exact: timedelta

    def after(self, instant: datetime) -> datetime:
        """Return `instant` (aware) plus the duration, in UTC; the 31st becomes the month's last day.

        Raises:
            OverflowError, ValueError: beyond the year 9999.
        """
        local = instant.astimezone(LOCAL)
        if self.months or self.days:
            month = local.year * 12 + local.month - 1 + self.months
            year, month = divmod(month, 12)
            last = calendar.monthrange(year, month + 1)[1]
            day = date(year, month + 1, min(local.day, last)) + timedelta(days=self.days)
            local = datetime.combine(day, local.timetz())
        return local.astimezone(UTC) + self.exact


@dataclass(frozen=True, slots=True)
class Due:
    """When a timer is due, and what is left of a cycle after that (`FOREVER`: no end; 0: nothing).

    `interval` is what comes between two turns: a duration or a cron expression.
    """

    instant: datetime
    left: int = 0
    interval: str = ""


def duration(text: str) -> Duration:
    """Read a duration such as `P3M`, `P1DT12H` or `PT0.5S`.

    Raises:
        Problem: it is none.
    """
    match = _DURATION.fullmatch(text)
    if match is None or any(len(part) > _MAX_DIGITS + 7 for part in match.groups() if part):
        raise Problem("engine:timer", f"»{text}« er ikke en varighed som P14D eller PT2H.")
    parts = {name: value or "0" for name, value in match.groupdict().items() if name != "sign"}
    sign = -1 if match["sign"] else 1
    try:
        exact = timedelta(
            hours=int(parts["hours"]),
            minutes=int(parts["minutes"]),
            microseconds=_microseconds(parts["seconds"]),
        )
        return Duration(
            sign * (int(parts["years"]) * 12 + int(parts["months"])),
            sign * (int(parts["weeks"]) * 7 + int(parts["days"])),
            sign * exact,
        )
    except OverflowError as error:
        raise Problem("engine:timer", f"Varigheden {text} er for lang.") from error


def _microseconds(seconds: str) -> int:
    whole, _, fraction = seconds.partition(".")
    return int(whole) * 1_000_000 + int(fraction.ljust(6, "0"))


def instant(text: str, *, end_of_day: bool = False) -> datetime:
    """Read a date or a date and time; without an offset it is Danish time.

    Args:
        text: `2027-01-31`, `2027-01-31T10:00:00`, with `Z`, `+01:00` or `@Europe/Copenhagen` after it, or as Camunda 8
            writes a zone: `+01:00[Europe/Copenhagen]`, where the offset counts.
        end_of_day: a date alone means its last second (a deadline) rather than its first.

    Raises:
        Problem: it is none.
    """
    try:
        if len(text) == len("2027-01-31"):
            clock = time(23, 59, 59) if end_of_day else time()
            return datetime.combine(date.fromisoformat(text), clock, LOCAL).astimezone(UTC)
        plain, zone = split_zone(text)
        value = datetime.fromisoformat(plain)
        if value.tzinfo is None:
            value = value.replace(tzinfo=ZoneInfo(zone) if zone else LOCAL)
        return value.astimezone(UTC)
    except (ValueError, OverflowError, ZoneInfoNotFoundError) as error:
        raise Problem("engine:timer", f"»{text}« er ikke en dato eller et tidspunkt.") from error


def first_due(kind: TimerKind, value: Any, at: datetime) -> Due:
    """Return when a timer that is set at `at` is due first.

    Raises:
        Problem: the value is not what its kind needs.
    """
    if not isinstance(value, str):
        raise Problem("engine:timer", "Tidsangivelsen er tom eller er ikke en tekst.")
    if kind is TimerKind.DATE:
        return Due(instant(value))
    if kind is TimerKind.DURATION:
        return Due(_later(value, at))
    return _first_of_cycle(value, at)


def next_due(due: Due) -> Due | None:
    """Return the next turn of a cycle, counted from the last due and not from when it fired; None at its end.

    The year 9999 is an end, too.
    """
    if due.left == 0:
        return None
    left = FOREVER if due.left == FOREVER else due.left - 1
    follow = _later if due.interval.startswith("P") else _next
    try:
        return Due(follow(due.interval, due.instant), left, due.interval)
    except Problem:
        return None


def _next(text: str, at: datetime) -> datetime:
    schedule = cron.read(text)
    try:
        found = schedule.after(at)
    except OverflowError:
        found = None
    if found is None:
        raise Problem("engine:timer", f"»{text}« kommer aldrig.")
    return found


def _later(text: str, at: datetime) -> datetime:
    try:
        return duration(text).after(at)
    except (OverflowError, ValueError) as error:
        raise Problem("engine:timer", f"Varigheden {text} er for lang.") from error


def _first_of_cycle(text: str, at: datetime) -> Due:
    if not text.startswith("R"):
        return Due(_next(text, at), FOREVER, text)
    turns, _, rest = text.partition("/")
    begins, _, interval = rest.rpartition("/")  # a zone has a slash, too
    repeat = re.fullmatch(r"R(\d{0,6})", turns)
    if repeat is None or repeat[1] == "0":
        raise Problem("engine:timer", f"»{text}« er ikke en gentagelse som R3/PT1H eller R/P1M.")
    left = int(repeat[1]) - 1 if repeat[1] else FOREVER
    step = duration(interval)
    if step == Duration(0, 0, timedelta(0)) or interval.startswith("-"):
        raise Problem("engine:timer", f"»{text}« gentager uden tid imellem.")
    first = instant(begins) if begins else _later(interval, at)
    return Due(first, left, interval)
