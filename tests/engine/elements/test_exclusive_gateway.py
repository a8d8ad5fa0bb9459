"""Exclusive gateways: one flow, the first whose condition holds."""

from __future__ import annotations

import pytest

from app import engine
from app.definitions.model.graph import (
    Kind,
)
from tests.engine.build import (
    Builder,
    Course,
)
from tests.engine.small_models import choice


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
