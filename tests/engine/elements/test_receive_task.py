"""Receive tasks: a message is waited for, and the task may be guarded and repeated like any activity."""

from __future__ import annotations

from app import engine
from app.definitions.model.graph import (
    Kind,
)
from tests.engine.build import (
    Course,
    each,
    message,
    timer,
)
from tests.engine.small_models import start


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
