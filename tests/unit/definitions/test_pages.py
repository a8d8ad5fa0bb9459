"""Each finding has a page: what it is, why it matters, how it is mended, an example."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.definitions import MENDABLE

ROOT = Path(__file__).parents[3]
PAGES = ROOT / "docs" / "rules"
SOURCES = [
    *(ROOT / "app" / "definitions" / "rules").glob("*.py"),
    *(ROOT / "app" / "definitions" / "reader").glob("*.py"),
    ROOT / "app" / "definitions" / "library" / "draft.py",
    *(ROOT / "app" / "engine" / f"{name}.py" for name in ("checks", "joins", "work")),
]
OPERATIONS = {"consent:record", "team:assemble", "meeting:convene", "plan:share"}
CODE = re.compile(r'"([a-z]+(?:-[a-z]+)*:[a-z]+(?:-[a-z]+)*)"')
CODES = sorted(
    {code for path in SOURCES for code in CODE.findall(path.read_text())} - OPERATIONS
    | {"error:no-code", "escalation:no-code"}
)
PARTS = ("**Hvad.**", "**Hvorfor.**", "**Sådan rettes det.**", "**Eksempel.**")


def test_codes_are_found() -> None:
    assert len(CODES) > 100
    assert {"gateway:no-condition", "engine:join-own-input", "xml:doctype"} <= set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_each_code_has_a_page(code: str) -> None:
    text = (PAGES / f"{code.replace(':', '-')}.md").read_text()
    assert text.startswith(f"# `{code}`\n")
    assert all(part in text for part in PARTS)


def test_a_page_says_whether_a_fix_mends_it() -> None:
    told = {
        re.match(r"# `(.+)`", path.read_text())[1]
        for path in PAGES.glob("*.md")
        if "rettes af `forloeb model fix`" in path.read_text() and path.name != "README.md"
    }
    assert told == set(MENDABLE)


def test_the_list_of_pages_is_whole() -> None:
    listed = set(re.findall(r"\]\(([\w-]+\.md)\)", (PAGES / "README.md").read_text()))
    assert listed == {path.name for path in PAGES.glob("*.md")} - {"README.md"}
