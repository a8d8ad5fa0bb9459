"""A DMN model as frozen values: what the file says, nothing computed (DMN 1.5 §6, §7, §8, §10.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Text:
    """A literal expression: FEEL text, or text in a language that is not ours."""

    id: str | None
    text: str
    type: str | None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """A variable, parameter or binding: a name with the type that it promises."""

    name: str
    type: str | None


@dataclass(frozen=True, slots=True)
class InputClause:
    """A column of conditions; `allowed` are unary tests that the input must pass."""

    id: str | None
    label: str
    expression: Text
    allowed: Text | None


@dataclass(frozen=True, slots=True)
class OutputClause:
    """A column of results; `allowed` lists the possible ones, best first for P and O."""

    id: str | None
    name: str | None
    type: str | None
    allowed: Text | None
    default: Text | None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: a unary test for each input, an expression for each output, and what it says of itself."""

    id: str | None
    tests: tuple[Text, ...]
    results: tuple[Text, ...]
    annotation: str = ""


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A decision table; `hit_policy` is a letter (U A P F R O C), `aggregation` one of + < > # or ""."""

    id: str | None
    type: str | None
    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    rules: tuple[Rule, ...]
    hit_policy: str
    aggregation: str


@dataclass(frozen=True, slots=True)
class ContextEntry:
    """An entry of a boxed context; without a variable it is the context's result."""

    variable: Named | None
    value: Expression


@dataclass(frozen=True, slots=True)
class Context:
    """A boxed context."""

    id: str | None
    type: str | None
    entries: tuple[ContextEntry, ...]


@dataclass(frozen=True, slots=True)
class Binding:
    """What an invocation gives for a parameter."""

    parameter: Named
    value: Expression


@dataclass(frozen=True, slots=True)
class Invocation:
    """A boxed invocation."""

    id: str | None
    type: str | None
    called: Expression
    bindings: tuple[Binding, ...]


@dataclass(frozen=True, slots=True)
class BoxedList:
    """A boxed list."""

    id: str | None
    type: str | None
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation: a list of contexts with the same entries."""

    id: str | None
    type: str | None
    columns: tuple[Named, ...]
    rows: tuple[tuple[Expression, ...], ...]


@dataclass(frozen=True, slots=True)
class FunctionDefinition:
    """A boxed function; `kind` other than FEEL is an outside one, which is refused."""

    id: str | None
    type: str | None
    parameters: tuple[Named, ...]
    body: Expression
    kind: str


@dataclass(frozen=True, slots=True)
class Conditional:
    """A boxed if, then and else."""

    id: str | None
    type: str | None
    condition: Expression
    yes: Expression
    no: Expression


@dataclass(frozen=True, slots=True)
class Filter:
    """A boxed filter."""

    id: str | None
    type: str | None
    source: Expression
    match: Expression


@dataclass(frozen=True, slots=True)
class Loop:
    """A boxed for, some or every (`kind`)."""

    id: str | None
    type: str | None
    kind: str
    variable: str
    source: Expression
    body: Expression


@dataclass(frozen=True, slots=True)
class Missing:
    """No decision logic, or logic of an unknown kind: null, and `reason` says why."""

    id: str | None
    type: str | None
    reason: str


Expression: TypeAlias = (
    Text
    | DecisionTable
    | Context
    | Invocation
    | BoxedList
    | Relation
    | FunctionDefinition
    | Conditional
    | Filter
    | Loop
    | Missing
)


@dataclass(frozen=True, slots=True)
class ItemDefinition:
    """A type of the model's own.

    Attributes:
        name: as type references name it.
        base: the type that it narrows; None for a structure or a function.
        collection: whether it is a list of that.
        allowed: unary tests for each value (of a list: each element).
        constraint: unary tests for the value as a whole.
        components: entries of a structure.
        parameters: of a function; None when it is none.
        result: a function's result type.
    """

    name: str
    base: str | None
    collection: bool
    allowed: Text | None
    constraint: Text | None
    components: tuple[ItemDefinition, ...]
    parameters: tuple[Named, ...] | None
    result: str | None


@dataclass(frozen=True, slots=True)
class InputData:
    """Something that is known from outside."""

    id: str
    name: str
    type: str | None


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision; `requires` are hrefs of decisions and inputs, `knowledge` of functions."""

    id: str
    name: str
    type: str | None
    requires: tuple[str, ...]
    knowledge: tuple[str, ...]
    logic: Expression


@dataclass(frozen=True, slots=True)
class KnowledgeModel:
    """A business knowledge model: a function that decisions share."""

    id: str
    name: str
    type: str | None
    knowledge: tuple[str, ...]
    logic: FunctionDefinition | Missing


@dataclass(frozen=True, slots=True)
class DecisionService:
    """A part of the graph that can be invoked as a function; all are hrefs."""

    id: str
    name: str
    type: str | None
    outputs: tuple[str, ...]
    input_decisions: tuple[str, ...]
    input_data: tuple[str, ...]


Element: TypeAlias = InputData | Decision | KnowledgeModel | DecisionService


@dataclass(frozen=True, slots=True)
class Import:
    """Another model's namespace, under a name of its own (empty: as if it stood here)."""

    name: str
    namespace: str


@dataclass(frozen=True, slots=True)
class Definitions:
    """A whole file."""

    id: str | None
    name: str
    namespace: str
    items: tuple[ItemDefinition, ...]
    elements: tuple[Element, ...]
    imports: tuple[Import, ...]


def parts(expression: Expression) -> Iterator[Expression]:
    """The boxed expressions directly in a boxed expression (a table's cells are none)."""
    match expression:
        case Context():
            yield from (entry.value for entry in expression.entries)
        case Invocation():
            yield expression.called
            yield from (binding.value for binding in expression.bindings)
        case BoxedList():
            yield from expression.items
        case Relation():
            yield from (cell for row in expression.rows for cell in row)
        case FunctionDefinition():
            yield expression.body
        case Conditional():
            yield from (expression.condition, expression.yes, expression.no)
        case Filter():
            yield from (expression.source, expression.match)
        case Loop():
            yield from (expression.source, expression.body)
        case _:
            return
