"""Item definitions: what conforms, what is converted, what becomes null (DMN 1.5 §7.3.2, §10.3.2.9)."""

from __future__ import annotations

from typing import Any

import pytest

from app import dmn
from tests.unit.dmn.conftest import decision, given, literal, model, plain


def item(
    name: str,
    base: str = "",
    *,
    many: bool = False,
    allowed: str = "",
    whole: str = "",
    parts: str = "",
) -> str:
    return (
        f'<itemDefinition name="{name}" isCollection="{str(many).lower()}">'
        + (f"<typeRef>{base}</typeRef>" if base else "")
        + (f"<allowedValues><text>{allowed}</text></allowedValues>" if allowed else "")
        + parts
        + (f"<typeConstraint><text>{whole}</text></typeConstraint>" if whole else "")
        + "</itemDefinition>"
    )


def component(name: str, base: str, *, many: bool = False) -> str:
    return f'<itemComponent name="{name}" isCollection="{str(many).lower()}"><typeRef>{base}</typeRef></itemComponent>'


ITEMS = (
    item("tTal", "number")
    + item("tTalliste", "number", many=True)
    + item("tFarve", "string", allowed='"rød", "blå"')
    + item("tFarver", "string", many=True, allowed='"rød", "blå"')
    + item("tFå", "number", many=True, allowed="[0..9]", whole="count(?) &lt;= 2")
    + item("tPerson", parts=component("navn", "string") + component("børn", "tPerson", many=True))
    + item("tAlias", "tFarve")
    + item("tTidspunkt", "date and time")
    + item("tUge", "number", whole="[1..53]")
    + item("tLister", "tTalliste", many=True)
    + '<itemDefinition name="tFunktion"><functionItem outputTypeRef="number">'
    '<parameters name="x" typeRef="number"/></functionItem></itemDefinition>'
)

ROWS: list[tuple[str, str, Any]] = [
    ("number", "1", 1),
    ("number", '"1"', None),
    ("number", "null", None),
    ("string", '["a"]', "a"),
    ("string", '["a", "b"]', None),
    ("Any", "[1]", [1]),
    ("boolean", "true", True),
    ("date", '@"2026-03-01"', "2026-03-01"),
    ("date", '@"2026-03-01T00:00:00"', None),
    ("time", '@"10:00:00"', "10:00:00"),
    ("date and time", '@"2026-03-01"', "2026-03-01T00:00:00Z"),
    ("dateTime", '@"2026-03-01T10:00:00"', "2026-03-01T10:00:00"),
    ("days and time duration", '@"P1D"', "P1D"),
    ("days and time duration", '@"P1Y"', None),
    ("years and months duration", '@"P1Y"', "P1Y"),
    ("feel:number", "1", 1),
    ("integer", "1", 1),
    ("xsd:decimal", "1.5", 1.5),
    ("double", '"1"', None),
    ("tTal", "1", 1),
    ("tTalliste", "[1, 2]", [1, 2]),
    ("tTalliste", "[1, null]", [1, None]),
    ("tTalliste", '[1, "a"]', None),
    ("tTalliste", "1", [1]),
    ("tTalliste", "[]", []),
    ("tFarve", '"rød"', "rød"),
    ("tFarve", '"grøn"', None),
    ("tFarver", '["rød", "blå"]', ["rød", "blå"]),
    ("tFarver", '["rød", "grøn"]', None),
    ("tFå", "[1, 2]", [1, 2]),
    ("tFå", "[1, 2, 3]", None),
    ("tFå", "[1, 10]", None),
    ("tUge", "53", 53),
    ("tUge", "54", None),
    ("tAlias", '"blå"', "blå"),
    ("tAlias", '"gul"', None),
    ("tTidspunkt", '@"2026-03-01"', "2026-03-01T00:00:00Z"),
    ("tLister", "[[1], [2]]", [[1], [2]]),
    ("tLister", '[[1], ["a"]]', None),
    ("tPerson", '{navn: "Ea", børn: []}', {"navn": "Ea", "børn": []}),
    ("tPerson", '{navn: "Ea", børn: [], alder: 7}', {"navn": "Ea", "børn": [], "alder": 7}),
    ("tPerson", '{navn: "Ea"}', None),
    ("tPerson", "{navn: null, børn: null}", {"navn": None, "børn": None}),
    (
        "tPerson",
        '{navn: "Ea", børn: [{navn: "Bo", børn: []}]}',
        {"navn": "Ea", "børn": [{"navn": "Bo", "børn": []}]},
    ),
    ("tPerson", '{navn: "Ea", børn: [{navn: 1, børn: []}]}', None),
    ("tFunktion", "function(x) x", "function"),
    ("tFunktion", "function(x, y) x", None),
    ("tFunktion", "1", None),
]


@pytest.mark.parametrize(("kind", "text", "expected"), ROWS)
def test_a_decision_keeps_what_it_promises(kind: str, text: str, expected: Any) -> None:
    whole = model(ITEMS + decision("d", literal(text), kind=kind))
    assert whole.findings == ()
    assert plain(dmn.evaluate(whole, "d", {}).value) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"rød" instance of tFarve', True),
        ('"grøn" instance of tFarve', False),
        ("[1] instance of tTalliste", True),
        ("[1] instance of list<tTal>", True),
        ("1 instance of tTalliste", False),
        ('{navn: "Ea", børn: []} instance of tPerson', True),
        ("null instance of tPerson", False),
        ("(function(x: tTal) x)(1)", 1),
        ("(function(x: tFarve) x)(`gul`)".replace("`", '"'), None),
    ],
)
def test_expressions_may_name_the_models_types(text: str, expected: Any) -> None:
    whole = model(ITEMS + decision("d", literal(text)))
    assert whole.findings == ()
    assert plain(dmn.evaluate(whole, "d", {}).value) == expected


def test_inputs_keep_what_they_promise() -> None:
    whole = model(ITEMS + given("x", "tFarve") + decision("d", literal("x"), "input:x"))
    assert dmn.evaluate(whole, "d", {"x": "rød"}).value == "rød"
    result = dmn.evaluate(whole, "d", {"x": "grøn"})
    assert result.value is None
    assert "tFarve" in result.warnings[0].message


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (decision("d", literal("1"), kind="tUkendt"), "dmn:unknown-type"),
        (item("a", "b") + item("b", "a"), "dmn:type-cycle"),
        (item("a", "number", allowed="1 +"), "dmn:expression"),
        (decision("d", literal("1 +")), "dmn:expression"),
        (decision("d", literal("1"), "mangler"), "dmn:requirement"),
        (
            decision(
                "d",
                '<literalExpression expressionLanguage="urn:java"><text>1</text></literalExpression>',
            ),
            "dmn:language",
        ),
    ],
)
def test_what_is_wrong_is_found(body: str, code: str) -> None:
    assert code in {finding.code for finding in model(body).findings}


def test_a_type_cycle_is_anything() -> None:
    whole = model(item("a", "b") + item("b", "a") + decision("d", literal("1"), kind="a"))
    assert dmn.evaluate(whole, "d", {}).value == 1
