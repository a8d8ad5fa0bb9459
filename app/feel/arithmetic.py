"""+ - * / ** and unary minus over numbers, texts, dates and durations (DMN 1.5 tables 56–61)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from decimal import Decimal
from typing import TypeAlias
from zoneinfo import ZoneInfo

from app.feel import temporal
from app.feel.calendar import clock, offset_of_time
from app.feel.numbers import EXACT, ONE, NumberError
from app.feel.run import Run
from app.feel.values import (
    Date,
    DateTime,
    DaysTimeDuration,
    Time,
    Value,
    YearsMonthsDuration,
    danish_kind,
)

Operation: TypeAlias = Callable[[Value, Value, Run, int], Value]


def _no_meaning(sign: str, left: Value, right: Value, run: Run, position: int) -> Value:
    return run.warn(
        "feel:type", f"Kan ikke regne {danish_kind(left)} {sign} {danish_kind(right)}.", position
    )


def _checked(value: Value, run: Run, position: int) -> Value:
    """A temporal result, with a warning when it fell off the calendar."""
    if value is None:
        return run.warn(
            "feel:date", "Datoen eller varigheden falder uden for kalenderen.", position
        )
    return value


_TEMPORAL = 8
"""Steps that an addition or subtraction of dates, times and durations takes."""
_IN_ZONE = 100
"""Steps more in a zone whose clocks are changed in spring and autumn."""


def add(left: Value, right: Value, run: Run, position: int) -> Value:
    """`left + right`."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return _number(EXACT.add, left, right, run, position)
    if isinstance(left, str) and isinstance(right, str):
        run.text_of(len(left) + len(right))
        return left + right
    run.charge(_TEMPORAL)
    if isinstance(left, DaysTimeDuration) and isinstance(right, DaysTimeDuration):
        return _checked(temporal.days_time(left.nanoseconds + right.nanoseconds), run, position)
    if isinstance(left, YearsMonthsDuration) and isinstance(right, YearsMonthsDuration):
        return _checked(temporal.years_months(left.months + right.months), run, position)
    if isinstance(left, DaysTimeDuration | YearsMonthsDuration):
        left, right = right, left
    if isinstance(right, DaysTimeDuration):
        return _shift(left, right.nanoseconds, "+", right, run, position)
    if isinstance(right, YearsMonthsDuration) and isinstance(left, Date | DateTime):
        return _checked(temporal.shift_months(left, right.months), run, position)
    return _no_meaning("+", left, right, run, position)


def subtract(left: Value, right: Value, run: Run, position: int) -> Value:
    """`left - right`."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return _number(EXACT.subtract, left, right, run, position)
    run.charge(_TEMPORAL)
    if isinstance(left, Date | DateTime) and isinstance(right, Date | DateTime):
        mixed = type(left) is not type(right)
        return _apart(_midnight(left, mixed=mixed), _midnight(right, mixed=mixed), run, position)
    if isinstance(left, Time) and isinstance(right, Time):
        if (left.zone is None) != (right.zone is None):
            return _no_meaning("-", left, right, run, position)
        return temporal.days_time(_utc_clock(left) - _utc_clock(right))
    if isinstance(left, DaysTimeDuration) and isinstance(right, DaysTimeDuration):
        return _checked(temporal.days_time(left.nanoseconds - right.nanoseconds), run, position)
    if isinstance(left, YearsMonthsDuration) and isinstance(right, YearsMonthsDuration):
        return _checked(temporal.years_months(left.months - right.months), run, position)
    if isinstance(right, DaysTimeDuration):
        return _shift(left, -right.nanoseconds, "-", right, run, position)
    if isinstance(right, YearsMonthsDuration) and isinstance(left, Date | DateTime):
        return _checked(temporal.shift_months(left, -right.months), run, position)
    return _no_meaning("-", left, right, run, position)


def _utc_clock(at: Time) -> int:
    return clock(at) - (offset_of_time(at) or 0)


def _midnight(day: Date | DateTime, *, mixed: bool) -> DateTime:
    """A date as the midnight it begins with: in UTC where it meets a date and time (table 57)."""
    return day if isinstance(day, DateTime) else temporal.midnight(day, UTC if mixed else None)


def _apart(left: DateTime, right: DateTime, run: Run, position: int) -> Value:
    if (left.time.zone is None) != (right.time.zone is None):
        return run.warn("feel:type", "Kun det ene tidspunkt har en tidszone.", position)
    run.charge(_IN_ZONE if isinstance(left.time.zone, ZoneInfo) else 0)
    return _checked(temporal.between(left, right), run, position)


def _shift(left: Value, length: int, sign: str, right: Value, run: Run, position: int) -> Value:
    if isinstance(left, DateTime):
        run.charge(_IN_ZONE if isinstance(left.time.zone, ZoneInfo) else 0)
        return _checked(temporal.shift_datetime(left, length), run, position)
    if isinstance(left, Date):
        return _checked(temporal.shift_date(left, length), run, position)
    if isinstance(left, Time):
        return temporal.shift_time(left, length)
    return _no_meaning(sign, left, right, run, position)


def multiply(left: Value, right: Value, run: Run, position: int) -> Value:
    """`left * right`."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return _number(EXACT.multiply, left, right, run, position)
    if isinstance(left, Decimal):
        left, right = right, left
    if isinstance(right, Decimal) and isinstance(left, DaysTimeDuration | YearsMonthsDuration):
        return _scaled(left, EXACT.multiply, right, run, position)
    return _no_meaning("*", left, right, run, position)


def divide(left: Value, right: Value, run: Run, position: int) -> Value:
    """`left / right`."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return _number(EXACT.divide, left, right, run, position)
    if isinstance(right, Decimal) and isinstance(left, DaysTimeDuration | YearsMonthsDuration):
        return _scaled(left, EXACT.divide, right, run, position)
    if isinstance(left, DaysTimeDuration) and isinstance(right, DaysTimeDuration):
        one, other = left.nanoseconds, right.nanoseconds
        return _number(EXACT.divide, Decimal(one), Decimal(other), run, position)
    if isinstance(left, YearsMonthsDuration) and isinstance(right, YearsMonthsDuration):
        return _number(EXACT.divide, Decimal(left.months), Decimal(right.months), run, position)
    return _no_meaning("/", left, right, run, position)


def _scaled(
    length: DaysTimeDuration | YearsMonthsDuration,
    operation: Callable[[Decimal, Decimal], Decimal],
    factor: Decimal,
    run: Run,
    position: int,
) -> Value:
    """A duration times or divided by a number; what is less than its unit is cut off."""
    units = length.months if isinstance(length, YearsMonthsDuration) else length.nanoseconds
    scaled = _number(operation, Decimal(units), factor, run, position)
    if not isinstance(scaled, Decimal):
        return None
    if abs(scaled) > temporal.MAX_NANOSECONDS:
        return _checked(None, run, position)
    if isinstance(length, YearsMonthsDuration):
        return _checked(temporal.years_months(int(scaled)), run, position)
    return _checked(temporal.days_time(int(scaled)), run, position)


def power(left: Value, right: Value, run: Run, position: int) -> Value:
    """`left ** right`."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        run.charge(200)
        return ONE if not right else _number(EXACT.power, left, right, run, position)
    return _no_meaning("**", left, right, run, position)


def negate(value: Value, run: Run, position: int) -> Value:
    """`-value`."""
    if isinstance(value, Decimal):
        return EXACT.minus(value)
    if isinstance(value, DaysTimeDuration):
        return DaysTimeDuration(-value.nanoseconds)
    if isinstance(value, YearsMonthsDuration):
        return YearsMonthsDuration(-value.months)
    return run.warn("feel:type", f"Kan ikke vende fortegn på {danish_kind(value)}.", position)


def _number(
    operation: Callable[[Decimal, Decimal], Decimal],
    left: Decimal,
    right: Decimal,
    run: Run,
    position: int,
) -> Value:
    try:
        return operation(left, right)
    except NumberError:
        return run.warn(
            "feel:number", "Regnestykket har intet resultat eller et for stort.", position
        )
