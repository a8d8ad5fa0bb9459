"""List functions (DMN 1.5 §10.3.4.4). Positions count elements from 1, backwards from -1."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from decimal import Decimal
from functools import cmp_to_key, partial

from app.feel.builtins.signature import Declared, declare
from app.feel.compare import equals, order
from app.feel.numbers import cut, whole
from app.feel.run import Run
from app.feel.values import Function, Value

TABLE: Declared = {}
builtin, metered = declare(TABLE)

_HASHED = frozenset((type(None), bool, Decimal, str))


@metered("list contains(list: list, element: any)")
def list_contains(run: Run, items: list[Value], element: Value) -> Value:
    """Whether an element is equal to this one."""
    return any(_same(run, item, element) for item in items)


def _same(run: Run, one: Value, other: Value) -> bool:
    run.charge(3)
    return equals(one, other, run) is True


def _place(run: Run, items: list[Value], position: Decimal, last: int) -> int | None:
    """A position as an index from 0; None with a warning where it is outside 1..last."""
    place = cut(position)
    if not place or not -len(items) <= place <= last:
        return run.warn("feel:call", "Listen har ingen sådan plads.")
    return place - 1 if place > 0 else len(items) + place


@metered("sublist(list: list, start position: number, length?: number|null)")
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


@metered("append(list: list, *items: any)")
def append(run: Run, items: list[Value], *more: Value) -> Value:
    """The list with elements after it."""
    run.list_of(len(items) + len(more))
    return [*items, *more]


@metered("concatenate(*lists: list)")
def concatenate(run: Run, *lists: list[Value]) -> Value:
    """One list of several."""
    run.list_of(sum(map(len, lists)))
    return [item for items in lists for item in items]


@metered("insert before(list: list, position: number, newItem: any)")
def insert_before(run: Run, items: list[Value], position: Decimal, item: Value) -> Value:
    """The list with an element put in at a position."""
    place = _place(run, items, position, len(items) + 1)
    if place is None:
        return None
    run.list_of(len(items) + 1)
    return [*items[:place], item, *items[place:]]


@metered("remove(list: list, position: number)")
def remove(run: Run, items: list[Value], position: Decimal) -> Value:
    """The list without the element at a position."""
    place = _place(run, items, position, len(items))
    if place is None:
        return None
    run.list_of(len(items))
    return items[:place] + items[place + 1 :]


@metered("list replace(list: list, position: number, newItem: any)")
def list_replace(run: Run, items: list[Value], position: Decimal, item: Value) -> Value:
    """The list with another element at a position."""
    place = _place(run, items, position, len(items))
    if place is None:
        return None
    run.list_of(len(items))
    return [*items[:place], item, *items[place + 1 :]]


@metered("list replace(list: list, match: function, newItem: any)")
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


@metered("reverse(list: list)")
def reverse(run: Run, items: list[Value]) -> Value:
    """The list from its end."""
    run.list_of(len(items))
    return items[::-1]


@metered("index of(list: list, match: any)")
def index_of(run: Run, items: list[Value], match: Value) -> Value:
    """The positions of the elements equal to this one."""
    return [Decimal(place) for place, item in enumerate(items, 1) if _same(run, item, match)]


def _distinct(run: Run, items: Iterable[Value]) -> list[Value]:
    """The first of each; plain values by their hash, the rest each against each."""
    plain: set[tuple[type, Value]] = set()
    kept: list[Value] = []
    complex_kept: list[Value] = []
    for item in items:
        run.charge(3)
        if type(item) in _HASHED:
            key = (type(item), item)
            if key not in plain:
                plain.add(key)
                kept.append(item)
        elif not any(_same(run, item, other) for other in complex_kept):
            complex_kept.append(item)
            kept.append(item)
    return kept


@metered("distinct values(list: list)")
def distinct_values(run: Run, items: list[Value]) -> Value:
    """The list without repetitions."""
    return _distinct(run, items)


@metered("duplicate values(list: list)")
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


@metered("union(*lists: list)")
def union(run: Run, *lists: list[Value]) -> Value:
    """One list of several, without repetitions."""
    return _distinct(run, (item for items in lists for item in items))


@metered("flatten(list: list)")
def flatten(run: Run, items: list[Value]) -> Value:
    """One list of what is in the lists within."""
    flat: list[Value] = []
    waiting = items[::-1]
    while waiting:
        item = waiting.pop()
        run.charge(3)
        if isinstance(item, list):
            run.list_of(len(item))
            waiting.extend(item[::-1])
        else:
            flat.append(item)
    return flat


@metered("sort(list: list, precedes: function)")
def sort(run: Run, items: list[Value], precedes: Function) -> Value:
    """The list in the order that precedes(x, y) says."""
    run.list_of(len(items))

    def compare(one: Value, other: Value) -> int:
        if precedes.positional(run, [one, other]) is True:
            return -1
        return 1 if precedes.positional(run, [other, one]) is True else 0

    return sorted(items, key=cmp_to_key(compare))


@metered("sort(list: list)")
def sort_plain(run: Run, items: list[Value]) -> Value:
    """The list from small to large; null where two have no order (Camunda)."""
    run.list_of(4 * len(items))
    if any(order(item, items[0], operator.le, run) is None for item in items):
        return None
    return sorted(
        items,
        key=cmp_to_key(partial(_sign, run)),
    )


def _sign(run: Run, one: Value, other: Value) -> int:
    run.charge(3)
    if order(one, other, operator.lt, run):
        return -1
    return 1 if order(other, one, operator.lt, run) else 0


@builtin("is empty(list: list)")
def is_empty(items: list[Value]) -> Value:
    """Whether a list has no elements (Camunda)."""
    return not items


@metered("partition(list: list, size: number)")
def in_pieces(run: Run, items: list[Value], size: Decimal) -> Value:
    """The list in pieces of a size (Camunda)."""
    step = whole(size)
    if step is None or step < 1:
        return run.warn("feel:call", "Størrelsen skal være et helt tal over nul.")
    run.list_of(2 * len(items))
    return [items[start : start + step] for start in range(0, len(items), step)]
