"""Scopes: which variables an element sees, and where it writes."""

from __future__ import annotations

from app import engine
from tests.engine.build import (
    Course,
)
from tests.engine.small_models import with_sub


def test_variables_of_a_sub_process_stay_in_it_unless_mapped_out() -> None:
    b = with_sub(inputs=[("=1", "x")], outputs=[("=x + 1", "y")])
    course = Course(b, x=10).start()
    assert course.seen("sub#1/a#1") == {"x": 1}
    course.done("a", x=5, z=3)
    assert course.seen() == {"x": 10, "y": 6, "z": 3}


def test_variables_can_be_mended_where_they_are() -> None:
    course = Course(with_sub(inputs=[("=1", "x")]), x=10).start()
    course.do(engine.SetVariables(course.now, "sub#1", {"x": 2, "y": 3}))
    assert course.seen() == {"x": 10, "y": 3}
    course.do(engine.SetVariables(course.now, "sub#1/a#1", {"x": 4}, local=True))
    assert course.seen("sub#1/a#1")["x"] == 4
    assert course.seen("sub#1")["x"] == 2
