"""Sequence flows: several from one element are several tokens, several into one are no join."""

from __future__ import annotations

from app import engine
from app.definitions.model.graph import (
    Kind,
)
from tests.engine.build import (
    Course,
)
from tests.engine.small_models import line, start


def test_an_implicit_split_gives_a_token_on_each_flow() -> None:
    b = line("a")
    b.user("b")
    b.flow("a", "b")
    course = Course(b).start().done("a")
    assert course.open() == ["b#1"]
    assert course.how == ""
    assert course.done("b").how == "completed"


def test_several_flows_between_the_same_two_elements_are_several_tokens() -> None:
    b = start()
    b.node(Kind.PARALLEL, "split")
    b.node(Kind.PARALLEL, "join")
    b.user("a")
    b.flow("start", "split")
    b.flow("split", "join", name="f1")
    b.flow("split", "join", name="f2")
    b.flow("join", "a")
    course = Course(b).start()
    assert course.open() == ["a#1"]
    assert [e.flow for e in course.said(engine.FlowTaken)] == ["start-split", "f1", "f2", "join-a"]
