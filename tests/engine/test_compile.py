"""What the engine cannot run is refused when it is compiled: the code, the element, why, and what to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app import engine
from app.definitions.model.graph import (
    Call,
    CalledDecision,
    Event,
    JobDefinition,
    Kind,
    MultiInstance,
    Trigger,
)
from app.engine.checks import MAX_DEPTH
from app.errors import DefinitionError
from tests.engine.build import Builder, fault, message, signal, timer
from tests.engine.small_models import nested


def base() -> Builder:
    b = Builder()
    b.start()
    b.user("a")
    b.flow("start", "a")
    return b


def added(kind: Kind, **fields: object) -> Callable[[], Builder]:
    def make() -> Builder:
        b = base()
        b.node(kind, "x", **fields)
        b.flow("a", "x")
        return b

    return make


def on_host(event: Event, host: str = "a", **fields: object) -> Callable[[], Builder]:
    def make() -> Builder:
        b = base()
        b.boundary("x", host, event, **fields)
        return b

    return make


def inside(kind: Kind, *starts: Event | None) -> Callable[[], Builder]:
    def make() -> Builder:
        b = base()
        b.node(kind, "x")
        if kind is Kind.SUB_PROCESS:
            b.flow("a", "x")
        with b.inside("x"):
            for index, event in enumerate(starts):
                b.start(f"s{index}", event)
        return b

    return make


def no_start() -> Builder:
    b = Builder()
    b.user("a")
    return b


def two_starts() -> Builder:
    b = base()
    b.start("x")
    b.flow("x", "a")
    return b


def twice() -> Builder:
    b = base()
    b.user("x")
    b.user("x")
    return b


def unreached() -> Builder:
    b = base()
    b.user("x")
    return b


def from_the_end() -> Builder:
    b = base()
    b.end("x")
    b.flow("a", "x", "a")
    return b


def into_the_start() -> Builder:
    b = base()
    b.start("x", timer("P1D"))
    b.flow("a", "x")
    return b


def condition_on_a_task() -> Builder:
    b = base()
    b.user("b")
    b.flow("a", "b", condition="=true", name="x")
    return b


def no_condition(condition: str = "") -> Callable[[], Builder]:
    def make() -> Builder:
        b = base()
        b.node(Kind.EXCLUSIVE, "g", default="g-b")
        b.user("b")
        b.user("c")
        b.flow("a", "g", "b")
        b.flow("g", "c", condition=condition, name="x")
        return b

    return make


def wrong_default() -> Builder:
    b = base()
    b.node(Kind.EXCLUSIVE, "x", default="start-a")
    b.user("b")
    b.flow("a", "x", "b")
    return b


def across_scopes() -> Builder:
    b = base()
    b.node(Kind.SUB_PROCESS, "sub")
    b.flow("a", "sub")
    with b.inside("sub"):
        b.start("s")
        b.user("inner")
        b.flow("s", "inner")
    b.flow("a", "inner", name="x")
    return b


def task_after_event_gateway() -> Builder:
    b = base()
    b.node(Kind.EVENT_BASED, "g")
    b.user("x")
    b.flow("a", "g", "x")
    return b


def lonely_link() -> Builder:
    b = base()
    b.node(Kind.THROW, "x", event=Event(Trigger.LINK, "videre"))
    b.flow("a", "x")
    return b


def join_fed_by_itself() -> Builder:
    b = base()
    b.node(Kind.PARALLEL, "x")
    b.user("b")
    b.flow("a", "x", "b", "x")
    return b


def open_inclusive_loop() -> Builder:
    b = base()
    b.node(Kind.INCLUSIVE, "x", default="x-b")
    b.user("b")
    b.flow("a", "x", "b", "x")
    return b


def deep() -> Builder:
    b = base()
    return nested(b, MAX_DEPTH + 1)


REFUSED = {
    "engine:no-start": (no_start, None),
    "engine:several-starts": (two_starts, "x"),
    "engine:duplicate-id": (twice, "x"),
    "engine:not-connected": (unreached, "x"),
    "engine:outgoing": (from_the_end, "x"),
    "engine:incoming": (into_the_start, "x"),
    "engine:flow-ends": (across_scopes, "x"),
    "engine:condition-place": (condition_on_a_task, "x"),
    "engine:condition-missing": (no_condition(), "x"),
    "engine:expression": (no_condition("=1 +"), "x"),
    "engine:default": (wrong_default, "x"),
    "engine:event-gateway": (task_after_event_gateway, "x"),
    "engine:link": (lonely_link, "x"),
    "engine:join-own-input": (join_fed_by_itself, "x"),
    "engine:inclusive-loop": (open_inclusive_loop, "x"),
    "engine:inner-start": (inside(Kind.SUB_PROCESS), "x"),
    "engine:event": (added(Kind.CATCH, event=Event(Trigger.ESCALATION, "a")), "x"),
    "engine:no-job": (added(Kind.SERVICE), "x"),
    "engine:decision": (added(Kind.RULE, decision=CalledDecision("", "r")), "x"),
    "engine:script": (added(Kind.SCRIPT), "x"),
    "engine:call": (added(Kind.CALL), "x"),
    "engine:call-expression": (added(Kind.CALL, call=Call("=process", "deployment")), "x"),
    "engine:too-deep": (deep, f"b{MAX_DEPTH - 1}"),
    "engine:message": (added(Kind.RECEIVE, event=Event(Trigger.MESSAGE, "m")), "x"),
    "engine:timer": (added(Kind.CATCH, event=timer("")), "x"),
    "engine:signal": (added(Kind.CATCH, event=signal("")), "x"),
    "engine:variable-name": (added(Kind.MANUAL, outputs=[("=1", "a..b")]), "x"),
    "engine:loop": (added(Kind.MANUAL, loop=MultiInstance(False, "")), "x"),
    "engine:boundary-host": (on_host(message("m"), "start"), "x"),
    "engine:error-interrupts": (on_host(fault(), interrupting=False), "x"),
    "engine:catch-code": (on_host(fault("=code")), "x"),
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_cannot_run_is_refused_with_its_element(code: str) -> None:
    make, element = REFUSED[code]
    with pytest.raises(DefinitionError) as refused:
        engine.compile_model(make().process())
    assert refused.value.code == "engine:cannot-run"
    assert (code, element) in {(f.code, f.element) for f in refused.value.findings}
    assert all(
        finding.message.endswith((".", "?")) or "Udtrykket" in finding.message
        for finding in refused.value.findings
    )


@pytest.mark.parametrize(
    "make",
    [
        inside(Kind.SUB_PROCESS, None, None),
        inside(Kind.SUB_PROCESS, timer("P1D")),
        inside(Kind.EVENT_SUB_PROCESS, None),
        inside(Kind.EVENT_SUB_PROCESS, message("m"), message("n")),
        on_host(Event(Trigger.LINK, "a")),
        added(Kind.THROW, event=Event(Trigger.MESSAGE, "m")),
        added(Kind.END, event=Event(Trigger.TIMER)),
    ],
)
def test_events_without_a_rule_are_refused(make: Callable[[], Builder]) -> None:
    with pytest.raises(DefinitionError):
        engine.compile_model(make().process())


def test_a_called_process_is_checked_as_well() -> None:
    b = base()
    b.call("c", "child")
    b.flow("a", "c")
    with pytest.raises(DefinitionError):
        engine.compile_model(b.process(), {"child": no_start().process()})


def test_two_files_may_use_the_same_ids() -> None:
    b = base()
    b.call("c", "child")
    b.flow("a", "c")
    child = base()
    child.id = "child"
    child.nodes = [
        n.__class__(**{**{f: getattr(n, f) for f in n.__slots__}, "scope": "child"})
        for n in child.nodes
    ]
    child.flows = [f.__class__(f.id, f.source, f.target, "child") for f in child.flows]
    model = engine.compile_model(b.process(), {"child": child.process()})
    assert {"a", "child/a"} <= set(model.elements)
    assert model.node("child/a").kind is Kind.USER


def test_a_long_model_compiles_without_recursion() -> None:
    b = Builder()
    names = [b.start()] + [b.user(f"u{index}") for index in range(3_000)]
    b.flow(*names)
    assert len(engine.compile_model(b.process()).elements) == 3_001


def test_a_job_on_a_script_task_is_a_job() -> None:
    b = base()
    b.node(Kind.SCRIPT, "x", job=JobDefinition("t"))
    b.flow("a", "x")
    engine.compile_model(b.process())
