"""The frame, its macros and headers, as a server sends them and as a browser shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from tests.serving import Served

AXE = Path(__file__).parents[3] / "app/web/front/node_modules/axe-core/axe.min.js"


def policy(client: FlaskClient, path: str) -> str:
    return client.get(path).headers["Content-Security-Policy"]


def test_a_page_allows_only_its_own_scripts_and_styles(client: FlaskClient) -> None:
    rules = policy(client, "/page")
    assert re.search(r"script-src 'self' 'nonce-[\w-]{43}';", rules)
    assert "style-src 'self';" in rules
    assert "frame-ancestors 'none'" in rules
    assert "unsafe" not in rules


def test_only_a_page_with_a_diagram_allows_style_attributes(client: FlaskClient) -> None:
    assert policy(client, "/diagram").endswith("; style-src-attr 'unsafe-inline'")


def test_each_answer_has_a_nonce_of_its_own(client: FlaskClient) -> None:
    assert policy(client, "/page") != policy(client, "/page")


def test_a_page_is_kept_nowhere_and_its_type_is_not_guessed(client: FlaskClient) -> None:
    headers = client.get("/page").headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_files_of_the_design_may_be_kept(client: FlaskClient) -> None:
    with client.get("/static/forloeb.css") as answer:
        assert answer.headers["Cache-Control"] != "no-store"


def test_a_page_holds_no_inline_script_or_style(client: FlaskClient) -> None:
    html = client.get("/page").text + client.get("/diagram").text
    assert not re.search(r"\sstyle=|\son\w+=|<style|<script(?![^>]*\ssrc=)", html)


def test_the_page_is_danish_until_english_is_chosen(client: FlaskClient) -> None:
    danish = client.get("/page").text
    assert '<html lang="da">' in danish
    assert "1½ time over" in danish
    english = client.get("/page?lang=en").text
    assert '<html lang="en">' in english
    assert "Skip to content" in english
    # The cookie remembers it, and the way back is on the page.
    again = client.get("/page?view=mine").text
    assert '<html lang="en">' in again
    assert 'href="/page?view=mine&amp;lang=da"' in again


def test_an_unknown_language_is_danish_and_not_remembered(client: FlaskClient) -> None:
    answer = client.get("/page?lang=tlh")
    assert '<html lang="da">' in answer.text
    assert "lang=" not in answer.headers.get("Set-Cookie", "")


def test_a_cpr_number_is_never_whole(client: FlaskClient) -> None:
    html = client.get("/page").text
    assert "010190-••••" in html
    assert "1234" not in html


def test_the_exact_time_is_the_title_of_the_phrase(client: FlaskClient) -> None:
    assert 'title="Frist: mandag 23. november 2026 kl. 9.10"' in client.get("/page").text


@pytest.fixture
def served(bare_app: Flask) -> Iterator[str]:
    with closing(Served(bare_app)) as served:
        yield served.base


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("path", ["/page", "/diagram"])
def test_the_page_is_accessible_quiet_and_not_wider_than_the_screen(
    browser: Browser, served: str, path: str, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("requestfailed", lambda request: said.append(request.url))
    page.goto(served + path, wait_until="networkidle")
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        "axe.run().then(r => r.violations.map(v => [v.id, v.nodes.length, v.nodes[0].html]))"
    )
    too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    page.close()
    assert found == []
    assert too_wide <= 0
    assert said == []


def test_the_diagram_marks_what_is_done_and_where_it_stands(browser: Browser, served: str) -> None:
    page = browser.new_page()
    page.goto(f"{served}/diagram")
    page.wait_for_selector("[data-element-id=approve]")
    assert "here" in (page.get_attribute("[data-element-id=approve]", "class") or "")
    assert "done" in (page.get_attribute("[data-element-id=ask]", "class") or "")
    assert page.is_visible(".bjs-powered-by")  # the licence asks for the mark
    page.get_by_role("button", name="Større").click()
    page.close()


def test_the_error_summary_has_the_focus(browser: Browser, served: str) -> None:
    page = browser.new_page()
    page.goto(f"{served}/page")
    assert page.evaluate("document.activeElement.hasAttribute('data-error-summary')")
    page.close()
