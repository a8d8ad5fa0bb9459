"""The documents say what is there: every setting, every command, and nothing that is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import click
import pytest

from app.cli import COMMANDS, commands
from app.settings import Settings
from tests.invariants.test_tree import tracked

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *ROOT.glob("workflows/**/*.md")]
)
OPERATING = (ROOT / "docs" / "operating.md").read_text()
MAKE = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def leaves(command: click.Command, name: str) -> Iterator[str]:
    """Return the commands that do something, by what one types."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for part in command.list_commands(context):
            inner = command.get_command(context, part)
            assert inner is not None
            yield from leaves(inner, f"{name} {part}")
    else:
        yield name


TYPED = sorted(leaves(commands, "forloeb"))
LINES = [(path, line) for path in DOCUMENTS for line in path.read_text().splitlines()]


def named(pattern: str) -> list[tuple[Path, str]]:
    """Return what a pattern's group finds in the documents, with the document."""
    return [(path, found) for path, line in LINES for found in re.findall(pattern, line)]


def test_the_documents_are_found() -> None:
    assert {"README.md", "architecture.md", "operating.md", "glossary.md"} <= {
        p.name for p in DOCUMENTS
    }
    assert "forloeb audit verify" in TYPED


@pytest.mark.parametrize("setting", [field.name for field in fields(Settings)])
def test_every_setting_is_documented(setting: str) -> None:
    assert f"| `FORLOEB_{setting.upper()}` |" in OPERATING


def test_no_setting_is_documented_that_there_is_not() -> None:
    known = {f"FORLOEB_{field.name.upper()}" for field in fields(Settings)} | {
        "FORLOEB_TEST_COMPLETE"
    }
    said = {name for _, name in named(r"\b(FORLOEB_[A-Z_]+)\b")}
    assert said <= known


@pytest.mark.parametrize("typed", TYPED)
def test_every_command_is_documented(typed: str) -> None:
    assert re.search(rf"^\| `{typed}[ `]", OPERATING, re.MULTILINE)


def test_every_command_has_a_line_of_help() -> None:
    assert sorted(COMMANDS) == sorted(commands.list_commands(click.Context(commands)))


def _known(typed: str) -> bool:
    """Tell whether a command line begins with a command of ours, whatever its arguments."""
    return any(f"{typed} ".startswith(f"{known} ") for known in (*TYPED, "forloeb COMMAND"))


def test_the_documents_name_only_commands_that_there_are() -> None:
    said = named(r"(?:`|^|\s)(?:\.venv/bin/)(forloeb [^`]*)") + named(r"`(forloeb [^`]*)`")
    assert len(said) > 20
    assert [(path.name, typed) for path, typed in said if not _known(typed)] == []


def test_the_documents_name_only_goals_of_make_that_there_are() -> None:
    said = named(r"`make ([a-z-]+)`") + named(r"^make ([a-z-]+)$")
    assert {goal for _, goal in said} >= {"run", "test"}
    assert [(path.name, goal) for path, goal in said if goal not in MAKE] == []


def _anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings
    }


def _broken_links(path: Path) -> Iterator[str]:
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text()):
        if re.match(r"https?:|mailto:", target):
            continue
        place, _, anchor = target.partition("#")
        found = (path.parent / place).resolve() if place else path
        if not found.exists() or (anchor and anchor not in _anchors(found)):
            yield target


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    assert list(_broken_links(path)) == []


def test_a_broken_link_would_be_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One thing\n[a](#one-thing) [b](page.md#two) [c](gone.md)\n")
    assert list(_broken_links(page)) == ["page.md#two", "gone.md"]


def test_the_tests_that_the_architecture_names_are_there() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    defined = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
    }
    said = set(re.findall(r"::(test_\w+)", text))
    assert len(said) > 10
    assert said <= defined


def test_the_files_that_the_documents_name_are_there() -> None:
    """Some are named by their last folders only: `courses/concerns.py`."""
    there = [f"/{path.relative_to(ROOT)}" for path in tracked()]
    said = named(r"`(?:\.\./)*([\w/.-]+\.(?:py|bpmn|dmn|form))(?:`|::)")
    assert len(said) > 60
    gone = {name for _, name in said if not any(path.endswith(f"/{name}") for path in there)}
    assert sorted(gone) == []


def test_what_the_documents_name_of_a_package_is_on_its_face() -> None:
    """Such as `courses.listen`; a file like `deadlines.dmn` is meant otherwise."""
    packages = {path.parent.name for path in (ROOT / "app").glob("*/__init__.py")}
    said = {
        (package, name)
        for _, text in named(r"`(\w+\.\w+)[`(]")
        for package, _, name in [text.partition(".")]
        if package in packages and not text.endswith((".dmn", ".py", ".md"))
    }
    assert ("courses", "listen") in said
    gone = [f"{one}.{name}" for one, name in said if not _is_on(one, name)]
    assert sorted(gone) == []


def _is_on(package: str, name: str) -> bool:
    return hasattr(import_module(f"app.{package}"), name) or any(
        (ROOT / "app" / package / name).with_suffix(ending).exists() for ending in ("", ".py")
    )


def test_the_words_of_the_glossary_are_words_of_the_code() -> None:
    rows = re.findall(
        r"^\|[^|]*\|[^|]*\|([^|]*)\|", (ROOT / "docs/glossary.md").read_text(), re.MULTILINE
    )
    words = {word.rpartition(".")[2] for row in rows for word in re.findall(r"`([\w.]+)`", row)}
    code = "\n".join(
        path.read_text()
        for folder, ending in (("app", "py"), ("forms", "form"), ("workflows", "bpmn"))
        for path in (ROOT / folder).rglob(f"*.{ending}")
    )
    assert len(words) > 40
    assert sorted(word for word in words if not re.search(rf"\b{word}\b", code)) == []
