"""The syntax tree of an expression: frozen values, one class a form of the grammar.

`position` is the zero-based offset that messages point at. Chains of one operator are one node
(`Sum`, `Product`, `AllOf`, `AnyOf`), so that a long text does not become a deep tree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, string, boolean or null."""

    position: int
    value: Decimal | str | bool | None


@dataclass(frozen=True, slots=True)
class AtLiteral:
    """`@"2026-01-31"`."""

    position: int
    text: str


@dataclass(frozen=True, slots=True)
class Name:
    """A variable or a built-in function."""

    position: int
    name: str


@dataclass(frozen=True, slots=True)
class Path:
    """`source.name`."""

    position: int
    source: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter:
    """`source[condition]`."""

    position: int
    source: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call:
    """`function(arguments)`; `names` is None where the arguments are in order."""

    position: int
    function: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class If:
    """`if condition then yes else no`."""

    position: int
    condition: Node
    yes: Node
    no: Node


@dataclass(frozen=True, slots=True)
class Iteration:
    """`name in domain`, or `name in domain .. end`."""

    position: int
    name: str
    domain: Node
    end: Node | None


@dataclass(frozen=True, slots=True)
class For:
    """`for iterations return body`."""

    position: int
    iterations: tuple[Iteration, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified:
    """`some` or `every iterations satisfies condition`."""

    position: int
    every: bool
    iterations: tuple[Iteration, ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class Parameter:
    """A formal parameter of a function definition."""

    position: int
    name: str
    type: Type | None


@dataclass(frozen=True, slots=True)
class FunctionDefinition:
    """`function(parameters) body`."""

    position: int
    parameters: tuple[Parameter, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class ContextLiteral:
    """`{key: value, …}`."""

    position: int
    keys: tuple[str, ...]
    values: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ListLiteral:
    """`[a, b, …]`."""

    position: int
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class RangeLiteral:
    """`[a..b]`, or `(< b)` with one end missing; `(= b)` and `(!= b)` have a sign and no end."""

    position: int
    start: Node | None
    end: Node | None
    start_included: bool
    end_included: bool
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Sum:
    """`first + a - b …`: operators are `+` and `-`."""

    position: int
    first: Node
    operators: tuple[str, ...]
    rest: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """`first * a / b …`: operators are `*` and `/`."""

    position: int
    first: Node
    operators: tuple[str, ...]
    rest: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Power:
    """`base ** exponent`."""

    position: int
    base: Node
    exponent: Node


@dataclass(frozen=True, slots=True)
class Negation:
    """`-operand`."""

    position: int
    operand: Node


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left operator right`: = != < <= > >=."""

    position: int
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between:
    """`value between low and high`."""

    position: int
    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class In:
    """`value in tests`."""

    position: int
    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class UnaryTests:
    """A whole cell of a decision table; no tests at all is `-`, which anything passes."""

    position: int
    tests: tuple[Node, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class UnaryComparison:
    """`< 5` as a test of the input."""

    position: int
    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class AllOf:
    """`a and b and …`."""

    position: int
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """`a or b or …`."""

    position: int
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class InstanceOf:
    """`value instance of type`."""

    position: int
    value: Node
    type: Type


@dataclass(frozen=True, slots=True)
class Type:
    """A type's name with what it is made of.

    `arguments` are a list's or range's element, a function's parameters with its result last, or a
    context's entries, whose `names` they follow.
    """

    position: int
    name: str
    names: tuple[str, ...] = ()
    arguments: tuple[Type, ...] = ()


Node: TypeAlias = (
    Literal
    | AtLiteral
    | Name
    | Path
    | Filter
    | Call
    | If
    | For
    | Quantified
    | FunctionDefinition
    | ContextLiteral
    | ListLiteral
    | RangeLiteral
    | Sum
    | Product
    | Power
    | Negation
    | Comparison
    | Between
    | In
    | UnaryTests
    | UnaryComparison
    | AllOf
    | AnyOf
    | InstanceOf
)
Part: TypeAlias = Node | Iteration | Parameter | Type


def children(part: Part) -> Iterator[Part]:
    """The parts directly under a part, in the order of the text."""
    for name in part.__slots__:
        value = getattr(part, name)
        if isinstance(value, tuple):
            yield from (item for item in value if hasattr(item, "position"))
        elif hasattr(value, "position"):
            yield value


def measure(part: Part) -> tuple[int, int]:
    """How many parts there are, and in how many layers; counted without recursion."""
    size = depth = 0
    waiting = [(part, 1)]
    while waiting:
        current, layer = waiting.pop()
        size += 1
        depth = max(depth, layer)
        waiting.extend((child, layer + 1) for child in children(current))
    return size, depth


def names_in(part: Part) -> frozenset[str]:
    """Every name read anywhere under a part, bound there or not."""
    found: set[str] = set()
    waiting = [part]
    while waiting:
        current = waiting.pop()
        if isinstance(current, Name):
            found.add(current.name)
        waiting.extend(children(current))
    return frozenset(found)
