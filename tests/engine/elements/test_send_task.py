"""Send tasks, and what else is sent as a job: message throw and end events."""

from __future__ import annotations

from app.definitions.model.graph import (
    Event,
    JobDefinition,
    Kind,
    Trigger,
)
from tests.engine.build import (
    Builder,
    Course,
)


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
