"""Every kind of event in every place: it runs as the table of docs/dialect.md says, or it is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from app import engine
from app.definitions.model.graph import Event, JobDefinition, Kind, Trigger
from app.errors import DefinitionError
from tests.engine.build import Builder, Course, escalation, fault, message, signal, timer

DOCS = (Path(__file__).parents[3] / "docs" / "dialect.md").read_text()
EVENTS = {
    Trigger.NONE: Event(Trigger.NONE),
    Trigger.MESSAGE: message("m"),
    Trigger.TIMER: timer("P1D"),
    Trigger.SIGNAL: signal("s"),
    Trigger.ERROR: fault("E"),
    Trigger.ESCALATION: escalation("E"),
    Trigger.TERMINATE: Event(Trigger.TERMINATE),
    Trigger.LINK: Event(Trigger.LINK, "l"),
    Trigger.CONDITIONAL: Event(Trigger.CONDITIONAL, condition="=on"),
}


def happen(course: Course, where: str, trigger: Trigger) -> Course:
    """Let the event come: from outside, or thrown by what follows the task `go`."""
    if trigger is Trigger.MESSAGE:
        return course.message(where)
    if trigger is Trigger.TIMER:
        return course.tick(where, days=1)
    if trigger is Trigger.SIGNAL:
        return course.signal("s")
    if trigger is Trigger.CONDITIONAL:
        return course.do(engine.SetVariables(course.now, "", {"on": True}))
    return course.done("go")


def with_host(trigger: Trigger) -> Builder:
    """start → host[start → go → (what throws the event, if anything does) → still]."""
    b = Builder()
    b.start()
    b.node(Kind.SUB_PROCESS, "host")
    b.flow("start", "host")
    with b.inside("host"):
        b.start("hs")
        b.user("go")
        b.user("still")
        if trigger is Trigger.ESCALATION:
            b.node(Kind.THROW, "throw", event=escalation("E"))
            b.flow("hs", "go", "throw", "still")
        elif trigger is Trigger.ERROR:
            b.end("throw", fault("E"))
            b.flow("hs", "go", "throw")
            b.flow("go", "still")
        else:
            b.flow("hs", "go", "still")
    return b


def process_start(trigger: Trigger) -> None:
    """Given a start event, when the course starts there, then its token goes on."""
    b = Builder()
    b.start("x", EVENTS[trigger])
    b.user("after")
    b.flow("x", "after")
    assert Course(b).start("x").open() == ["after#1"]


def inner_start(trigger: Trigger) -> None:
    """Given a sub-process, when it is entered, then its start event is passed."""
    b = Builder()
    b.start()
    b.node(Kind.SUB_PROCESS, "sub")
    with b.inside("sub"):
        b.start("x", EVENTS[trigger])
        b.user("after")
        b.flow("x", "after")
    b.flow("start", "sub")
    assert Course(b).start().open() == ["sub#1/after#1"]


def armed_start(trigger: Trigger, *, interrupting: bool = True) -> None:
    """Given an event sub-process, when its event comes, then it runs, and the scope around it goes on or not."""
    b = with_host(trigger)
    b.node(Kind.EVENT_SUB_PROCESS, "ev")
    with b.inside("ev"):
        b.start("x", EVENTS[trigger], interrupting=interrupting)
        b.user("caught")
        b.flow("x", "caught")
    course = happen(Course(b, on=False).start(), "x#1", trigger)
    assert "ev#1/caught#1" in course.open()
    assert ("host#1" in course.all_open()) is not interrupting
    assert ("x#2" in course.all_open()) is (not interrupting and trigger is not Trigger.TIMER)


def catch(trigger: Trigger) -> None:
    """Given an event on the way, when it comes, then the token goes on."""
    b = Builder()
    b.start()
    b.node(Kind.CATCH, "x", event=EVENTS[trigger])
    b.user("after")
    if trigger is Trigger.LINK:
        b.node(Kind.THROW, "jump", event=EVENTS[trigger])
        b.flow("start", "jump")
        b.flow("x", "after")
        assert Course(b).start().open() == ["after#1"]
        return
    b.flow("start", "x", "after")
    course = Course(b, on=False).start()
    assert course.open() == ["x#1"]
    assert happen(course, "x#1", trigger).open() == ["after#1"]


def boundary(trigger: Trigger, *, interrupting: bool = True) -> None:
    """Given an event on an activity, when it comes, then its path is taken, and the activity goes on or not."""
    b = with_host(trigger)
    b.boundary("x", "host", EVENTS[trigger], interrupting=interrupting)
    b.user("caught")
    b.flow("x", "caught")
    course = happen(Course(b, on=False).start(), "x#1", trigger)
    assert "caught#1" in course.open()
    assert ("host#1" in course.all_open()) is not interrupting
    assert ("x#2" in course.all_open()) is (not interrupting and trigger is not Trigger.TIMER)


def throw(trigger: Trigger) -> None:
    """Given an event that is thrown on the way, when the token comes, then it is thrown and the token goes on."""
    b = Builder()
    b.start()
    job = JobDefinition("send", "1") if trigger is Trigger.MESSAGE else None
    b.node(Kind.THROW, "x", event=EVENTS[trigger], job=job)
    b.user("after")
    b.flow("start", "x")
    if trigger is Trigger.LINK:
        b.node(Kind.CATCH, "landing", event=EVENTS[trigger])
        b.flow("landing", "after")
    else:
        b.flow("x", "after")
    course = Course(b).start()
    assert bool(course.said(engine.SignalThrown)) is (trigger is Trigger.SIGNAL)
    if job:
        course.job("x")
    assert course.open() == ["after#1"]


def end(trigger: Trigger) -> None:
    """Given an end event, when the token comes, then the scope's other tokens go on, or not where it ends all."""
    b = Builder()
    b.start()
    job = JobDefinition("send", "1") if trigger is Trigger.MESSAGE else None
    b.end("x", EVENTS[trigger], job=job)
    b.user("beside")
    b.flow("start", "beside")
    b.flow("start", "x")
    course = Course(b).start()
    assert bool(course.said(engine.SignalThrown)) is (trigger is Trigger.SIGNAL)
    if trigger is Trigger.ERROR:
        assert course.incidents() == {"x#1": "engine:error-uncaught"}
    elif trigger is Trigger.TERMINATE:
        assert course.how == "terminated"
    else:
        if job:
            course.job("x")
        assert course.open() == ["beside#1"]


PLACES: dict[str, Callable[[Trigger], None]] = {
    "start på processen": process_start,
    "start på en delproces": inner_start,
    "start på en hændelsesdelproces": armed_start,
    "mellemliggende, ventende": catch,
    "på kanten af en opgave": boundary,
    "mellemliggende, kastende": throw,
    "slut": end,
}


def allowed(place: str) -> set[str]:
    """What the table says that an event in this place may be."""
    (row,) = re.findall(rf"^\| {re.escape(place)} \| (.*) \|$", DOCS, re.MULTILINE)
    return set(row.split(", "))


@pytest.mark.parametrize("trigger", Trigger)
@pytest.mark.parametrize("place", PLACES)
def test_an_event_runs_where_the_table_says_so_and_nowhere_else(
    place: str, trigger: Trigger
) -> None:
    if trigger in allowed(place):
        PLACES[place](trigger)
        return
    with pytest.raises(DefinitionError) as refused:
        PLACES[place](trigger)
    assert refused.value.code == "engine:cannot-run"


@pytest.mark.parametrize("trigger", Trigger)
@pytest.mark.parametrize("place", ["på kanten af en opgave", "start på en hændelsesdelproces"])
def test_an_event_that_does_not_interrupt_leaves_what_it_stands_beside(
    place: str, trigger: Trigger
) -> None:
    """An error always interrupts: drawn otherwise it is refused."""
    run = boundary if PLACES[place] is boundary else armed_start
    if trigger in allowed(place) and trigger is not Trigger.ERROR:
        run(trigger, interrupting=False)
        return
    with pytest.raises(DefinitionError):
        run(trigger, interrupting=False)


@pytest.mark.parametrize("trigger", Trigger)
def test_an_event_based_gateway_waits_for_any_event_that_waits(trigger: Trigger) -> None:
    b = Builder()
    b.start()
    b.node(Kind.EVENT_BASED, "g")
    b.node(Kind.CATCH, "x", event=EVENTS[trigger])
    b.node(Kind.CATCH, "other", event=message("other"))
    b.user("after")
    b.flow("start", "g", "x", "after")
    b.flow("g", "other")
    if trigger in allowed("mellemliggende, ventende") - {"link"}:
        course = happen(Course(b, on=False).start(), "x#1", trigger)
        assert course.open() == ["after#1"]
        return
    with pytest.raises(DefinitionError):
        Course(b)
