"""Exact replay: the golden journals give the same bytes in this process and in others, whatever the hash seed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app import engine
from app.definitions import Kind, Trigger
from app.engine import codec
from tests.golden import check, graphs

ROOT = Path(__file__).parents[2]
FILES = check.files()
PYTHONS = [sys.executable, *filter(None, os.environ.get("TEST_PYTHONS", "").split(os.pathsep))]
"""This Python, and what the machine has of others (tests/golden/README.md)."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_golden_journal_is_decided_as_it_was(path: Path) -> None:
    assert list(check.differences(path)) == []


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("seed", ["1", "98765"])
def test_so_it_is_in_a_new_process_with_another_hash_seed(seed: str, python: str) -> None:
    done = subprocess.run(
        [python, "-m", "tests.golden.check"],
        env={**os.environ, "PYTHONHASHSEED": seed},
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(FILES)} golden journals, 0 differ" in done.stdout


def test_a_changed_command_is_found(tmp_path: Path) -> None:
    path = tmp_path / "changed.json"
    text = (check.HERE / "waiting.json").read_text(encoding="utf-8")
    assert '"n":11' in text
    path.write_text(text.replace('"n":11', '"n":9'), encoding="utf-8")
    assert "set_variables" in next(iter(check.differences(path)))


def test_the_golden_journals_hold_every_kind_of_command_and_of_element() -> None:
    journals = [check.read(path) for path in FILES]
    commands = {step["command"]["kind"] for journal in journals for step in journal["steps"]}
    assert commands == set(codec._KINDS)
    nodes = [
        node
        for journal in journals
        for one in (journal["process"], *journal["callables"].values())
        for node in graphs.process(one).nodes
    ]
    jobs_alike = {Kind.SEND, Kind.RULE, Kind.TASK}  # run as service and manual tasks are
    assert {node.kind for node in nodes} == set(Kind) - jobs_alike
    assert {node.event.trigger for node in nodes if node.event} == set(Trigger) - {Trigger.NONE}
    assert all(journal["rules"] == engine.RULES for journal in journals)
