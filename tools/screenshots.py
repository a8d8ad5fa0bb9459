"""Takes the pictures of README.md: a demo municipality of its own, a real server, a real browser.

    .venv/bin/python tools/screenshots.py [NAME...]

Needs Chromium (`chromium` on the path, or CHROMIUM=…). Writes docs/images/<name>.png. Loading the demo takes
half a minute.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
FORLOEB = ROOT / ".venv" / "bin" / "forloeb"
SIZE = {"width": 1180, "height": 760}


def open_inbox(page: Page) -> None:
    """Go to where a caseworker begins the day."""
    page.goto("/inbox")


def open_task(page: Page) -> None:
    """Open a task that is one's own, to fill in."""
    page.goto("/inbox?view=mine")
    page.get_by_role("link", name="Revidér mål").first.click()


def open_course(page: Page) -> None:
    """Open a course that has a plan."""
    page.goto("/courses")
    page.get_by_role("link", name="Thea Lindehave").click()


def open_audit(page: Page) -> None:
    """Open the history of a course that has ended."""
    page.goto("/audit?status=ended")
    page.locator("main a[href*='/audit/courses/']").first.click()


@dataclass(frozen=True)
class Shot:
    """A picture: whose screen, and how to get there."""

    username: str
    go: Callable[[Page], None]


SHOTS = {
    "inbox": Shot("mette", open_inbox),
    "task": Shot("mette", open_task),
    "course": Shot("mette", open_course),
    "audit": Shot("henrik", open_audit),
}


@contextmanager
def demo_server() -> Iterator[str]:
    """Serve a demo municipality in a folder that is thrown away; yield its address."""
    with tempfile.TemporaryDirectory(prefix="forloeb-") as folder:
        port = _free_port()
        environment = {
            **os.environ,
            "FORLOEB_VAR": folder,
            "FORLOEB_DATABASE_URL": "",
            "FORLOEB_DEMO": "1",
            "FORLOEB_PORT": str(port),
        }
        for arguments in (("db", "upgrade"), ("demo", "load")):
            subprocess.run([FORLOEB, *arguments], cwd=ROOT, env=environment, check=True)
        server = subprocess.Popen([FORLOEB, "serve"], cwd=ROOT, env=environment)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(address)
            yield address
        finally:
            server.terminate()
            server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(address: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{address}/login", timeout=5).close()  # noqa: S310 -- our own server
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(address)


def take(browser: Browser, address: str, name: str) -> Path:
    """Take one picture and return where it lies."""
    shot = SHOTS[name]
    page = browser.new_page(base_url=address, viewport=SIZE, locale="da-DK")
    page.goto("/login")
    page.locator(f"button[name=demo][value={shot.username}]").click()
    shot.go(page)
    page.wait_for_load_state("networkidle")
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path)
    page.close()
    return path


def main(names: list[str]) -> None:
    """Take the pictures that are named, or all."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with demo_server() as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name in names or SHOTS:
            path = take(browser, address, name)
            print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} KB")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
