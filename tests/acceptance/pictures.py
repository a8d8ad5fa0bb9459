"""Takes the README's pictures anew: `make pictures` loads a demo municipality in a folder of its own and visits it.

Look at each before it is committed: is it calm, is the next step obvious, is the Danish right?
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

from tests.acceptance.conftest import Installation, serving
from tests.acceptance.visitor import Visitor

PICTURES = Path(__file__).parents[2] / "docs" / "images"
CHROMIUM = "/usr/bin/chromium"
SIZE = ViewportSize(width=1280, height=860)
CITIZEN = "Viktor Abildtoft"


def take() -> None:
    """Take all of them, the server started and stopped around it."""
    with tempfile.TemporaryDirectory(prefix="forloeb-pictures-") as folder:
        installation = Installation(Path(folder))
        for command in (("db", "upgrade"), ("demo", "load")):
            done = installation.run(*command)
            if done.returncode:
                raise SystemExit(done.stderr)
        with serving(installation) as base:
            _visit(base)


def _visit(base: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        names = ("jonas", "lone", "henrik", "dorte")
        jonas, lone, henrik, dorte = (Visitor(browser, base, name) for name in names)
        for visitor in (jonas, lone, henrik, dorte):
            visitor.page.set_viewport_size(SIZE)
        jonas.go("/inbox")
        _keep(jonas.page, "inbox")
        row = jonas.page.locator("tr", has_text=CITIZEN)
        jonas.press(row.get_by_role("link").first)
        _keep(jonas.page, "task")
        jonas.go("/courses")
        jonas.press(jonas.page.locator("tr", has_text=CITIZEN).get_by_role("link").first)
        _keep(jonas.page, "course")
        lone.go("/intake/meeting")
        _keep(lone.page, "meeting")
        henrik.go("/audit?kind=youth_course&status=ended&search=1")
        henrik.press(henrik.page.locator('a[href^="/audit/courses/"]').first)
        henrik.press(henrik.page.locator('a[href*="/entries/"]').nth(4))
        henrik.page.wait_for_timeout(2_000)  # the diagram is drawn by a script
        _keep(henrik.page, "replay")
        dorte.go("/studio")
        dorte.press(dorte.page.locator('a[href*="/studio/drafts/"]').first)
        dorte.press(dorte.page.get_by_role("link", name="Åbn tegningen"))
        dorte.page.wait_for_selector("[data-ready]")
        dorte.page.wait_for_timeout(2_000)
        _keep(dorte.page, "studio")
        browser.close()


def _keep(page: Page, name: str) -> None:
    page.screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    take()
