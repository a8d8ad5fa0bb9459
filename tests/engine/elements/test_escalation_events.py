"""Escalation events: told outwards, interrupting only where it is drawn so."""

from __future__ import annotations

from app import engine
from app.definitions.model.graph import (
    Kind,
)
from tests.engine.build import (
    Course,
    escalation,
)
from tests.engine.small_models import start, with_sub


def test_an_escalation_does_not_interrupt_unless_drawn_so_and_needs_no_catcher() -> None:
    b = with_sub()
    with b.inside("sub"):
        b.node(Kind.THROW, "raise", event=escalation("HJÆLP"))
        b.user("b")
        b.flow("a", "raise", "b")
    course = Course(b).start().done("a")
    assert course.open() == ["sub#1/b#1"]
    b.boundary("e", "sub", escalation("HJÆLP"), interrupting=False)
    b.user("chief")
    b.flow("e", "chief")
    assert Course(b).start().done("a").open() == ["chief#1", "sub#1/b#1"]


def test_an_interrupting_escalation_stops_its_thrower() -> None:
    b = start()
    b.node(Kind.SUB_PROCESS, "sub")
    with b.inside("sub"):
        b.start("s")
        b.node(Kind.THROW, "tell", event=escalation("E"))
        b.user("never")
        b.flow("s", "tell", "never")
    b.boundary("e", "sub", escalation("E"))
    b.user("after")
    b.flow("start", "sub")
    b.flow("e", "after")
    course = Course(b).start()
    assert course.open() == ["after#1"]
    assert engine.ElementLeft("sub#1/tell#1", "tell", cancelled=True) in course.events


def test_an_escalation_starts_an_event_sub_process_of_a_scope_around() -> None:
    b = start()
    b.node(Kind.SUB_PROCESS, "sub")
    with b.inside("sub"):
        b.start("s")
        b.end("tell", escalation("E"))
        b.flow("s", "tell")
    b.user("after")
    b.flow("start", "sub", "after")
    b.node(Kind.EVENT_SUB_PROCESS, "esp")
    with b.inside("esp"):
        b.start("es", escalation(), interrupting=False)
        b.user("x")
        b.flow("es", "x")
    assert Course(b).start().open() == ["after#1", "esp#1/x#1"]
