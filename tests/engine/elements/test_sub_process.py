"""Embedded sub-processes: a scope inside the course."""

from __future__ import annotations

import pytest

from app.definitions.model.graph import (
    Kind,
)
from app.errors import DefinitionError
from tests.engine.build import (
    Course,
)
from tests.engine.small_models import mend, nested, start, with_sub


def test_a_sub_process_ends_when_no_token_is_left_in_it() -> None:
    b = with_sub()
    with b.inside("sub"):
        b.user("b")
        b.flow("sub.start", "b")
    course = Course(b).start()
    assert course.open() == ["sub#1/a#1", "sub#1/b#1"]
    course.done("a")
    assert course.done("b").open() == ["after#1"]


def test_a_sub_process_whose_outputs_fail_goes_on_after_mending() -> None:
    b = start()
    b.node(
        Kind.SUB_PROCESS,
        "sub",
        outputs=[("=if ok then 1 else (for i in 1..9999, j in 1..9999 return 1)", "y")],
    )
    with b.inside("sub"):
        b.start("s")
        b.user("a")
        b.flow("s", "a")
    b.user("after")
    b.flow("start", "sub", "after")
    course = Course(b, ok=False).start().done("a")
    assert course.incidents() == {"sub#1": "feel:fuel"}
    assert mend(course, "sub#1", ok=True).open() == ["after#1"]
    assert course.seen()["y"] == 1


def test_fifty_sub_processes_inside_each_other_run_and_more_are_refused() -> None:
    course = Course(nested(start(), 49)).start()
    assert course.done("c").how == "completed"
    with pytest.raises(DefinitionError) as refused:
        Course(nested(start(), 1_000))
    assert [finding.code for finding in refused.value.findings] == ["engine:too-deep"]
