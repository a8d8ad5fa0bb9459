"""Danish days and how deadlines are counted in them.

A day off is a Saturday, a Sunday, a public holiday, 5 June, 24 December or 31 December: the days on which
forældelsesloven § 27, stk. 2, lets no deadline end; other acts are read like it. Store bededag is a holiday to 2023
only. 1 May is a working day: the earlier end is the safe one. The day from which a deadline runs is not counted
itself, a month ends at the day of the same number or, where there is none, at its last (§ 27, stk. 1), and a deadline
ends with its last day.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache

from app.clock import LOCAL
from app.errors import DomainError

_SATURDAY = 5
_SUNDAY = 6
_OFFICES_CLOSED = frozenset({(6, 5), (12, 24), (12, 31)})
_END = time(23, 59, 59)
_LONGEST = 36_600
"""Counts beyond a hundred years of days are somebody's mistake."""


class Unit(StrEnum):
    """What a deadline is counted in; the texts are those of the decision tables."""

    HOURS = "timer"
    DAYS = "dage"
    WORKING_DAYS = "arbejdsdage"
    WEEKDAYS = "hverdage"
    WEEKS = "uger"
    MONTHS = "måneder"


def is_holiday(day: date) -> bool:
    """Tell whether a day is a public holiday in Denmark."""
    return day in _holidays(day.year)


def is_working_day(day: date) -> bool:
    """Tell whether public offices are open: what Danish law calls an "arbejdsdag"."""
    return (
        day.weekday() < _SATURDAY
        and (day.month, day.day) not in _OFFICES_CLOSED
        and not is_holiday(day)
    )


def is_weekday(day: date) -> bool:
    """Tell whether a day is a "hverdag": Saturdays count, Sundays and public holidays do not."""
    return day.weekday() != _SUNDAY and not is_holiday(day)


def next_working_day(day: date) -> date:
    """Return the day itself where offices are open, else the next one on which they are."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def local_day(instant: datetime) -> date:
    """Return the date in Denmark."""
    return instant.astimezone(LOCAL).date()


def end_of(day: date) -> datetime:
    """Return the last second of a day in Denmark, in UTC: when what is due on that day becomes late."""
    return datetime.combine(day, _END, LOCAL).astimezone(UTC)


def due_after(start: datetime, count: int, unit: Unit, *, roll: bool = False) -> datetime:
    """Return when a deadline ends.

    Args:
        start: the instant from which it runs (aware).
        count: how many units; negative counts backwards, as in "six months before the birthday".
        unit: hours run by the clock, also through nights and weekends; all others end with a day in Denmark.
        roll: a last day that is a day off gives way to the next working day.

    Raises:
        DomainError: `deadline:too-long`.
    """
    if abs(count) > _LONGEST:
        raise DomainError("deadline:too-long", "Fristen er længere, end der kan regnes med.")
    if unit is Unit.HOURS:
        return start.astimezone(UTC) + timedelta(hours=count)
    last = _last_day(local_day(start), count, unit)
    return end_of(next_working_day(last) if roll else last)


def moved(
    due: datetime, paused: datetime, resumed: datetime, unit: Unit, *, roll: bool
) -> datetime:
    """Return when a deadline ends that stood still from `paused` to `resumed`.

    The pause is added in the deadline's own measure: hours as they were, otherwise the days, the working days or the
    weekdays between the two dates.
    """
    if unit is Unit.HOURS:
        return due.astimezone(UTC) + (resumed.astimezone(UTC) - paused.astimezone(UTC))
    measure = unit if unit in {Unit.WORKING_DAYS, Unit.WEEKDAYS} else Unit.DAYS
    stood = days_between(local_day(paused), local_day(resumed), measure)
    return due_after(due, stood, measure, roll=roll) if stood else due


def days_between(first: date, last: date, unit: Unit = Unit.DAYS) -> int:
    """Count the days after `first` up to `last`, or only the unit's; negative where `last` is before `first`."""
    if last < first:
        return -days_between(last, first, unit)
    if unit is Unit.DAYS:
        return (last - first).days
    counts = is_working_day if unit is Unit.WORKING_DAYS else is_weekday
    return sum(counts(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))


def _last_day(first: date, count: int, unit: Unit) -> date:
    if unit is Unit.MONTHS:
        return _months_after(first, count)
    if unit is Unit.WEEKS:
        return first + timedelta(weeks=count)
    if unit is Unit.DAYS:
        return first + timedelta(days=count)
    counts = is_working_day if unit is Unit.WORKING_DAYS else is_weekday
    step, day, left = timedelta(days=1 if count >= 0 else -1), first, abs(count)
    while left:
        day += step
        left -= counts(day)
    return day


def _months_after(day: date, count: int) -> date:
    month = day.month - 1 + count
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@cache
def _holidays(year: int) -> frozenset[date]:
    # A second that only who counts days should pay: it brings three hundred countries with it.
    from holidays import country_holidays  # noqa: PLC0415 -- see above

    return frozenset(country_holidays("DK", years=year))
