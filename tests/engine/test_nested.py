"""Sub-processes, calls and event sub-processes: scopes, ends, errors, escalations."""

from __future__ import annotations

import pytest

from app import engine
from app.definitions.graph import Event, Kind, Trigger
from tests.engine.build import (
    Builder,
    Course,
    escalation,
    fault,
    message,
    timer,
)
from tests.engine.small_models import line, with_sub

# -- sub-processes and calls ----------------------------------------------------------------------


def test_a_sub_process_ends_when_no_token_is_left_in_it() -> None:
    b = with_sub()
    with b.inside("sub"):
        b.user("b")
        b.flow("sub.start", "b")
    course = Course(b).start()
    assert course.open() == ["sub#1/a#1", "sub#1/b#1"]
    course.done("a")
    assert course.done("b").open() == ["after#1"]


def test_variables_of_a_sub_process_stay_in_it_unless_mapped_out() -> None:
    b = with_sub(inputs=[("=1", "x")], outputs=[("=x + 1", "y")])
    course = Course(b, x=10).start()
    assert course.seen("sub#1/a#1") == {"x": 1}
    course.done("a", x=5, z=3)
    assert course.seen() == {"x": 10, "y": 6, "z": 3}


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


def test_an_escalation_does_not_interrupt_unless_drawn_so_and_needs_no_catcher() -> None:
    b = with_sub()
    with b.inside("sub"):
        b.node(Kind.THROW, "raise", event=escalation("HJÆLP"))
        b.user("b")
        b.flow("a", "raise", "b")
    course = Course(b).start().done("a")
    assert course.open() == ["sub#1/b#1"]
    b.boundary("e", "sub", escalation("HJÆLP"), interrupting=False)
    b.user("chief")
    b.flow("e", "chief")
    assert Course(b).start().done("a").open() == ["chief#1", "sub#1/b#1"]


def test_a_terminate_end_event_ends_its_scope_only() -> None:
    b = with_sub()
    with b.inside("sub"):
        b.user("b")
        b.flow("sub.start", "b")
        b.end("stop", Event(Trigger.TERMINATE))
        b.flow("a", "stop")
    course = Course(b).start().done("a")
    assert course.open() == ["after#1"]
    assert course.how == ""


def test_a_terminated_course_says_so() -> None:
    b = line("a", "b")
    b.end("stop", Event(Trigger.TERMINATE))
    b.flow("start", "stop")
    course = Course(b).start()
    assert course.how == "terminated"
    assert course.said(engine.CourseEnded)[0].end_events == ("stop",)


def called(**fields: object) -> tuple[Builder, Builder]:
    b = Builder()
    b.start()
    b.call("c", "child", **fields)
    b.user("after")
    b.flow("start", "c", "after")
    child = Builder("child")
    child.start("cs")
    child.user("a")
    child.end("ce")
    child.flow("cs", "a", "ce")
    return b, child


def test_a_called_process_has_its_own_variables_and_gives_back_what_it_set() -> None:
    course = Course(*called(inputs=[("=x + 1", "y")]), x=1, z=9).start()
    assert course.said(engine.TaskOpened)[0].element == "child/a"
    assert course.seen("c#1/a#1") == {"x": 1, "y": 2, "z": 9}
    course.do(engine.SetVariables(course.now, variables={"z": 10}))
    course.done("a", new=5)
    assert course.seen() == {"x": 1, "z": 10, "new": 5}


def test_a_call_may_pass_only_what_is_mapped_both_ways() -> None:
    fields = {"propagate_all_parent": False, "propagate_all_child": False}
    course = Course(*called(**fields, inputs=[("=x", "y")]), x=1).start()
    assert course.seen("c#1/a#1") == {"y": 1}
    assert course.done("a", new=5).seen() == {"x": 1}


def test_output_mappings_of_a_call_read_the_child_s_variables() -> None:
    course = Course(*called(outputs=[("=new", "result")]), x=1).start().done("a", new=5)
    assert course.seen() == {"x": 1, "result": 5}


def test_a_missing_called_process_is_an_incident_when_it_is_called() -> None:
    course = Course(called()[0]).start()
    assert course.incidents() == {"c#1": "engine:callee"}


def test_calls_without_an_end_stop_at_a_depth() -> None:
    b = Builder("p")
    b.start()
    b.call("c", "p")
    b.flow("start", "c")
    course = Course(b, b).start()
    assert list(course.incidents().values()) == ["engine:call-depth"]


# -- event sub-processes --------------------------------------------------------------------------


def with_event_sub(event: Event, *, interrupting: bool, scope: str = "") -> Builder:
    b = with_sub() if scope else line("a")
    b.scope = scope or "p"
    b.node(Kind.EVENT_SUB_PROCESS, "esp")
    with b.inside("esp"):
        b.start("es", event, interrupting=interrupting)
        b.user("x")
        b.flow("es", "x")
    b.scope = "p"
    return b


@pytest.mark.parametrize("scope", ["", "sub"])
def test_an_interrupting_event_sub_process_replaces_its_scope(scope: str) -> None:
    b = with_event_sub(message("m"), interrupting=True, scope=scope)
    course = Course(b).start()
    prefix = "sub#1/" if scope else ""
    course.message(f"{prefix}es#1", note="hej")
    assert course.open() == [f"{prefix}esp#1/x#1"]
    assert course.seen()["note"] == "hej"
    course.done("x")
    assert (course.how, course.open()) == (("", ["after#1"]) if scope else ("completed", []))


@pytest.mark.parametrize("scope", ["", "sub"])
def test_a_non_interrupting_event_sub_process_runs_beside_and_again(scope: str) -> None:
    course = Course(with_event_sub(message("m"), interrupting=False, scope=scope)).start()
    prefix = "sub#1/" if scope else ""
    course.message(f"{prefix}es#1").message(f"{prefix}es#2")
    assert course.open() == [f"{prefix}{p}" for p in ("a#1", "esp#1/x#1", "esp#2/x#1")]
    course.done("a")
    assert course.how == ""
    course.done(f"{prefix}esp#1/x#1").done(f"{prefix}esp#2/x#1")
    assert course.open() == (["after#1"] if scope else [])


def test_an_event_sub_process_that_never_starts_does_not_hold_the_course() -> None:
    course = Course(with_event_sub(timer("P1D"), interrupting=True)).start().done("a")
    assert course.how == "completed"
    assert course.said(engine.TimerCleared) == [engine.TimerCleared("es#1")]


def test_an_event_sub_process_catches_errors_of_its_scope() -> None:
    b = with_event_sub(fault("X"), interrupting=True)
    b.end("bad", fault("X"))
    b.flow("a", "bad")
    b.flows = [flow for flow in b.flows if flow.target != "end"]
    b.nodes = [node for node in b.nodes if node.id != "end"]
    assert Course(b).start().done("a").open() == ["esp#1/x#1"]
