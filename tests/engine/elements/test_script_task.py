"""Script tasks: a FEEL expression whose value becomes a variable."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app import engine
from app.errors import DefinitionError
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


def test_a_name_with_spaces_stands_between_backticks() -> None:
    b = Builder()
    b.start()
    b.script("s", "=`antal børn` + 1", "sum")
    b.flow("start", "s")
    assert Course(b, **{"antal børn": 2}).start().seen()["sum"] == 3
    unquoted = Builder()
    unquoted.start()
    unquoted.script("s", "=antal børn + 1", "sum")
    unquoted.flow("start", "s")
    with pytest.raises(DefinitionError) as refused:
        engine.compile_model(unquoted.process())
    (finding,) = refused.value.findings
    assert (finding.code, finding.element) == ("engine:expression", "s")
    assert "`antal børn`" in finding.message
