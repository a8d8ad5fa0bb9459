"""Conversion functions (DMN 1.5 §10.3.4.1)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC
from decimal import Decimal

from app.feel import calendar, temporal
from app.feel.builtins.signature import Declared, declare
from app.feel.numbers import EXACT, NumberError, read_number, whole
from app.feel.run import Run
from app.feel.text import text_of
from app.feel.values import Date, DateTime, DaysTimeDuration, Time, Value, YearsMonthsDuration

TABLE: Declared = {}
builtin, metered = declare(TABLE)

_NUMBER = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


# Steps that finding a zone by its name takes; one that is not there is looked for each time.
_ZONE = 300


def _dated(value: Value, what: str, run: Run) -> Value:
    """A temporal value, with a warning where the text or the parts made none."""
    return run.warn("feel:date", f"Det er ikke {what}.") if value is None else value


@metered("date(from: string)")
def date_from_text(run: Run, text: str) -> Value:
    """A date from ISO 8601."""
    return _dated(temporal.read_date(text), "en dato", run)


@builtin("date(from: date|datetime)")
def date_from_datetime(value: Date | DateTime) -> Value:
    """The day of a date and time."""
    return temporal.day_of(value)


@metered("date(year: number, month: number, day: number)")
def date_from_parts(run: Run, year: Decimal, month: Decimal, day: Decimal) -> Value:
    """A date from its numbers."""
    parts = [whole(part) for part in (year, month, day)]
    made = calendar.make_date(*parts) if None not in parts else None  # type: ignore[arg-type]  # none is None
    return _dated(made, "en dato", run)


@metered("time(from: string)")
def time_from_text(run: Run, text: str) -> Value:
    """A time from ISO 8601."""
    run.charge(_ZONE if "@" in text else 12)
    return _dated(temporal.read_time(text.removeprefix("T")), "et klokkeslæt", run)


@builtin("time(from: time|datetime)")
def time_from_datetime(value: Time | DateTime) -> Value:
    """The time of a date and time, with its zone."""
    return value.time if isinstance(value, DateTime) else value


@builtin("time(from: date)")
def time_from_date(_: Date) -> Value:
    """Midnight in UTC."""
    return Time(0, 0, 0, 0, UTC)


@metered("time(hour: number, minute: number, second: number, offset?: days|null)")
def time_from_parts(
    run: Run,
    hour: Decimal,
    minute: Decimal,
    second: Decimal,
    offset: DaysTimeDuration | None = None,
) -> Value:
    """A time from its numbers."""
    run.charge(20)
    hours, minutes = whole(hour), whole(minute)
    where = None
    if offset is not None:
        if abs(offset.nanoseconds) > temporal.MAX_OFFSET:
            return _dated(None, "et klokkeslæt", run)
        where = calendar.fixed(offset.nanoseconds)
    if hours is None or minutes is None or not 0 <= second < 60:
        return _dated(None, "et klokkeslæt", run)
    seconds, nano = divmod(int(EXACT.scaleb(second, 9)), calendar.SECOND)
    made = temporal.make_time(hours, minutes, seconds, nano, where)
    return _dated(made, "et klokkeslæt", run)


@metered("date and time(from: string)")
def datetime_from_text(run: Run, text: str) -> Value:
    """A date and time from ISO 8601."""
    run.charge(_ZONE if "@" in text else 12)
    return _dated(temporal.read_datetime(text), "en dato med klokkeslæt", run)


@builtin("date and time(from: datetime)")
def datetime_itself(value: DateTime) -> Value:
    """The same."""
    return value


@builtin("date and time(from: date)")
def datetime_from_date(value: Date) -> Value:
    """Midnight of a date."""
    return temporal.midnight(value)


@builtin("date and time(date: date|datetime, time: time)")
def datetime_from_parts(day: Date | DateTime, at: Time) -> Value:
    """A date and a time put together."""
    return DateTime(temporal.day_of(day), at)


@metered("date and time(date: datetime, timezone: string)")
def datetime_in_zone(run: Run, when: DateTime, name: str) -> Value:
    """The same instant in another zone (Camunda)."""
    run.charge(_ZONE)
    where = calendar.zone(name)
    if where is None:
        return run.warn("feel:date", f"Der er ingen tidszone {name!r}.")
    if when.time.zone is None:
        return DateTime(when.date, replace(when.time, zone=where))
    return _dated(calendar.at_zone(calendar.instant(when), where), "en dato med klokkeslæt", run)


@metered("number(from: string)")
def number_from_text(run: Run, text: str) -> Value:
    """A number from its digits."""
    if len(text) > 1_000 or not _NUMBER.fullmatch(text):
        return run.warn("feel:number", "Teksten er ikke et tal.")
    return _number(run, text)


@builtin("number(from: number)")
def number_itself(value: Decimal) -> Value:
    """The same."""
    return value


@metered("number(from: string, grouping separator: string|null, decimal separator?: string|null)")
def number_with_separators(
    run: Run, text: str, grouping: str | None, point: str | None = None
) -> Value:
    """A number from text as people write it: number("1.000,50", ".", ",") is 1000.5."""
    if (
        grouping not in (None, " ", ",", ".")
        or point not in (None, ",", ".")
        or (point and grouping == point)
    ):
        return run.warn("feel:number", "Skilletegnene skal være mellemrum, komma eller punktum.")
    if grouping:
        text = text.replace(grouping, "")
    if point == ",":
        if "." in text:
            return run.warn("feel:number", "Teksten er ikke et tal.")
        text = text.replace(",", ".")
    return number_from_text(run, text)


def _number(run: Run, text: str) -> Value:
    try:
        return read_number(text)
    except NumberError:
        return run.warn("feel:number", "Tallet er for stort.")


@metered("string(from: any)")
def string(run: Run, value: Value) -> Value:
    """A value as text; null stays null."""
    return None if value is None else text_of(value, run)


@metered("duration(from: string)")
def duration_from_text(run: Run, text: str) -> Value:
    """A duration of either kind from ISO 8601."""
    run.charge(12)
    return _dated(temporal.read_duration(text), "en varighed", run)


@builtin("duration(from: days|months)")
def duration_itself(value: DaysTimeDuration | YearsMonthsDuration) -> Value:
    """The same."""
    return value


@builtin("years and months duration(from: date|datetime, to: date|datetime)")
def years_and_months(start: Date | DateTime, end: Date | DateTime) -> Value:
    """Whole years and months from one date to another."""
    days = temporal.day_of(start), temporal.day_of(end)
    return temporal.years_months(calendar.months_between(*days))
