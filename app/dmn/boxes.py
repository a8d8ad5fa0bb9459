"""Boxed expressions, from their XML (DMN 1.5 §8, §10.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from app.dmn.findings import DmnError
from app.dmn.marks import all_of, first, is_dmn, text, text_in, typed, unary
from app.dmn.model import (
    Binding,
    BoxedList,
    Conditional,
    Context,
    ContextEntry,
    DecisionTable,
    Expression,
    Filter,
    FunctionDefinition,
    InputClause,
    Invocation,
    Loop,
    Missing,
    OutputClause,
    Relation,
    Rule,
    Text,
)
from app.dmn.xml import XmlElement, local

MAX_BOX_DEPTH = 12
MAX_CELLS = 50_000
MAX_ENTRIES = 1_000

_POLICIES = {
    "UNIQUE": "U",
    "ANY": "A",
    "PRIORITY": "P",
    "FIRST": "F",
    "RULE ORDER": "R",
    "OUTPUT ORDER": "O",
    "COLLECT": "C",
}
_AGGREGATIONS = {"": "", "SUM": "+", "MIN": "<", "MAX": ">", "COUNT": "#"}


def read_logic(element: XmlElement, depth: int = 0) -> Expression:
    """The boxed expression within an element, or what says that there is none; raises DmnError."""
    if depth > MAX_BOX_DEPTH:
        raise DmnError("dmn:too-deep", "Udtrykkene ligger i for mange lag.", element.get("id"))
    for child in element:
        read = _READERS.get(local(child))
        if read is not None and is_dmn(child):
            return read(child, depth + 1)
    return Missing(element.get("id"), None, "no-logic")


def _inside(element: XmlElement, name: str, depth: int) -> Expression:
    child = first(element, name)
    if child is None:
        return Missing(element.get("id"), None, "no-logic")
    return read_logic(child, depth)


def _literal(element: XmlElement, _depth: int) -> Expression:
    return text(element)


def _context(element: XmlElement, depth: int) -> Expression:
    entries = []
    found = list(all_of(element, "contextEntry"))
    if len(found) > MAX_ENTRIES:
        message = f"Konteksten har flere end {MAX_ENTRIES} linjer."
        raise DmnError("dmn:too-large", message, element.get("id"))
    for entry in found:
        variable = first(entry, "variable")
        named = None if variable is None else typed(variable)
        entries.append(ContextEntry(named, read_logic(entry, depth)))
    return Context(element.get("id"), element.get("typeRef"), tuple(entries))


def _invocation(element: XmlElement, depth: int) -> Expression:
    bindings = []
    for binding in all_of(element, "binding"):
        parameter = first(binding, "parameter")
        if parameter is not None:
            bindings.append(Binding(typed(parameter), read_logic(binding, depth)))
    return Invocation(
        element.get("id"), element.get("typeRef"), read_logic(element, depth), tuple(bindings)
    )


def _boxes(element: XmlElement, depth: int) -> tuple[Expression, ...]:
    if depth > MAX_BOX_DEPTH:
        raise DmnError("dmn:too-deep", "Udtrykkene ligger i for mange lag.", element.get("id"))
    readers = ((_READERS.get(local(child)), child) for child in element if is_dmn(child))
    return tuple(read(child, depth + 1) for read, child in readers if read is not None)


def _list(element: XmlElement, depth: int) -> Expression:
    return BoxedList(element.get("id"), element.get("typeRef"), _boxes(element, depth))


def _relation(element: XmlElement, depth: int) -> Expression:
    return Relation(
        element.get("id"),
        element.get("typeRef"),
        tuple(map(typed, all_of(element, "column"))),
        tuple(_boxes(row, depth) for row in all_of(element, "row")),
    )


def read_function(element: XmlElement, depth: int) -> FunctionDefinition:
    """A function definition, as a boxed expression or a knowledge model's logic."""
    return FunctionDefinition(
        element.get("id"),
        element.get("typeRef"),
        tuple(map(typed, all_of(element, "formalParameter"))),
        read_logic(element, depth),
        element.get("kind", "FEEL").upper(),
    )


def _conditional(element: XmlElement, depth: int) -> Expression:
    condition, yes, no = (_inside(element, name, depth) for name in ("if", "then", "else"))
    return Conditional(element.get("id"), element.get("typeRef"), condition, yes, no)


def _filter(element: XmlElement, depth: int) -> Expression:
    source, match = _inside(element, "in", depth), _inside(element, "match", depth)
    return Filter(element.get("id"), element.get("typeRef"), source, match)


def _loop(element: XmlElement, depth: int) -> Expression:
    kind = local(element)
    return Loop(
        element.get("id"),
        element.get("typeRef"),
        kind,
        element.get("iteratorVariable", "").strip(),
        _inside(element, "in", depth),
        _inside(element, "return" if kind == "for" else "satisfies", depth),
    )


def _table(element: XmlElement, _depth: int) -> Expression:
    inputs = tuple(_input(child) for child in all_of(element, "input"))
    outputs = tuple(_output(child) for child in all_of(element, "output"))
    rules = tuple(
        Rule(
            rule.get("id"),
            tuple(map(text, all_of(rule, "inputEntry"))),
            tuple(map(text, all_of(rule, "outputEntry"))),
            _annotation(rule),
        )
        for rule in all_of(element, "rule")
    )
    identity = element.get("id")
    if len(rules) * (len(inputs) + len(outputs)) > MAX_CELLS:
        raise DmnError("dmn:too-large", f"Tabellen har flere end {MAX_CELLS} felter.", identity)
    policy = _POLICIES.get(element.get("hitPolicy", "UNIQUE").strip())
    aggregation = _AGGREGATIONS.get(element.get("aggregation", "").strip())
    if policy is None or aggregation is None:
        return Missing(identity, element.get("typeRef"), "hit-policy")
    return DecisionTable(
        identity, element.get("typeRef"), inputs, outputs, rules, policy, aggregation
    )


def _annotation(rule: XmlElement) -> str:
    """What a rule's author says of it: its annotation columns, or its description, as Camunda Modeler writes."""
    said = [text_in(each, "text") for each in all_of(rule, "annotationEntry")]
    return " · ".join(each for each in (*said, text_in(rule, "description")) if each)


def _input(element: XmlElement) -> InputClause:
    expression = first(element, "inputExpression")
    asked = Text(element.get("id"), "", None) if expression is None else text(expression)
    label = element.get("label", "").strip() or asked.text
    return InputClause(element.get("id"), label, asked, unary(first(element, "inputValues")))


def _output(element: XmlElement) -> OutputClause:
    default = first(element, "defaultOutputEntry")
    return OutputClause(
        element.get("id"),
        element.get("name", "").strip() or None,
        element.get("typeRef"),
        unary(first(element, "outputValues")),
        None if default is None else text(default),
        element.get("label", "").strip(),
    )


_Read: TypeAlias = Callable[[XmlElement, int], Expression]
_READERS: dict[str, _Read] = {
    "literalExpression": _literal,
    "decisionTable": _table,
    "context": _context,
    "invocation": _invocation,
    "list": _list,
    "relation": _relation,
    "functionDefinition": read_function,
    "conditional": _conditional,
    "filter": _filter,
    "for": _loop,
    "some": _loop,
    "every": _loop,
}
