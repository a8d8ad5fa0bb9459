"""What each element does, in BPMN small enough to read. Given a model, when commands come, then this is open."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app import engine
from app.definitions.graph import Event, JobDefinition, Kind, TimerKind, Trigger, UserTask
from app.errors import Conflict, DomainError
from tests.engine.build import (
    Builder,
    Course,
    each,
    escalation,
    fault,
    ids,
    message,
    signal,
    timer,
)


def line(*names: str) -> Builder:
    """Start → user tasks → end."""
    b = Builder()
    b.start()
    for name in names:
        b.user(name)
    b.end()
    b.flow("start", *names, "end")
    return b


# -- user tasks -----------------------------------------------------------------------------------


def test_user_tasks_open_one_after_the_other_and_the_course_ends() -> None:
    course = Course(line("a", "b")).start()
    assert course.open() == ["a#1"]
    course.done("a", answer="ja")
    assert course.open() == ["b#1"]
    course.done("b")
    assert course.how == "completed"
    assert course.said(engine.CourseEnded) == [engine.CourseEnded("completed", ("end",))]
    assert course.seen() == {"answer": "ja"}


def test_a_user_task_opens_with_its_assignment_and_schedule_evaluated() -> None:
    b = Builder()
    b.start()
    task = UserTask(
        form_id="plan",
        assignee="=owner",
        candidate_groups='=["børn", "unge"]',
        candidate_users="anne, bo",
        due_date="2027-03-15",
        follow_up_date="=follow",
        priority="70",
    )
    b.user("a", user_task=task, lane="Rådgiver", name="Lav plan", inputs=[("=owner", "who")])
    b.end()
    b.flow("start", "a", "end")
    course = Course(b, owner="kim", follow="2027-03-10T08:00:00").start()
    opened = course.said(engine.TaskOpened)[0]
    assert (opened.form_id, opened.assignee, opened.lane, opened.name) == (
        "plan",
        "kim",
        "Rådgiver",
        "Lav plan",
    )
    assert opened.candidate_groups == ("børn", "unge")
    assert opened.candidate_users == ("anne", "bo")
    assert opened.due is not None
    assert opened.due.isoformat() == "2027-03-15T22:59:59+00:00"
    assert opened.follow_up is not None
    assert opened.follow_up.isoformat() == "2027-03-10T07:00:00+00:00"
    assert opened.priority == 70
    assert opened.variables == {"who": "kim"}


def test_a_task_is_completed_once() -> None:
    course = Course(line("a", "b")).start().done("a")
    with pytest.raises(Conflict) as conflict:
        course.done("a#1")
    assert conflict.value.code == "task:closed"


@pytest.mark.parametrize("where", ["nowhere#1", "a#2", "a#1/b#1", "", "a#1[0]", "b"])
def test_an_address_of_nothing_is_a_conflict(where: str) -> None:
    course = Course(line("a")).start()
    with pytest.raises(Conflict):
        course.do(engine.CompleteTask(course.now, where))


def test_manual_and_none_tasks_are_passed() -> None:
    b = Builder()
    b.start()
    b.node(Kind.MANUAL, "m", outputs=[("=1", "x")])
    b.node(Kind.TASK, "n")
    b.end()
    b.flow("start", "m", "n", "end")
    course = Course(b).start()
    assert course.how == "completed"
    assert ids(course.said(engine.ElementLeft)) == ["start", "m", "n", "end"]
    assert course.seen() == {"x": 1}


# -- jobs -----------------------------------------------------------------------------------------


def work(**fields: object) -> Builder:
    b = Builder()
    b.start()
    b.service("s", "plan:adopt", **fields)
    b.user("after")
    b.end()
    b.flow("start", "s", "after", "end")
    return b


def test_a_service_task_is_a_job_whose_result_is_mapped() -> None:
    b = work(inputs=[("=citizen", "who")], outputs=[("=number * 2", "plan.number")])
    course = Course(b, citizen="c1", plan={"title": "Min plan"}).start()
    job = course.said(engine.JobCreated)[0]
    assert (job.address, job.type, job.retries) == ("s#1", "plan:adopt", 3)
    assert job.variables["who"] == "c1"
    course.job("s", number=21, noise=1)
    assert course.said(engine.JobClosed) == [engine.JobClosed("s#1", cancelled=False)]
    assert course.open() == ["after#1"]
    assert course.seen() == {"citizen": "c1", "plan": {"title": "Min plan", "number": 42}}


def test_a_failed_job_without_retries_is_an_incident_and_can_be_tried_again() -> None:
    course = Course(work()).start()
    course.do(engine.FailJob(course.now, "s#1", 1, "ikke nu"))
    assert course.incidents() == {}
    course.do(engine.FailJob(course.now, "s#1", 0, "Systemet svarer ikke."))
    raised = course.said(engine.IncidentRaised)[0]
    assert (raised.address, raised.code, raised.message) == (
        "s#1",
        "engine:job-failed",
        "Systemet svarer ikke.",
    )
    with pytest.raises(Conflict) as conflict:
        course.job("s#1")
    assert conflict.value.code == "job:closed"
    course.resolve("s#1")
    assert course.said(engine.JobCreated)[0].retries == 3
    course.job("s#1")
    assert course.open() == ["after#1"]


def test_a_job_may_throw_an_error_to_its_own_boundary_event() -> None:
    b = work()
    b.boundary("caught", "s", fault("UKENDT"))
    b.user("mend")
    b.flow("caught", "mend")
    course = Course(b).start()
    course.do(engine.ThrowError(course.now, "s#1", "UKENDT", variables={"why": "x"}))
    assert course.open() == ["mend#1"]
    assert course.seen()["why"] == "x"
    assert course.said(engine.JobClosed) == [engine.JobClosed("s#1", cancelled=True)]


def test_an_error_that_nobody_catches_is_an_incident_at_the_job() -> None:
    course = Course(work()).start()
    course.do(engine.ThrowError(course.now, "s#1", "UKENDT"))
    assert course.incidents() == {"s#1": "engine:error-uncaught"}


def test_message_events_send_tasks_and_rules_with_a_task_type_are_jobs() -> None:
    b = Builder()
    b.start()
    send = JobDefinition("post:send")
    b.node(Kind.THROW, "throw", event=Event(Trigger.MESSAGE, "m"), job=send)
    b.node(Kind.SEND, "send", job=send)
    b.node(Kind.RULE, "rule", job=send)
    b.end("end", Event(Trigger.MESSAGE, "m"), job=send)
    b.flow("start", "throw", "send", "rule", "end")
    course = Course(b).start()
    for name in ("throw", "send", "rule", "end"):
        assert course.open() == [f"{name}#1"]
        course.job(name)
    assert course.how == "completed"


# -- scripts, gateways ----------------------------------------------------------------------------


def test_a_script_writes_its_result() -> None:
    b = Builder()
    b.start()
    b.script("s", "=0.1 + 0.2", "sum")
    b.end()
    b.flow("start", "s", "end")
    assert Course(b).start().seen() == {"sum": Decimal("0.3")}


def choice(kind: Kind) -> Builder:
    b = Builder()
    b.start()
    b.node(kind, "x", default="x-c")
    for name in ("a", "b", "c"):
        b.user(name)
    b.flow("start", "x")
    b.flow("x", "a", condition="=n > 1")
    b.flow("x", "b", condition="=n > 2")
    b.flow("x", "c")
    return b


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


@pytest.mark.parametrize(("n", "open_"), [(3, ["a#1", "b#1"]), (2, ["a#1"]), (0, ["c#1"])])
def test_an_inclusive_gateway_takes_every_flow_that_holds(n: int, open_: list[str]) -> None:
    assert Course(choice(Kind.INCLUSIVE), n=n).start().open() == open_


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


def test_an_implicit_split_gives_a_token_on_each_flow() -> None:
    b = line("a")
    b.user("b")
    b.flow("a", "b")
    course = Course(b).start().done("a")
    assert course.open() == ["b#1"]
    assert course.how == ""
    assert course.done("b").how == "completed"


# -- events ---------------------------------------------------------------------------------------


def caught(event: Event, kind: Kind = Kind.CATCH) -> Builder:
    b = Builder()
    b.start()
    b.node(kind, "w", event=event)
    b.user("after")
    b.flow("start", "w", "after")
    return b


def test_an_intermediate_timer_waits_until_it_is_due() -> None:
    course = Course(caught(timer("P1D"))).start()
    due = course.said(engine.TimerSet)[0]
    assert (due.address, due.due.isoformat()) == ("w#1", "2027-03-02T09:00:00+00:00")
    with pytest.raises(Conflict) as conflict:
        course.tick("w", hours=23)
    assert conflict.value.code == "timer:early"
    course.tick("w", hours=1)
    assert course.said(engine.TimerCleared) == [engine.TimerCleared("w#1")]
    assert course.open() == ["after#1"]
    with pytest.raises(Conflict) as conflict:
        course.tick("w#1")
    assert conflict.value.code == "timer:cleared"


def test_a_timer_may_read_a_date_from_a_variable() -> None:
    course = Course(caught(timer("=eighteen", TimerKind.DATE)), eighteen="2028-07-01").start()
    assert course.said(engine.TimerSet)[0].due.isoformat() == "2028-06-30T22:00:00+00:00"


def test_a_timer_without_a_date_is_an_incident_until_it_has_one() -> None:
    course = Course(caught(timer("=eighteen", TimerKind.DATE))).start()
    assert course.incidents() == {"w#1": "engine:timer"}
    course.do(engine.SetVariables(course.now, variables={"eighteen": "2028-07-01"})).resolve("w#1")
    assert course.incidents() == {}
    assert len(course.said(engine.TimerSet)) == 1


@pytest.mark.parametrize("kind", [Kind.CATCH, Kind.RECEIVE])
def test_a_message_is_waited_for_under_its_key_and_brings_variables(kind: Kind) -> None:
    course = Course(caught(message("svar", "=sag"), kind), sag=17).start()
    opened = course.said(engine.SubscriptionOpened)[0]
    assert (opened.address, opened.name, opened.correlation_key) == ("w#1", "svar", "17")
    course.message("w", answer=True)
    assert course.said(engine.SubscriptionClosed) == [engine.SubscriptionClosed("w#1")]
    assert (course.open(), course.seen()["answer"]) == (["after#1"], True)
    with pytest.raises(Conflict) as conflict:
        course.message("w#1")
    assert conflict.value.code == "subscription:closed"


def test_a_message_without_a_key_is_an_incident() -> None:
    assert Course(caught(message("svar", "=sag"))).start().incidents() == {"w#1": "engine:text"}


def test_a_signal_reaches_all_who_wait_at_that_moment() -> None:
    b = Builder()
    b.start()
    for name in ("w1", "w2"):
        b.node(Kind.CATCH, name, event=signal("stop"))
        b.user(f"after.{name}")
        b.flow("start", name, f"after.{name}")
    course = Course(b).start().signal("other")
    assert course.events == ()
    assert course.signal("stop").open() == ["after.w1#1", "after.w2#1"]


def test_a_thrown_signal_is_said_with_its_payload() -> None:
    b = Builder()
    b.start()
    b.node(Kind.THROW, "t", event=signal("flyttet"), inputs=[("=1", "x")])
    b.end("end", signal("slut"))
    b.flow("start", "t", "end")
    course = Course(b, y=2).start()
    assert course.said(engine.SignalThrown) == [
        engine.SignalThrown("flyttet", {"x": 1}),
        engine.SignalThrown("slut", {}),
    ]


def test_the_first_event_after_an_event_based_gateway_decides() -> None:
    b = Builder()
    b.start()
    b.node(Kind.EVENT_BASED, "g")
    b.node(Kind.CATCH, "yes", event=message("ja"))
    b.node(Kind.CATCH, "late", event=timer("P7D"))
    b.user("a")
    b.user("b")
    b.flow("start", "g", "yes", "a")
    b.flow("g", "late", "b")
    course = Course(b).start()
    assert course.open() == ["late#1", "yes#1"]
    course.message("yes")
    assert course.open() == ["a#1"]
    assert course.said(engine.TimerCleared) == [engine.TimerCleared("late#1")]
    assert [e.flow for e in course.said(engine.FlowTaken)] == ["g-yes", "yes-a"]


def test_links_join_a_throw_to_its_catch() -> None:
    b = Builder()
    b.start()
    link = Event(Trigger.LINK, "videre")
    b.node(Kind.THROW, "t", event=link)
    b.node(Kind.CATCH, "c", event=link)
    b.user("a")
    b.flow("start", "t")
    b.flow("c", "a")
    course = Course(b).start()
    assert course.open() == ["a#1"]
    assert ids(course.said(engine.ElementEntered)) == ["start", "t", "c", "a"]


# -- boundary events ------------------------------------------------------------------------------


def guarded(event: Event, *, interrupting: bool) -> Builder:
    b = line("a")
    b.boundary("e", "a", event, interrupting=interrupting)
    b.user("extra")
    b.flow("e", "extra")
    return b


def test_an_interrupting_boundary_event_ends_its_activity() -> None:
    course = Course(guarded(timer("P1D"), interrupting=True)).start().tick("e", days=1)
    assert course.open() == ["extra#1"]
    assert course.said(engine.TaskClosed) == [engine.TaskClosed("a#1", "a", cancelled=True)]


def test_a_non_interrupting_boundary_message_may_come_again() -> None:
    course = Course(guarded(message("m"), interrupting=False)).start()
    course.message("e").message("e")
    assert course.open() == ["a#1", "extra#1", "extra#2"]
    course.done("a")
    assert course.said(engine.SubscriptionClosed) == [engine.SubscriptionClosed("e#3")]


def test_a_repeated_timer_counts_from_its_last_due_and_stops() -> None:
    course = Course(guarded(timer("R2/P1D", TimerKind.CYCLE), interrupting=False)).start()
    course.tick("e", hours=30)
    assert course.said(engine.TimerSet)[0].due.isoformat() == "2027-03-03T09:00:00+00:00"
    course.tick("e", days=1)
    assert course.said(engine.TimerSet) == []
    assert course.open() == ["a#1", "extra#1", "extra#2"]


def test_a_completed_activity_clears_its_timer() -> None:
    course = Course(guarded(timer("P1D"), interrupting=True)).start().done("a")
    assert course.said(engine.TimerCleared) == [engine.TimerCleared("e#1")]
    assert course.how == "completed"


# -- sub-processes and calls ----------------------------------------------------------------------


def with_sub(**fields: object) -> Builder:
    b = Builder()
    b.start()
    b.node(Kind.SUB_PROCESS, "sub", **fields)
    with b.inside("sub"):
        b.start("sub.start")
        b.user("a")
        b.flow("sub.start", "a")
    b.user("after")
    b.flow("start", "sub", "after")
    return b


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


# -- multi-instance -------------------------------------------------------------------------------


def many(*, sequential: bool, **fields: str) -> Builder:
    b = Builder()
    b.start()
    loop = each(
        "=people",
        sequential=sequential,
        input_element="person",
        output_collection="answers",
        output_element="=answer",
        **fields,
    )
    b.user("ask", loop=loop)
    b.user("after")
    b.flow("start", "ask", "after")
    return b


def test_a_parallel_multi_instance_asks_all_and_collects_in_order() -> None:
    course = Course(many(sequential=False), people=["a", "b", "c"]).start()
    assert course.open() == ["ask#1[0]", "ask#1[1]", "ask#1[2]"]
    seen = course.seen("ask#1[1]")
    assert (seen["person"], seen["loopCounter"]) == ("b", 2)
    for index in (2, 0, 1):
        course.done(f"ask#1[{index}]", answer=index)
    assert course.open() == ["after#1"]
    assert course.seen() == {"people": ["a", "b", "c"], "answers": [0, 1, 2]}


def test_a_sequential_multi_instance_asks_one_at_a_time() -> None:
    course = Course(many(sequential=True), people=["a", "b"]).start()
    assert course.open() == ["ask#1[0]"]
    course.done("ask", answer=1)
    assert course.open() == ["ask#1[1]"]
    assert course.done("ask", answer=2).seen()["answers"] == [1, 2]


def test_a_completion_condition_ends_a_multi_instance_early() -> None:
    b = many(sequential=False, completion_condition="=numberOfCompletedInstances >= 2")
    course = Course(b, people=["a", "b", "c"]).start()
    course.done("ask#1[2]", answer="c").done("ask#1[0]", answer="a")
    assert course.open() == ["after#1"]
    assert course.seen()["answers"] == ["a", None, "c"]
    assert engine.TaskClosed("ask#1[1]", "ask", cancelled=True) in course.events


@pytest.mark.parametrize("sequential", [True, False])
def test_nothing_to_ask_goes_straight_on(sequential: bool) -> None:
    course = Course(many(sequential=sequential), people=[]).start()
    assert (course.open(), course.seen()["answers"]) == (["after#1"], [])


def test_a_collection_that_is_no_list_is_an_incident() -> None:
    course = Course(many(sequential=False), people="Anne").start()
    raised = course.said(engine.IncidentRaised)[0]
    assert (raised.code, raised.values) == ("engine:collection", {"people": "Anne"})


def test_an_interrupting_event_ends_all_instances_with_what_is_inside_them() -> None:
    b = with_sub(loop=each("=[1,2]", input_element="i"))
    b.boundary("e", "sub", message("m"))
    b.user("stopped")
    b.flow("e", "stopped")
    course = Course(b).start()
    assert course.open() == ["sub#1[0]/a#1", "sub#1[1]/a#1"]
    assert course.message("e").open() == ["stopped#1"]


# -- course ---------------------------------------------------------------------------------------


def test_a_course_may_start_at_a_message_event() -> None:
    b = line("a")
    b.start("by.message", Event(Trigger.MESSAGE, "henvendelse"))
    b.user("b")
    b.flow("by.message", "b")
    assert Course(b).start().open() == ["a#1"]
    assert Course(b).start("by.message").open() == ["b#1"]
    with pytest.raises(DomainError) as error:
        Course(b).start("nothing")
    assert error.value.code == "course:no-start"


def test_a_cancelled_course_closes_all_that_was_open() -> None:
    course = Course(guarded(timer("P1D"), interrupting=True)).start()
    course.do(engine.Cancel(course.now))
    assert course.how == "cancelled"
    assert course.said(engine.TaskClosed, engine.TimerCleared) == [
        engine.TaskClosed("a#1", "a", cancelled=True),
        engine.TimerCleared("e#1"),
    ]
    with pytest.raises(Conflict) as conflict:
        course.done("a#1")
    assert conflict.value.code == "course:ended"


def test_a_course_starts_once_and_first() -> None:
    course = Course(line("a"))
    with pytest.raises(Conflict) as conflict:
        course.done("a#1")
    assert conflict.value.code == "course:not-started"
    course.start()
    with pytest.raises(Conflict) as conflict:
        course.start()
    assert conflict.value.code == "course:started"


def test_variables_can_be_mended_where_they_are() -> None:
    course = Course(with_sub(inputs=[("=1", "x")]), x=10).start()
    course.do(engine.SetVariables(course.now, "sub#1", {"x": 2, "y": 3}))
    assert course.seen() == {"x": 10, "y": 3}
    course.do(engine.SetVariables(course.now, "sub#1/a#1", {"x": 4}, local=True))
    assert course.seen("sub#1/a#1")["x"] == 4
    assert course.seen("sub#1")["x"] == 2


# -- bounds and incidents -------------------------------------------------------------------------


def test_a_loop_without_an_end_stops_in_an_incident() -> None:
    b = Builder()
    b.start()
    b.node(Kind.EXCLUSIVE, "x")
    b.script("s", "=1", "y")
    b.flow("start", "x", "s", "x")
    course = Course(b).start()
    assert list(course.incidents().values()) == ["engine:steps"]
    assert len(course.state or b"") < 1_000


def test_an_expression_that_burns_its_fuel_is_an_incident() -> None:
    b = Builder()
    b.start()
    b.script("s", "=for i in 1..100000, j in 1..100000 return i*j", "y")
    b.user("beside")
    b.flow("start", "s")
    b.flow("start", "beside")
    course = Course(b).start()
    assert list(course.incidents()) == ["s#1"]
    assert course.open() == ["beside#1", "s#1"]


def test_an_incident_after_a_form_was_sent_loses_nothing() -> None:
    b = Builder()
    b.start()
    b.user("a", outputs=[("=for i in 1..100000, j in 1..100000 return i*j + limit", "y")])
    b.user("b")
    b.flow("start", "a", "b")
    course = Course(b).start().done("a", answer=7)
    assert course.incidents() == {"a#1": "feel:fuel"}
    assert b'"res":{"answer":7}' in (course.state or b"")
    assert course.said(engine.TaskClosed) == [engine.TaskClosed("a#1", "a", cancelled=False)]


def test_an_incident_that_is_resolved_twice_is_a_conflict() -> None:
    course = Course(choice(Kind.EXCLUSIVE)).start()
    course.do(engine.SetVariables(course.now, variables={"n": 2})).resolve("x#1")
    with pytest.raises(Conflict) as conflict:
        course.resolve("x#1")
    assert conflict.value.code == "incident:resolved"
