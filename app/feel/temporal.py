"""Dates, times and durations: reading, printing and moving (DMN 1.5 §10.3.2.3.4–8, XML Schema part 2).

What lies outside the calendar is null, never another date.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TypeAlias
from zoneinfo import ZoneInfo

from app.feel import calendar
from app.feel.calendar import DAY, HOUR, MINUTE, SECOND, make_date, zone
from app.feel.values import (
    Date,
    DateTime,
    DaysTimeDuration,
    Duration,
    Time,
    Value,
    YearsMonthsDuration,
)

Temporal: TypeAlias = Date | Time | DateTime | DaysTimeDuration | YearsMonthsDuration

# Longer than any two dates are apart.
MAX_NANOSECONDS = 10**12 * DAY
MAX_MONTHS = 24 * calendar.MAX_YEAR
MAX_TEXT = 80
MAX_OFFSET = 18 * HOUR
_PLACES = 9

_DATE = re.compile(r"(-?(?:\d{4}|[1-9]\d{4,8}))-(\d\d)-(\d\d)", re.ASCII)
_TIME = re.compile(
    r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,12}))?(Z|z|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z0-9_+/-]+)?",
    re.ASCII,
)
_DAYS_TIME = re.compile(
    r"(-)?P(?=.)(?:(\d{1,12})D)?(?:T(?=.)(?:(\d{1,12})H)?(?:(\d{1,12})M)?"
    r"(?:(\d{1,15})(?:\.(\d{0,12}))?S)?)?",
    re.ASCII,
)
_YEARS_MONTHS = re.compile(r"(-)?P(?=.)(?:(\d{1,10})Y)?(?:(\d{1,11})M)?", re.ASCII)


def read_date(text: str) -> Date | None:
    """A date from `2026-01-31`; None when it is not one."""
    found = _DATE.fullmatch(text[:MAX_TEXT])
    if found is None or text.startswith("-0000-"):
        return None
    return make_date(*(int(part) for part in found.groups()))


def read_offset(text: str | None) -> tzinfo | bool | None:
    """A zone from `Z`, `+01:00` or `@Europe/Copenhagen`; None when empty, False when it is wrong."""
    if not text:
        return None
    if text in ("Z", "z"):
        return UTC
    if text.startswith("@"):
        return zone(text[1:]) or False
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    length = hours * HOUR + minutes * MINUTE + (seconds[0] if seconds else 0) * SECOND
    if minutes > 59 or length > MAX_OFFSET:
        return False
    return calendar.fixed(-length if text[0] == "-" else length)


def make_time(hour: int, minute: int, second: int, nano: int, where: tzinfo | None) -> Time | None:
    """A time, or None when no clock shows it."""
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):
        return None
    return Time(hour, minute, second, nano, where)


def _fraction(digits: str | None) -> int:
    """Nanoseconds from the digits after the point; what is smaller is cut off."""
    return int((digits or "0")[:_PLACES].ljust(_PLACES, "0"))


def read_time(text: str) -> Time | None:
    """A time from `10:00:00`, with fraction, offset or zone where given; None when it is not one."""
    found = _TIME.fullmatch(text[:MAX_TEXT])
    if found is None:
        return None
    hour, minute, second, fraction, offset = found.groups()
    where = read_offset(offset)
    if isinstance(where, bool):
        return None
    return make_time(int(hour), int(minute), int(second), _fraction(fraction), where)


def read_datetime(text: str) -> DateTime | None:
    """A date and time from `2026-01-31T10:00:00+01:00`; a date alone is its midnight."""
    day, separator, clock = text[:MAX_TEXT].partition("T")
    when = read_date(day)
    if when is None:
        return None
    if not separator:
        return midnight(when)
    ends = clock.startswith("24:00:00")
    at = read_time("00" + clock[2:] if ends else clock)
    if at is None or (ends and at.nano):
        return None
    if not ends:
        return DateTime(when, at)
    # The end of a day is the beginning of the next.
    following = calendar.day_of_number(calendar.day_number(when) + 1)
    return None if following is None else DateTime(following, at)


def midnight(day: Date, where: tzinfo | None = None) -> DateTime:
    """The beginning of a day, by the local clock or in a zone."""
    return DateTime(day, Time(0, 0, 0, 0, where))


def read_duration(text: str) -> Duration | None:
    """A duration from `P1DT2H` or `P1Y2M`; None when it is neither (or mixes them)."""
    text = text[:MAX_TEXT]
    found = _DAYS_TIME.fullmatch(text)
    if found:
        sign, days, hours, minutes, seconds, fraction = found.groups()
        length = (
            int(days or 0) * DAY
            + int(hours or 0) * HOUR
            + int(minutes or 0) * MINUTE
            + int(seconds or 0) * SECOND
            + _fraction(fraction)
        )
        return days_time(-length if sign else length)
    found = _YEARS_MONTHS.fullmatch(text)
    if found:
        sign, years, months = found.groups()
        total = int(years or 0) * 12 + int(months or 0)
        return years_months(-total if sign else total)
    return None


def days_time(nanoseconds: int) -> DaysTimeDuration | None:
    """A days and time duration, or None when too long."""
    return DaysTimeDuration(nanoseconds) if abs(nanoseconds) <= MAX_NANOSECONDS else None


def years_months(months: int) -> YearsMonthsDuration | None:
    """A years and months duration, or None when too long."""
    return YearsMonthsDuration(months) if abs(months) <= MAX_MONTHS else None


def read_temporal(text: str) -> Value:
    """The value of an at-literal, whichever kind its text is; None when it is none."""
    return _first(
        read_date(text),
        read_datetime(text) if "T" in text and not text.lstrip("-").startswith("P") else None,
        read_time(text.removeprefix("T")),
        read_duration(text),
    )


def _first(*values: Value) -> Value:
    return next((value for value in values if value is not None), None)


def zone_text(where: tzinfo | None) -> str:
    """How a zone is written after a time: empty, `Z`, `+01:00` or `@Europe/Copenhagen`."""
    if where is None:
        return ""
    if isinstance(where, ZoneInfo):
        return f"@{where.key}"
    offset = where.utcoffset(None)
    if not offset:
        return "Z"
    seconds = abs(int(offset.total_seconds()))
    text = f"{'-' if offset < timedelta(0) else '+'}{seconds // 3600:02d}:{seconds // 60 % 60:02d}"
    return f"{text}:{seconds % 60:02d}" if seconds % 60 else text


def _with_fraction(seconds: str, nano: int) -> str:
    return f"{seconds}.{nano:09d}".rstrip("0") if nano else seconds


def time_text(at: Time) -> str:
    """A time as ISO 8601, with a zone's name after an @."""
    clock = _with_fraction(f"{at.hour:02d}:{at.minute:02d}:{at.second:02d}", at.nano)
    return clock + zone_text(at.zone)


def date_text(day: Date) -> str:
    """A date as ISO 8601."""
    return f"{'-' if day.year < 0 else ''}{abs(day.year):04d}-{day.month:02d}-{day.day:02d}"


def duration_text(length: Duration) -> str:
    """A duration as ISO 8601, in the largest units that fit."""
    if isinstance(length, YearsMonthsDuration):
        years, months = divmod(abs(length.months), 12)
        body = (f"{years}Y" if years else "") + (f"{months}M" if months else "") or "0M"
        return f"{'-' if length.months < 0 else ''}P{body}"
    days, rest = divmod(abs(length.nanoseconds), DAY)
    hours, rest = divmod(rest, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    seconds, nano = divmod(rest, SECOND)
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or nano:
        clock += _with_fraction(str(seconds), nano) + "S"
    body = (f"{days}D" if days else "") + (f"T{clock}" if clock else "") or "T0S"
    return f"{'-' if length.nanoseconds < 0 else ''}P{body}"


def temporal_text(value: Temporal) -> str:
    """Any temporal value as ISO 8601."""
    if isinstance(value, DateTime):
        return f"{date_text(value.date)}T{time_text(value.time)}"
    if isinstance(value, Date):
        return date_text(value)
    if isinstance(value, Time):
        return time_text(value)
    return duration_text(value)


def shift_time(at: Time, nanoseconds: int) -> Time:
    """A time moved along the clock, around midnight where need be."""
    return calendar.time_of_clock(calendar.clock(at) + nanoseconds, at.zone)


def shift_datetime(when: DateTime, nanoseconds: int) -> DateTime | None:
    """A date and time moved by an exact length: across a change of summer time the clock moves along."""
    return calendar.at_zone(calendar.instant(when) + nanoseconds, when.time.zone)


def shift_date(day: Date, nanoseconds: int) -> Date | None:
    """A date moved by a days and time duration: midnight moved, and the day that it then is."""
    return calendar.day_of_number(calendar.day_number(day) + nanoseconds // DAY)


def shift_months(value: Date | DateTime, months: int) -> Date | DateTime | None:
    """A date (or date and time) some months later; a day the month lacks becomes its last day."""
    if isinstance(value, Date):
        return calendar.shift_months(value, months)
    day = calendar.shift_months(value.date, months)
    return None if day is None else DateTime(day, value.time)


def between(later: DateTime, earlier: DateTime) -> DaysTimeDuration | None:
    """How long from one to the other; None when only one of them has a zone."""
    if (later.time.zone is None) != (earlier.time.zone is None):
        return None
    return days_time(calendar.instant(later) - calendar.instant(earlier))


def day_of(value: Date | DateTime) -> Date:
    """The day of a date, or of a date and time."""
    return value.date if isinstance(value, DateTime) else value


def from_python(value: date | time) -> Date | Time | DateTime:
    """FEEL's value of Python's date, time or datetime."""
    if isinstance(value, datetime):
        day = Date(value.year, value.month, value.day)
        return DateTime(day, _clock(value.timetz(), value.utcoffset()), value.fold)
    if isinstance(value, date):
        return Date(value.year, value.month, value.day)
    return _clock(value, value.utcoffset())


def _clock(at: time, offset: timedelta | None) -> Time:
    where = at.tzinfo
    if where is not None and not isinstance(where, ZoneInfo):
        where = calendar.fixed(round((offset or timedelta(0)).total_seconds()) * SECOND)
    return Time(at.hour, at.minute, at.second, at.microsecond * 1_000, where)
