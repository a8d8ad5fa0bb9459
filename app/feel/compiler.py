"""From syntax tree to closures: each node becomes a function that already knows its parts.

Three times as fast as walking the tree, and as short: a gateway's condition takes a few µs.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from app.feel import arithmetic, nodes
from app.feel.bounds import compile_range
from app.feel.calls import compile_call, compile_function, compile_name
from app.feel.cells import compile_in, compile_unary_comparison, compile_unary_tests
from app.feel.code import Code
from app.feel.logic import compile_all_of, compile_any_of, compile_between, compile_comparison
from app.feel.loops import compile_filter, compile_for, compile_quantified
from app.feel.numbers import EXACT, NumberError
from app.feel.properties import entry
from app.feel.run import Frame
from app.feel.temporal import read_temporal
from app.feel.types import checker, is_whole
from app.feel.values import Value


def compile_node(node: nodes.Node) -> Code:
    """The function that evaluates a node. Depth is bounded by the parser."""
    return _COMPILERS[type(node)](node)


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
    nodes.RangeLiteral: lambda node: compile_range(node, compile_node),
    nodes.Sum: _arithmetic,
    nodes.Product: _arithmetic,
    nodes.Power: _power,
    nodes.Negation: _negation,
    nodes.Comparison: lambda node: compile_comparison(node, compile_node),
    nodes.Between: lambda node: compile_between(node, compile_node),
    nodes.In: lambda node: compile_in(node, compile_node),
    nodes.UnaryTests: lambda node: compile_unary_tests(node, compile_node),
    nodes.UnaryComparison: lambda node: compile_unary_comparison(node, compile_node),
    nodes.AllOf: lambda node: compile_all_of(node, compile_node),
    nodes.AnyOf: lambda node: compile_any_of(node, compile_node),
    nodes.InstanceOf: _instance_of,
}
