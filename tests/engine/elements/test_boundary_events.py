"""Boundary events: armed while their activity lives, interrupting it or beside it."""

from __future__ import annotations

from app import engine
from app.definitions.model.graph import (
    TimerKind,
)
from tests.engine.build import (
    Course,
    message,
    timer,
)
from tests.engine.small_models import guarded, start


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
