"""What a value can be in FEEL's grammar: literals, lists, ranges, contexts, functions, if, for, some.

`Inner` reads a whole expression; the parser hands it in, since values hold expressions and expressions
values.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from app.feel.cursor import Cursor, Spelling, spelled
from app.feel.errors import FeelError
from app.feel.nodes import (
    AtLiteral,
    ContextLiteral,
    For,
    FunctionDefinition,
    If,
    Iteration,
    ListLiteral,
    Literal,
    Name,
    Node,
    Parameter,
    Quantified,
    RangeLiteral,
)
from app.feel.numbers import NumberError, read_number
from app.feel.types import read_type

Inner: TypeAlias = Callable[[Cursor], Node]

_CONSTANTS = {"true": True, "false": False, "null": None}
_HALF_RANGES = {
    "<": (False, False),
    "<=": (False, True),
    ">": (False, False),
    ">=": (True, False),
    "=": (True, True),
    "!=": (True, True),
}


def read_value(at: Cursor, inner: Inner) -> Node:
    """Read one value, without what may follow it; raises FeelError."""
    token = at.token
    if token.kind == "number":
        return _number(at)
    if token.kind == "string":
        return Literal(at.step().start, token.text)
    if token.kind == "at":
        return AtLiteral(at.step().start, token.text)
    if at.starts_name():
        return Name(token.start, at.name())
    if token.kind == "name":
        return _word(at, inner)
    if token.kind == "op" and token.text in _SIGNS:
        return _SIGNS[token.text](at, inner)
    raise at.error("Her mangler en værdi")


def _number(at: Cursor) -> Node:
    token = at.step()
    try:
        return Literal(token.start, read_number(token.text))
    except NumberError:
        raise FeelError("Tallet er for stort.", token.start, at.text, code="feel:size") from None


def _word(at: Cursor, inner: Inner) -> Node:
    token = at.token
    if token.text in _CONSTANTS:
        return Literal(at.step().start, _CONSTANTS[token.text])
    if token.text in _FORMS:
        at.step()
        return _FORMS[token.text](at, inner, token.start)
    raise at.error("Her mangler en værdi")


def _if(at: Cursor, inner: Inner, position: int) -> Node:
    """A chain of `else if` is read in a loop: it is long, not deep."""
    branches: list[tuple[int, Node, Node]] = []
    while True:
        condition = inner(at)
        at.expect("then")
        branches.append((position, condition, inner(at)))
        at.expect("else")
        if not at.is_word("if"):
            break
        position = at.step().start
    tree = inner(at)
    for start, condition, yes in reversed(branches):
        tree = If(start, condition, yes, tree)
    return tree


def _iterations(at: Cursor, inner: Inner) -> tuple[Iteration, ...]:
    iterations: list[Iteration] = []
    while True:
        position = at.token.start
        name = at.declared_name("in")
        at.step()
        domain = inner(at)
        end = inner(at) if at.accept("..") else None
        at.declare(*name)
        iterations.append(Iteration(position, spelled(name), domain, end))
        if not at.accept(","):
            return tuple(iterations)


def _for(at: Cursor, inner: Inner, position: int) -> Node:
    scope = at.scope()
    iterations = _iterations(at, inner)
    at.expect("return")
    body = inner(at)
    at.close(scope)
    return For(position, iterations, body)


def _quantified(at: Cursor, inner: Inner, position: int) -> Node:
    every = at.text.startswith("every", position)
    scope = at.scope()
    iterations = _iterations(at, inner)
    at.expect("satisfies")
    condition = inner(at)
    at.close(scope)
    return Quantified(position, every, iterations, condition)


def _function(at: Cursor, inner: Inner, position: int) -> Node:
    scope = at.scope()
    at.expect("(")
    parameters: list[Parameter] = []
    while not at.is_op(")"):
        if parameters:
            at.expect(",")
        start = at.token.start
        name = at.declared_name(",", ")", ":")
        at.declare(*name)
        parameters.append(
            Parameter(start, spelled(name), read_type(at) if at.accept(":") else None)
        )
    at.step()
    if len({parameter.name for parameter in parameters}) != len(parameters):
        raise FeelError("To parametre har samme navn.", position, at.text)
    if at.is_word("external"):
        raise FeelError(
            "Funktioner uden for FEEL er ikke tilladt.",
            at.token.start,
            at.text,
            code="feel:refused",
        )
    body = inner(at)
    at.close(scope)
    return FunctionDefinition(position, tuple(parameters), body)


def _context(at: Cursor, inner: Inner) -> Node:
    position = at.step().start
    scope = at.scope()
    keys: dict[str, None] = {}
    values: list[Node] = []
    with at.enclosed():
        while not at.is_op("}"):
            if keys:
                at.expect(",")
            start = at.token.start
            key = _key(at)
            name = key if isinstance(key, str) else spelled(key)
            at.expect(":")
            if name in keys:
                raise FeelError(f"Nøglen {name!r} står to gange.", start, at.text)
            values.append(inner(at))
            keys[name] = None
            at.declare(*(key.split() if isinstance(key, str) else key))
    at.step()
    at.close(scope)
    return ContextLiteral(position, tuple(keys), tuple(values))


def _key(at: Cursor) -> str | Spelling:
    """The key of an entry: as a string, or as a name's tokens."""
    return at.step().text if at.token.kind == "string" else at.declared_name(":")


def _square(at: Cursor, inner: Inner) -> Node:
    """A list, or a range that holds its start."""
    position = at.step().start
    items: list[Node] = []
    with at.enclosed():
        while not at.is_op("]"):
            if items:
                at.expect(",")
            items.append(inner(at))
            if len(items) == 1 and at.accept(".."):
                return range_to(at, inner, position, items[0], start_included=True)
    at.step()
    return ListLiteral(position, tuple(items))


def _round(at: Cursor, inner: Inner) -> Node:
    """An expression in parentheses, or a range that leaves out its start or has one end only."""
    position = at.step().start
    with at.enclosed():
        if at.is_op(*_HALF_RANGES):
            return _half_range(at, inner, position)
        value = inner(at)
        if at.accept(".."):
            return range_to(at, inner, position, value, start_included=False)
    at.expect(")")
    return value


def _half_range(at: Cursor, inner: Inner, position: int) -> Node:
    operator = at.step().text
    end = inner(at)
    at.expect(")")
    if operator in ("=", "!="):
        return RangeLiteral(position, end, None, True, True, operator)
    start_included, end_included = _HALF_RANGES[operator]
    if operator.startswith("<"):
        return RangeLiteral(position, None, end, start_included, end_included)
    return RangeLiteral(position, end, None, start_included, end_included)


def _open(at: Cursor, inner: Inner) -> Node:
    """`]1..5]`: a range that leaves out its start."""
    position = at.step().start
    with at.enclosed():
        start = inner(at)
        at.expect("..")
        return range_to(at, inner, position, start, start_included=False)


def range_to(at: Cursor, inner: Inner, position: int, start: Node, *, start_included: bool) -> Node:
    """The rest of a range, after its two dots."""
    with at.ending_range():
        end = inner(at)
    if not at.is_op("]", ")", "["):
        raise at.error("Intervallet mangler sin afslutning")
    return RangeLiteral(position, start, end, start_included, at.step().text == "]")


_SIGNS: dict[str, Callable[[Cursor, Inner], Node]] = {
    "(": _round,
    "[": _square,
    "]": _open,
    "{": _context,
}
_FORMS: dict[str, Callable[[Cursor, Inner, int], Node]] = {
    "if": _if,
    "for": _for,
    "some": _quantified,
    "every": _quantified,
    "function": _function,
}
