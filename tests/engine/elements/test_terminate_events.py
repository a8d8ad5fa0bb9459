"""Terminate end events: their scope ends at once, and nothing around it."""

from __future__ import annotations

from app import engine
from app.definitions.model.graph import (
    Event,
    Kind,
    Trigger,
)
from tests.engine.build import (
    Course,
    message,
)
from tests.engine.small_models import line, start, with_sub


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
