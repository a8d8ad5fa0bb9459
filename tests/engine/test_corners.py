"""Where elements meet: incidents halfway, errors through bodies and calls, timers that read an activity's values."""

from __future__ import annotations

import pytest

from app.definitions.model.graph import Kind
from tests.engine.build import Course, each, timer
from tests.engine.small_models import start


def test_live_elements_say_what_they_are() -> None:
    b = start()
    b.user("a", loop=each("=[1]"))
    b.boundary("t", "a", timer("P1D"))
    b.flow("start", "a")
    course = Course(b).start()
    body, one, due = course.live()
    assert (body.address, body.body, body.kind) == ("a#1", True, Kind.USER)
    assert (one.address, one.body, one.armed) == ("a#1[0]", False, False)
    assert (due.address, due.armed, due.due is not None) == ("t#1", True, True)
    with pytest.raises(KeyError):
        course.seen("nowhere#1")
