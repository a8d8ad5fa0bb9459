"""Event-based gateways: the first event decides."""

from __future__ import annotations

from app import engine
from app.definitions.model.graph import (
    Kind,
)
from tests.engine.build import (
    Builder,
    Course,
    message,
    timer,
)


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
