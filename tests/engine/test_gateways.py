"""Scripts and gateways: what is computed, which ways are taken, what is waited for."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app import engine
from app.definitions.graph import Kind
from tests.engine.build import (
    Builder,
    Course,
)
from tests.engine.small_models import choice, line

# -- scripts, gateways ----------------------------------------------------------------------------


def test_a_script_writes_its_result() -> None:
    b = Builder()
    b.start()
    b.script("s", "=0.1 + 0.2", "sum")
    b.end()
    b.flow("start", "s", "end")
    assert Course(b).start().seen() == {"sum": Decimal("0.3")}


@pytest.mark.parametrize(("n", "open_"), [(3, ["a#1"]), (2, ["a#1"]), (0, ["c#1"])])
def test_an_exclusive_gateway_takes_the_first_flow_in_document_order(
    n: int, open_: list[str]
) -> None:
    course = Course(choice(Kind.EXCLUSIVE), n=n).start()
    assert course.open() == open_
    assert [e.flow for e in course.said(engine.FlowTaken)] == ["start-x", f"x-{open_[0][0]}"]
    assert course.said(engine.ExpressionEvaluated)[0] == engine.ExpressionEvaluated(
        "x", "=n > 1", n > 1
    )


@pytest.mark.parametrize(("n", "open_"), [(3, ["a#1", "b#1"]), (2, ["a#1"]), (0, ["c#1"])])
def test_an_inclusive_gateway_takes_every_flow_that_holds(n: int, open_: list[str]) -> None:
    assert Course(choice(Kind.INCLUSIVE), n=n).start().open() == open_


def test_a_condition_on_a_missing_variable_is_an_incident_that_mending_resolves() -> None:
    course = Course(choice(Kind.EXCLUSIVE)).start()
    assert course.incidents() == {"x#1": "engine:condition"}
    course.do(engine.SetVariables(course.now, variables={"n": 2}))
    course.resolve("x#1")
    assert course.open() == ["a#1"]
    assert course.said(engine.IncidentResolved) == [engine.IncidentResolved("x#1")]


def test_a_gateway_without_a_matching_path_shows_where_and_with_which_values() -> None:
    b = Builder()
    b.start()
    b.node(Kind.EXCLUSIVE, "x")
    b.user("a")
    b.user("b")
    b.flow("start", "x")
    b.flow("x", "a", condition="=n = 1")
    b.flow("x", "b", condition="=n = 2")
    course = Course(b, n=3).start()
    assert course.incidents() == {"x#1": "engine:no-path"}
    assert course.open() == []
    course.do(engine.SetVariables(course.now, variables={"n": 2})).resolve("x#1")
    assert course.open() == ["b#1"]


def test_a_parallel_gateway_waits_for_all_its_branches() -> None:
    b = Builder()
    b.start()
    b.node(Kind.PARALLEL, "split")
    b.node(Kind.PARALLEL, "join")
    for name in ("a", "b", "after"):
        b.user(name)
    b.flow("start", "split", "a", "join", "after")
    b.flow("split", "b", "join")
    course = Course(b).start()
    assert course.open() == ["a#1", "b#1"]
    assert course.done("a").open() == ["b#1"]
    assert course.done("b").open() == ["after#1"]


def test_a_join_that_can_never_fire_is_an_incident() -> None:
    b = Builder()
    b.start()
    b.node(Kind.EXCLUSIVE, "x", default="x-b")
    b.node(Kind.PARALLEL, "join")
    b.user("a")
    b.user("b")
    b.flow("start", "x")
    b.flow("x", "a", condition="=true")
    b.flow("x", "b")
    b.flow("a", "join")
    b.flow("b", "join")
    course = Course(b).start().done("a")
    assert course.incidents() == {"join#1": "engine:deadlock"}


def test_an_inclusive_join_waits_for_what_can_still_come() -> None:
    b = Builder()
    b.start()
    b.node(Kind.INCLUSIVE, "split", default="split-c")
    b.node(Kind.INCLUSIVE, "join")
    for name in ("a", "b", "c", "after"):
        b.user(name)
    b.flow("start", "split")
    b.flow("split", "a", condition="=x")
    b.flow("split", "b", condition="=y")
    b.flow("split", "c")
    for name in ("a", "b", "c"):
        b.flow(name, "join")
    b.flow("join", "after")
    course = Course(b, x=True, y=True).start()
    assert course.done("a").open() == ["b#1"]
    assert course.done("b").open() == ["after#1"]
    assert Course(b, x=False, y=True).start().done("b").open() == ["after#1"]


def test_an_implicit_split_gives_a_token_on_each_flow() -> None:
    b = line("a")
    b.user("b")
    b.flow("a", "b")
    course = Course(b).start().done("a")
    assert course.open() == ["b#1"]
    assert course.how == ""
    assert course.done("b").how == "completed"
