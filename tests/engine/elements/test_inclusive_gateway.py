"""Inclusive gateways: every flow that holds, and a join that waits for what can still come."""

from __future__ import annotations

import pytest

from app.definitions.model.graph import (
    Kind,
)
from tests.engine.build import (
    Builder,
    Course,
)
from tests.engine.small_models import choice


@pytest.mark.parametrize(("n", "open_"), [(3, ["a#1", "b#1"]), (2, ["a#1"]), (0, ["c#1"])])
def test_an_inclusive_gateway_takes_every_flow_that_holds(n: int, open_: list[str]) -> None:
    assert Course(choice(Kind.INCLUSIVE), n=n).start().open() == open_


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
