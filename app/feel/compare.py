"""Equality, order and membership (DMN 1.5 §10.3.2.9, tables 51–55).

Values of different kinds are neither equal nor unequal: the answer is null. Null equals null only.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from app.feel.calendar import DAY, clock, day_number, instant, offset_of_time
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

_DIRECT = frozenset((Decimal, str, bool, Date, DaysTimeDuration, YearsMonthsDuration))
Test = Callable[[Any, Any], bool]
_LONG_TEXT = 1_000
# Steps that two offsets take when they must be looked up in zones.
_ZONES = 60
ORDERS: dict[str, Test] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def equals(left: Value, right: Value, run: Run) -> bool | None:
    """Whether two values are equal; None where they are of different kinds. Charges three steps a pair."""
    if left is None or right is None:
        return left is right
    kind = type(left)
    if kind is not type(right):
        return True if _both_zero(left, right) else None
    if kind in _DIRECT:
        if kind is str:
            _long(left, run)
        return left == right
    if isinstance(left, list) and isinstance(right, list):
        return _lists_equal(left, right, run)
    if isinstance(left, dict) and isinstance(right, dict):
        return _contexts_equal(left, right, run)
    if isinstance(left, Range) and isinstance(right, Range):
        return _ranges_equal(left, right, run)
    if isinstance(left, DateTime | Time):
        run.charge(_ZONES if _in_zone(left) or _in_zone(right) else 0)
        return _position(left) == _position(right)
    return left is right


def _long(text: Any, run: Run) -> None:
    """Pay for looking a long text through."""
    if len(text) > _LONG_TEXT:
        run.charge(len(text) >> 10)


def _in_zone(value: Value) -> bool:
    """Whether an offset must be looked up in a zone."""
    at = value.time if isinstance(value, DateTime) else value
    return isinstance(at, Time) and isinstance(at.zone, ZoneInfo)


def _both_zero(left: Value, right: Value) -> bool:
    """No time at all is the same length in days as in months."""
    nothing = (DaysTimeDuration(0), YearsMonthsDuration(0))
    return (
        left in nothing and right in nothing
        if isinstance(left, type(nothing[0]) | type(nothing[1]))
        else False
    )


def _lists_equal(left: list[Value], right: list[Value], run: Run) -> bool:
    if len(left) != len(right):
        return False
    run.charge(4)
    run.enter(2)
    same = True
    for one, other in zip(left, right, strict=True):
        run.charge(3)
        if not equals(one, other, run):
            same = False
            break
    run.leave(2)
    return same


def _contexts_equal(left: dict[str, Value], right: dict[str, Value], run: Run) -> bool:
    if left.keys() != right.keys():
        return False
    run.charge(4)
    run.enter(2)
    same = True
    for key, one in left.items():
        run.charge(3)
        if not equals(one, right[key], run):
            same = False
            break
    run.leave(2)
    return same


def _ranges_equal(left: Range, right: Range, run: Run) -> bool:
    return (
        left.sign == right.sign
        and left.start_included == right.start_included
        and left.end_included == right.end_included
        and equals(left.start, right.start, run) is True
        and equals(left.end, right.end, run) is True
    )


def _position(value: Value) -> tuple[bool, int] | None:
    """Where a time or a date and time lies, and whether in UTC: as something that compares exactly."""
    if isinstance(value, DateTime):
        return value.time.zone is not None, instant(value)
    if isinstance(value, Time):
        return value.zone is not None, clock(value) - (offset_of_time(value) or 0)
    return None


def order(
    left: Value, right: Value, test: Test, run: Run, position: int | None = None
) -> bool | None:
    """Compare two values by `test`; None, with a warning, where they have no order."""
    kind = type(left)
    if kind is type(right):
        if kind in _DIRECT and kind is not bool:
            if kind is str:
                _long(left, run)
            return test(left, right)
        if isinstance(left, DateTime | Time):
            run.charge(_ZONES if _in_zone(left) or _in_zone(right) else 0)
            one, other = _position(left), _position(right)
            if one is not None and other is not None:
                return _ordered(left, right, one, other, test)
    return run.warn(
        "feel:type", f"Kan ikke sammenligne {danish_kind(left)} med {danish_kind(right)}.", position
    )


def _ordered(
    left: Value, right: Value, one: tuple[bool, int], other: tuple[bool, int], test: Test
) -> bool:
    """Order two times; where one alone has a zone, the other is taken to lie in it (table 54)."""
    if one[0] == other[0]:
        return test(one[1], other[1])
    return test(_shown(left), _shown(right))


def _shown(value: Value) -> int:
    """What the clock of a time shows, whatever its zone."""
    if isinstance(value, DateTime):
        return day_number(value.date) * DAY + clock(value.time)
    assert isinstance(value, Time)  # noqa: S101 -- what is compared so is a time of one kind or the other
    return clock(value)


def within(value: Value, bounds: Range, run: Run, position: int | None = None) -> bool | None:
    """Whether a range holds a value; None where they have no order."""
    if bounds.sign == "!=":
        same = equals(value, bounds.start, run)
        return None if same is None else not same
    after: bool | None = True
    before: bool | None = True
    if bounds.start is not None:
        test = operator.ge if bounds.start_included else operator.gt
        after = order(value, bounds.start, test, run, position)
    if bounds.end is not None:
        test = operator.le if bounds.end_included else operator.lt
        before = order(value, bounds.end, test, run, position)
    if after is False or before is False:
        return False
    return None if after is None or before is None else True


def passes(value: Value, test: Value, run: Run) -> bool | None:
    """Whether a value is in what a test gave: a range or list that holds it, or an equal value."""
    if isinstance(test, Range):
        return within(value, test, run)
    if isinstance(test, list):
        if isinstance(value, list) and equals(value, test, run):
            return True
        return _in_list(value, test, run)
    return equals(value, test, run)


def _in_list(value: Value, items: list[Value], run: Run) -> bool:
    for item in items:
        run.charge(3)
        found = within(value, item, run) if isinstance(item, Range) else equals(value, item, run)
        if found:
            return True
    return False
