"""Events in the flow and on the edge of activities."""

from __future__ import annotations

import pytest

from app import engine
from app.definitions.graph import Event, Kind, TimerKind, Trigger
from app.errors import Conflict
from tests.engine.build import (
    Builder,
    Course,
    ids,
    message,
    signal,
    timer,
)
from tests.engine.small_models import guarded

# -- events ---------------------------------------------------------------------------------------


def caught(event: Event, kind: Kind = Kind.CATCH) -> Builder:
    b = Builder()
    b.start()
    b.node(kind, "w", event=event)
    b.user("after")
    b.flow("start", "w", "after")
    return b


def test_an_intermediate_timer_waits_until_it_is_due() -> None:
    course = Course(caught(timer("P1D"))).start()
    due = course.said(engine.TimerSet)[0]
    assert (due.address, due.due.isoformat()) == ("w#1", "2027-03-02T09:00:00+00:00")
    with pytest.raises(Conflict) as conflict:
        course.tick("w", hours=23)
    assert conflict.value.code == "timer:early"
    course.tick("w", hours=1)
    assert course.said(engine.TimerCleared) == [engine.TimerCleared("w#1")]
    assert course.open() == ["after#1"]
    with pytest.raises(Conflict) as conflict:
        course.tick("w#1")
    assert conflict.value.code == "timer:cleared"


def test_a_timer_may_read_a_date_from_a_variable() -> None:
    course = Course(caught(timer("=eighteen", TimerKind.DATE)), eighteen="2028-07-01").start()
    assert course.said(engine.TimerSet)[0].due.isoformat() == "2028-06-30T22:00:00+00:00"


def test_a_timer_without_a_date_is_an_incident_until_it_has_one() -> None:
    course = Course(caught(timer("=eighteen", TimerKind.DATE))).start()
    assert course.incidents() == {"w#1": "engine:timer"}
    course.do(engine.SetVariables(course.now, variables={"eighteen": "2028-07-01"})).resolve("w#1")
    assert course.incidents() == {}
    assert len(course.said(engine.TimerSet)) == 1


@pytest.mark.parametrize("kind", [Kind.CATCH, Kind.RECEIVE])
def test_a_message_is_waited_for_under_its_key_and_brings_variables(kind: Kind) -> None:
    course = Course(caught(message("svar", "=sag"), kind), sag=17).start()
    opened = course.said(engine.SubscriptionOpened)[0]
    assert (opened.address, opened.name, opened.correlation_key) == ("w#1", "svar", "17")
    course.message("w", answer=True)
    assert course.said(engine.SubscriptionClosed) == [engine.SubscriptionClosed("w#1")]
    assert (course.open(), course.seen()["answer"]) == (["after#1"], True)
    with pytest.raises(Conflict) as conflict:
        course.message("w#1")
    assert conflict.value.code == "subscription:closed"


def test_a_message_without_a_key_is_an_incident() -> None:
    assert Course(caught(message("svar", "=sag"))).start().incidents() == {"w#1": "engine:text"}


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


# -- boundary events ------------------------------------------------------------------------------


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


def test_a_repeated_timer_counts_from_its_last_due_and_stops() -> None:
    course = Course(guarded(timer("R2/P1D", TimerKind.CYCLE), interrupting=False)).start()
    course.tick("e", hours=30)
    assert course.said(engine.TimerSet)[0].due.isoformat() == "2027-03-03T09:00:00+00:00"
    course.tick("e", days=1)
    assert course.said(engine.TimerSet) == []
    assert course.open() == ["a#1", "extra#1", "extra#2"]


def test_a_completed_activity_clears_its_timer() -> None:
    course = Course(guarded(timer("P1D"), interrupting=True)).start().done("a")
    assert course.said(engine.TimerCleared) == [engine.TimerCleared("e#1")]
    assert course.how == "completed"
