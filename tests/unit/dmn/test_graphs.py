"""Requirement graphs, knowledge models, decision services, imports (DMN 1.5 §6, §10.4)."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from app import dmn, feel
from tests.unit.dmn.conftest import Decide, decision, given, literal, model, plain


def knowledge(name: str, parameters: str, body: str, *required: str, kind: str = "") -> str:
    formal = "".join(
        f'<formalParameter name="{each.split(":")[0]}"'
        + (f' typeRef="{each.split(":")[1]}"' if ":" in each else "")
        + "/>"
        for each in parameters.split()
    )
    needs = "".join(
        f'<knowledgeRequirement><requiredKnowledge href="#{each}"/></knowledgeRequirement>'
        for each in required
    )
    return (
        f'<businessKnowledgeModel id="{name}" name="{name}"><variable name="{name}" typeRef="{kind or "Any"}"/>'
        f"{needs}<encapsulatedLogic>{formal}{body}</encapsulatedLogic></businessKnowledgeModel>"
    )


def service(name: str, **hrefs: str) -> str:
    parts = "".join(
        f'<{tag} href="#{identity}"/>' for tag, ids in hrefs.items() for identity in ids.split()
    )
    return f'<decisionService id="{name}" name="{name}"><variable name="{name}"/>{parts}</decisionService>'


def test_decisions_stand_on_decisions(decide: Decide) -> None:
    body = (
        given("x")
        + decision("a", literal("x + 1"), "input:x")
        + decision("b", literal("a * 2"), "a")
        + decision("d", literal("a + b"), "a", "b")
    )
    assert decide(body, {"x": 1}) == 6


def test_what_is_not_required_is_not_seen(decide: Decide) -> None:
    body = given("x") + decision("a", literal("1")) + decision("d", literal("[a, x]"))
    assert decide(body, {"x": 1}) == [None, None]


def test_a_long_chain_is_no_deep_one(decide: Decide) -> None:
    body = decision("d0", literal("0"))
    body += "".join(decision(f"d{n}", literal(f"d{n - 1} + 1"), f"d{n - 1}") for n in range(1, 400))
    assert decide(body, {}, "d399") == 399


def test_a_circle_is_found_and_gives_null(decide: Decide) -> None:
    body = decision("a", literal("d"), "d") + decision("d", literal("a"), "a")
    assert "dmn:cycle" in {finding.code for finding in model(body).findings}
    assert decide(body) is None


def test_knowledge_models_are_functions(decide: Decide) -> None:
    body = (
        knowledge("f", "x:number", literal("g(x) + 1"), "g")
        + knowledge("g", "x", literal("x * 10"))
        + decision(
            "d",
            literal("[f(2), f(x: 3), f([4]), f(`a`), f(1, 2), f(y: 1)]".replace("`", '"')),
            "fn:f",
        )
    )
    assert decide(body) == [21, 31, 41, None, None, None]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("function<number> -> string", True),
        ("function<number> -> Any", True),
        ("function<number> -> number", False),
        ("function<string> -> string", False),
        ("function<number, number> -> string", False),
    ],
)
def test_a_knowledge_model_is_of_a_function_type(kind: str, expected: Any, decide: Decide) -> None:
    body = knowledge("f", "x:number", literal("string(x)", "string"))
    assert decide(body + decision("d", literal(f"f instance of {kind}"), "fn:f")) is expected


def test_a_knowledge_model_promises_its_result(decide: Decide) -> None:
    body = knowledge("f", "", literal("1", "string")) + decision("d", literal("f()"), "fn:f")
    assert decide(body) is None


def test_a_knowledge_model_may_call_itself(decide: Decide) -> None:
    body = knowledge("f", "n", literal("if n < 2 then 1 else n * f(n - 1)")) + decision(
        "d", literal("f(6)"), "fn:f"
    )
    assert decide(body) == 720


SERVICE = (
    given("x", "number")
    + given("other")
    + decision("a", literal("1"))
    + decision("b", literal("a + x"), "a", "input:x", kind="number")
    + decision("c", literal("b * 10"), "b")
    + service("one", outputDecision="c", encapsulatedDecision="b", inputDecision="a", inputData="x")
    + service("two", outputDecision="b c", inputDecision="a", inputData="x")
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one(2, 3)", 50),
        ("one(x: 2, a: 3)", 50),
        ("two(2, 3)", {"b": 5, "c": 50}),
        ("two(2, 3).c", 50),
        ('one("2", 3)', None),
        ("one(2)", None),
        ("one(z: 2)", None),
        ("[one(2, 3), c]", [50, 20]),
    ],
)
def test_services_are_functions_of_their_inputs(text: str, expected: Any, decide: Decide) -> None:
    body = SERVICE + decision("d", literal(text), "fn:one", "fn:two", "c")
    assert decide(body, {"x": 1}) == expected


def test_a_service_is_asked_from_outside() -> None:
    assert dmn.evaluate(model(SERVICE), "one", {"x": 2, "a": 3}).value == 50
    assert plain(dmn.evaluate(model(SERVICE), "two", {"x": 2, "a": 3}).value) == {"b": 5, "c": 50}


FUNCTION_TYPE = (
    '<itemDefinition name="tF"><functionItem outputTypeRef="{}"><parameters name="a" typeRef="number"/>'
    "</functionItem></itemDefinition>"
)


@pytest.mark.parametrize(("promised", "expected"), [("number", 10), ("string", None), ("Any", 10)])
def test_a_service_of_a_function_type_promises_what_its_functions_give(
    promised: str, expected: Any, decide: Decide
) -> None:
    body = FUNCTION_TYPE.format(promised) + decision("a", literal("1"), kind="number")
    body += decision("b", literal("a * 2"), "a")
    body += service("s", outputDecision="b", inputDecision="a").replace(
        '<variable name="s"', '<variable name="s" typeRef="tF"'
    )
    body += decision("d", literal("s(5)"), "fn:s")
    assert decide(body) == expected
    assert decide(body, {"a": 5}, "s") == expected
    text = "[s instance of function<number> -> Any, s instance of function<string> -> Any]"
    assert decide(body + decision("e", literal(text), "fn:s"), None, "e") == [True, False]


@pytest.mark.parametrize(("promised", "expected"), [("number", None), ("string", "a")])
def test_a_knowledge_model_of_a_function_type_promises_its_result(
    promised: str, expected: Any, decide: Decide
) -> None:
    body = FUNCTION_TYPE.format(promised) + knowledge("f", "a", literal("a"), kind="tF")
    assert decide(body + decision("d", literal('f("a")'), "fn:f")) == expected


INNER = """<import name="{name}" namespace="urn:inner" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>"""


def inner() -> dmn.Model:
    return model(
        '<itemDefinition name="tAlder"><typeRef>number</typeRef><allowedValues><text>[0..130]</text>'
        "</allowedValues></itemDefinition>"
        + given("en alder", "tAlder")
        + decision("voksen", literal("en alder >= 18"), "input:en alder")
        + knowledge("dobbelt", "x", literal("x * 2")),
        namespace="urn:inner",
    )


def outer(text: str, name: str = "m", kind: str = "") -> str:
    typed = f' typeRef="{kind}"' if kind else ""
    return INNER.format(name=name) + (
        f'<decision id="d" name="d"><variable name="d"{typed}/>'
        '<informationRequirement><requiredDecision href="urn:inner#voksen"/></informationRequirement>'
        '<informationRequirement><requiredInput href="urn:inner#en alder"/></informationRequirement>'
        '<knowledgeRequirement><requiredKnowledge href="urn:inner#dobbelt"/></knowledgeRequirement>'
        f"{literal(text)}</decision>"
    )


@pytest.mark.parametrize("inputs", [{"m": {"en alder": 17}}, {"en alder": 17}])
def test_imported_elements_stand_under_the_imports_name(inputs: dict[str, Any]) -> None:
    whole = model(outer("[m.voksen, m.en alder, m.dobbelt(m.en alder)]"), [inner()])
    assert whole.findings == ()
    assert plain(dmn.evaluate(whole, "d", inputs).value) == [False, 17, 34]


def test_an_import_without_a_name_stands_beside_our_own() -> None:
    whole = model(outer("[voksen, dobbelt(2)]", name=""), [inner()])
    assert plain(dmn.evaluate(whole, "d", {"en alder": 20}).value) == [True, 4]


def test_imported_types() -> None:
    for text, expected in (("5", 5), ("131", None), ("m.en alder instance of m.tAlder", None)):
        whole = model(outer(text, kind="m.tAlder"), [inner()])
        assert plain(dmn.evaluate(whole, "d", {"en alder": 7}).value) == expected


def test_a_missing_import_is_found() -> None:
    codes = {finding.code for finding in model(outer("1")).findings}
    assert codes == {"dmn:import", "dmn:requirement"}


def test_the_same_model_under_two_imports_keeps_its_inputs_apart() -> None:
    left = model(
        INNER.format(name="a")
        + '<decision id="l" name="l"><variable name="l"/><informationRequirement>'
        '<requiredInput href="urn:inner#en alder"/></informationRequirement>'
        + literal("a.en alder")
        + "</decision>",
        [inner()],
        namespace="urn:left",
    )
    whole = model(
        '<import name="v" namespace="urn:left" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
        + INNER.format(name="a")
        + '<decision id="d" name="d"><variable name="d"/><informationRequirement>'
        '<requiredDecision href="urn:left#l"/></informationRequirement><informationRequirement>'
        '<requiredInput href="urn:inner#en alder"/></informationRequirement>'
        + literal("[v.l, a.en alder]")
        + "</decision>",
        [left, inner()],
    )
    inputs = {"v": {"a": {"en alder": 1}}, "a": {"en alder": 2}}
    assert plain(dmn.evaluate(whole, "d", inputs).value) == [1, 2]


def test_inputs_are_never_changed() -> None:
    inputs = {"x": [1, {"a": 2}]}
    body = given("x") + decision("d", literal("append(x, 3)"), "input:x")
    dmn.evaluate(model(body), "d", inputs)
    assert inputs == {"x": [1, {"a": 2}]}


def test_a_decision_ends_within_its_fuel() -> None:
    endless = knowledge("f", "n", literal("f(n + 1)"))
    for body in (
        decision("d", literal("for i in 1..100000000 return i")),
        endless + decision("d", literal("f(1)"), "fn:f"),
    ):
        with pytest.raises(feel.FeelError) as caught:
            dmn.evaluate(model(body), "d", {})
        assert caught.value.code in ("feel:fuel", "feel:depth")


def test_an_unknown_decision_is_an_error() -> None:
    with pytest.raises(dmn.DmnError) as caught:
        dmn.evaluate(model(""), "d", {})
    assert caught.value.code == "dmn:unknown-decision"


def test_a_missing_input_is_null_and_told() -> None:
    result = dmn.evaluate(model(given("x") + decision("d", literal("x"), "input:x")), "d", {})
    assert result.value is None
    assert result.warnings[0].code == "dmn:missing-input"


def test_a_warning_knows_its_element() -> None:
    body = decision("d", '<literalExpression id="her"><text>1 + "a"</text></literalExpression>')
    (warning,) = dmn.evaluate(model(body), "d", {}).warnings
    assert (warning.code, warning.element) == ("feel:type", "her")


def test_dmn_needs_no_flask() -> None:
    program = "import app.dmn, sys; sys.exit('flask' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize(
    "name",
    [
        "x",
        "to ord",
        "Ea's liste 2",
        "a+b",
        "a-b",
        "en/anden",
        "in stock",
        "for dig",
        "dato and tid",
        "Tal 1.2",
        "Größe",
        "🐎",
        "date",
        "count",
        "hvad nu?",
    ],
)
def test_names_of_all_kinds(name: str, decide: Decide) -> None:
    body = given(name) + decision("d", literal(f"{name} + 1"), f"input:{name}")
    assert decide(body, {name: 4}) == 5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x.et navn", 1),
        ("x.et navn + 1", 2),
        ("for e in [x] return e.et navn", [1]),
        ("if x.et navn = 1 then x.b else 0", 2),
        ("x.et navn between 0 and 5", True),
        ("some e in [x] satisfies e.et navn > 0", True),
        ("[x][et navn = 1].b", None),
    ],
)
def test_an_entrys_name_may_hold_spaces(text: str, expected: Any, decide: Decide) -> None:
    body = given("x") + decision("d", literal(text), "input:x")
    assert decide(body, {"x": {"et navn": 1, "b": 2}}) == expected


def test_functions_are_values(decide: Decide) -> None:
    body = (
        knowledge("plus", "a", literal("function(b) a + b"))
        + knowledge("less", "a b", literal("a < b"))
        + decision("twice", literal("function(x) x * 2"))
        + decision(
            "d",
            literal("[plus(1)(2), twice(4), sort([3, 1, 2], less)]"),
            "fn:plus",
            "fn:less",
            "twice",
        )
    )
    assert decide(body) == [3, 8, [1, 2, 3]]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("aldr > 5", "'alder'"),
        ("sum([1]) + alder", None),
        ("alder[ukendt = 1]", None),
        ("hest", ""),
    ],
)
def test_a_name_that_nothing_has_is_found(text: str, meant: str | None) -> None:
    whole = model(given("alder") + decision("d", literal(text), "input:alder"))
    if meant is None:
        assert whole.findings == ()
        return
    (finding,) = whole.findings
    assert (finding.code, finding.severity, finding.element) == ("dmn:unknown-name", "warning", "d")
    assert ("Mente du" in finding.message) is bool(meant)
    assert meant in finding.message


@pytest.mark.parametrize("name", ["Rabat %", "$", 'med "citat"', "a; b"])
def test_a_name_that_feel_cannot_write_spoils_no_other_expression(
    name: str, decide: Decide
) -> None:
    attribute = name.replace('"', "&quot;")
    body = given("x") + decision("e", literal("1")).replace('name="e"', f'name="{attribute}"')
    body += decision("d", literal(f"x + 1 + `{name}`"), "input:x", "e")
    assert decide(body, {"x": 2}) == 4


def test_names_are_known_among_hundreds(decide: Decide) -> None:
    """Also one whose first word is all that the text writes alike: a - b for a-b."""
    entries = "".join(
        f'<contextEntry><variable name="led nr {n}"/>{literal(str(n))}</contextEntry>'
        for n in range(300)
    )
    entries += f'<contextEntry><variable name="a-b"/>{literal("7")}</contextEntry>'
    text = "led nr 299 + a - b + led  nr 1"
    body = f"<context>{entries}<contextEntry>{literal(text)}</contextEntry></context>"
    assert decide(decision("d", body)) == 307
