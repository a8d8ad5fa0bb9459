"""for, some, every and filters: whatever evaluates a part of the expression once an element."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from decimal import Decimal

from app.feel.calendar import day_number, day_of_number
from app.feel.code import Code, Compile
from app.feel.compare import order
from app.feel.nodes import Filter, For, Iteration, Quantified, measure, names_in
from app.feel.numbers import whole
from app.feel.run import Frame, Run
from app.feel.values import Date, Range, Value

_Step = tuple[str, Code, Code | None]


def compile_for(node: For, compile_node: Compile) -> Code:
    """`for … return body`; `partial` is the list of the results so far."""
    steps = _steps(node.iterations, compile_node)
    body, cost = compile_node(node.body), 5 + 2 * measure(node.body)[0]
    partial = "partial" in names_in(node.body)

    def loop(frame: Frame) -> Value:
        run = frame.run
        results: list[Value] = []
        for bound in _bindings(steps, frame):
            if bound is None:
                return run.warn(
                    "feel:type", "Det, der skal gennemløbes, er ikke en liste.", node.position
                )
            run.charge(cost)
            if partial:
                run.list_of(len(results))
                results.append(body(Frame({"partial": list(results)}, bound, run)))
            else:
                results.append(body(bound))
        return results

    return loop


def compile_quantified(node: Quantified, compile_node: Compile) -> Code:
    """`some … satisfies` and `every … satisfies`, in three-valued logic."""
    steps = _steps(node.iterations, compile_node)
    condition, cost = compile_node(node.condition), 5 + 2 * measure(node.condition)[0]
    decisive = not node.every

    def quantified(frame: Frame) -> Value:
        result: Value = node.every
        for inner in _bindings(steps, frame):
            if inner is None:
                return frame.run.warn(
                    "feel:type", "Det, der skal gennemløbes, er ikke en liste.", node.position
                )
            frame.run.charge(cost)
            value = condition(inner)
            if value is decisive:
                return decisive
            if value is not node.every:
                result = None
        return result

    return quantified


def _steps(iterations: tuple[Iteration, ...], compile_node: Compile) -> list[_Step]:
    return [
        (step.name, compile_node(step.domain), None if step.end is None else compile_node(step.end))
        for step in iterations
    ]


def _bindings(steps: list[_Step], frame: Frame) -> Iterator[Frame | None]:
    """A scope for every combination of the variables; None where a domain cannot be gone through."""
    (name, domain, end), *rest = steps
    values = (
        elements(domain(frame), frame.run)
        if end is None
        else _span(domain(frame), end(frame), frame.run)
    )
    if values is None:
        yield None
        return
    for value in values:
        inner = Frame({name: value}, frame, frame.run)
        if rest:
            frame.run.charge(1)
            yield from _bindings(rest, inner)
        else:
            yield inner


def elements(value: Value, run: Run) -> Iterator[Value] | None:
    """What a loop goes through: a list, a range of whole numbers or days, a value as a list of one; else None."""
    if isinstance(value, list):
        return iter(value)
    if isinstance(value, Range):
        return _range(value, run)
    return None if value is None else iter([value])


def _range(bounds: Range, run: Run) -> Iterator[Value] | None:
    """A range value goes upwards or nowhere; only `for i in 5..1` counts down."""
    if order(bounds.start, bounds.end, operator.le, run) is not True:
        return None
    values = _span(bounds.start, bounds.end, run)
    if values is None:
        return None
    left_out = [bounds.start] * (not bounds.start_included) + [bounds.end] * (
        not bounds.end_included
    )
    return (value for value in values if value not in left_out)


def _span(start: Value, end: Value, run: Run) -> Iterator[Value] | None:
    """Whole numbers or dates from one to another, upwards or downwards."""
    if isinstance(start, Decimal) and isinstance(end, Decimal):
        low, high = whole(start), whole(end)
        if low is None or high is None:
            return None
        step = 1 if low <= high else -1
        return (Decimal(number) for number in range(low, high + step, step))
    if isinstance(start, Date) and isinstance(end, Date):
        return _days(start, end, run)
    return None


def _days(start: Date, end: Date, run: Run) -> Iterator[Value]:
    first, last = day_number(start), day_number(end)
    step = 1 if first <= last else -1
    for number in range(first, last + step, step):
        run.charge(5)
        yield day_of_number(number)


def compile_filter(node: Filter, compile_node: Compile) -> Code:
    """`source[condition]`: by number the element there (negative from the end), else those that pass."""
    source, condition = compile_node(node.source), compile_node(node.condition)
    cost = 5 + 2 * measure(node.condition)[0]

    def filtered(frame: Frame) -> Value:
        run = frame.run
        value = source(frame)
        items = _filtered(value)
        if not items:
            index = condition(frame)
            return None if isinstance(index, Decimal) else []
        kept: list[Value] = []
        for item in items:
            run.charge(cost)
            inner = Frame({"item": item}, frame, run)
            if isinstance(item, dict):
                inner = Frame(item, inner, run)
            result = condition(inner)
            if result is True:
                kept.append(item)
            elif isinstance(result, Decimal) and item is items[0]:
                return _element(items, result, run, node.position)
            elif result is not False and result is not None:
                return run.warn(
                    "feel:type", "Et filter skal give ja, nej eller et nummer.", node.position
                )
        return kept

    return filtered


def _filtered(value: Value) -> list[Value]:
    """What a filter goes through: a list, or a value as a list of one; null is none."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _element(items: list[Value], number: Decimal, run: Run, position: int) -> Value:
    index = whole(number)
    if index is None or index == 0 or abs(index) > len(items):
        return run.warn("feel:type", "Listen har intet element med det nummer.", position)
    return items[index - 1 if index > 0 else index]
