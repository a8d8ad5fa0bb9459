"""docs/feel.md: each of its examples comes out as it says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from app import feel
from tests.unit.feel.conftest import NOW, plain

GUIDE = Path(__file__).parents[3] / "docs" / "feel.md"
BLOCK = re.compile(r"```(json|feel|celle) ?(\w*)\n(.*?)```", re.DOTALL)
BLOCKS = BLOCK.findall(GUIDE.read_text(encoding="utf-8"))
VARIABLES = json.loads(next(body for kind, _, body in BLOCKS if kind == "json"))


def _examples(wanted: str) -> list[tuple[str, str, Any]]:
    rows = [
        (given, *line.rsplit("→", 1))
        for kind, given, body in BLOCKS
        if kind == wanted
        for line in body.splitlines()
        if line.strip()
    ]
    return [(given, text.strip(), json.loads(value)) for given, text, value in rows]


@pytest.mark.parametrize(("given", "text", "expected"), _examples("feel"))
def test_an_example(given: str, text: str, expected: Any) -> None:
    assert plain(feel.to_json(feel.evaluate(text, VARIABLES, now=NOW))) == expected


@pytest.mark.parametrize(("given", "text", "expected"), _examples("celle"))
def test_a_cell(given: str, text: str, expected: Any) -> None:
    assert feel.test(text, int(given), VARIABLES, now=NOW) is expected


def test_the_guide_has_its_examples() -> None:
    assert len(_examples("feel")) > 60
    assert len(_examples("celle")) == 6
