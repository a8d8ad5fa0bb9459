"""Error events: thrown outwards, caught by the nearest boundary event or event sub-process."""

from __future__ import annotations

from app.definitions.model.graph import (
    Kind,
)
from tests.engine.build import (
    Builder,
    Course,
    each,
    escalation,
    fault,
)
from tests.engine.small_models import start, with_sub


def test_an_error_end_event_is_caught_around_its_sub_process() -> None:
    b = with_sub()
    with b.inside("sub"):
        b.end("bad", fault("AFSLAG"))
        b.flow("a", "bad")
    b.boundary("any", "sub", fault())
    b.boundary("exact", "sub", fault("AFSLAG"))
    for name in ("any", "exact"):
        b.user(f"after.{name}")
        b.flow(name, f"after.{name}")
    assert Course(b).start().done("a").open() == ["after.exact#1"]


def test_an_error_is_not_caught_by_a_sibling() -> None:
    b = Builder()
    b.start()
    b.user("a")
    b.user("sibling")
    b.boundary("e", "sibling", fault("X"))
    b.user("wrong")
    b.flow("e", "wrong")
    b.end("bad", fault("X"))
    b.flow("start", "a", "bad")
    b.flow("start", "sibling")
    course = Course(b).start().done("a")
    assert course.incidents() == {"bad#1": "engine:error-uncaught"}
    assert "sibling#1" in course.open()


def test_errors_and_escalations_pass_through_calls() -> None:
    child = Builder("child")
    child.start("cs")
    child.node(Kind.THROW, "tell", event=escalation("E"))
    child.user("a")
    child.end("bad", fault("X"))
    child.flow("cs", "tell", "a", "bad")
    b = start()
    b.node(Kind.SUB_PROCESS, "sub", loop=each("=[1]"))
    with b.inside("sub"):
        b.start("s")
        b.call("c", "child")
        b.flow("s", "c")
    b.boundary("told", "sub", escalation(), interrupting=False)
    b.boundary("failed", "sub", fault())
    for name in ("told", "failed"):
        b.user(f"after.{name}")
        b.flow(name, f"after.{name}")
    b.flow("start", "sub")
    course = Course(b, child).start()
    assert course.open() == ["after.told#1", "sub#1[0]/c#1/a#1"]
    assert course.done("a").open() == ["after.failed#1", "after.told#1"]
