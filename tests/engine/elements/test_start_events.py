"""Start events: what a version listens for, and where a course begins."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app import engine
from app.definitions.model.graph import (
    Event,
    Kind,
    Process,
    TimerKind,
    Trigger,
)
from app.errors import DefinitionError, DomainError
from tests.engine.build import (
    Builder,
    Course,
    signal,
    timer,
)
from tests.engine.small_models import line

AT = datetime(2027, 3, 27, 9, 0, tzinfo=UTC)  # the day before summer time


def several() -> Builder:
    b = Builder()
    b.start("by_hand")
    b.start("letter", Event(Trigger.MESSAGE, "letter"), outputs=[("=body", "text")])
    b.start("alarm", signal('="alarm"'))
    b.start("nightly", timer("0 0 8 * * *", TimerKind.CYCLE))
    b.start("once", timer("2027-05-01", TimerKind.DATE))
    for name in ("by_hand", "letter", "alarm", "nightly", "once"):
        b.user(f"u_{name}")
        b.flow(name, f"u_{name}")
    return b


def compiled(process: Process) -> engine.CompiledModel:
    return engine.compile_model(process)


def test_a_version_says_what_it_listens_for() -> None:
    found = engine.starts(compiled(several().process()), AT)
    assert [(s.element, s.trigger, s.name) for s in found] == [
        ("letter", "message", "letter"),
        ("alarm", "signal", "alarm"),
        ("nightly", "timer", ""),
        ("once", "timer", ""),
    ]
    dues = [s.due.instant.isoformat() for s in found if s.due]
    assert dues == ["2027-03-28T06:00:00+00:00", "2027-04-30T22:00:00+00:00"]


def test_a_cycle_starts_one_course_after_the_other() -> None:
    nightly = engine.starts(compiled(several().process()), AT)[2]
    turns = [nightly]
    for _ in range(2):
        after = turns[-1].after()
        assert after is not None
        turns.append(after)
    assert [t.due.instant.day for t in turns if t.due] == [28, 29, 30]
    assert {t.element for t in turns} == {"nightly"}


def test_what_comes_once_has_no_next_turn() -> None:
    found = engine.starts(compiled(several().process()), AT)
    assert [s.after() for s in found if s.element != "nightly"] == [None, None, None]


@pytest.mark.parametrize("name", ["letter", "alarm", "nightly", "once"])
def test_a_course_begins_where_the_listener_says(name: str) -> None:
    course = Course(several(), body="Kære kommune")
    course.start(name)
    assert course.open() == [f"u_{name}#1"]
    assert ("text" in course.seen()) == (name == "letter")


def test_there_are_no_variables_before_the_start() -> None:
    b = Builder()
    b.start("letter", Event(Trigger.MESSAGE, "=kind"))
    with pytest.raises(DefinitionError) as refused:
        engine.starts(compiled(b.process()), AT)
    assert refused.value.code == "engine:start"


@pytest.mark.parametrize(
    "event", [Event(Trigger.MESSAGE), signal(""), timer(""), timer("i morgen")]
)
def test_a_start_event_says_what_it_waits_for(event: Event) -> None:
    b = Builder()
    b.start("s", event)
    with pytest.raises(DefinitionError):
        compiled(b.process())


def test_inner_start_events_are_not_listened_for() -> None:
    b = Builder()
    b.start()
    b.user("a")
    b.flow("start", "a")
    b.node(Kind.EVENT_SUB_PROCESS, "esp")
    with b.inside("esp"):
        b.start("es", Event(Trigger.SIGNAL, "s"))
    assert engine.starts(compiled(b.process()), AT) == ()


def test_a_course_may_start_at_a_message_event() -> None:
    b = line("a")
    b.start("by.message", Event(Trigger.MESSAGE, "henvendelse"))
    b.user("b")
    b.flow("by.message", "b")
    assert Course(b).start().open() == ["a#1"]
    assert Course(b).start("by.message").open() == ["b#1"]
    with pytest.raises(DomainError) as error:
        Course(b).start("nothing")
    assert error.value.code == "course:no-start"
