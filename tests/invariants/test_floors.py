"""The floors of the house: what may import what."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
LINT_IMPORTS = Path(sys.executable).parent / "lint-imports"


def floors() -> list[list[str]]:
    """Return the packages of each floor, top floor first, as import-linter's contract names them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "floors")
    return [re.findall(r"\w+", layer) for layer in layers]


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
    floor_of = {name: number for number, names in enumerate(floors()) for name in names}
    behind_the_face = []
    for importer in graph.modules:
        for imported in graph.find_modules_directly_imported_by(importer):
            package, other = (f"{importer}.".split(".")[1], f"{imported}.".split(".")[1])
            neighbours = package != other and floor_of.get(package, -1) == floor_of.get(other, -2)
            if neighbours and imported != f"app.{other}":
                behind_the_face.append(f"{importer} -> {imported}")
    assert sorted(behind_the_face) == []


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
