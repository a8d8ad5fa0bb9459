"""Range functions (DMN 1.5 §10.3.4.8, table 78, after Allen's interval algebra)."""

from __future__ import annotations

import operator
from collections.abc import Callable

from app.feel.builtins.signature import Declared, declare
from app.feel.compare import equals, order, within
from app.feel.run import Run
from app.feel.values import Range, Value

TABLE: Declared = {}
_, metered = declare(TABLE)

Judge = Callable[[Run, Range, Range], bool | None]
"""Says how two ranges lie; a point has been made the range of itself."""


def _less(run: Run, one: Value, other: Value) -> bool | None:
    return None if one is None or other is None else order(one, other, operator.lt, run)


def _same(run: Run, one: Value, other: Value) -> bool | None:
    """Whether two ends are equal; two that are not there are (null = null)."""
    return equals(one, other, run)


def _point(value: Value) -> Range:
    return value if isinstance(value, Range) else Range(value, value, True, True)


def _judged(name: str, first: str, second: str, judge: Judge) -> None:
    """Declare one signature of a function over points and ranges."""
    kinds = {"point": "number|string|date|time|datetime|days|months", "range": "range"}
    one, other = (kinds[each.rstrip("12")] for each in (first, second))

    @metered(f"{name}({first}: {one}, {second}: {other})")
    def judged(run: Run, left: Value, right: Value) -> Value:
        return judge(run, _point(left), _point(right))


def _before(run: Run, one: Range, other: Range) -> bool | None:
    if one.end is None or other.start is None:
        return False
    less = _less(run, one.end, other.start)
    if less is False and not (one.end_included and other.start_included):
        return _same(run, one.end, other.start)
    return less


def _after(run: Run, one: Range, other: Range) -> bool | None:
    return _before(run, other, one)


def _meets(run: Run, one: Range, other: Range) -> bool | None:
    touching = _same(run, one.end, other.start)
    return touching if touching is None else touching and one.end_included and other.start_included


def _met_by(run: Run, one: Range, other: Range) -> bool | None:
    return _meets(run, other, one)


def _overlaps(run: Run, one: Range, other: Range) -> bool | None:
    apart = (_before(run, one, other), _before(run, other, one))
    return None if None in apart else not any(apart)


def _starts_earlier(run: Run, one: Range, other: Range) -> bool | None:
    """Whether one begins before the other does."""
    if one.start is None or other.start is None:
        return one.start is None and other.start is not None
    less = _less(run, one.start, other.start)
    if less is False and one.start_included and not other.start_included:
        return _same(run, one.start, other.start)
    return less


def _ends_earlier(run: Run, one: Range, other: Range) -> bool | None:
    """Whether one ends before the other does."""
    if one.end is None or other.end is None:
        return other.end is None and one.end is not None
    less = _less(run, one.end, other.end)
    if less is False and other.end_included and not one.end_included:
        return _same(run, one.end, other.end)
    return less


def _overlaps_before(run: Run, one: Range, other: Range) -> bool | None:
    later = _ends_earlier(run, other, one)
    parts = (
        _overlaps(run, one, other),
        _starts_earlier(run, one, other),
        None if later is None else not later,
    )
    return None if None in parts else all(parts)


def _overlaps_after(run: Run, one: Range, other: Range) -> bool | None:
    return _overlaps_before(run, other, one)


def _ends_with(run: Run, one: Range, other: Range) -> bool | None:
    """Whether both end at the same place."""
    same = _same(run, one.end, other.end)
    return same if same is None else same and one.end_included == other.end_included


def _starts_with(run: Run, one: Range, other: Range) -> bool | None:
    """Whether both begin at the same place."""
    same = _same(run, one.start, other.start)
    return same if same is None else same and one.start_included == other.start_included


def _finishes(run: Run, one: Range, other: Range) -> bool | None:
    parts = (_ends_with(run, one, other), _starts_earlier(run, one, other))
    return None if None in parts else bool(parts[0] and not parts[1])


def _finished_by(run: Run, one: Range, other: Range) -> bool | None:
    return _finishes(run, other, one)


def _starts(run: Run, one: Range, other: Range) -> bool | None:
    parts = (_starts_with(run, one, other), _ends_earlier(run, other, one))
    return None if None in parts else bool(parts[0] and not parts[1])


def _started_by(run: Run, one: Range, other: Range) -> bool | None:
    return _starts(run, other, one)


def _includes(run: Run, one: Range, other: Range) -> bool | None:
    if other.start is not None and other.start is other.end:
        return within(other.start, one, run)
    parts = (_starts_earlier(run, other, one), _ends_earlier(run, one, other))
    return None if None in parts else not any(parts)


def _during(run: Run, one: Range, other: Range) -> bool | None:
    return _includes(run, other, one)


def _coincides(run: Run, one: Range, other: Range) -> bool | None:
    parts = (_starts_with(run, one, other), _ends_with(run, one, other))
    return None if None in parts else all(parts)


for _name, _judge in (("before", _before), ("after", _after), ("coincides", _coincides)):
    _judged(_name, "point1", "point2", _judge)
for _name, _judge in (("before", _before), ("after", _after)):
    _judged(_name, "point", "range", _judge)
    _judged(_name, "range", "point", _judge)
for _name, _judge in (("finishes", _finishes), ("starts", _starts), ("during", _during)):
    _judged(_name, "point", "range", _judge)
for _name, _judge in (
    ("finished by", _finished_by),
    ("started by", _started_by),
    ("includes", _includes),
):
    _judged(_name, "range", "point", _judge)
for _name, _judge in (
    ("before", _before),
    ("after", _after),
    ("meets", _meets),
    ("met by", _met_by),
    ("overlaps", _overlaps),
    ("overlaps before", _overlaps_before),
    ("overlaps after", _overlaps_after),
    ("finishes", _finishes),
    ("finished by", _finished_by),
    ("includes", _includes),
    ("during", _during),
    ("starts", _starts),
    ("started by", _started_by),
    ("coincides", _coincides),
):
    _judged(_name, "range1", "range2", _judge)
