"""List functions that give one value of many (DMN 1.5 §10.3.4.4): count, sum, min, all and the like."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import reduce

from app.feel.builtins.signature import Declared, declare
from app.feel.compare import Test, order
from app.feel.numbers import EXACT, NumberError
from app.feel.run import Run
from app.feel.values import Value

TABLE: Declared = {}
builtin, metered = declare(TABLE)


@builtin("count(list: list)")
def count(items: list[Value]) -> Value:
    """How many elements."""
    return Decimal(len(items))


def _extreme(run: Run, items: list[Value], test: Test) -> Value:
    run.charge(len(items))
    best: Value = None
    for position, item in enumerate(items):
        if position == 0:
            best = item
            continue
        better = order(item, best, test, run)
        if better is None:
            return None
        if better:
            best = item
    return best if len(items) != 1 or order(best, best, operator.le, run) else None


@metered("min(list: list)")
def smallest(run: Run, items: list[Value]) -> Value:
    """The smallest; null of an empty list, or where two have no order."""
    return _extreme(run, items, operator.lt)


@metered("min(*values: any)")
def smallest_of(run: Run, *items: Value) -> Value:
    """The same, of arguments."""
    return _extreme(run, list(items), operator.lt)


@metered("max(list: list)")
def largest(run: Run, items: list[Value]) -> Value:
    """The largest; null of an empty list, or where two have no order."""
    return _extreme(run, items, operator.gt)


@metered("max(*values: any)")
def largest_of(run: Run, *items: Value) -> Value:
    """The same, of arguments."""
    return _extreme(run, list(items), operator.gt)


Fold = Callable[[list[Decimal]], Value]


def _numbers(run: Run, items: list[Value], fold: Fold) -> Value:
    """A fold over numbers; null where there is something else, or where it overflows."""
    run.charge(4 * len(items))
    numbers = [item for item in items if isinstance(item, Decimal)]
    if len(numbers) < len(items) or not numbers:
        return run.warn("feel:type", "Listen skal have tal og kun tal.") if items else None
    try:
        return fold(numbers)
    except NumberError:
        return run.warn("feel:number", "Regnestykket har intet resultat eller et for stort.")


def _sum(numbers: Iterable[Decimal]) -> Decimal:
    return reduce(EXACT.add, numbers)


def _mean(numbers: list[Decimal]) -> Decimal:
    return EXACT.divide(_sum(numbers), Decimal(len(numbers)))


def _product(numbers: list[Decimal]) -> Decimal:
    return reduce(EXACT.multiply, numbers)


def _median(numbers: list[Decimal]) -> Decimal:
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return EXACT.divide(EXACT.add(ordered[middle - 1], ordered[middle]), Decimal(2))


def _stddev(numbers: list[Decimal]) -> Value:
    if len(numbers) < 2:
        return None
    mean = _mean(numbers)
    squares = (EXACT.multiply(d, d) for d in (EXACT.subtract(number, mean) for number in numbers))
    return EXACT.sqrt(EXACT.divide(_sum(squares), Decimal(len(numbers) - 1)))


def _mode(numbers: list[Decimal]) -> Value:
    times: dict[Decimal, int] = {}
    for number in numbers:
        times[number] = times.get(number, 0) + 1
    most = max(times.values())
    return list[Value](sorted(number for number, times_met in times.items() if times_met == most))


def _folding(name: str, fold: Fold) -> None:
    @metered(f"{name}(list: list)")
    def of_list(run: Run, items: list[Value]) -> Value:
        return _numbers(run, items, fold)

    @metered(f"{name}(*values: any)")
    def of_arguments(run: Run, *items: Value) -> Value:
        return _numbers(run, list(items), fold)


_folding("sum", _sum)
_folding("mean", _mean)
_folding("product", _product)
_folding("median", _median)
_folding("stddev", _stddev)


@metered("mode(list: list)")
def mode(run: Run, items: list[Value]) -> Value:
    """The numbers that stand most often, in order."""
    return _numbers(run, items, _mode) if items else []


@metered("mode(*values: any)")
def mode_of(run: Run, *items: Value) -> Value:
    """The same, of arguments."""
    return mode(run, list(items))


def _quantified(run: Run, items: Iterable[Value], *, decisive: bool) -> Value:
    result: Value = not decisive
    for item in items:
        run.charge(1)
        if item is decisive:
            return decisive
        if not isinstance(item, bool):
            result = None
    return result


@metered("all(list: list)")
def every(run: Run, items: list[Value]) -> Value:
    """Whether all are true, in three-valued logic."""
    return _quantified(run, items, decisive=False)


@metered("all(*values: any)")
def every_of(run: Run, *items: Value) -> Value:
    """The same, of arguments."""
    return _quantified(run, items, decisive=False)


@metered("any(list: list)")
def some(run: Run, items: list[Value]) -> Value:
    """Whether one is true, in three-valued logic."""
    return _quantified(run, items, decisive=True)


@metered("any(*values: any)")
def some_of(run: Run, *items: Value) -> Value:
    """The same, of arguments."""
    return _quantified(run, items, decisive=True)
