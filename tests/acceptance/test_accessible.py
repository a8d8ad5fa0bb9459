"""Every page that anybody can open, looked at by axe-core: on the real server, with demo data, as each role."""

from __future__ import annotations

import base64
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from werkzeug.routing import Map, Rule

from app import access, create_app
from app.invented import STAFF
from app.settings import Settings
from tests.acceptance.conftest import Installation, Server
from tests.acceptance.visitor import Visitor

AXE = Path(__file__).parents[2] / "app/web/front/node_modules/axe-core/axe.min.js"
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOK = """tags => axe.run({runOnly: tags, resultTypes: ["violations"]}).then(found =>
    found.violations.map(one => `${one.id} × ${one.nodes.length}: ${one.nodes[0].html}`))"""
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
OPENS = {200, 303}
"""Some only lead on to another page, which is looked at, too."""
MOST_TRIED = 60
NO_PAGES = ("/static/", "/v2/")
THE_SAME = {"jonas", "ida", "poul", "yusuf"}
PEOPLE = [person.username for person in STAFF if person.username not in THE_SAME]
"""One of each role; the rest would open the same pages again."""

KEYS = {
    "tasks": "SELECT key FROM task ORDER BY status = 'open' DESC, key",
    "courses": "SELECT key FROM course ORDER BY status = 'running' DESC, key",
    "citizens": "SELECT key FROM citizen ORDER BY key",
    "models": "SELECT process_id, name FROM model_scenario ORDER BY process_id DESC, name",
    "versions": "SELECT v.key AS key, f.name AS name FROM definition_version v"
    " JOIN definition_file f ON f.digest = v.model_digest ORDER BY v.key",
    "drafts": "SELECT draft_key AS key, name FROM model_draft_file",
    "runs": "SELECT run_key AS key, course_key FROM studio_run_course ORDER BY run_key, course_key",
    "unattached": "SELECT key FROM unattached_inquiry",
    "plans": "SELECT key FROM plan ORDER BY key",
    "documents": "SELECT key FROM document WHERE sent_at IS NOT NULL ORDER BY key DESC",
    "samples": "SELECT sample_key AS key, course_key FROM sampled_course ORDER BY place",
    "break-glass": "SELECT key FROM emergency_access",
    "rules": "SELECT 'mapping-no-source' AS name",
    "verify": "SELECT key FROM verification",
    "heads": "SELECT day FROM signed_head ORDER BY day DESC",
}
GUARDIANS = "SELECT citizen_key AS key, key AS guardian_key FROM guardian ORDER BY key"
BLOCKS = "SELECT citizen_key AS key, key AS line FROM no_access ORDER BY key DESC"
CONSENTS = "SELECT course_key AS key, key AS consent_key FROM consent ORDER BY key DESC"
MEETINGS = "SELECT course_key AS key, key AS meeting_key FROM meeting ORDER BY key DESC"
VERSIONS = "SELECT key, version_key FROM course ORDER BY status = 'running' DESC, key"
ACTS = "SELECT key, 'suspend' AS what FROM course ORDER BY status = 'running' DESC, key"
ENTRIES = """SELECT course.key AS key, seq FROM journal_entry JOIN course ON stream = 'course:' || course.key
    WHERE kind LIKE 'course:task-completed%' ORDER BY course.key, seq DESC"""


BAD = """<!doctype html><title>Side</title><main><h1>Side</h1><img src="/static/logo.svg" width="2000">
<p><button style="width:9px;height:9px" aria-label="a"></button><button style="width:9px;height:9px" aria-label="b">"""


@dataclass
class Looks:
    """What was seen so far, page by page."""

    visitor: Visitor
    username: str
    findings: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        page = self.visitor.page
        page.on(
            "console",
            lambda m: self.said.append(f"{page.url}: {m.text}") if m.type == "error" else None,
        )
        page.on("pageerror", lambda error: self.said.append(f"{page.url}: {error}"))

    def at(self, path: str) -> None:
        """Look at a page."""
        page = self.visitor.page
        page.set_viewport_size(DESK)
        drawn_by_script = path.endswith("/diagram")
        page.goto(self.visitor.base + path, wait_until="networkidle" if drawn_by_script else "load")
        page.evaluate(axe())
        self.findings += [f"{path}: {one}" for one in page.evaluate(LOOK, STANDARD)]
        page.set_viewport_size(PHONE)
        too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if too_wide > 0:
            self.findings.append(f"{path}: {too_wide} px wider than a phone")


@cache
def axe() -> str:
    return AXE.read_text("utf-8")


@cache
def url_map() -> tuple[Map, dict[str, str | None]]:
    """The app's rules, and the permit of each view; None where everybody may come."""
    master_key = base64.b64encode(bytes(32)).decode()
    with tempfile.TemporaryDirectory() as folder:  # the rules are asked for, no page
        url = f"sqlite:///{folder}/forloeb.sqlite"
        app = create_app(Settings(database_url=url, secret_key="prøve", master_key=master_key))
    permits = {name: getattr(view, "permit", None) for name, view in app.view_functions.items()}
    return app.url_map, permits


def pages() -> list[Rule]:
    """The GET routes that lead to pages."""
    rules, _ = url_map()
    return sorted(
        (
            rule
            for rule in rules.iter_rules()
            if "GET" in (rule.methods or ()) and not rule.rule.startswith(NO_PAGES)
        ),
        key=lambda rule: rule.rule,
    )


def values_for(rule: Rule, installation: Installation) -> list[dict[str, Any]]:
    """What could stand in a route's holes, with the demo municipality's own keys."""
    holes = set(rule.arguments)
    if not holes:
        return [{}]
    asked = {
        "seq": ENTRIES,
        "consent_key": CONSENTS,
        "guardian_key": GUARDIANS,
        "line": BLOCKS,
        "meeting_key": MEETINGS,
        "version_key": VERSIONS,
        "what": ACTS,
    }
    query = next((query for hole, query in asked.items() if hole in holes), "")
    area = next(part for part in rule.rule.split("/") if part in KEYS)
    address = f"file:{installation.database}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(f"{query or KEYS[area]} LIMIT {MOST_TRIED}")]


def first_open(
    visitor: Visitor, rule: Rule, installation: Installation, *, also_files: bool = False
) -> str | None:
    """Return the first page (or file) of a route that the visitor may open, or None."""
    rules, _ = url_map()
    adapter = rules.bind("127.0.0.1")
    for values in values_for(rule, installation):
        path = adapter.build(rule.endpoint, values)
        answer = visitor.context.request.get(visitor.base + path, max_redirects=0)
        assert answer.status < 500, f"{path}: {answer.status}"
        if answer.status in OPENS:
            is_page = answer.headers["content-type"].startswith("text/html")
            return path if is_page or also_files else None
    return None


def permits_of(username: str) -> frozenset[str]:
    """What somebody may do; "" and None stand for what everybody may."""
    roles = next((person.roles for person in STAFF if person.username == username), ())
    return access.permits_of(roles)


@pytest.fixture
def looks(request: pytest.FixtureRequest, server: Server, browser: Browser) -> Iterator[Looks]:
    visitor = Visitor(browser, server.base, request.param)
    yield Looks(visitor, request.param)
    visitor.close()


@pytest.mark.parametrize("looks", ["", *PEOPLE], indirect=True, ids=lambda name: name or "nobody")
def test_nothing_is_found_on_any_page_that_the_person_may_open(
    looks: Looks, server: Server
) -> None:
    _, needed = url_map()
    for rule in pages():
        if not needed[rule.endpoint] or needed[rule.endpoint] in permits_of(looks.username):
            path = first_open(looks.visitor, rule, server.installation)
            if path is not None:
                looks.at(path)
    assert looks.findings == []
    assert looks.said == []


@pytest.mark.parametrize("looks", ["mette", "jonas", "ida", "lone", "tina"], indirect=True)
def test_nothing_is_found_on_any_form_of_a_task_that_waits_for_the_person(
    looks: Looks, server: Server
) -> None:
    group = {"lone": "intake", "tina": "team_leader"}.get(looks.username, "")
    address = f"file:{server.installation.database}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as database:
        keys = database.execute(
            "SELECT min(key) FROM task LEFT JOIN task_candidate ON task_key = key AND kind = 'group'"
            " WHERE status = 'open' AND (assignee = ? OR assignee IS NULL AND value = ?) GROUP BY element",
            (looks.username, group),
        ).fetchall()
    assert keys
    for (key,) in keys:
        looks.at(f"/tasks/{key}")
    assert looks.findings == []
    assert looks.said == []


def test_what_should_be_found_is_found(server: Server, browser: Browser) -> None:
    visitor = Visitor(browser, server.base)
    looks = Looks(visitor, "")
    visitor.page.route("**/login", lambda route: route.fulfill(body=BAD, content_type="text/html"))
    looks.at("/login")
    visitor.close()
    found = " ".join(looks.findings)
    assert all(rule in found for rule in ("image-alt", "html-has-lang", "target-size", "px wider"))


def test_every_page_can_be_opened_by_somebody_with_the_demo_municipality(
    server: Server, browser: Browser
) -> None:
    """Or the looks above would look at nothing."""
    _, needed = url_map()
    visitors: dict[str, Visitor] = {}
    closed = []
    for rule in pages():
        able = [
            name
            for name in PEOPLE
            if not needed[rule.endpoint] or needed[rule.endpoint] in permits_of(name)
        ]
        for name in able:
            if name not in visitors:
                visitors[name] = Visitor(browser, server.base, name)
            if first_open(visitors[name], rule, server.installation, also_files=True):
                break
        else:
            closed.append(rule.rule)
    for visitor in visitors.values():
        visitor.close()
    assert closed == []
