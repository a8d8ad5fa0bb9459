"""Timer events: what waits for a time (how times are read: test_timers.py)."""

from __future__ import annotations

import pytest

from app import engine
from app.definitions.model.graph import (
    TimerKind,
)
from app.errors import Conflict
from tests.engine.build import (
    Course,
    timer,
)
from tests.engine.small_models import caught, guarded, start


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


def test_a_boundary_timer_reads_its_activity_s_own_values() -> None:
    b = start()
    b.user("a", inputs=[("=days", "wait")])
    b.boundary("t", "a", timer("=wait"))
    b.flow("start", "a")
    b.user("late")
    b.flow("t", "late")
    course = Course(b, days="P2D").start()
    assert course.said(engine.TimerSet)[0].due.day == 3
    assert course.tick("t", days=2).open() == ["late#1"]
