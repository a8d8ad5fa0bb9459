"""Tasks for people, jobs for programs: opened, done, failed, tried again."""

from __future__ import annotations

import pytest

from app import engine
from app.definitions.graph import Event, JobDefinition, Kind, Trigger, UserTask
from app.errors import Conflict
from tests.engine.build import (
    Builder,
    Course,
    fault,
    ids,
)
from tests.engine.small_models import line

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
