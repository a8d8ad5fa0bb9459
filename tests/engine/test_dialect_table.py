"""The tables of docs/dialect.md about the engine say what the code does, and all of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app import engine
from app.definitions.reader.dialect import TABLE, Treatment
from app.errors import DefinitionError
from tests.engine.test_compile import REFUSED

ROOT = Path(__file__).parents[2]
HERE = ROOT / "tests" / "engine"
DOCS = (ROOT / "docs" / "dialect.md").read_text()
SOURCES = {path: path.read_text() for path in sorted((ROOT / "app" / "engine").glob("*.py"))}
PARTS = {
    "completionCondition",
    "condition",
    "conditionExpression",
    "timeCycle",
    "timeDate",
    "timeDuration",
}
"""Elements that run as a part of another's row."""


def table(first: str) -> list[list[str]]:
    """The rows of the table whose first heading this is."""
    lines = DOCS.splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith(f"| {first} |"))
    rows = []
    for line in lines[at + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


ELEMENTS, REFUSALS, INCIDENTS = table("element"), table("afvises med"), table("hændelse i driften")


def codes(text: str) -> set[str]:
    return set(re.findall(r"`([a-z]+:[a-z-]+)`", text))


def raised(pattern: str) -> set[str]:
    """The codes of the engine's own that its source gives to findings or problems."""
    found = set()
    for text in SOURCES.values():
        found |= set(re.findall(pattern + r'\(\s*"(engine:[a-z-]+)"', text))
    return found


def test_every_element_that_runs_has_a_row() -> None:
    named = set(re.findall(r"`([a-zA-Z]+)`", " ".join(row[1] for row in ELEMENTS)))
    run = {name for name, entry in TABLE.items() if entry.treatment is Treatment.RUN}
    assert run - PARTS <= named
    assert named - run <= {"triggeredByEvent"}


def test_every_row_names_its_tests_and_every_file_of_tests_has_a_row() -> None:
    named = {name for row in ELEMENTS for name in re.findall(r"`([^`]+\.py)`", row[4])}
    assert all(row[4] for row in ELEMENTS)
    missing = [name for name in named if not (HERE / "elements" / name).exists()]
    assert missing == []
    assert {path.name for path in (HERE / "elements").glob("test_*.py")} <= named


def test_every_refusal_of_the_engine_is_in_the_table_and_in_the_row_of_an_element() -> None:
    refused = {code for row in REFUSALS for code in codes(row[0])}
    assert refused == raised("error") == set(REFUSED)
    in_rows = {code for row in ELEMENTS for code in codes(row[3]) if code.startswith("engine:")}
    assert in_rows == refused


@pytest.mark.parametrize("row", REFUSALS, ids=lambda row: row[0].strip("`"))
def test_a_refusal_is_said_as_the_table_says_it(row: list[str]) -> None:
    (code,) = codes(row[0])
    make, element = REFUSED[code]
    with pytest.raises(DefinitionError) as refused:
        engine.compile_model(make().process())
    assert (code, element, row[1], row[2]) in {
        (found.code, found.element, found.message, found.fix) for found in refused.value.findings
    }


def test_every_incident_of_the_engine_is_in_the_table_and_tried() -> None:
    listed = {code for row in INCIDENTS for code in codes(row[0])}
    assert listed == raised("Problem")
    tests = "".join(
        path.read_text() for path in HERE.glob("**/test_*.py") if path != Path(__file__)
    )
    assert [code for code in sorted(listed) if f'"{code}"' not in tests] == []
