"""The real thing: a database with the demo municipality, made once by the real commands, and a server on a copy."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

FORLOEB = Path(sys.executable).parent / "forloeb"
DATABASE = "forloeb.sqlite"


@dataclass
class Installation:
    """A folder with a database of its own, and the command `forloeb` at work on it."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """What the commands are told."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("FORLOEB_")}
        return kept | {"FORLOEB_VAR": str(self.folder), "FORLOEB_DEMO": "1"}

    @property
    def database(self) -> Path:
        return self.folder / DATABASE

    @property
    def url(self) -> str:
        return f"sqlite:///{self.database}"

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `forloeb` with arguments."""
        return subprocess.run(
            [FORLOEB, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    def json(self, *arguments: str) -> Any:
        """Run `forloeb … --json` and read what it prints."""
        ran = self.run(*arguments, "--json")
        assert ran.stdout, ran.stderr
        return json.loads(ran.stdout)

    def copy(self, folder: Path) -> Installation:
        """Return an installation of its own with the same content."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return Installation(folder)


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The demo municipality right after `forloeb demo load`; nobody writes to it. Made once for all test workers."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder = shared / "demo-municipality"
    with _alone(shared / "demo-municipality.lock"):
        if not (folder / "said").exists():
            folder.mkdir()
            made = Installation(folder)
            upgraded = made.run("db", "upgrade")
            assert upgraded.returncode == 0, upgraded.stderr
            ran = made.run("demo", "load")
            assert ran.returncode == 0, ran.stderr
            (folder / "said").write_text(ran.stdout)
    return Installation(folder)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Keep the other test workers waiting."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
