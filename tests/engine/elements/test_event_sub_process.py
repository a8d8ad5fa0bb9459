"""Event sub-processes: started by an event in the scope around them, interrupting it or beside it."""

from __future__ import annotations

import pytest

from app import engine
from app.definitions.model.graph import (
    Event,
    Kind,
)
from tests.engine.build import (
    Builder,
    Course,
    fault,
    message,
    signal,
    timer,
)
from tests.engine.small_models import line, start, with_sub


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


@pytest.mark.parametrize(("event", "fire"), [(signal("s"), "signal"), (timer("P1D"), "timer")])
def test_event_sub_processes_start_at_signals_and_timers(event: Event, fire: str) -> None:
    b = start()
    b.user("a")
    b.flow("start", "a")
    b.node(Kind.EVENT_SUB_PROCESS, "esp")
    with b.inside("esp"):
        b.start("es", event)
        b.user("x")
        b.flow("es", "x")
    course = Course(b).start()
    course = course.signal("s") if fire == "signal" else course.tick("es", days=1)
    assert course.open() == ["esp#1/x#1"]
