"""An auditor finds who decided what in another's course, and opens the moment: by keyboard, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from app.access.passwords import stamp
from app.clock import to_text
from tests.acceptance.test_accessible import DESK, LOOK, PHONE, STANDARD, axe
from tests.serving import Served
from tests.web import youth
from tests.web.youth import YouthTown

COOKIE = "session"
MOST_TABS = 120


@dataclass
class Auditor:
    """Karen at the pages, without a mouse."""

    page: Page
    base: str

    def go(self, path: str) -> None:
        answer = self.page.goto(self.base + path, wait_until="networkidle")
        assert answer is not None
        assert answer.ok, path

    def reach(self, selector: str) -> None:
        """Press Tab until the focus is at what a selector finds."""
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"{selector} is not reached by {MOST_TABS} tabs on {self.page.url}")

    def press(self, key: str) -> None:
        """Press a key that leads to another page."""
        with self.page.expect_navigation(wait_until="networkidle"):
            self.page.keyboard.press(key)

    @property
    def text(self) -> str:
        return self.page.locator("main").inner_text()

    @property
    def entry(self) -> int:
        found = re.search(r"/entries/(\d+)", self.page.url)
        assert found is not None, self.page.url
        return int(found[1])

    def look(self) -> list[str]:
        """What axe finds on the page, and whether it is wider than a phone."""
        self.page.evaluate(axe())
        found = list(self.page.evaluate(LOOK, STANDARD))
        self.page.set_viewport_size(PHONE)
        wider = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        self.page.set_viewport_size(DESK)
        return [*found, *([f"{wider} px wider than a phone"] if wider > 0 else [])]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[YouthTown]:
    built = youth.build(tmp_path_factory.mktemp("film"))
    yield built
    built.house.database.engine.dispose()


@pytest.fixture(scope="module")
def course(town: YouthTown) -> int:
    key = town.start(town.citizen("Ida", "Lund", "050502-4007"))
    town.to_plan(key)
    return key


@pytest.fixture
def karen(town: YouthTown, course: int, browser: Browser) -> Iterator[Auditor]:
    served = Served(town.app)
    client = town.app.test_client()
    with client.session_transaction() as session:
        session["username"], session["stamp"] = "karen", stamp(None)
        session["since"] = to_text(town.clock.now())
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    context = browser.new_context(locale="da-DK", viewport=DESK)
    context.set_default_timeout(60_000)
    context.add_cookies([{"name": COOKIE, "value": cookie.value, "url": served.base}])
    yield Auditor(context.new_page(), served.base)
    context.close()
    served.close()


def test_who_decided_what_is_found_and_opened_by_the_keyboard(karen: Auditor, course: int) -> None:
    # Given: the auditor knows a colleague's name and a day, nothing else
    karen.go("/audit")
    karen.reach("#colleague")
    karen.page.keyboard.type("lone")
    karen.page.keyboard.press("Tab")
    karen.page.keyboard.type("2026-08-03")
    karen.press("Enter")
    assert "Lone Holt sendte »Behandl henvendelse«" in karen.text
    assert karen.look() == []

    # When: the line is opened
    karen.reach('a[href*="/entries/"]')  # the latest of that day
    karen.press("Enter")

    # Then: who, the form as it was filled in, the diagram as it stood, and the same in words
    said = karen.text
    assert "Lone Holt sendte »Behandl henvendelse«" in said
    assert "Sofie har brug for hjælp fra flere på én gang." in said
    assert "Lone Holt, modtagelse" in said
    assert "Samme resultat, regnet igen" in said
    assert re.search(r"Behandl henvendelse\s+Udført", said)
    done = karen.page.locator('.djs-element.done[data-element-id="treat_inquiry"]')
    assert done.count() == 1
    assert karen.page.locator(".djs-connection.taken").count() > 2
    assert karen.look() == []

    # And: the reason of the course's first decision, with the table's rule
    karen.go(f"/audit/courses/{course}/entries/1")
    assert "Beslutningen ved »Find roller«" in karen.text
    assert "Regel" in karen.text
    assert karen.look() == []


def test_the_arrow_keys_turn_the_film_and_leave_fields_alone(karen: Auditor, course: int) -> None:
    karen.go(f"/audit/courses/{course}/entries/4")
    karen.press("ArrowRight")
    karen.press("ArrowRight")
    assert karen.entry == 6
    karen.press("ArrowLeft")
    assert karen.entry == 5

    # With the slider in focus, the keys are the slider's: it goes where they leave it, and keeps the focus
    karen.reach("#entry")
    for _ in range(3):
        karen.page.keyboard.press("ArrowRight")
    karen.page.wait_for_url(re.compile(r"/entries/8"))
    assert karen.entry == 8
    assert karen.page.evaluate("document.activeElement.id") == "entry"

    # In a field they move the cursor
    karen.go(f"/audit/courses/{course}/at")
    karen.reach("#purpose")
    karen.page.keyboard.press("ArrowLeft")
    assert karen.page.url.endswith("/at")


def test_filters_stay_with_the_film(karen: Auditor, course: int) -> None:
    karen.go(f"/audit/courses/{course}?who=mette")
    karen.reach("a.button-primary")
    karen.press("Enter")
    first = karen.entry
    karen.press("ArrowRight")
    assert karen.entry > first
    assert "who=mette" in karen.page.url
    assert "Mette Kragh sendte" in karen.page.locator("h2#what").inner_text()


def test_without_scripts_the_film_turns_by_links(
    karen: Auditor, course: int, browser: Browser
) -> None:
    cookies = karen.page.context.cookies()
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(cookies)  # type: ignore[arg-type]  # what a context gives, another takes
    page = context.new_page()
    page.goto(f"{karen.base}/audit/courses/{course}/entries/4")
    page.get_by_role("link", name="Næste post").click()
    assert page.url.endswith("/entries/5")
    page.get_by_role("link", name="Forrige").click()
    assert page.url.endswith("/entries/4")
    page.get_by_role("button", name="Gå til den valgte post").click()
    assert "/entries/4" in page.url
    assert "Trin i ord" in page.locator("main").inner_text()
    context.close()


def test_a_moment_is_seen_as_a_colleague_was_allowed_to(karen: Auditor, course: int) -> None:
    karen.go(f"/audit/courses/{course}/entries/4")
    karen.reach('a[href*="/at?time="]')
    karen.press("Enter")
    assert "Åbne opgaver dengang" in karen.text
    assert "Orientér" in karen.text or "Ring tilbage" in karen.text
    karen.reach("#as")
    karen.page.keyboard.type("jonas")
    karen.press("Enter")
    assert "Kunne ikke se det her" in karen.text
    assert "Åbne opgaver dengang" not in karen.text
    assert karen.look() == []
