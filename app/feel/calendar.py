"""The Gregorian calendar for any year, and clocks in zones: days, instants and offsets as whole numbers.

An instant is nanoseconds since 1 January 1970, in UTC where there is a zone, else by the local clock.
Zones come from `zoneinfo`, which knows the years 1 to 9999; a year outside is asked about as the year of
the same place in the calendar's cycle of 400 years.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.feel.values import Date, DateTime, Time

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
MAX_YEAR = 999_999_999

_CYCLE_YEARS = 400
_CYCLE_DAYS = 146_097
# Days from 1 March of the year 0 to 1 January 1970.
_EPOCH = 719_468
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def days_in_month(year: int, month: int) -> int:
    """How many days a month has."""
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if leap else _MONTH_DAYS[month - 1]


def make_date(year: int, month: int, day: int) -> Date | None:
    """A date, or None when the calendar has no such day."""
    if abs(year) > MAX_YEAR or not 1 <= month <= 12 or not 1 <= day <= days_in_month(year, month):
        return None
    return Date(year, month, day)


def day_number(day: Date) -> int:
    """Days since 1 January 1970. Years are counted from March, so that a leap day ends one."""
    year = day.year - (day.month <= 2)
    cycle, place = divmod(year, _CYCLE_YEARS)
    of_year = (153 * (day.month + (-3 if day.month > 2 else 9)) + 2) // 5 + day.day - 1
    return cycle * _CYCLE_DAYS + place * 365 + place // 4 - place // 100 + of_year - _EPOCH


def day_of_number(number: int) -> Date | None:
    """The date so many days after 1 January 1970; None outside the calendar."""
    cycle, rest = divmod(number + _EPOCH, _CYCLE_DAYS)
    place = (rest - rest // 1460 + rest // 36524 - rest // 146096) // 365
    of_year = rest - (365 * place + place // 4 - place // 100)
    shifted = (5 * of_year + 2) // 153
    day = of_year - (153 * shifted + 2) // 5 + 1
    month = shifted + (3 if shifted < 10 else -9)
    year = place + cycle * _CYCLE_YEARS + (month <= 2)
    return Date(year, month, day) if abs(year) <= MAX_YEAR else None


def weekday(day: Date) -> int:
    """1 for Monday to 7 for Sunday."""
    return (day_number(day) + 3) % 7 + 1


def day_of_year(day: Date) -> int:
    """Which day of the year, from 1."""
    return day_number(day) - day_number(Date(day.year, 1, 1)) + 1


def iso_week(day: Date) -> int:
    """The week of ISO 8601: that of the Thursday next to the day."""
    thursday = day_of_number(day_number(day) + 4 - weekday(day)) or day
    return (day_of_year(thursday) - 1) // 7 + 1


def shift_months(day: Date, months: int) -> Date | None:
    """A date some months later; a day the month lacks becomes its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if abs(year) > MAX_YEAR:
        return None
    return Date(year, month + 1, min(day.day, days_in_month(year, month + 1)))


def months_between(start: Date, end: Date) -> int:
    """Whole months from one day to another, negative backwards (DMN 1.5 table 77)."""
    if end < start:
        return -months_between(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - 1 if end.day < start.day else months


def clock(at: Time) -> int:
    """Nanoseconds since midnight, by the clock itself."""
    return at.hour * HOUR + at.minute * MINUTE + at.second * SECOND + at.nano


def time_of_clock(nanoseconds: int, zone: tzinfo | None) -> Time:
    """The time so many nanoseconds after midnight, around midnight where need be."""
    hour, rest = divmod(nanoseconds % DAY, HOUR)
    minute, rest = divmod(rest, MINUTE)
    second, nano = divmod(rest, SECOND)
    return Time(hour, minute, second, nano, zone)


def _known_year(year: int) -> int:
    """A year that Python's dates have, at the same place in the calendar's cycle."""
    if year > 9999:
        return 9600 + year % _CYCLE_YEARS - (_CYCLE_YEARS if year % _CYCLE_YEARS == 399 else 0)
    return year if year > 1 else _CYCLE_YEARS + year % _CYCLE_YEARS


def _nanoseconds(offset: timedelta | None) -> int:
    return 0 if offset is None else round(offset.total_seconds()) * SECOND


def offset_of(when: DateTime) -> int | None:
    """A date and time's distance from UTC in nanoseconds; None for a local one."""
    zone, day, at = when.time.zone, when.date, when.time
    if zone is None:
        return None
    if not isinstance(zone, ZoneInfo):
        return _nanoseconds(zone.utcoffset(None))
    local = datetime(
        _known_year(day.year), day.month, day.day, at.hour, at.minute, at.second,
        tzinfo=zone, fold=when.fold,
    )  # fmt: skip
    return _nanoseconds(local.utcoffset())


def offset_of_time(at: Time) -> int | None:
    """A time's distance from UTC; a zone's is that of 1 January 1970, since a time has no date."""
    return offset_of(DateTime(Date(1970, 1, 1), at))


def instant(when: DateTime) -> int:
    """Where a date and time lies, as a number that compares exactly."""
    local = day_number(when.date) * DAY + clock(when.time)
    return local - (offset_of(when) or 0)


def local_of(nanoseconds: int) -> DateTime | None:
    """The local date and time of an instant; None outside the calendar."""
    days, rest = divmod(nanoseconds, DAY)
    day = day_of_number(days)
    return None if day is None else DateTime(day, time_of_clock(rest, None))


def at_zone(nanoseconds: int, zone: tzinfo | None) -> DateTime | None:
    """The date and time that clocks of a zone show at an instant; None outside the calendar."""
    fold, offset = 0, 0
    if isinstance(zone, ZoneInfo):
        there = local_of(nanoseconds)
        if there is None:
            return None
        day, at = there.date, there.time
        shown = datetime(
            _known_year(day.year), day.month, day.day, at.hour, at.minute, at.second, tzinfo=UTC
        ).astimezone(zone)
        fold, offset = shown.fold, _nanoseconds(shown.utcoffset())
    elif zone is not None:
        offset = _nanoseconds(zone.utcoffset(None))
    local = local_of(nanoseconds + offset)
    if local is None:
        return None
    at = local.time
    return DateTime(local.date, Time(at.hour, at.minute, at.second, at.nano, zone), fold)


@lru_cache(maxsize=256)
def zone(name: str) -> ZoneInfo | None:
    """The IANA zone of that name, or None when there is none."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        return None


def fixed(nanoseconds: int) -> tzinfo:
    """The zone at a fixed distance from UTC."""
    return UTC if not nanoseconds else timezone(timedelta(seconds=nanoseconds // SECOND))
