"""Boxed expressions (DMN 1.5 §10.2): contexts, invocations, lists, relations, functions, if, filter, for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.dmn.conftest import Decide, decision, given, literal


def entry(name: str, logic: str, kind: str = "") -> str:
    typed = f' typeRef="{kind}"' if kind else ""
    variable = f'<variable name="{name}"{typed}/>' if name else ""
    return f"<contextEntry>{variable}{logic}</contextEntry>"


def function(parameters: str, body: str) -> str:
    formal = "".join(f'<formalParameter name="{name}"/>' for name in parameters.split())
    return f"<functionDefinition>{formal}{body}</functionDefinition>"


def bind(name: str, logic: str) -> str:
    return f'<binding><parameter name="{name}"/>{logic}</binding>'


def loop(tag: str, source: str, body: str) -> str:
    inner = "return" if tag == "for" else "satisfies"
    return (
        f'<{tag} iteratorVariable="the item"><in>{literal(source)}</in>'
        f"<{inner}>{literal(body)}</{inner}></{tag}>"
    )


def filtered(source: str, match: str) -> str:
    return f"<filter><in>{literal(source)}</in><match>{literal(match)}</match></filter>"


def conditional(condition: str) -> str:
    return (
        f"<conditional><if>{literal(condition)}</if><then>{literal('1')}</then>"
        f"<else>{literal('2')}</else></conditional>"
    )


def _with_f(body: str, result: str) -> str:
    """A context with the function f, and its result."""
    return f"<context>{entry('f', body)}{entry('', result)}</context>"


CALL = f"<invocation>{literal('f')}{bind('y', literal('1'))}{bind('x', literal('9'))}</invocation>"
PEOPLE = (
    '<relation><column name="navn"/><column name="alder" typeRef="number"/>'
    f"<row>{literal('`Ea`'.replace('`', chr(34)))}{literal('7')}</row>"
    f"<row>{literal('null')}{literal('`x`'.replace('`', chr(34)))}</row></relation>"
)

BOXES: list[tuple[str, Any]] = [
    (literal("1 + 1"), 2),
    (literal('"a"', "string"), "a"),
    (literal("1", "string"), None),
    (literal("[1]", "number"), 1),
    (literal(""), None),
    (literal("1 +"), None),
    # A context: entries see those before them; one without a name is the result
    (
        f"<context>{entry('a', literal('1'))}{entry('b', literal('a + 1'))}</context>",
        {"a": 1, "b": 2},
    ),
    (f"<context>{entry('a b', literal('1'))}{entry('', literal('a b * 10'))}</context>", 10),
    (f"<context>{entry('a', literal('1'), 'string')}</context>", {"a": None}),
    (
        f"<context>{entry('a', literal('b'))}{entry('b', literal('1'))}</context>",
        {"a": None, "b": 1},
    ),
    ("<context></context>", {}),
    # Functions and invocations
    (
        f"<context>{entry('f', function('x y', literal('x - y')))}{entry('', literal('f(5, 3)'))}</context>",
        2,
    ),
    (
        f"<context>{entry('f', function('x y', literal('x - y')))}{entry('', literal('f(y: 5, x: 3)'))}</context>",
        -2,
    ),
    (
        _with_f(function("x y", literal("x - y")), CALL),
        8,
    ),
    (
        _with_f(function("n", literal("if n < 2 then 1 else n * f(n - 1)")), literal("f(5)")),
        120,
    ),
    (f"<invocation>{literal('sum')}{bind('list', literal('[1, 2]'))}</invocation>", 3),
    (f"<invocation>{literal('ukendt')}{bind('x', literal('1'))}</invocation>", None),
    (
        f"<context>{entry('f', function('x', literal('x')))}{entry('', literal('f(1, 2)'))}</context>",
        None,
    ),
    # Lists and relations
    (f"<list>{literal('1')}{literal('[2]')}</list>", [1, [2]]),
    ("<list></list>", []),
    (
        PEOPLE,
        [{"navn": "Ea", "alder": 7}, {"navn": None, "alder": None}],
    ),
    # Conditionals
    (conditional("1 < 2"), 1),
    (conditional("1 > 2"), 2),
    (conditional("null"), 2),
    (conditional('"ja"'), 2),
    # Filters
    (filtered("[1, 2, 3]", "item > 1"), [2, 3]),
    (filtered("[{a: 1}, {a: 2}]", "a = 2"), [{"a": 2}]),
    (filtered("[1, null]", "item > 0"), [1]),
    (filtered("5", "item > 1"), [5]),
    (filtered("[1]", '"x"'), None),
    (filtered("null", "true"), None),
    # Iterators
    (loop("for", "[1, 2]", "the item * 2"), [2, 4]),
    (loop("for", "[1, 2, 3]", "count(partial)"), [0, 1, 2]),
    (loop("for", "[1, 2, 3]", "partial"), [[], [[]], [[], [[]]]]),
    (loop("for", "[1..3]", "the item * 2"), [2, 4, 6]),
    (loop("for", "(1..4)", "the item"), [2, 3]),
    (loop("for", '[@"2026-03-01"..@"2026-03-02"]', "the item.day"), [1, 2]),
    (loop("for", '["a".."c"]', "the item"), None),
    (loop("some", "[1..3]", "the item > 2"), True),
    (loop("every", "[1..3]", "the item > 2"), False),
    (loop("for", "[]", "1"), []),
    (loop("for", "null", "1"), None),
    (loop("some", "[1, 2]", "the item > 1"), True),
    (loop("some", "[1, 2]", "the item > 2"), False),
    (loop("some", "[1, null]", "the item > 2"), None),
    (loop("some", "[]", "true"), False),
    (loop("every", "[1, 2]", "the item > 0"), True),
    (loop("every", "[1, 2]", "the item > 1"), False),
    (loop("every", "[1, null]", "the item > 0"), None),
    (loop("every", "[]", "false"), True),
]


@pytest.mark.parametrize(("logic", "expected"), BOXES)
def test_boxed_expressions(logic: str, expected: Any, decide: Decide) -> None:
    assert decide(decision("d", logic)) == expected


def test_a_decision_without_logic_is_null(decide: Decide) -> None:
    assert decide(decision("d", "")) is None


def test_a_function_of_another_language_is_refused(decide: Decide) -> None:
    java = f'<functionDefinition kind="Java"><formalParameter name="x"/>{literal("1")}</functionDefinition>'
    body = decision("d", f"<context>{entry('f', java)}{entry('', literal('f(1)'))}</context>")
    assert decide(body) is None


def test_a_box_inside_a_table_column_name(decide: Decide) -> None:
    body = given("en sag") + decision("d", literal("en sag.Ja/Nej", "string"), "input:en sag")
    parts = '<itemComponent name="Ja/Nej"><typeRef>string</typeRef></itemComponent>'
    entries = f'<itemDefinition name="t">{parts}</itemDefinition>'
    assert decide(entries + body, {"en sag": {"Ja/Nej": "ja"}}) == "ja"
