"""Ranges as values: `[1..5]`, `(< 5)`."""

from __future__ import annotations

from decimal import Decimal

from app.feel import nodes
from app.feel.code import Code, Compile
from app.feel.compare import ORDERS, order
from app.feel.run import Frame, Run
from app.feel.values import Range, Value


def compile_range(node: nodes.RangeLiteral, compile_node: Compile) -> Code:
    """A range; made once where its ends are written there."""
    ends = [compile_node(end) for end in (node.start, node.end) if end is not None]
    if len(ends) == 1:
        (end,) = ends
        return lambda frame: _half_range(node, end(frame))
    start, stop = ends
    if isinstance(node.start, nodes.Literal) and isinstance(node.end, nodes.Literal):
        fixed = fixed_range(node, node.start.value, node.end.value)
        if fixed is not None:
            return lambda _: fixed

    def bounds(frame: Frame) -> Value:
        low, high = start(frame), stop(frame)
        if type(low) is not type(high) or isinstance(low, list | dict | Range | bool | None):
            return frame.run.warn(
                "feel:type",
                "Intervallets ender skal være to værdier af samme slags.",
                node.position,
            )
        return _range_of(low, high, node, frame.run)

    return bounds


def fixed_range(node: nodes.RangeLiteral, low: Value, high: Value) -> Range | None:
    """A range between two numbers or two texts, made once."""
    numbers = isinstance(low, Decimal) and isinstance(high, Decimal) and low <= high
    texts = isinstance(low, str) and isinstance(high, str) and low <= high
    if not numbers and not texts:
        return None
    return Range(low, high, node.start_included, node.end_included)


def _range_of(low: Value, high: Value, node: nodes.RangeLiteral, run: Run) -> Value:
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
