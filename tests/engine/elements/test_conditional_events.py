"""Conditional events: they fire each time their condition comes true."""

from __future__ import annotations

import pytest

from app import engine
from app.definitions.model.graph import (
    Event,
    Kind,
    TimerKind,
    Trigger,
)
from app.errors import DefinitionError
from tests.engine.build import (
    Course,
    each,
    timer,
)
from tests.engine.small_models import start


def when(condition: str) -> Event:
    return Event(Trigger.CONDITIONAL, condition=condition)


def written(course: Course, scope: str = "", **variables: object) -> Course:
    return course.do(engine.SetVariables(course.now, scope, variables))


def test_an_intermediate_event_waits_until_the_condition_holds() -> None:
    b = start()
    b.node(Kind.CATCH, "ready", event=when("=amount > 10"))
    b.user("after")
    b.flow("start", "ready", "after")
    # Given: no such variable yet, which is not an error
    course = Course(b).start()
    assert course.open() == ["ready#1"]
    # When: it is written, but not enough
    assert written(course, amount=5).open() == ["ready#1"]
    # Then: only what makes it true lets the token go
    written(course, amount=11)
    assert course.open() == ["after#1"]
    evaluated = course.said(engine.ExpressionEvaluated)
    assert [(e.element, e.result) for e in evaluated] == [("ready", True)]


def test_an_intermediate_event_whose_condition_holds_already_is_passed_at_once() -> None:
    b = start()
    b.node(Kind.CATCH, "ready", event=when("=amount > 10"))
    b.user("after")
    b.flow("start", "ready", "after")
    assert Course(b, amount=11).start().open() == ["after#1"]


def test_an_interrupting_boundary_event_closes_its_task() -> None:
    b = start()
    b.node(Kind.PARALLEL, "split")
    b.user("a")
    b.user("other")
    b.boundary("stop", "a", when("=withdrawn"))
    b.user("after")
    b.flow("start", "split", "a")
    b.flow("split", "other")
    b.flow("stop", "after")
    course = Course(b, withdrawn=False).start()
    assert course.open() == ["a#1", "other#1"]
    # When: another branch's task makes the condition true
    course.done("other", withdrawn=True)
    assert course.open() == ["after#1"]
    assert [event.cancelled for event in course.said(engine.TaskClosed)] == [False, True]


def test_a_non_interrupting_event_fires_each_time_the_condition_comes_true() -> None:
    b = start()
    b.user("a")
    b.boundary("high", "a", when("=n > 10"), interrupting=False)
    b.user("look")
    b.flow("start", "a")
    b.flow("high", "look")
    course = Course(b, n=11).start()
    # Given: true from the start, so it has fired once
    assert course.open() == ["a#1", "look#1"]
    # Still true is not true again
    assert written(course, n=12).open() == ["a#1", "look#1"]
    # False, then true
    assert written(written(course, n=1), n=13).open() == ["a#1", "look#1", "look#2"]


def test_a_boundary_event_sees_its_activity_s_own_variables() -> None:
    b = start()
    b.user("a", inputs=[("=total", "mine")])
    b.boundary("enough", "a", when("=mine > 10"))
    b.flow("start", "a")
    b.user("after")
    b.flow("enough", "after")
    course = Course(b, total=1).start()
    assert written(course, total=20).open() == ["a#1"]
    course.do(engine.SetVariables(course.now, "a#1", {"mine": 20}, local=True))
    assert course.open() == ["after#1"]


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_event_sub_process_starts_on_a_condition(interrupting: bool) -> None:
    b = start()
    b.node(Kind.SUB_PROCESS, "sub")
    with b.inside("sub"):
        b.start("in")
        b.user("work")
        b.flow("in", "work")
        b.node(Kind.EVENT_SUB_PROCESS, "esp")
        with b.inside("esp"):
            b.start("alarm", when("=fever > 39"), interrupting=interrupting)
            b.user("call")
            b.flow("alarm", "call")
    b.flow("start", "sub")
    course = Course(b, fever=37).start()
    written(course, fever=40)
    here = ["sub#1/esp#1/call#1"] + ([] if interrupting else ["sub#1/work#1"])
    assert course.open() == here
    if not interrupting:
        written(written(course, fever=37), fever=41)
        assert "sub#1/esp#2/call#1" in course.open()


def test_conditions_are_looked_at_when_all_else_has_run() -> None:
    """A value that is there only in between is not seen."""
    b = start()
    b.user("a")
    b.node(Kind.PARALLEL, "split")
    b.script("up", "=20", "n")
    b.script("down", "=0", "n")
    b.boundary("high", "a", when("=n > 10"), interrupting=False)
    b.user("look")
    b.user("b")
    b.flow("start", "split", "a")
    b.flow("split", "b", "up", "down")
    b.flow("high", "look")
    course = Course(b, n=0).start().done("b")
    assert course.open() == ["a#1"]


def test_one_condition_may_set_off_another_and_an_endless_ring_is_an_incident() -> None:
    b = start()
    b.user("a")
    for name, condition, value in (("x", "=n = 1", "=2"), ("y", "=n = 2", "=1")):
        b.boundary(name, "a", when(condition), interrupting=False)
        b.script(f"set_{name}", value, "n")
        b.flow(name, f"set_{name}")
    b.flow("start", "a")
    course = Course(b, n=0).start()
    written(course, n=1)
    assert set(course.incidents().values()) == {"engine:steps"}
    assert "a#1" in course.open()


def test_a_condition_that_is_no_answer_is_an_incident_and_can_be_mended() -> None:
    b = start()
    b.node(Kind.CATCH, "ready", event=when("=x"))
    b.user("after")
    b.flow("start", "ready", "after")
    course = Course(b, x="måske").start()
    assert course.incidents() == {"ready#1": "engine:condition"}
    written(course, x=True)
    assert course.open() == ["ready#1"]
    assert course.resolve("ready#1").open() == ["after#1"]


def test_a_condition_behind_an_event_based_gateway_races_with_the_others() -> None:
    b = start()
    b.node(Kind.EVENT_BASED, "g")
    b.node(Kind.CATCH, "c", event=when("=ok"))
    b.node(Kind.CATCH, "t", event=timer("P1D", TimerKind.DURATION))
    b.user("yes")
    b.flow("start", "g", "c", "yes")
    b.flow("g", "t")
    course = Course(b, ok=False).start()
    written(course, ok=True)
    assert course.open() == ["yes#1"]
    assert course.said(engine.TimerCleared)


def test_each_instance_has_its_own_condition() -> None:
    b = start()
    b.node(Kind.SUB_PROCESS, "sub", loop=each("=[1, 2]", input_element="i"))
    with b.inside("sub"):
        b.start("in")
        b.node(Kind.CATCH, "c", event=when("=level >= i"))
        b.user("work")
        b.flow("in", "c", "work")
    b.flow("start", "sub")
    course = Course(b, level=0).start()
    assert written(course, level=1).open() == ["sub#1[0]/work#1", "sub#1[1]/c#1"]
    assert written(course, level=2).open() == ["sub#1[0]/work#1", "sub#1[1]/work#1"]


def test_a_condition_is_feel() -> None:
    b = start()
    b.node(Kind.CATCH, "c", event=when("ja"))
    b.flow("start", "c")
    with pytest.raises(DefinitionError) as refused:
        engine.compile_model(b.process())
    assert [f.code for f in refused.value.findings] == ["engine:expression"]


def test_a_condition_fires_before_a_join_that_is_ready() -> None:
    """Given an inclusive join whose last branch is done, and a condition that became true with it, at its scope."""
    b = start()
    b.node(Kind.SUB_PROCESS, "sub")
    b.boundary("stop", "sub", when("=bad"))
    b.user("stopped")
    b.flow("stop", "stopped")
    with b.inside("sub"):
        b.start("in")
        b.node(Kind.INCLUSIVE, "split")
        b.user("a")
        b.user("b")
        b.node(Kind.INCLUSIVE, "join")
        b.user("on")
        b.flow("in", "split")
        for branch in ("a", "b"):
            b.flow("split", branch, condition="=true")
            b.flow(branch, "join")
        b.flow("join", "on")
    b.flow("start", "sub")
    course = Course(b, bad=False).start().done("a")
    assert course.done("b", bad=True).open() == ["stopped#1"]
    assert [e.element for e in course.all if isinstance(e, engine.TaskOpened)] == [
        "a",
        "b",
        "stopped",
    ]
