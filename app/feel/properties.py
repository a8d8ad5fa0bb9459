"""What stands after a dot: entries of contexts, parts of dates and durations (DMN 1.5 §10.3.2.6, table 66)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from app.feel.run import Run
from app.feel.temporal import DAY, HOUR, MINUTE, SECOND, days_time, offset_of, zone_text
from app.feel.values import DaysTimeDuration, Range, Value, YearsMonthsDuration, danish_kind


def _signed(value: int, unit: int, limit: int) -> Decimal:
    """One unit's share of a length, with the length's sign."""
    share = abs(value) // unit % limit
    return Decimal(-share if value < 0 else share)


def _offset(value: time | datetime) -> Value:
    offset = value.utcoffset() if isinstance(value, datetime) else offset_of(value)
    return None if offset is None else days_time(round(offset.total_seconds()) * SECOND)


def _timezone(value: time | datetime) -> Value:
    return zone_text(value.tzinfo).removeprefix("@") or None


_DATE: dict[str, Callable[[Any], Value]] = {
    "year": lambda day: Decimal(day.year),
    "month": lambda day: Decimal(day.month),
    "day": lambda day: Decimal(day.day),
    "weekday": lambda day: Decimal(day.isoweekday()),
}
_TIME: dict[str, Callable[[Any], Value]] = {
    "hour": lambda at: Decimal(at.hour),
    "minute": lambda at: Decimal(at.minute),
    "second": lambda at: Decimal(at.second),
    "time offset": _offset,
    "timezone": _timezone,
}
_PROPERTIES: dict[type, dict[str, Callable[[Any], Value]]] = {
    date: _DATE,
    time: _TIME,
    datetime: _DATE | _TIME,
    DaysTimeDuration: {
        "days": lambda length: _signed(length.microseconds, DAY, 10**12),
        "hours": lambda length: _signed(length.microseconds, HOUR, 24),
        "minutes": lambda length: _signed(length.microseconds, MINUTE, 60),
        "seconds": lambda length: _signed(length.microseconds, SECOND, 60),
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
        return run.warn("feel:unknown-name", f"Konteksten har ingen {name!r}.", position)
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
        return run.warn(
            "feel:unknown-name", f"En {danish_kind(source)} har ingen {name!r}.", position
        )
    return read(source)
