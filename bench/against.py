"""Others in the same loop, in a virtual environment of their own: SpiffWorkflow alone, and viewflow."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from typing import Any

from bench.desk import HERE
from bench.row import Row, at_least, ms, told

VENV = HERE.parent / ".venv-bench"
LOCK = HERE / "requirements.lock"
PYTHON = VENV / "bin" / "python"


def measure(ours: Callable[[], list[float]]) -> list[Row]:
    """Compare with our own completions, measured before and after each of the others."""
    before = ours()
    spiff = run("spiff.py", str(HERE / "models"))
    between = ours()
    viewflow = run("viewflow_loop.py")
    after = ours()
    return [
        told(
            "SpiffWorkflow 3.2 alone, state as JSON: ms at cycle 10 / 100",
            f"{spiff['10']['median_ms']:.1f} / {spiff['100']['median_ms']:,.0f}",
            **spiff,
        ),
        at_least(
            "  Forløb is faster at cycle 100 by",
            spiff["100"]["median_ms"] / ms([*before, *between]),
            100,
            "×",
        ),
        told(
            "viewflow 2.4: ms at cycle 10 / 100",
            f"{viewflow['10']['median_ms']:.1f} / {viewflow['100']['median_ms']:.1f}",
            **viewflow,
        ),
        at_least(
            "  Forløb is faster at cycle 100 by",
            viewflow["100"]["median_ms"] / ms([*between, *after]),
            3,
            "×",
        ),
    ]


def _prepare() -> None:
    """Create .venv-bench from bench/requirements.lock, unless it is there as the lock has it."""
    mark = VENV / "installed-requirements.lock"
    if mark.is_file() and mark.read_bytes() == LOCK.read_bytes():
        return
    print("Creating .venv-bench with what Forløb is compared with (a minute) ...", file=sys.stderr)
    shutil.rmtree(VENV, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
    install = [PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input"]
    subprocess.run([*install, "--require-hashes", "-r", LOCK], check=True)
    shutil.copyfile(LOCK, mark)


def run(script: str, *arguments: str) -> dict[str, Any]:
    """Run a script of bench/rivals in .venv-bench; return the JSON that it prints. Its last argument is a folder."""
    _prepare()
    with tempfile.TemporaryDirectory(prefix="forloeb-bench-") as folder:
        done = subprocess.run(
            [PYTHON, HERE / "rivals" / script, *arguments, folder],
            check=True,
            capture_output=True,
            text=True,
        )
    found: dict[str, Any] = json.loads(done.stdout)
    return found
