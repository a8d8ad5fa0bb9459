"""List functions (DMN 1.5 §10.3.4.4). Positions count elements from 1, backwards from -1."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cmp_to_key, reduce

from app.feel.builtins.signature import Declared, declare
from app.feel.compare import Test, equals, order
from app.feel.numbers import EXACT, NumberError, whole
from app.feel.run import Run
from app.feel.values import Function, Value

TABLE: Declared = {}
builtin = declare(TABLE)

_HASHED = frozenset((type(None), bool, Decimal, str))


@builtin("list contains(list: list, element: any)")
def list_contains(run: Run, items: list[Value], element: Value) -> Value:
    """Whether an element is equal to this one."""
    return any(_same(run, item, element) for item in items)


def _same(run: Run, one: Value, other: Value) -> bool:
    run.charge(1)
    return equals(one, other, run) is True


@builtin("count(list: list)")
def count(run: Run, items: list[Value]) -> Value:
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


@builtin("min(list: list)")
def smallest(run: Run, items: list[Value]) -> Value:
    """The smallest; null of an empty list, or where two have no order."""
    return _extreme(run, items, operator.lt)


@builtin("min(*values: any)")
def smallest_of(run: Run, *items: Value) -> Value:
    """The same, of arguments."""
    return _extreme(run, list(items), operator.lt)


@builtin("max(list: list)")
def largest(run: Run, items: list[Value]) -> Value:
    """The largest; null of an empty list, or where two have no order."""
    return _extreme(run, items, operator.gt)


@builtin("max(*values: any)")
def largest_of(run: Run, *items: Value) -> Value:
    """The same, of arguments."""
    return _extreme(run, list(items), operator.gt)


Fold = Callable[[Run, list[Decimal]], Value]


def _numbers(run: Run, items: list[Value], fold: Fold) -> Value:
    """A fold over numbers; null where there is something else, or where it overflows."""
    run.charge(2 * len(items))
    numbers = [item for item in items if isinstance(item, Decimal)]
    if len(numbers) < len(items) or not numbers:
        return run.warn("feel:type", "Listen skal have tal og kun tal.") if items else None
    try:
        return fold(run, numbers)
    except NumberError:
        return run.warn("feel:number", "Regnestykket har intet resultat eller et for stort.")


def _sum(run: Run, numbers: Iterable[Decimal]) -> Decimal:
    return reduce(EXACT.add, numbers)


def _mean(run: Run, numbers: list[Decimal]) -> Decimal:
    return EXACT.divide(_sum(run, numbers), Decimal(len(numbers)))


def _product(run: Run, numbers: list[Decimal]) -> Decimal:
    return reduce(EXACT.multiply, numbers)


def _median(run: Run, numbers: list[Decimal]) -> Decimal:
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return EXACT.divide(EXACT.add(ordered[middle - 1], ordered[middle]), Decimal(2))


def _stddev(run: Run, numbers: list[Decimal]) -> Value:
    if len(numbers) < 2:
        return run.warn("feel:type", "En standardafvigelse kræver mindst to tal.")
    run.charge(2 * len(numbers))
    mean = _mean(run, numbers)
    squares = (EXACT.multiply(d, d) for d in (EXACT.subtract(number, mean) for number in numbers))
    return EXACT.sqrt(EXACT.divide(_sum(run, squares), Decimal(len(numbers) - 1)))


def _mode(run: Run, numbers: list[Decimal]) -> Value:
    times: dict[Decimal, int] = {}
    for number in numbers:
        times[number] = times.get(number, 0) + 1
    most = max(times.values())
    return sorted(number for number, count in times.items() if count == most)


def _folding(name: str, fold: Fold) -> None:
    @builtin(f"{name}(list: list)")
    def of_list(run: Run, items: list[Value]) -> Value:
        return _numbers(run, items, fold)

    @builtin(f"{name}(*values: any)")
    def of_arguments(run: Run, *items: Value) -> Value:
        return _numbers(run, list(items), fold)


_folding("sum", _sum)
_folding("mean", _mean)
_folding("product", _product)
_folding("median", _median)
_folding("stddev", _stddev)


@builtin("mode(list: list)")
def mode(run: Run, items: list[Value]) -> Value:
    """The numbers that stand most often, in order."""
    return _numbers(run, items, _mode) if items else []


@builtin("mode(*values: any)")
def mode_of(run: Run, *items: Value) -> Value:
    """The same, of arguments."""
    return mode(run, list(items))


def _quantified(run: Run, items: Iterable[Value], decisive: bool) -> Value:
    result: Value = not decisive
    for item in items:
        run.charge(1)
        if item is decisive:
            return decisive
        if not isinstance(item, bool):
            result = None
    return result


@builtin("all(list: list)")
def every(run: Run, items: list[Value]) -> Value:
    """Whether all are true, in three-valued logic."""
    return _quantified(run, items, decisive=False)


@builtin("all(*values: any)")
def every_of(run: Run, *items: Value) -> Value:
    """The same, of arguments."""
    return _quantified(run, items, decisive=False)


@builtin("any(list: list)")
def some(run: Run, items: list[Value]) -> Value:
    """Whether one is true, in three-valued logic."""
    return _quantified(run, items, decisive=True)


@builtin("any(*values: any)")
def some_of(run: Run, *items: Value) -> Value:
    """The same, of arguments."""
    return _quantified(run, items, decisive=True)


def _place(run: Run, items: list[Value], position: Decimal, last: int) -> int | None:
    """A position as an index from 0; None with a warning where it is outside 1..last."""
    place = whole(position)
    if not place or not -len(items) <= place <= last:
        return run.warn("feel:call", "Listen har ingen sådan plads.")
    return place - 1 if place > 0 else len(items) + place


@builtin("sublist(list: list, start position: number, length?: number|null)")
def sublist(run: Run, items: list[Value], start: Decimal, length: Decimal | None = None) -> Value:
    """The part that begins at a position; to the end, or so many elements."""
    first = _place(run, items, start, len(items))
    size = None if length is None else whole(length)
    if first is None or (length is not None and (size is None or size < 0)):
        return None
    part = items[first:] if size is None else items[first : first + size]
    if size is not None and len(part) < size:
        return run.warn("feel:call", "Listen har ikke så mange elementer.")
    run.list_of(len(part))
    return part


@builtin("append(list: list, *items: any)")
def append(run: Run, items: list[Value], *more: Value) -> Value:
    """The list with elements after it."""
    run.list_of(len(items) + len(more))
    return [*items, *more]


@builtin("concatenate(*lists: list)")
def concatenate(run: Run, *lists: list[Value]) -> Value:
    """One list of several."""
    run.list_of(sum(map(len, lists)))
    return [item for items in lists for item in items]


@builtin("insert before(list: list, position: number, newItem: any)")
def insert_before(run: Run, items: list[Value], position: Decimal, item: Value) -> Value:
    """The list with an element put in at a position."""
    place = _place(run, items, position, len(items) + 1)
    if place is None:
        return None
    run.list_of(len(items) + 1)
    return [*items[:place], item, *items[place:]]


@builtin("remove(list: list, position: number)")
def remove(run: Run, items: list[Value], position: Decimal) -> Value:
    """The list without the element at a position."""
    place = _place(run, items, position, len(items))
    if place is None:
        return None
    run.list_of(len(items))
    return items[:place] + items[place + 1 :]


@builtin("list replace(list: list, position: number, newItem: any)")
def list_replace(run: Run, items: list[Value], position: Decimal, item: Value) -> Value:
    """The list with another element at a position."""
    place = _place(run, items, position, len(items))
    if place is None:
        return None
    run.list_of(len(items))
    return [*items[:place], item, *items[place + 1 :]]


@builtin("list replace(list: list, match: function, newItem: any)")
def list_replace_where(run: Run, items: list[Value], match: Function, item: Value) -> Value:
    """The list with another element wherever match(old, new) is true."""
    run.list_of(len(items))
    replaced: list[Value] = []
    for old in items:
        found = match.positional(run, [old, item])
        if not isinstance(found, bool):
            return run.warn("feel:type", "Funktionen skal svare ja eller nej.")
        replaced.append(item if found else old)
    return replaced


@builtin("reverse(list: list)")
def reverse(run: Run, items: list[Value]) -> Value:
    """The list from its end."""
    run.list_of(len(items))
    return items[::-1]


@builtin("index of(list: list, match: any)")
def index_of(run: Run, items: list[Value], match: Value) -> Value:
    """The positions of the elements equal to this one."""
    return [Decimal(place) for place, item in enumerate(items, 1) if _same(run, item, match)]


def _distinct(run: Run, items: Iterable[Value]) -> list[Value]:
    """The first of each; plain values by their hash, the rest each against each."""
    plain: set[tuple[type, Value]] = set()
    kept: list[Value] = []
    complex_kept: list[Value] = []
    for item in items:
        run.charge(1)
        if type(item) in _HASHED:
            key = (type(item), item)
            if key not in plain:
                plain.add(key)  # type: ignore[arg-type]  # the set above holds hashable types
                kept.append(item)
        elif not any(_same(run, item, other) for other in complex_kept):
            complex_kept.append(item)
            kept.append(item)
    return kept


@builtin("distinct values(list: list)")
def distinct_values(run: Run, items: list[Value]) -> Value:
    """The list without repetitions."""
    return _distinct(run, items)


@builtin("duplicate values(list: list)")
def duplicate_values(run: Run, items: list[Value]) -> Value:
    """The elements that stand more than once, each once (Camunda)."""
    seen: list[Value] = []
    twice: list[Value] = []
    for item in items:
        if not any(_same(run, item, other) for other in seen):
            seen.append(item)
        elif not any(_same(run, item, other) for other in twice):
            twice.append(item)
    return twice


@builtin("union(*lists: list)")
def union(run: Run, *lists: list[Value]) -> Value:
    """One list of several, without repetitions."""
    return _distinct(run, (item for items in lists for item in items))


@builtin("flatten(list: list)")
def flatten(run: Run, items: list[Value]) -> Value:
    """One list of what is in the lists within."""
    flat: list[Value] = []
    waiting = items[::-1]
    while waiting:
        item = waiting.pop()
        run.charge(1)
        if isinstance(item, list):
            run.list_of(len(item))
            waiting.extend(item[::-1])
        else:
            flat.append(item)
    return flat


@builtin("sort(list: list, precedes: function)")
def sort(run: Run, items: list[Value], precedes: Function) -> Value:
    """The list in the order that precedes(x, y) says."""
    run.list_of(len(items))

    def compare(one: Value, other: Value) -> int:
        if precedes.positional(run, [one, other]) is True:
            return -1
        return 1 if precedes.positional(run, [other, one]) is True else 0

    return sorted(items, key=cmp_to_key(compare))


@builtin("sort(list: list)")
def sort_plain(run: Run, items: list[Value]) -> Value:
    """The list from small to large; null where two have no order (Camunda)."""
    run.list_of(4 * len(items))
    if any(order(item, items[0], operator.le, run) is None for item in items):
        return None
    return sorted(
        items,
        key=cmp_to_key(lambda one, other: _sign(run, one, other)),
    )


def _sign(run: Run, one: Value, other: Value) -> int:
    run.charge(1)
    if order(one, other, operator.lt, run):
        return -1
    return 1 if order(other, one, operator.lt, run) else 0


@builtin("is empty(list: list)")
def is_empty(run: Run, items: list[Value]) -> Value:
    """Whether a list has no elements (Camunda)."""
    return not items


@builtin("partition(list: list, size: number)")
def partition(run: Run, items: list[Value], size: Decimal) -> Value:
    """The list in pieces of a size (Camunda)."""
    step = whole(size)
    if step is None or step < 1:
        return run.warn("feel:call", "Størrelsen skal være et helt tal over nul.")
    run.list_of(2 * len(items))
    return [items[start : start + step] for start in range(0, len(items), step)]


