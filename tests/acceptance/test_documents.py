"""A document sent with a consent in a real browser, with scripts and without: kept, fetched, shown to the auditor."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from app.demo.declaration import pdf
from tests.acceptance.conftest import Installation, Server, serving
from tests.acceptance.test_accessible import LOOK, STANDARD, axe
from tests.acceptance.visitor import TASK, Visitor, fill

ANSWERS = {
    "decision": "given",
    "purposes": ["coordination"],
    "recipient_parties": ["school"],
    "information_categories": ["education"],
    "form": "written",
    "given_at": "20. 11. 2026",
}
NAME = "Underskrevet erklæring.pdf"
CONTENT = pdf(["Jeg siger ja."])
CONSENTS = """SELECT key, course_key, assignee FROM task
    WHERE status = 'open' AND element LIKE '%record_consent' AND assignee IS NOT NULL ORDER BY key"""


@pytest.fixture
def own(loaded: Installation, tmp_path: Path) -> Iterator[Server]:
    """A server of one's own: there is one consent that waits, and both want it."""
    installation = loaded.copy(tmp_path / "served")
    with serving(installation) as base:
        yield Server(installation, base)


def waiting(server: Server) -> tuple[int, int, str]:
    with closing(sqlite3.connect(server.installation.database)) as database:
        key, course, who = database.execute(CONSENTS).fetchone()
    return key, course, who


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_declaration_is_sent_with_a_consent(
    own: Server, browser: Browser, *, scripts: bool
) -> None:
    # Given a consent that waits to be written down
    key, course, who = waiting(own)
    visitor = Visitor(browser, own.base, who, scripts=scripts)
    page, send, field = visitor.page, "button[name=send]", "[name=document][type=file]"
    visitor.go(f"/tasks/{key}")

    # When a page is chosen instead of a document, it is refused at its field
    page.set_input_files(field, _file("side.html", b"<html>"))
    visitor.press(page.locator(send))
    assert "»side.html« kan ikke sendes" in page.locator("[data-error-summary]").inner_text()

    # When the document is chosen and answers are missing, it stays chosen
    page.set_input_files(field, _file(NAME, CONTENT))
    visitor.press(page.locator(send))
    assert page.locator("[data-error-summary]").count()
    kept = page.get_by_role("checkbox", name=NAME)
    assert kept.is_checked()
    if scripts:
        page.evaluate(axe())
        assert page.evaluate(LOOK, STANDARD) == []

    # And so it does in the draft; it can be fetched from there
    visitor.go(f"/tasks/{key}")
    assert page.get_by_role("checkbox", name=NAME).is_checked()
    with page.expect_download() as fetched:
        page.get_by_role("link", name=f"Hent {NAME}").click()
    assert Path(fetched.value.path()).read_bytes() == CONTENT

    # When all is answered, it is sent
    for _ in range(4):
        fill(page, TASK, ANSWERS)
        visitor.press(page.locator(send))
        if visitor.path != f"/tasks/{key}":
            break
    visitor.go(f"/courses/{course}")
    listed = page.locator("section", has=page.locator("#documents"))
    assert NAME in listed.inner_text()
    with page.expect_download() as fetched:
        listed.get_by_role("link", name=NAME).click()
    assert fetched.value.suggested_filename == NAME
    visitor.close()

    # Then the auditor finds it in the form as it was filled in
    auditor = Visitor(browser, own.base, "henrik", scripts=scripts)
    auditor.go(f"/audit/courses/{course}/entries/{_entry(own, course)}")
    shown = auditor.page.locator("main").inner_text()
    assert NAME in shown
    assert "SHA-256" in shown
    auditor.close()

    # And somebody without a ground is given nothing
    stranger = Visitor(browser, own.base, "lone")
    with closing(sqlite3.connect(own.installation.database)) as database:
        (document,) = database.execute("SELECT max(key) FROM document").fetchone()
    answer = stranger.context.request.get(f"{own.base}/documents/{document}")
    assert answer.status == 404
    stranger.close()


def _file(name: str, content: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def _entry(server: Server, course: int) -> int:
    """The last form of the course that was sent."""
    with closing(sqlite3.connect(server.installation.database)) as database:
        query = "SELECT max(seq) FROM journal_entry WHERE stream = ? AND form_digest <> ''"
        return int(database.execute(query, (f"course:{course}",)).fetchone()[0])
