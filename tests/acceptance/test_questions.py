"""A question that an answer brings up comes at once in a browser with scripts, and what was typed stays."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from playwright.sync_api import Browser, expect

from tests.acceptance.conftest import Server
from tests.acceptance.visitor import Visitor

MINUTES = """SELECT key, assignee FROM task
    WHERE status = 'open' AND element LIKE '%record_minutes' AND assignee IS NOT NULL ORDER BY key"""


def test_the_questions_of_the_minutes_follow_whether_the_citizen_came(
    server: Server, browser: Browser
) -> None:
    # Given minutes to be written, whose questions wait for whether the citizen came
    with closing(sqlite3.connect(server.installation.database)) as database:
        key, who = database.execute(MINUTES).fetchone()
    visitor = Visitor(browser, server.base, who)
    page = visitor.page
    visitor.go(f"/tasks/{key}")
    said = page.get_by_label("Borgerens egne ord")
    expect(said).to_have_count(0)
    expect(page.get_by_role("heading", name="Det talte vi om")).to_have_count(0)

    # When it is answered, they come without being asked for, and the focus stays where it was
    came, stayed_away = page.get_by_label("Ja", exact=True), page.get_by_label("Nej", exact=True)
    came.check()
    expect(said).to_be_visible()
    expect(came).to_be_focused()

    # When the answer is another one, they go; back again, they have kept their words
    said.fill("Det var rart at være med")
    stayed_away.first.check()
    expect(said).to_have_count(0)
    expect(page.get_by_label("Hvorfor var borgeren ikke med?")).to_be_visible()
    came.first.check()
    expect(said).to_have_value("Det var rart at være med")
    visitor.close()
