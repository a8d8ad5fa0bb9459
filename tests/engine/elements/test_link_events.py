"""Link events: a jump within one scope."""

from __future__ import annotations

from app import engine
from app.definitions.model.graph import (
    Event,
    Kind,
    Trigger,
)
from tests.engine.build import (
    Builder,
    Course,
    ids,
)


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
