"""What lies in the repository: no registry's address, no path of one machine, no long module."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST = 450
TABLES = {"app/web/front/src/words.js"}
"""Tables of words, which no reader follows from line to line."""

# Written in pieces, so that this file does not find itself.
REGISTRY = re.compile(
    r'"resolved": *"https?:|--(?:extra-)?index' + r"-url|https?://[^/\s\"]+/(?:simple|packages)/"
    r"|(?:registry\.npm" + r"js|files\.python" + r"hosted|pypi\." + r"org/simple)"
)
MACHINE = re.compile(
    r"(?:^|[^\w.])/(?:wo" + r"rk|fa" + r"rm|ro" + r"ot|ho" + r"me/\w+)/|\.\./sha" + r"red"
)
# Notes that are not in the repository: a reader of the code cannot look them up.
NOTES = re.compile(
    r"(?<![\w/-])(?:design|domain|pages|engine|engine-recipe|stack|style|peers)\.md\b"
)


def tracked(*patterns: str) -> list[Path]:
    """Return the files that git tracks and that are there."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def text_of(path: Path) -> str:
    """Return the text of a file, or nothing where it is a picture or the like."""
    content = path.read_bytes()
    return "" if b"\0" in content else content.decode("utf-8", errors="replace")


def found(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in tracked()
        for match in pattern.finditer(text_of(path))
    ]


def test_git_lists_the_tree() -> None:
    assert ROOT / "pyproject.toml" in tracked()


def test_no_file_names_a_registry() -> None:
    assert found(REGISTRY) == []


def test_no_file_names_a_path_of_one_machine() -> None:
    assert found(MACHINE) == []


def test_no_file_cites_notes_that_are_elsewhere() -> None:
    assert found(NOTES) == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (REGISTRY, '"resolved": "' + "https://example.org/dkfds.tgz"),
        (REGISTRY, "https://mirror.example/" + "simple/flask"),
        (MACHINE, "see /wo" + "rk/main"),
        (NOTES, "(des" + "ign.md §4)"),
    ],
)
def test_the_checks_would_find_one(pattern: re.Pattern[str], text: str) -> None:
    assert pattern.search(text)


def test_no_module_is_long() -> None:
    lines = {
        str(path.relative_to(ROOT)): len(text_of(path).splitlines())
        for path in tracked("*.py", "*.js", "*.mjs")
    }
    assert {path: n for path, n in lines.items() if n > LONGEST and path not in TABLES} == {}
