"""Where elements meet: incidents halfway, errors through bodies and calls, timers that read an activity's values."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from app import engine
from app.definitions.graph import Event, Kind, TimerKind, Trigger
from app.errors import DefinitionError
from tests.engine.build import Builder, Course, each, escalation, fault, message, signal, timer


def start() -> Builder:
    b = Builder()
    b.start()
    return b


def mend(course: Course, where: str, scope: str = "", **variables: object) -> Course:
    course.do(engine.SetVariables(course.now, scope, variables))
    return course.resolve(where)


def test_a_boundary_timer_reads_its_activity_s_own_values() -> None:
    b = start()
    b.user("a", inputs=[("=days", "wait")])
    b.boundary("t", "a", timer("=wait"))
    b.flow("start", "a")
    b.user("late")
    b.flow("t", "late")
    course = Course(b, days="P2D").start()
    assert course.said(engine.TimerSet)[0].due.day == 3
    assert course.tick("t", days=2).open() == ["late#1"]


def test_a_boundary_event_that_cannot_be_armed_does_not_hold_its_activity() -> None:
    b = start()
    b.user("a")
    b.boundary("t", "a", timer("=missing", TimerKind.DATE))
    b.flow("start", "a")
    course = Course(b).start()
    assert course.incidents() == {"t#1": "engine:timer"}
    course.done("a")
    assert course.how == "completed"
    assert course.said(engine.IncidentResolved) == [engine.IncidentResolved("t#1")]


def test_an_activity_that_cannot_be_entered_keeps_its_boundary_events() -> None:
    b = start()
    b.user("a", user_task=None, inputs=[("=for i in 1..9999, j in 1..9999 return x", "y")])
    b.boundary("m", "a", message("m"))
    b.user("other")
    b.flow("start", "a")
    b.flow("m", "other")
    course = Course(b).start()
    assert course.incidents() == {"a#1": "feel:fuel"}
    assert course.said(engine.TaskOpened) == []
    course.message("m")
    assert (course.open(), course.incidents()) == (["other#1"], {})


def test_a_sub_process_whose_outputs_fail_goes_on_after_mending() -> None:
    b = start()
    b.node(
        Kind.SUB_PROCESS,
        "sub",
        outputs=[("=if ok then 1 else (for i in 1..9999, j in 1..9999 return 1)", "y")],
    )
    with b.inside("sub"):
        b.start("s")
        b.user("a")
        b.flow("s", "a")
    b.user("after")
    b.flow("start", "sub", "after")
    course = Course(b, ok=False).start().done("a")
    assert course.incidents() == {"sub#1": "feel:fuel"}
    assert mend(course, "sub#1", ok=True).open() == ["after#1"]
    assert course.seen()["y"] == 1


def test_a_call_whose_outputs_fail_keeps_what_the_child_set() -> None:
    b = start()
    b.call(
        "c",
        "child",
        outputs=[("=if ok then given else (for i in 1..9999, j in 1..9999 return 1)", "y")],
    )
    b.user("after")
    b.flow("start", "c", "after")
    child = Builder("child")
    child.start("cs")
    child.user("a")
    child.flow("cs", "a")
    course = Course(b, child, ok=False).start().done("a", given=5)
    assert course.incidents() == {"c#1": "feel:fuel"}
    assert mend(course, "c#1", "c#1", ok=True).seen()["y"] == 5


def test_an_instance_whose_output_element_fails_is_an_incident_of_that_instance() -> None:
    b = start()
    loop = each(
        "=[1,2]",
        input_element="i",
        output_collection="out",
        output_element="=if ok then x else (for i in 1..9999, j in 1..9999 return 1)",
    )
    b.user("a", loop=loop, outputs=[("=answer", "x")])
    b.user("after")
    b.flow("start", "a", "after")
    course = Course(b, ok=False).start().done("a#1[0]", answer="p")
    assert course.incidents() == {"a#1[0]": "feel:fuel"}
    mend(course, "a#1[0]", ok=True).done("a#1[1]", answer="q")
    assert course.open() == ["after#1"]


def test_an_error_of_a_job_in_one_instance_ends_the_whole_body() -> None:
    b = start()
    b.service("s", loop=each("=[1,2,3]"))
    b.boundary("e", "s", fault("X"))
    b.user("after")
    b.flow("start", "s")
    b.flow("e", "after")
    course = Course(b).start()
    course.do(engine.ThrowError(course.now, "s#1[1]", "X"))
    assert course.open() == ["after#1"]
    assert {e.address for e in course.said(engine.JobClosed)} == {f"s#1[{i}]" for i in range(3)}


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


def test_an_interrupting_escalation_stops_its_thrower() -> None:
    b = start()
    b.node(Kind.SUB_PROCESS, "sub")
    with b.inside("sub"):
        b.start("s")
        b.node(Kind.THROW, "tell", event=escalation("E"))
        b.user("never")
        b.flow("s", "tell", "never")
    b.boundary("e", "sub", escalation("E"))
    b.user("after")
    b.flow("start", "sub")
    b.flow("e", "after")
    course = Course(b).start()
    assert course.open() == ["after#1"]
    assert engine.ElementLeft("sub#1/tell#1", "tell", cancelled=True) in course.events


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


def test_an_escalation_starts_an_event_sub_process_of_a_scope_around() -> None:
    b = start()
    b.node(Kind.SUB_PROCESS, "sub")
    with b.inside("sub"):
        b.start("s")
        b.end("tell", escalation("E"))
        b.flow("s", "tell")
    b.user("after")
    b.flow("start", "sub", "after")
    b.node(Kind.EVENT_SUB_PROCESS, "esp")
    with b.inside("esp"):
        b.start("es", escalation(), interrupting=False)
        b.user("x")
        b.flow("es", "x")
    assert Course(b).start().open() == ["after#1", "esp#1/x#1"]


def test_a_receive_task_may_be_guarded_and_repeated() -> None:
    b = start()
    b.node(
        Kind.RECEIVE, "r", event=message("svar", "=who"), loop=each("=people", input_element="who")
    )
    b.boundary("t", "r", timer("P30D"))
    b.user("after")
    b.user("late")
    b.flow("start", "r", "after")
    b.flow("t", "late")
    course = Course(b, people=["anne", "bo"]).start()
    opened = course.said(engine.SubscriptionOpened)
    assert [(o.address, o.correlation_key) for o in opened] == [
        ("r#1[0]", "anne"),
        ("r#1[1]", "bo"),
    ]
    course.message("r#1[1]")
    assert course.tick("t", days=30).open() == ["late#1"]
    assert engine.SubscriptionClosed("r#1[0]") in course.events


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


def test_a_nested_multi_instance_collects_into_its_own_scopes() -> None:
    b = start()
    outer = each("=[1,2]", input_element="i", output_collection="all", output_element="=inner")
    b.node(Kind.SUB_PROCESS, "sub", loop=outer)
    with b.inside("sub"):
        b.start("s")
        loop = each(
            "=[10,20]",
            sequential=True,
            input_element="j",
            output_collection="inner",
            output_element="=v",
        )
        b.script("x", "=i * j", "v", loop=loop)
        b.flow("s", "x")
    b.user("after")
    b.flow("start", "sub", "after")
    assert Course(b).start().seen()["all"] == [[10, 20], [20, 40]]


def test_two_calls_of_one_process_do_not_share_variables() -> None:
    child = Builder("child")
    child.start("cs")
    child.user("a")
    child.flow("cs", "a")
    b = start()
    b.call("c", "child", loop=each("=[1,2]", input_element="i"))
    b.user("beside")
    b.flow("start", "c")
    b.flow("start", "beside")
    course = Course(b, child, x=0).start()
    course.done("c#1[0]/a#1", mine=1)
    assert course.seen("c#1[1]/a#1")["i"] == 2
    assert "mine" not in course.seen("c#1[1]/a#1")
    assert course.seen()["mine"] == 1


def test_a_signal_that_cancels_another_listener_does_not_reach_it() -> None:
    b = start()
    b.node(Kind.SUB_PROCESS, "sub")
    with b.inside("sub"):
        b.start("s")
        b.node(Kind.CATCH, "inner", event=signal("x"))
        b.user("never")
        b.flow("s", "inner", "never")
    b.boundary("e", "sub", signal("x"))
    b.user("after")
    b.flow("start", "sub")
    b.flow("e", "after")
    course = Course(b).start().signal("x")
    assert course.open() == ["after#1"]


def test_terminate_in_an_event_sub_process_ends_only_that() -> None:
    b = start()
    b.user("a")
    b.flow("start", "a")
    b.node(Kind.EVENT_SUB_PROCESS, "esp")
    with b.inside("esp"):
        b.start("es", message("m"), interrupting=False)
        b.end("stop", Event(Trigger.TERMINATE))
        b.flow("es", "stop")
    course = Course(b).start().message("es")
    assert (course.open(), course.how) == (["a#1"], "")


def test_a_thousand_instances_are_enough() -> None:
    b = start()
    b.user("a", loop=each("=for i in 1..1001 return i"))
    b.flow("start", "a")
    assert Course(b).start().incidents() == {"a#1": "engine:too-many"}


def test_live_elements_say_what_they_are() -> None:
    b = start()
    b.user("a", loop=each("=[1]"))
    b.boundary("t", "a", timer("P1D"))
    b.flow("start", "a")
    course = Course(b).start()
    body, one, due = course.live()
    assert (body.address, body.body, body.kind) == ("a#1", True, Kind.USER)
    assert (one.address, one.body, one.armed) == ("a#1[0]", False, False)
    assert (due.address, due.armed, due.due is not None) == ("t#1", True, True)
    with pytest.raises(KeyError):
        course.seen("nowhere#1")


def nested(builder: Builder, count: int, inside: str = "") -> Builder:
    """Sub-processes inside each other; in the innermost a task, or a call."""
    with ExitStack() as stack:
        before = "start"
        for number in range(count):
            builder.node(Kind.SUB_PROCESS, f"s{number}")
            builder.flow(before, f"s{number}")
            stack.enter_context(builder.inside(f"s{number}"))
            before = builder.start(f"b{number}")
        builder.call("c", inside) if inside else builder.user("c")
        builder.flow(before, "c")
    return builder


def test_fifty_sub_processes_inside_each_other_run_and_more_are_refused() -> None:
    course = Course(nested(start(), 49)).start()
    assert course.done("c").how == "completed"
    with pytest.raises(DefinitionError) as refused:
        Course(nested(start(), 1_000))
    assert [finding.code for finding in refused.value.findings] == ["engine:too-deep"]


def test_calls_and_sub_processes_together_go_no_deeper_than_python_can() -> None:
    b = Builder("child")
    b.start()
    child = nested(b, 40, inside="child")
    course = Course(nested(start(), 40, inside="child"), child).start()
    assert list(course.incidents().values()) == ["engine:call-depth"]


def test_an_output_collection_that_an_instance_wrote_over_is_an_incident() -> None:
    b = Builder()
    b.start()
    b.user("a", loop=each("=[1, 2]", output_collection="out", output_element="=x"))
    b.user("after")
    b.flow("start", "a", "after")
    course = Course(b).start().done("a#1[0]", x=1, out="mine")
    # Given: the form of one instance has a field called as the collection
    assert course.incidents() == {"a#1[0]": "engine:collected"}
    raised = course.said(engine.IncidentRaised)[0]
    assert raised.values == {"out": "mine"}
    # When: an operator mends the collection, which lives in the body around the instances
    course.do(engine.SetVariables(course.now, "a#1[1]", {"out": [None, None]}))
    course.resolve("a#1[0]").done("a#1[1]", x=2)
    # Then: nothing that the forms gave is lost
    assert course.seen()["out"] == [1, 2]
