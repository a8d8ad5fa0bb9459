"""What the municipalities told is in the product and shown by a test, or said to be missing."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MISSION = (ROOT / "docs" / "mission.md").read_text("utf-8")
TOLD = {"Ballerup": 14, "Furesø": 20, "Helsingør": 15, "Holbæk": 16, "Fælles for alle fire": 9}
"""How many lines each section has: as many as the municipalities told."""

TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
MISSING = re.compile(r"\*\*mangler\*\*: \w+")


def lines_of(section: str) -> list[list[str]]:
    """Return the lines of a section's table, cell by cell, without its head."""
    text = MISSION.split(f"\n## {section}\n", 1)[1].split("\n## ", 1)[0]
    table = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


LINES = [
    pytest.param(line, id=f"{section}: {line[0]}") for section in TOLD for line in lines_of(section)
]


@cache
def source(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


@pytest.mark.parametrize(("section", "count"), TOLD.items())
def test_every_line_that_was_told_is_there(section: str, count: int) -> None:
    assert len(lines_of(section)) == count


@pytest.mark.parametrize("line", LINES)
def test_a_line_is_shown_by_a_test_that_exists_or_says_what_is_missing(line: list[str]) -> None:
    told, where, shown = line
    assert told
    named = TEST.findall(shown)
    assert named or MISSING.search(shown)
    assert where or not named, "what a test shows is somewhere"
    assert len(named) == shown.count("::"), "a test is named in full"
    for path, name in named:
        assert re.search(rf"^\s*def {name}\(", source(path), re.MULTILINE), f"{path}::{name}"


@pytest.mark.parametrize("line", LINES)
def test_what_a_line_names_in_the_product_exists(line: list[str]) -> None:
    for name in re.findall(r"`((?:app|workflows|forms)/[\w./]*)`", line[1]):
        assert (ROOT / name).exists(), name
    for name in re.findall(r"`(\w+\.dmn)`", line[1]):
        assert (ROOT / "workflows" / "shared" / name).is_file(), name


def test_scenarios_in_brackets_exist() -> None:
    named = re.findall(r"` \((\w+)\)", MISSION)
    assert named
    scenarios = {path.stem for path in (ROOT / "workflows").glob("*/scenarios/*.json")}
    assert set(named) <= scenarios
