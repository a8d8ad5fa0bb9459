"""A whole course: how it starts, ends, is mended and kept within bounds."""

from __future__ import annotations

import pytest

from app import engine
from app.definitions.model.graph import Kind
from app.errors import Conflict
from tests.engine.build import (
    Builder,
    Course,
    timer,
)
from tests.engine.small_models import choice, guarded, line

# -- course ---------------------------------------------------------------------------------------


def test_a_cancelled_course_closes_all_that_was_open() -> None:
    course = Course(guarded(timer("P1D"), interrupting=True)).start()
    course.do(engine.Cancel(course.now))
    assert course.how == "cancelled"
    assert course.said(engine.TaskClosed, engine.TimerCleared) == [
        engine.TaskClosed("a#1", "a", cancelled=True),
        engine.TimerCleared("e#1"),
    ]
    with pytest.raises(Conflict) as conflict:
        course.done("a#1")
    assert conflict.value.code == "course:ended"


def test_a_course_starts_once_and_first() -> None:
    course = Course(line("a"))
    with pytest.raises(Conflict) as conflict:
        course.done("a#1")
    assert conflict.value.code == "course:not-started"
    course.start()
    with pytest.raises(Conflict) as conflict:
        course.start()
    assert conflict.value.code == "course:started"


# -- bounds and incidents -------------------------------------------------------------------------


def test_a_loop_without_an_end_stops_in_an_incident() -> None:
    b = Builder()
    b.start()
    b.node(Kind.EXCLUSIVE, "x")
    b.script("s", "=1", "y")
    b.flow("start", "x", "s", "x")
    course = Course(b).start()
    assert list(course.incidents().values()) == ["engine:steps"]
    assert len(course.state or b"") < 1_000


def test_an_expression_that_burns_its_fuel_is_an_incident() -> None:
    b = Builder()
    b.start()
    b.script("s", "=for i in 1..100000, j in 1..100000 return i*j", "y")
    b.user("beside")
    b.flow("start", "s")
    b.flow("start", "beside")
    course = Course(b).start()
    assert list(course.incidents()) == ["s#1"]
    assert course.open() == ["beside#1", "s#1"]


def test_an_incident_after_a_form_was_sent_loses_nothing() -> None:
    b = Builder()
    b.start()
    b.user("a", outputs=[("=for i in 1..100000, j in 1..100000 return i*j + limit", "y")])
    b.user("b")
    b.flow("start", "a", "b")
    course = Course(b).start().done("a", answer=7)
    assert course.incidents() == {"a#1": "feel:fuel"}
    assert b'"res":{"answer":7}' in (course.state or b"")
    assert course.said(engine.TaskClosed) == [engine.TaskClosed("a#1", "a", cancelled=False)]


def test_an_incident_that_is_resolved_twice_is_a_conflict() -> None:
    course = Course(choice(Kind.EXCLUSIVE)).start()
    course.do(engine.SetVariables(course.now, variables={"n": 2})).resolve("x#1")
    with pytest.raises(Conflict) as conflict:
        course.resolve("x#1")
    assert conflict.value.code == "incident:resolved"
