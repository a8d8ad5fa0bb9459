"""How long a start takes: importing, creating the app, and serving until the first page."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from urllib.error import URLError
from urllib.request import urlopen

from bench.row import Row, at_most

ROOT = Path(__file__).parents[1]
FORLOEB = Path(sys.executable).with_name("forloeb")
TRIES = 3
_CREATE = """
from time import perf_counter
began = perf_counter()
from app import create_app
create_app()
print(perf_counter() - began)
"""


def measure() -> list[Row]:
    """Measure both, three times each; the median counts."""
    with tempfile.TemporaryDirectory(prefix="forloeb-bench-") as folder:
        # An installation has its modules compiled; here the first start does it, whatever the shell says.
        environment = {
            **os.environ,
            "FORLOEB_VAR": folder,
            "FORLOEB_DEMO": "1",
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": f"{folder}/compiled",
        }
        subprocess.run(
            [FORLOEB, "db", "upgrade"],
            cwd=ROOT,
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        _created(environment)
        created = [_created(environment) for _ in range(TRIES)]
        served = [_served(environment) for _ in range(TRIES)]
    return [
        at_most("import of app and create_app", median(created), 1, "s", runs=created),
        at_most("forloeb serve until its first page", median(served), 3, "s", runs=served),
    ]


def _created(environment: dict[str, str]) -> float:
    done = subprocess.run(
        [sys.executable, "-c", _CREATE],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return float(done.stdout)


def _served(environment: dict[str, str]) -> float:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    began = perf_counter()
    server = subprocess.Popen(
        [FORLOEB, "serve", "--port", str(port)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            try:
                urlopen(f"http://127.0.0.1:{port}/", timeout=60).read()
            except URLError:
                if perf_counter() - began > 60 or server.poll() is not None:
                    raise
                sleep(0.02)
            else:
                return perf_counter() - began
    finally:
        server.terminate()
        server.wait()
