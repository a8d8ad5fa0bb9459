"""Unary tests: the cells of a decision table, and what stands after `in` (DMN 1.5 grammar rules 7-15)."""

from __future__ import annotations

from decimal import Decimal

from app.feel import nodes
from app.feel.bounds import fixed_range
from app.feel.code import Code, Compile
from app.feel.compare import ORDERS, passes
from app.feel.logic import any_true, compared
from app.feel.run import Frame
from app.feel.values import Value

INPUT = "?"


def compile_tests(node: nodes.Node, compile_node: Compile) -> tuple[Code, ...]:
    """Each of a cell's unary tests by itself; none of what is no cell, or a negated one."""
    if not isinstance(node, nodes.UnaryTests) or node.negated:
        return ()
    return tuple(_test(test, compile_node) for test in node.tests)


def compile_in(node: nodes.In, compile_node: Compile) -> Code:
    """`value in tests`."""
    value, tests = compile_node(node.value), _tests(node.tests, compile_node)
    return lambda frame: tests(Frame({INPUT: value(frame)}, frame, frame.run))


def compile_unary_tests(node: nodes.UnaryTests, compile_node: Compile) -> Code:
    """A whole cell."""
    if not node.tests:
        return lambda _: True
    tests = _tests(node.tests, compile_node)
    if not node.negated:
        return tests

    def negated(frame: Frame) -> Value:
        found = tests(frame)
        return None if found is None else not found

    return negated


def _tests(tests: tuple[nodes.Node, ...], compile_node: Compile) -> Code:
    """Whether any test passes, in three-valued logic; the input is the name `?`."""
    codes = [_test(test, compile_node) for test in tests]
    if len(codes) == 1:
        return codes[0]
    return any_true(codes)


def _test(test: nodes.Node, compile_node: Compile) -> Code:
    code = compile_node(test)
    if isinstance(test, nodes.UnaryComparison):
        return code
    if isinstance(test, nodes.Literal) and isinstance(test.value, str | Decimal):
        return _equals(test.value)
    if isinstance(test, nodes.RangeLiteral):
        quick = _within_numbers(test)
        if quick is not None:
            return quick
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


def _equals(wanted: str | Decimal) -> Code:
    """The test of most cells: a text or a number that the input must be."""
    kind = type(wanted)

    def passed(frame: Frame) -> Value:
        value = frame.names[INPUT]
        if type(value) is kind:
            return value == wanted
        # Of another kind: neither equal nor unequal.
        return False if value is None else None

    return passed


def _within_numbers(node: nodes.RangeLiteral) -> Code | None:
    """The test of many other cells: a range between two numbers that are written there."""
    if not isinstance(node.start, nodes.Literal) or not isinstance(node.end, nodes.Literal):
        return None
    low, high = node.start.value, node.end.value
    bounds = fixed_range(node, low, high)
    if bounds is None or not isinstance(low, Decimal) or not isinstance(high, Decimal):
        return None
    above = ORDERS[">=" if node.start_included else ">"]
    below = ORDERS["<=" if node.end_included else "<"]

    def passed(frame: Frame) -> Value:
        value = frame.names[INPUT]
        if type(value) is Decimal:
            return above(value, low) and below(value, high)
        return passes(value, bounds, frame.run)

    return passed


def compile_unary_comparison(node: nodes.UnaryComparison, compile_node: Compile) -> Code:
    """`< 5` as a test of the input."""
    return compared(
        node.operator, lambda frame: frame.names[INPUT], compile_node(node.operand), node.position
    )
