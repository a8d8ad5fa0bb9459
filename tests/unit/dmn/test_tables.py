"""Decision tables: hit policies, aggregation, cells, and which rules are told to have matched (DMN 1.5 §8)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from app import dmn
from tests.unit.dmn.conftest import Decide, decision, given, model, plain


def table(
    rules: list[tuple[str, ...]],
    *,
    policy: str = "UNIQUE",
    aggregation: str = "",
    inputs: tuple[str, ...] = ("x",),
    outputs: tuple[str, ...] = ("",),
    allowed: str = "",
    input_values: str = "",
    default: str = "",
    kinds: tuple[str, str] = ("", ""),
) -> str:
    def text(tag: str, value: str) -> str:
        escaped = value.replace("&", "&amp;").replace("<", "&lt;")
        return f"<{tag}><text>{escaped}</text></{tag}>" if value else ""

    def kind(value: str) -> str:
        return f' typeRef="{value}"' if value else ""

    columns = "".join(
        f"<input><inputExpression{kind(kinds[0])}><text>{name}</text></inputExpression>"
        f"{text('inputValues', input_values)}</input>"
        for name in inputs
    )
    columns += "".join(
        f'<output name="{name}"{kind(kinds[1])}>{text("outputValues", allowed)}'
        f"{text('defaultOutputEntry', default)}</output>"
        for name in outputs
    )
    rows = "".join(
        f'<rule id="r{number}">'
        + "".join(text("inputEntry", cell) for cell in rule[: len(inputs)])
        + "".join(text("outputEntry", cell) for cell in rule[len(inputs) :])
        + "</rule>"
        for number, rule in enumerate(rules, 1)
    )
    sums = f' aggregation="{aggregation}"' if aggregation else ""
    return f'<decisionTable id="t" hitPolicy="{policy}"{sums}>{columns}{rows}</decisionTable>'


def ask(body: str, x: Any, *more: tuple[str, Any]) -> Any:
    names = {"x": x, **dict(more)}
    whole = "".join(given(name) for name in names)
    whole += decision("d", body, *(f"input:{name}" for name in names))
    return dmn.evaluate(model(whole), "d", names)


STEPS: list[tuple[str, ...]] = [("< 10", '"lav"'), ("[10..20)", '"mellem"'), (">= 20", '"høj"')]
OVERLAPPING: list[tuple[str, ...]] = [("> 0", "3"), ("> 5", "1"), ("> 10", "2")]


@pytest.mark.parametrize(
    ("policy", "aggregation", "x", "expected", "rules"),
    [
        ("UNIQUE", "", 3, 3, (1,)),
        ("UNIQUE", "", 7, None, (1, 2)),
        ("UNIQUE", "", -1, None, ()),
        ("FIRST", "", 20, 3, (1,)),
        ("FIRST", "", -1, None, ()),
        ("ANY", "", 3, 3, (1,)),
        ("ANY", "", 20, None, (1, 2, 3)),
        ("PRIORITY", "", 20, 2, (3,)),
        ("PRIORITY", "", 7, 3, (1,)),
        ("OUTPUT ORDER", "", 20, [2, 3, 1], (3, 1, 2)),
        ("OUTPUT ORDER", "", -1, None, ()),
        ("RULE ORDER", "", 20, [3, 1, 2], (1, 2, 3)),
        ("RULE ORDER", "", 7, [3, 1], (1, 2)),
        ("COLLECT", "", 20, [3, 1, 2], (1, 2, 3)),
        ("COLLECT", "SUM", 20, 6, (1, 2, 3)),
        ("COLLECT", "MIN", 20, 1, (1, 2, 3)),
        ("COLLECT", "MAX", 20, 3, (1, 2, 3)),
        ("COLLECT", "COUNT", 20, 3, (1, 2, 3)),
        ("COLLECT", "SUM", -1, None, ()),
        ("COLLECT", "COUNT", -1, None, ()),
    ],
)
def test_hit_policies(
    policy: str, aggregation: str, x: int, expected: Any, rules: tuple[int, ...]
) -> None:
    body = table(OVERLAPPING, policy=policy, aggregation=aggregation, allowed="2, 3, 1")
    result = ask(body, x)
    assert plain(result.value) == expected
    (match,) = result.tables
    assert (match.table, match.rules) == ("t", rules)
    assert match.rule_ids == tuple(f"r{number}" for number in rules)
    assert match.inputs == (("x", Decimal(x)),)


def test_any_takes_equal_outputs() -> None:
    body = table([("> 0", "1"), ("> 5", "1.0")], policy="ANY")
    assert ask(body, 7).value == 1
    nothing = table([("> 0", "null"), ("> 5", "null")], policy="ANY")
    assert ask(nothing, 7).value is None


def test_why_a_table_gave_null_is_told() -> None:
    (warning,) = ask(table(OVERLAPPING), 7).warnings
    assert warning.code == "dmn:not-unique"
    assert "1, 2" in warning.message


@pytest.mark.parametrize(
    ("cell", "x", "matches"),
    [
        ("-", 5, True),
        ("-", None, True),
        ("5", 5, True),
        ("5, 7", 7, True),
        ("not(5, 7)", 7, False),
        ("not(5, 7)", 6, True),
        ("< 5", 4, True),
        ("< 5", None, False),
        ("[1..5]", 5, True),
        ("(1..5)", 5, False),
        ("]1..5[", 3, True),
        ("> limit", 11, True),
        ("? > limit and ? < 20", 15, True),
        ("? > limit and ? < 20", 25, False),
        ("list contains(numbers, ?)", 2, True),
        ("numbers", 3, True),
        ("numbers", 4, False),
        ("null", None, True),
        ("null", 1, False),
        ('"a"', "a", True),
        ('starts with(?, "a")', "abe", True),
        ('date("2026-03-01")', "2026-03-01", False),
        ("count(?) > 1", [1, 2], True),
        ("= 5", 5, True),
        ("!= 5", 5, False),
    ],
)
def test_cells(cell: str, x: Any, matches: bool) -> None:
    result = ask(table([(cell, "true")]), x, ("limit", 10), ("numbers", [1, 2, 3]))
    assert (result.value is True) is matches


def test_steps(decide: Decide) -> None:
    body = given("x") + decision("d", table(STEPS), "input:x")
    assert [decide(body, {"x": x}) for x in (9, 10, 19.99, 20)] == [
        "lav",
        "mellem",
        "mellem",
        "høj",
    ]


def test_several_outputs_are_a_context() -> None:
    body = table(
        [("> 0", '"ja"', "1"), ("> 5", '"nej"', "2")], outputs=("svar", "rang"), policy="COLLECT"
    )
    assert plain(ask(body, 7).value) == [{"svar": "ja", "rang": 1}, {"svar": "nej", "rang": 2}]
    first = table([("> 0", '"ja"', "1")], outputs=("svar", "rang"))
    assert plain(ask(first, 7).value) == {"svar": "ja", "rang": 1}


def test_default_output() -> None:
    assert ask(table(STEPS[:1], default='"ukendt"'), 50).value == "ukendt"
    collected = table([("> 99", "1")], policy="COLLECT", aggregation="SUM", default="0")
    assert ask(collected, 1).value == 0


def test_an_input_outside_its_values_gives_null() -> None:
    result = ask(table(STEPS, input_values="[0..100]"), 101)
    assert result.value is None
    assert result.warnings[0].code == "dmn:input-value"
    assert ask(table(STEPS, input_values="[0..100]"), 100).value == "høj"


def test_an_output_outside_its_values_gives_null() -> None:
    result = ask(table([("-", '"x"')], allowed='"a", "b"'), 1)
    assert result.value is None
    assert result.warnings[0].code == "dmn:output-value"


def test_columns_promise_their_types() -> None:
    assert ask(table([("-", "1")], kinds=("", "string")), 1).value is None
    assert ask(table([('"5"', '"ja"')], kinds=("number", "")), "5").value is None
    assert ask(table([("5", '"ja"')], kinds=("number", "")), [5]).value == "ja"


def test_two_inputs_must_both_pass() -> None:
    body = table([("> 1", '"a"', '"begge"')], inputs=("x", "y"))
    assert ask(body, 2, ("y", "a")).value == "begge"
    assert ask(body, 2, ("y", "b")).value is None


def test_a_table_without_inputs() -> None:
    assert ask(table([("1",), ("2",)], inputs=(), policy="COLLECT"), 0).value == [1, 2]


def test_a_rule_with_a_cell_too_few_is_found() -> None:
    body = given("x") + decision("d", table([("1", "2", "3")]), "input:x")
    assert "dmn:table-shape" in {finding.code for finding in model(body).findings}


COLOURS = (
    '<itemDefinition name="tFarve"><typeRef>string</typeRef><allowedValues>'
    '<text>"rød", "gul", "blå"</text></allowedValues></itemDefinition>'
    '<itemDefinition name="tPæn"><typeRef>tFarve</typeRef></itemDefinition>'
)


@pytest.mark.parametrize(
    ("policy", "kind", "expected"),
    [
        ("PRIORITY", "tFarve", "rød"),
        ("PRIORITY", "tPæn", "rød"),
        ("OUTPUT ORDER", "tFarve", ["rød", "gul", "blå"]),
        ("PRIORITY", "string", "blå"),
    ],
)
def test_a_column_without_output_values_has_those_of_its_type(
    policy: str, kind: str, expected: Any, decide: Decide
) -> None:
    rules = [("> 0", '"blå"'), ("> 1", '"gul"'), ("> 2", '"rød"')]
    body = COLOURS + given("x")
    body += decision("d", table(rules, policy=policy, kinds=("", kind)), "input:x")
    assert decide(body, {"x": 3}) == expected


def test_many_output_values_and_many_hits_are_ordered_within_the_fuel(decide: Decide) -> None:
    rules = [("> 0", str(number)) for number in range(150)]
    body = table(rules, policy="OUTPUT ORDER", allowed=", ".join(map(str, range(149, -1, -1))))
    assert decide(given("x") + decision("d", body, "input:x"), {"x": 1}) == list(range(149, -1, -1))
