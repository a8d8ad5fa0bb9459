"""Service tasks: jobs, their results, retries and errors."""

from __future__ import annotations

import pytest

from app import engine
from app.errors import Conflict
from tests.engine.build import (
    Builder,
    Course,
    each,
    fault,
)
from tests.engine.small_models import mend, start


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


def test_a_job_whose_retries_are_no_number_is_offered_once_that_is_mended() -> None:
    b = start()
    b.service("s", retries="=times")
    b.flow("start", "s")
    course = Course(b, times="mange").start()
    assert (course.incidents(), course.said(engine.JobCreated)) == ({"s#1": "engine:retries"}, [])
    (job,) = mend(course, "s#1", times=5).said(engine.JobCreated)
    assert job.retries == 5
