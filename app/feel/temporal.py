"""Dates, times and durations: reading, printing and arithmetic (DMN 1.5 §10.3.2.3.4–8, XML Schema part 2).

A zone is `zoneinfo.ZoneInfo`, an offset is `datetime.timezone`; None means local. Years run from 1 to
9999, fractions of a second to the microsecond; what lies outside is null, never another date.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.feel.numbers import EXACT, MILLION
from app.feel.values import DaysTimeDuration, Duration, Value, YearsMonthsDuration

DAY = 86_400_000_000
HOUR = 3_600_000_000
MINUTE = 60_000_000
SECOND = 1_000_000
# Longer than any two dates are apart; a timedelta holds no more days.
MAX_MICROSECONDS = 999_999_999 * DAY
MAX_MONTHS = 12 * 999_999_999
MAX_TEXT = 80

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_TIME = re.compile(
    r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,12}))?(Z|z|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z0-9_+/-]+)?",
    re.ASCII,
)
_DAYS_TIME = re.compile(
    r"(-)?P(?=.)(?:(\d{1,12})D)?(?:T(?=.)(?:(\d{1,12})H)?(?:(\d{1,12})M)?"
    r"(?:(\d{1,15})(?:\.(\d{0,12}))?S)?)?",
    re.ASCII,
)
_YEARS_MONTHS = re.compile(r"(-)?P(?=.)(?:(\d{1,9})Y)?(?:(\d{1,9})M)?", re.ASCII)


@lru_cache(maxsize=256)
def zone(name: str) -> ZoneInfo | None:
    """The IANA zone of that name, or None when there is none."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        return None


def read_date(text: str) -> date | None:
    """A date from `2026-01-31`; None when it is not one."""
    found = _DATE.fullmatch(text[:MAX_TEXT])
    return make_date(*(int(part) for part in found.groups())) if found else None


def make_date(year: int, month: int, day: int) -> date | None:
    """A date, or None when the calendar has no such day."""
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None


def read_offset(text: str | None) -> tzinfo | bool | None:
    """A zone from `Z`, `+01:00` or `@Europe/Copenhagen`; None when empty, False when it is wrong."""
    if not text:
        return None
    if text in ("Z", "z"):
        return UTC
    if text.startswith("@"):
        return zone(text[1:]) or False
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    length = timedelta(hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)
    if minutes > 59 or length > timedelta(hours=18):
        return False
    return timezone(-length if text[0] == "-" else length)


def read_time(text: str) -> time | None:
    """A time from `10:00:00`, with fraction, offset or zone where given; None when it is not one."""
    found = _TIME.fullmatch(text[:MAX_TEXT])
    if found is None:
        return None
    hour, minute, second, fraction, offset = found.groups()
    where = read_offset(offset)
    if where is False:
        return None
    micro = int((fraction or "0")[:6].ljust(6, "0"))
    try:
        return time(int(hour), int(minute), int(second), micro, where or None)  # type: ignore[arg-type]  # True never comes
    except ValueError:
        return None


def read_datetime(text: str) -> datetime | None:
    """A date and time from `2026-01-31T10:00:00+01:00`; a date alone is its midnight."""
    day, separator, clock = text[:MAX_TEXT].partition("T")
    when = read_date(day)
    if when is None:
        return None
    if not separator:
        return midnight(when)
    ends = clock.startswith("24:00:00")
    at = read_time("00" + clock[2:] if ends else clock)
    if at is None or (ends and at.microsecond):
        return None
    # The end of a day is the beginning of the next.
    return shift_datetime(join(when, at), DAY) if ends else join(when, at)


def midnight(day: date) -> datetime:
    """The beginning of a day, by the local clock."""
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - FEEL has local dates and times


def join(day: date, at: time) -> datetime:
    """The date and time that a date and a time make, in the time's zone."""
    return datetime.combine(date(day.year, day.month, day.day), at)


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
            + int((fraction or "0")[:6].ljust(6, "0"))
        )
        return days_time(-length if sign else length)
    found = _YEARS_MONTHS.fullmatch(text)
    if found:
        sign, years, months = found.groups()
        total = int(years or 0) * 12 + int(months or 0)
        return years_months(-total if sign else total)
    return None


def days_time(microseconds: int) -> DaysTimeDuration | None:
    """A days and time duration, or None when too long."""
    return DaysTimeDuration(microseconds) if abs(microseconds) <= MAX_MICROSECONDS else None


def years_months(months: int) -> YearsMonthsDuration | None:
    """A years and months duration, or None when too long."""
    return YearsMonthsDuration(months) if abs(months) <= MAX_MONTHS else None


def read_temporal(text: str) -> Value:
    """The value of an at-literal, whichever kind its text is; None when it is none."""
    return read_date(text) or _first(
        read_datetime(text) if "T" in text and not text.lstrip("-").startswith("P") else None,
        read_time(text),
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


def time_text(at: time) -> str:
    """A time as ISO 8601, with a zone's name after an @."""
    text = f"{at.hour:02d}:{at.minute:02d}:{at.second:02d}"
    if at.microsecond:
        text += f".{at.microsecond:06d}".rstrip("0")
    return text + zone_text(at.tzinfo)


def date_text(day: date) -> str:
    """A date as ISO 8601."""
    return f"{day.year:04d}-{day.month:02d}-{day.day:02d}"


def datetime_text(when: datetime) -> str:
    """A date and time as ISO 8601, with a zone's name after an @."""
    return f"{date_text(when)}T{time_text(when.timetz())}"


def duration_text(length: Duration) -> str:
    """A duration as ISO 8601, in the largest units that fit."""
    if isinstance(length, YearsMonthsDuration):
        years, months = divmod(abs(length.months), 12)
        body = (f"{years}Y" if years else "") + (f"{months}M" if months else "") or "0M"
        return f"{'-' if length.months < 0 else ''}P{body}"
    days, rest = divmod(abs(length.microseconds), DAY)
    hours, rest = divmod(rest, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    seconds, micro = divmod(rest, SECOND)
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or micro:
        clock += f"{seconds}" + (f".{micro:06d}".rstrip("0") if micro else "") + "S"
    body = (f"{days}D" if days else "") + (f"T{clock}" if clock else "") or "T0S"
    return f"{'-' if length.microseconds < 0 else ''}P{body}"


def temporal_text(value: date | time | datetime | Duration) -> str:
    """Any temporal value as ISO 8601."""
    if isinstance(value, datetime):
        return datetime_text(value)
    if isinstance(value, date):
        return date_text(value)
    if isinstance(value, time):
        return time_text(value)
    return duration_text(value)


def seconds_of(length: DaysTimeDuration) -> Decimal:
    """A days and time duration as a number of seconds."""
    return EXACT.divide(Decimal(length.microseconds), MILLION)


def offset_of(at: time) -> timedelta | None:
    """A time's distance from UTC; a zone's is that of 1 January 1970, since a time has no date."""
    if isinstance(at.tzinfo, ZoneInfo):
        return datetime(1970, 1, 1, at.hour, at.minute, tzinfo=at.tzinfo).utcoffset()
    return at.utcoffset()


def clock_of(at: time) -> int:
    """Microseconds since midnight, in UTC where the time has a zone."""
    local = at.hour * HOUR + at.minute * MINUTE + at.second * SECOND + at.microsecond
    offset = offset_of(at)
    return local - round(offset.total_seconds()) * SECOND if offset is not None else local


def shift_time(at: time, microseconds: int) -> time:
    """A time moved along the clock, around midnight where need be."""
    local = at.hour * HOUR + at.minute * MINUTE + at.second * SECOND + at.microsecond
    rest = (local + microseconds) % DAY
    hour, rest = divmod(rest, HOUR)
    minute, rest = divmod(rest, MINUTE)
    second, micro = divmod(rest, SECOND)
    return time(hour, minute, second, micro, at.tzinfo)


def shift_datetime(when: datetime, microseconds: int) -> datetime | None:
    """A date and time moved by an exact length: across a change of summer time the clock moves along."""
    try:
        length = timedelta(microseconds=microseconds)
        if when.tzinfo is None:
            return when + length
        return (when.astimezone(UTC) + length).astimezone(when.tzinfo)
    except (OverflowError, ValueError):
        return None


def shift_date(day: date, microseconds: int) -> date | None:
    """A date moved by a days and time duration: midnight moved, and the day that it then is."""
    moved = shift_datetime(midnight(day), microseconds)
    return None if moved is None else moved.date()


def shift_months(day: date, months: int) -> date | None:
    """A date (or date and time) some months later; a day the month lacks becomes its last day."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    if not 1 <= year <= 9999:
        return None
    last = monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))


def between(later: datetime, earlier: datetime) -> DaysTimeDuration | None:
    """How long from one to the other; None when only one of them has a zone."""
    if (later.tzinfo is None) != (earlier.tzinfo is None):
        return None
    if later.tzinfo is not None:
        try:
            later, earlier = later.astimezone(UTC), earlier.astimezone(UTC)
        except (OverflowError, ValueError):
            return None
    return days_time((later - earlier) // timedelta(microseconds=1))


def months_between(start: date, end: date) -> int:
    """Whole months from one day to another, negative backwards (DMN 1.5 table 77)."""
    if (end.year, end.month, end.day) < (start.year, start.month, start.day):
        return -months_between(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - 1 if end.day < start.day else months
