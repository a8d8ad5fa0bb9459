"""From syntax tree to closures: each node becomes a function that already knows its parts.

Three times as fast as walking the tree, and as short: a gateway's condition takes a few µs.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from app.feel import arithmetic, nodes
from app.feel.calls import compile_call, compile_function, compile_name
from app.feel.code import Code
from app.feel.compare import ORDERS, equals, order, passes, within
from app.feel.loops import compile_filter, compile_for, compile_quantified
from app.feel.numbers import EXACT, NumberError
from app.feel.properties import entry
from app.feel.run import Frame, Run
from app.feel.temporal import read_temporal
from app.feel.types import checker, is_whole
from app.feel.values import Range, Value

INPUT = "?"


def compile_node(node: nodes.Node) -> Code:
    """The function that evaluates a node. Depth is bounded by the parser."""
    return _COMPILERS[type(node)](node)


def compile_tests(node: nodes.Node) -> tuple[Code, ...]:
    """Each of a cell's unary tests by itself; none of what is no cell, or a negated one."""
    if not isinstance(node, nodes.UnaryTests) or node.negated:
        return ()
    return tuple(_test(test) for test in node.tests)


def _literal(node: nodes.Literal) -> Code:
    value = node.value
    return _constant(value)


def _constant(value: Value) -> Code:
    return lambda _: value


def _at_literal(node: nodes.AtLiteral) -> Code:
    value = read_temporal(node.text)
    if value is not None:
        return _constant(value)
    message = f"{node.text!r} er hverken en dato, et klokkeslæt eller en varighed."
    return lambda frame: frame.run.warn("feel:date", message, node.position)


def _path(node: nodes.Path) -> Code:
    source, name, position = compile_node(node.source), node.name, node.position

    def path(frame: Frame) -> Value:
        value = source(frame)
        if type(value) is dict and name in value:
            return value[name]
        return entry(value, name, frame.run, position)

    return path


def _if(node: nodes.If) -> Code:
    condition, yes, no = (compile_node(part) for part in (node.condition, node.yes, node.no))
    return lambda frame: yes(frame) if condition(frame) is True else no(frame)


def _context(node: nodes.ContextLiteral) -> Code:
    entries = [
        (key, compile_node(value)) for key, value in zip(node.keys, node.values, strict=True)
    ]

    def context(frame: Frame) -> Value:
        values: dict[str, Value] = {}
        inner = Frame(values, frame, frame.run)
        for key, value in entries:
            values[key] = value(inner)
        return values

    return context


def _list(node: nodes.ListLiteral) -> Code:
    items = [compile_node(item) for item in node.items]
    return lambda frame: [item(frame) for item in items]


def _range(node: nodes.RangeLiteral) -> Code:
    ends = [compile_node(end) for end in (node.start, node.end) if end is not None]
    if len(ends) == 1:
        (end,) = ends
        return lambda frame: _half_range(node, end(frame))
    start, stop = ends

    def bounds(frame: Frame) -> Value:
        low, high = start(frame), stop(frame)
        if type(low) is not type(high) or isinstance(low, list | dict | Range | bool | None):
            return frame.run.warn(
                "feel:type",
                "Intervallets ender skal være to værdier af samme slags.",
                node.position,
            )
        return range_of(low, high, node, frame.run)

    return bounds


def range_of(low: Value, high: Value, node: nodes.RangeLiteral, run: Run) -> Value:
    """A range with its ends in order; null when it begins after its end (§10.3.2.7)."""
    if order(low, high, ORDERS["<="], run) is not True:
        return run.warn("feel:type", "Intervallet slutter, før det begynder.", node.position)
    return Range(low, high, node.start_included, node.end_included)


def _half_range(node: nodes.RangeLiteral, end: Value) -> Value:
    if end is None:
        return None
    if node.sign:
        return Range(end, end, True, True, node.sign)
    start, stop = (None, end) if node.start is None else (end, None)
    return Range(start, stop, node.start_included, node.end_included)


_OPERATIONS: dict[str, tuple[arithmetic.Operation, Callable[[Decimal, Decimal], Decimal]]] = {
    "+": (arithmetic.add, EXACT.add),
    "-": (arithmetic.subtract, EXACT.subtract),
    "*": (arithmetic.multiply, EXACT.multiply),
    "/": (arithmetic.divide, EXACT.divide),
}


def _arithmetic(node: nodes.Sum | nodes.Product) -> Code:
    first, position = compile_node(node.first), node.position
    steps = [
        (*_OPERATIONS[sign], compile_node(operand))
        for sign, operand in zip(node.operators, node.rest, strict=True)
    ]

    def chain(frame: Frame) -> Value:
        value = first(frame)
        for general, exact, operand in steps:
            right = operand(frame)
            if type(value) is Decimal and type(right) is Decimal:
                try:
                    value = exact(value, right)
                    continue
                except NumberError:
                    pass
            value = general(value, right, frame.run, position)
        return value

    return chain


def _power(node: nodes.Power) -> Code:
    base, exponent = compile_node(node.base), compile_node(node.exponent)
    return lambda frame: arithmetic.power(base(frame), exponent(frame), frame.run, node.position)


def _negation(node: nodes.Negation) -> Code:
    operand = compile_node(node.operand)
    return lambda frame: arithmetic.negate(operand(frame), frame.run, node.position)


def _comparison(node: nodes.Comparison) -> Code:
    return _compared(
        node.operator, compile_node(node.left), compile_node(node.right), node.position
    )


def _compared(sign: str, left: Code, right: Code, position: int) -> Code:
    if sign in ORDERS:
        test = ORDERS[sign]

        def ordered(frame: Frame) -> Value:
            one, other = left(frame), right(frame)
            if type(one) is Decimal and type(other) is Decimal:
                return test(one, other)
            return order(one, other, test, frame.run, position)

        return ordered
    wanted = sign == "="

    def equal(frame: Frame) -> Value:
        one, other = left(frame), right(frame)
        if type(one) is str and type(other) is str:
            return (one == other) is wanted
        same = equals(one, other, frame.run)
        if same is None:
            return frame.run.warn(
                "feel:type", "Kan ikke sammenligne værdier af hver sin slags.", position
            )
        return same is wanted

    return equal


def _between(node: nodes.Between) -> Code:
    value, low, high = (compile_node(part) for part in (node.value, node.low, node.high))

    def between(frame: Frame) -> Value:
        bounds = Range(low(frame), high(frame), True, True)
        if bounds.start is None or bounds.end is None:
            return frame.run.warn("feel:type", "En grænse er null.", node.position)
        return within(value(frame), bounds, frame.run, node.position)

    return between


def _in(node: nodes.In) -> Code:
    value, tests = compile_node(node.value), _tests(node.tests)
    return lambda frame: tests(Frame({INPUT: value(frame)}, frame, frame.run))


def _unary_tests(node: nodes.UnaryTests) -> Code:
    if not node.tests:
        return _constant(True)
    tests = _tests(node.tests)
    if not node.negated:
        return tests

    def negated(frame: Frame) -> Value:
        found = tests(frame)
        return None if found is None else not found

    return negated


def _tests(tests: tuple[nodes.Node, ...]) -> Code:
    """Whether any test passes, in three-valued logic; the input is the name `?`."""
    codes = [_test(test) for test in tests]
    if len(codes) == 1:
        return codes[0]
    return _any_true(codes)


def _test(test: nodes.Node) -> Code:
    code = compile_node(test)
    if isinstance(test, nodes.UnaryComparison):
        return code
    asks = INPUT in nodes.names_in(test)
    bounded = isinstance(test, nodes.RangeLiteral)

    def passed(frame: Frame) -> Value:
        result = code(frame)
        if asks and (result is None or isinstance(result, bool)):
            return result
        if bounded and result is None:
            return None
        return passes(frame.names[INPUT], result, frame.run)

    return passed


def _unary_comparison(node: nodes.UnaryComparison) -> Code:
    return _compared(
        node.operator, lambda frame: frame.names[INPUT], compile_node(node.operand), node.position
    )


def _all_of(node: nodes.AllOf) -> Code:
    items = [compile_node(item) for item in node.items]

    def all_of(frame: Frame) -> Value:
        result: Value = True
        for item in items:
            value = item(frame)
            if value is False:
                return False
            if value is not True:
                result = None
        return result

    return all_of


def _any_of(node: nodes.AnyOf) -> Code:
    return _any_true([compile_node(item) for item in node.items])


def _any_true(items: list[Code]) -> Code:
    def any_of(frame: Frame) -> Value:
        result: Value = False
        for item in items:
            value = item(frame)
            if value is True:
                return True
            if value is not False:
                result = None
        return result

    return any_of


def _instance_of(node: nodes.InstanceOf) -> Code:
    value, check = compile_node(node.value), checker(node.type)
    if not is_whole(node.type):
        message = f"Skriv, hvad typen består af: {node.type.name}<…>, fx list<Any>."
        return lambda frame: frame.run.warn("feel:type", message, node.position)
    return lambda frame: check(value(frame), frame.run)


_COMPILERS: dict[type, Callable[[Any], Code]] = {
    nodes.Literal: _literal,
    nodes.AtLiteral: _at_literal,
    nodes.Name: compile_name,
    nodes.Path: _path,
    nodes.Filter: lambda node: compile_filter(node, compile_node),
    nodes.Call: lambda node: compile_call(node, compile_node),
    nodes.If: _if,
    nodes.For: lambda node: compile_for(node, compile_node),
    nodes.Quantified: lambda node: compile_quantified(node, compile_node),
    nodes.FunctionDefinition: lambda node: compile_function(node, compile_node),
    nodes.ContextLiteral: _context,
    nodes.ListLiteral: _list,
    nodes.RangeLiteral: _range,
    nodes.Sum: _arithmetic,
    nodes.Product: _arithmetic,
    nodes.Power: _power,
    nodes.Negation: _negation,
    nodes.Comparison: _comparison,
    nodes.Between: _between,
    nodes.In: _in,
    nodes.UnaryTests: _unary_tests,
    nodes.UnaryComparison: _unary_comparison,
    nodes.AllOf: _all_of,
    nodes.AnyOf: _any_of,
    nodes.InstanceOf: _instance_of,
}
