"""The floors of the house: what may import what."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from ast import literal_eval
from importlib.util import find_spec
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text()
LINT_IMPORTS = Path(sys.executable).parent / "lint-imports"


def layers(contract: str) -> list[list[str]]:
    """Return what stands on each layer of one of import-linter's contracts, the top layer first."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    held = next(one["layers"] for one in settings["contracts"] if one["id"] == contract)
    return [re.findall(r"\w+", layer) for layer in held]


def test_lower_floors_never_import_upper_ones() -> None:
    run = subprocess.run(
        [LINT_IMPORTS, "--no-logo", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout


def test_packages_on_one_floor_meet_only_through_their_faces() -> None:
    graph = grimp.build_graph("app", cache_dir=None)
    floor_of = {name: number for number, names in enumerate(layers("floors")) for name in names}
    behind_the_face = []
    for importer in graph.modules:
        for imported in graph.find_modules_directly_imported_by(importer):
            package, other = (f"{importer}.".split(".")[1], f"{imported}.".split(".")[1])
            neighbours = package != other and floor_of.get(package, -1) == floor_of.get(other, -2)
            if neighbours and imported != f"app.{other}":
                behind_the_face.append(f"{importer} -> {imported}")
    assert sorted(behind_the_face) == []


def test_the_architecture_tells_of_every_package_on_its_floor() -> None:
    told = re.findall(r"^\| \d+ \| (.+?) \|", ARCHITECTURE, re.MULTILINE)
    table = [sorted(re.findall(r"`(\w+)`", row)) for row in told]
    assert table == [sorted(floor) for floor in layers("floors")]


@pytest.mark.parametrize("package", ["courses", "definitions", "web"])
def test_the_architecture_tells_of_every_room(package: str) -> None:
    _, _, after = ARCHITECTURE.partition(f"\n## The rooms of {package}\n")
    told = set(re.findall(r"`(\w+)(?:\.py)?`", after.partition("\n## ")[0]))
    assert {room for layer in layers(package) for room in layer} - told == set()


CORE = [package for package in ("app.feel", "app.dmn", "app.engine") if find_spec(package)]


@pytest.mark.parametrize("package", CORE)
def test_the_core_loads_without_flask(package: str) -> None:
    code = f"import {package}, sys; print([name for name in sys.modules if name.split('.')[0] == 'flask'])"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


def test_the_fresh_process_would_show_flask() -> None:
    code = "import app.web.i18n, sys; print('flask' in sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "True"


LATER = {"alembic", "holidays", "icalendar", "markdown_it", "procrastinate", "structlog"}
"""Packages of some hundred modules altogether that are loaded by whoever first needs them."""


def test_a_start_leaves_out_what_few_need() -> None:
    code = "import sys, app.api, app.cli.serve, app.web; print(sorted({name.split('.')[0] for name in sys.modules}))"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(literal_eval(run.stdout))
    assert loaded >= {"app", "flask", "gunicorn"}
    assert loaded & LATER == set()
