"""Values from and to what JSON can carry, and the admission of variables into an evaluation."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, time
from decimal import Decimal
from typing import Any

from app.feel.errors import FeelError
from app.feel.numbers import DIGITS, EXACT, NumberError, dear, plain
from app.feel.run import Run
from app.feel.temporal import from_python, temporal_text
from app.feel.text import text_of
from app.feel.values import (
    Date,
    DateTime,
    DaysTimeDuration,
    Function,
    Range,
    Time,
    Value,
    YearsMonthsDuration,
)

MAX_NODES = 200_000
_LARGEST = 10**DIGITS
_AS_THEY_ARE = frozenset(
    (
        type(None),
        bool,
        str,
        Date,
        Time,
        DateTime,
        DaysTimeDuration,
        YearsMonthsDuration,
        Range,
        Function,
    )
)


def from_json(value: object) -> Value:
    """A FEEL value from a JSON value (int, Decimal, float, str, bool, None, list, dict) or a FEEL value.

    A float is taken by its shortest digits, as it stood in the JSON text. Text stays text: only an
    expression says what is a date. Lists and contexts are copied where something in them must change.

    Raises:
        FeelError: `feel:value` for what FEEL has no type for; `feel:size` when too large or deep.
    """
    with _size_is_the_limit():
        return admit(value, Run({}, MAX_NODES))


def admit(value: object, run: Run) -> Value:
    """The same as `from_json`, paid for by a run, and without copying what is a FEEL value already."""
    kind = type(value)
    if kind in _AS_THEY_ARE:
        return value  # type: ignore[return-value]  # the set above holds FEEL's own types
    if isinstance(value, Decimal):
        return _number(value) if kind is not Decimal or not value.is_finite() else value
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, list | tuple):
        return _admit_list(value, run)
    if isinstance(value, Mapping):
        return _admit_context(value, run)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, date | time):
        return from_python(value)
    raise _foreign(value)


def _foreign(value: object) -> FeelError:
    kind = type(value).__name__
    return FeelError(f"En værdi af typen {kind} kan ikke bruges i et udtryk.", code="feel:value")


def _number(value: float | Decimal) -> Decimal:
    if type(value) is int and -_LARGEST < value < _LARGEST:
        return Decimal(value)
    try:
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        exact = EXACT.plus(number)
    except NumberError:
        exact = number = Decimal("NaN")
    if not number.is_finite() or exact != number:
        raise FeelError(f"Tal kan højst have {DIGITS} cifre.", None, None, code="feel:value")
    return number


def _admit_list(value: list[Any] | tuple[Any, ...], run: Run) -> list[Value]:
    run.charge(14 + (len(value) >> 1))
    if type(value) is list and all(type(item) in _AS_THEY_ARE for item in value):
        return value
    run.charge(len(value))
    run.enter(2)
    admitted = [admit(item, run) for item in value]
    run.leave(2)
    if type(value) is list and all(new is old for new, old in zip(admitted, value, strict=True)):
        return value
    return admitted


def _admit_context(value: Mapping[Any, Any], run: Run) -> dict[str, Value]:
    run.charge(14 + (len(value) >> 1))
    run.enter(2)
    admitted = {
        key if type(key) is str else str(key): item
        if type(item) in _AS_THEY_ARE
        else admit(item, run)
        for key, item in value.items()
    }
    run.leave(2)
    if type(value) is dict and all(map(operator.is_, admitted.values(), value.values())):
        return value
    return admitted


def to_json(value: Value | date | time) -> Any:
    """A JSON-compatible value: int where integral, else Decimal; ISO 8601 text for what is temporal.

    Functions and ranges become their text. Raises FeelError `feel:size` or `feel:depth` for a value
    that is too large (lists can share parts, so that a small one prints large).
    """
    with _size_is_the_limit():
        return _plain_json(value, Run({}, MAX_NODES))


@contextmanager
def _size_is_the_limit() -> Iterator[None]:
    """Outside an evaluation, running out of steps means that the value is too large."""
    try:
        yield
    except FeelError as error:
        if error.code != "feel:fuel":
            raise
        raise FeelError("Værdien er for stor.", None, None, code="feel:size") from None


def _plain_json(value: Value | date | time, run: Run) -> Any:
    run.charge(1)
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, Decimal):
        run.charge(dear(value))
        number = plain(value)
        return int(number) if number == number.to_integral_value() else number
    if isinstance(value, list):
        run.enter(2)
        items = [_plain_json(item, run) for item in value]
        run.leave(2)
        return items
    if isinstance(value, dict):
        run.enter(2)
        entries = {key: _plain_json(item, run) for key, item in value.items()}
        run.leave(2)
        return entries
    if isinstance(value, Range | Function):
        return text_of(value, run)
    if isinstance(value, date | time):
        return temporal_text(from_python(value))
    if not isinstance(value, Date | Time | DateTime | DaysTimeDuration | YearsMonthsDuration):
        raise _foreign(value)
    return temporal_text(value)


def settle(value: Value, run: Run) -> Value:
    """The result of an evaluation, as the caller gets it: numbers plain, not too large, not too deep."""
    if isinstance(value, Decimal):
        run.charge(dear(value))
        return plain(value)
    if isinstance(value, list):
        run.enter(2)
        run.charge(14 + 4 * len(value))
        items = [settle(item, run) if type(item) in _SETTLED else item for item in value]
        run.leave(2)
        return items
    if isinstance(value, dict):
        run.enter(2)
        run.charge(14 + 4 * len(value))
        entries = {
            key: settle(item, run) if type(item) in _SETTLED else item
            for key, item in value.items()
        }
        run.leave(2)
        return entries
    return value


_SETTLED = frozenset((Decimal, list, dict))
