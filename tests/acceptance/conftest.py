"""The real thing: a database with the demo municipality, made once by the real commands, and a server on a copy."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

expect.set_options(timeout=30_000)  # milliseconds; two cores may be busy with other tests

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


@dataclass
class Server:
    """A running `forloeb serve`."""

    installation: Installation
    base: str


@pytest.fixture(scope="session")
def server(loaded: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real server on a copy of the demo municipality, with background work, for all tests of this worker."""
    installation = loaded.copy(tmp_path_factory.mktemp("served"))
    with serving(installation) as base:
        yield Server(installation, base)


@contextmanager
def serving(installation: Installation) -> Iterator[str]:
    """Run `forloeb serve` on an installation, and give its address."""
    port = free_port()
    said = installation.folder / "server.log"
    with said.open("w") as log:
        process = subprocess.Popen(
            [FORLOEB, "serve", "--port", str(port)],
            env=installation.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        base = f"http://127.0.0.1:{port}"
        try:
            _wait_for(base + "/login", process, said)
            yield base
        finally:
            process.terminate()
            process.wait(timeout=30)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=60):  # noqa: S310 -- our own server's address
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the server does not answer:\n{log.read_text()}")
