"""Parallel gateways: a token on every flow, and a join that waits for every branch."""

from __future__ import annotations

from app.definitions.model.graph import (
    Kind,
)
from tests.engine.build import (
    Builder,
    Course,
)


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
