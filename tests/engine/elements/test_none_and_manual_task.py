"""Tasks without work for the engine: passed as soon as they are come to, as in Camunda 8."""

from __future__ import annotations

from app import engine
from app.definitions.model.graph import (
    Kind,
)
from tests.engine.build import (
    Builder,
    Course,
    ids,
)


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
