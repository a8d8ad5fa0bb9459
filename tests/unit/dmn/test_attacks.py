"""Models that nobody should trust: each ends, in time, with a value or an error of the kinds that are known."""

from __future__ import annotations

import time

import pytest
from hypothesis import given as any_of
from hypothesis import settings
from hypothesis import strategies as st

from app import dmn, feel
from tests.unit.dmn.conftest import decision, given, literal, model

SECONDS = 1.0

LOOPS = "<for iteratorVariable='i'><in>{0}</in><return>{1}</return></for>"
LONG = literal("for i in 1..1000 return i")
DEEP_LOOP = LOOPS.format(LONG, LOOPS.format(LONG, LOOPS.format(LONG, literal("i"))))
ROW = "<rule><inputEntry><text>count(?) = {0}</text></inputEntry><outputEntry><text>{0}</text></outputEntry></rule>"
WIDE_TABLE = (
    "<decisionTable><input><inputExpression><text>for i in 1..900 return x</text></inputExpression></input>"
    f"<output/>{''.join(ROW.format(n) for n in range(900))}</decisionTable>"
)
TYPES = "".join(
    f'<itemDefinition name="t{n}"><itemComponent name="a"><typeRef>t{n + 1}</typeRef></itemComponent>'
    f'<itemComponent name="b"><typeRef>t{n + 1}</typeRef></itemComponent></itemDefinition>'
    for n in range(30)
)


@pytest.mark.timed
@pytest.mark.parametrize(
    "body",
    [
        decision("d", DEEP_LOOP),
        decision("d", WIDE_TABLE, "input:x") + given("x"),
        TYPES + given("x", "t0") + decision("d", literal("x", "t0"), "input:x"),
        decision(
            "d",
            literal("string join(for i in 1..5000 return string(i ** 50), `x`)".replace("`", '"')),
        ),
    ],
)
def test_a_decision_ends(body: str) -> None:
    whole = model(body)
    nested: dict[str, object] = {}
    for _ in range(25):
        nested = {"a": nested, "b": nested}
    start = time.process_time()
    stopped = ""
    try:
        dmn.evaluate(whole, "d", {"x": nested if "t0" in body else [1]})
    except feel.FeelError as error:
        stopped = error.code
    assert stopped in ("", "feel:fuel", "feel:size", "feel:depth")
    assert time.process_time() - start < SECONDS


@settings(max_examples=150, deadline=None)
@any_of(
    st.text(alphabet="ab12 .,()[]{}<>=+-*/\"'@?&;:ifornt\n", max_size=30),
    st.sampled_from("UAPFROC"),
)
def test_any_cell_is_read_or_found_wrong(cell: str, policy: str) -> None:
    names = {"U": "UNIQUE", "A": "ANY", "P": "PRIORITY", "F": "FIRST", "C": "COLLECT"}
    names |= {"R": "RULE ORDER", "O": "OUTPUT ORDER"}
    text = cell.replace("&", "&amp;").replace("<", "&lt;")
    rules = "".join(
        f"<rule><inputEntry><text>{test}</text></inputEntry><outputEntry><text>{text}</text></outputEntry></rule>"
        for test in (text, "-")
    )
    table = (
        f'<decisionTable hitPolicy="{names[policy]}"><input><inputExpression><text>x</text></inputExpression>'
        f"</input><output/>{rules}</decisionTable>"
    )
    whole = model(given("x") + decision("d", table, "input:x"))
    try:
        first = dmn.evaluate(whole, "d", {"x": 1})
    except feel.FeelError:
        return
    assert feel.to_json(first.value) == feel.to_json(dmn.evaluate(whole, "d", {"x": 1}).value)


def _dense(count: int) -> str:
    """Decisions that each require all those after them."""
    names = ["d", *(f"d{n}" for n in range(1, count))]
    return "".join(
        decision(name, literal(names[place + 1] if place < count - 1 else "7"), *names[place + 1 :])
        for place, name in enumerate(names)
    )


def test_a_dense_graph_is_decided_without_going_deep() -> None:
    assert dmn.evaluate(model(_dense(250)), "d", {}, fuel=1_000_000).value == 7


@pytest.mark.timed
def test_a_dense_graph_is_paid_for() -> None:
    whole = model(_dense(300))
    start = time.process_time()
    with pytest.raises(feel.FeelError):
        dmn.evaluate(whole, "d", {})
    assert time.process_time() - start < SECONDS
