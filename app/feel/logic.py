"""Comparisons, `and`, `or` and `between`, in three-valued logic."""

from __future__ import annotations

from decimal import Decimal

from app.feel import nodes
from app.feel.code import Code, Compile
from app.feel.compare import ORDERS, equals, order, within
from app.feel.run import Frame
from app.feel.values import Range, Value

# Characters of a text that is compared for nothing.
_SHORT = 1_000


def compile_comparison(node: nodes.Comparison, compile_node: Compile) -> Code:
    """A comparison: `left = right`, `left < right` and the like."""
    return compared(node.operator, compile_node(node.left), compile_node(node.right), node.position)


def compared(sign: str, left: Code, right: Code, position: int) -> Code:
    """A comparison of two values by a sign."""
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
        if type(one) is str and type(other) is str and len(one) <= _SHORT:
            return (one == other) is wanted
        same = equals(one, other, frame.run)
        if same is None:
            return frame.run.warn(
                "feel:type", "Kan ikke sammenligne værdier af hver sin slags.", position
            )
        return same is wanted

    return equal


def compile_between(node: nodes.Between, compile_node: Compile) -> Code:
    """`value between low and high`."""
    value, low, high = (compile_node(part) for part in (node.value, node.low, node.high))

    def between(frame: Frame) -> Value:
        bounds = Range(low(frame), high(frame), True, True)
        if bounds.start is None or bounds.end is None:
            return frame.run.warn("feel:type", "En grænse er null.", node.position)
        return within(value(frame), bounds, frame.run, node.position)

    return between


def compile_all_of(node: nodes.AllOf, compile_node: Compile) -> Code:
    """`a and b`: false where one is, else null where one is not true."""
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


def compile_any_of(node: nodes.AnyOf, compile_node: Compile) -> Code:
    """`a or b`: true where one is, else null where one is not false."""
    return any_true([compile_node(item) for item in node.items])


def any_true(items: list[Code]) -> Code:
    """Whether one is true, in three-valued logic."""

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
