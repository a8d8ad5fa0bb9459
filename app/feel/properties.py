"""What stands after a dot: entries of contexts, parts of dates and durations (DMN 1.5 §10.3.2.6, table 66)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from app.feel.calendar import DAY, HOUR, MINUTE, SECOND, offset_of, offset_of_time, weekday
from app.feel.errors import suggestion
from app.feel.numbers import plain
from app.feel.run import Run
from app.feel.values import (
    Date,
    DateTime,
    DaysTimeDuration,
    Range,
    Time,
    Value,
    YearsMonthsDuration,
    danish_kind,
)


def _signed(value: int, unit: int, limit: int) -> Decimal:
    """One unit's share of a length, with the length's sign."""
    share = abs(value) // unit % limit
    return Decimal(-share if value < 0 else share)


def _seconds(nanoseconds: int) -> Decimal:
    """Nanoseconds as a decimal number of seconds."""
    return plain(Decimal(nanoseconds).scaleb(-9))


def _offset(value: Time | DateTime) -> Value:
    offset = offset_of(value) if isinstance(value, DateTime) else offset_of_time(value)
    return None if offset is None else DaysTimeDuration(offset)


def _timezone(value: Time) -> Value:
    """The zone's name; an offset has none."""
    return value.zone.key if isinstance(value.zone, ZoneInfo) else None


_DATE: dict[str, Callable[[Any], Value]] = {
    "year": lambda day: Decimal(day.year),
    "month": lambda day: Decimal(day.month),
    "day": lambda day: Decimal(day.day),
    "weekday": lambda day: Decimal(weekday(day)),
}
_TIME: dict[str, Callable[[Any], Value]] = {
    "hour": lambda at: Decimal(at.hour),
    "minute": lambda at: Decimal(at.minute),
    "second": lambda at: _seconds(at.second * SECOND + at.nano),
    "time offset": _offset,
    "timezone": _timezone,
}


def _part(name: str) -> Callable[[DateTime], Value]:
    """A part of a date and time: of its date or of its time."""
    if name in _DATE:
        return lambda when: _DATE[name](when.date)
    return lambda when: _TIME[name](when.time)


_DATETIME: dict[str, Callable[[Any], Value]] = {
    **{name: _part(name) for name in (*_DATE, *_TIME)},
    "time offset": _offset,
}
_PROPERTIES: dict[type, dict[str, Callable[[Any], Value]]] = {
    Date: _DATE,
    Time: _TIME,
    DateTime: _DATETIME,
    DaysTimeDuration: {
        "days": lambda length: _signed(length.nanoseconds, DAY, 10**12),
        "hours": lambda length: _signed(length.nanoseconds, HOUR, 24),
        "minutes": lambda length: _signed(length.nanoseconds, MINUTE, 60),
        "seconds": lambda length: _seconds(
            abs(length.nanoseconds) % MINUTE * (1 if length.nanoseconds >= 0 else -1)
        ),
    },
    YearsMonthsDuration: {
        "years": lambda length: _signed(length.months, 12, 10**12),
        "months": lambda length: _signed(length.months, 1, 12),
    },
    Range: {
        "start": lambda bounds: bounds.start,
        "end": lambda bounds: bounds.end,
        "start included": lambda bounds: bounds.start_included,
        "end included": lambda bounds: bounds.end_included,
    },
}
# Names of more than one word, for the parser.
SPACED = ("time offset", "start included", "end included")


def entry(source: Value, name: str, run: Run, position: int) -> Value:
    """`source.name`: of a list, that of every element; null with a warning where there is none."""
    if isinstance(source, dict):
        if name in source:
            return source[name]
        first, dot, rest = name.partition(".")
        if dot and first in source:
            # `b.c` is a name somewhere, but here it is a path.
            return entry(source[first], rest, run, position)
        if not run.listens:
            return None
        near = source if run.suggests else ()
        message = f"Konteksten har ingen {name!r}." + suggestion(name, near)
        return run.warn("feel:unknown-name", message, position)
    if isinstance(source, list):
        run.list_of(len(source))
        run.charge(6 + 2 * len(source))
        run.enter(2)
        found = [entry(item, name, run, position) for item in source]
        run.leave(2)
        return found
    if source is None:
        return run.warn("feel:type", f"Kan ikke læse {name!r} af null.", position)
    read = _PROPERTIES.get(type(source), {}).get(name)
    if read is None:
        if not run.listens:
            return None
        return run.warn(
            "feel:unknown-name",
            f"Værdien ({danish_kind(source)}) har ingen {name!r}."
            + suggestion(name, _PROPERTIES.get(type(source), {})),
            position,
        )
    run.charge(30 if read is _offset else 0)
    return read(source)
