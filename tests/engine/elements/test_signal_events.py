"""Signal events: thrown to all, caught by whoever waits at that moment."""

from __future__ import annotations

from app import engine
from app.definitions.model.graph import (
    Kind,
)
from tests.engine.build import (
    Builder,
    Course,
    signal,
)
from tests.engine.small_models import start


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


def test_a_signal_that_cancels_another_listener_does_not_reach_it() -> None:
    b = start()
    b.node(Kind.SUB_PROCESS, "sub")
    with b.inside("sub"):
        b.start("s")
        b.node(Kind.CATCH, "inner", event=signal("x"))
        b.user("never")
        b.flow("s", "inner", "never")
    b.boundary("e", "sub", signal("x"))
    b.user("after")
    b.flow("start", "sub")
    b.flow("e", "after")
    course = Course(b).start().signal("x")
    assert course.open() == ["after#1"]


def test_what_is_waited_for_is_told_and_taken_back_wherever_it_stands() -> None:
    b = start()
    b.user("work")
    b.boundary("again", "work", signal("=name"), interrupting=False)
    b.user("look")
    b.flow("start", "work")
    b.flow("again", "look")
    course = Course(b, name="alarm").start()
    assert course.said(engine.SignalAwaited) == [engine.SignalAwaited("again#1", "again", "alarm")]
    course.signal("alarm")
    assert course.said(engine.SignalIgnored) == [engine.SignalIgnored("again#1")]
    assert course.said(engine.SignalAwaited) == [engine.SignalAwaited("again#2", "again", "alarm")]
    course.done("work")
    assert course.said(engine.SignalIgnored) == [engine.SignalIgnored("again#2")]
