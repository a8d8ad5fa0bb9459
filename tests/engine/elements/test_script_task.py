"""Script tasks: a FEEL expression whose value becomes a variable."""

from __future__ import annotations

from decimal import Decimal

from tests.engine.build import (
    Builder,
    Course,
)


def test_a_script_writes_its_result() -> None:
    b = Builder()
    b.start()
    b.script("s", "=0.1 + 0.2", "sum")
    b.end()
    b.flow("start", "s", "end")
    assert Course(b).start().seen() == {"sum": Decimal("0.3")}
