"""A person at the pages in a real browser, who reads labels, fills in what is asked, and presses buttons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlparse

from playwright.sync_api import Browser, Locator, Page, expect

from app.invented import PASSWORD

Answers = Mapping[str, Any]
TASK = "#task"
INQUIRY = 'form[action="/intake"]'
"""Where the forms are on their pages."""
ASKING = 'form[data-asking]:not([data-asking="0"])'
"""A form that looks whether an answer brings up other questions."""
ROUNDS = 6
"""How often a form may ask for more after it has been sent."""


class Visitor:
    """One of the demo municipality's people, logged in by a button of the login page, or by typing."""

    def __init__(
        self, browser: Browser, base: str, username: str = "", *, scripts: bool = True
    ) -> None:
        self.base = base
        self.context = browser.new_context(java_script_enabled=scripts, locale="da-DK")
        self.context.set_default_timeout(60_000)
        self.page: Page = self.context.new_page()
        if username:
            self.log_in(username)

    def log_in(self, username: str) -> None:
        self.go("/login")
        button = self.page.locator(f'button[name="demo"][value="{username}"]')
        if not button.count():
            self.page.get_by_label("Brugernavn").fill(username)
            self.page.get_by_label("Adgangskode").fill(PASSWORD)
            button = self.page.get_by_role("button", name="Log ind", exact=True)
        self.press(button)
        assert self.path != "/login"

    def close(self) -> None:
        self.context.close()

    def go(self, path: str) -> None:
        answer = self.page.goto(self.base + path)
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"

    def press(self, what: Locator) -> None:
        """Press a button or a link that leads to another page."""
        with self.page.expect_navigation(wait_until="load"):
            what.click()

    @property
    def path(self) -> str:
        return urlparse(self.page.url).path

    @property
    def heading(self) -> str:
        return self.page.locator("h1").inner_text().strip()

    def open_task(self, name: str, citizen: str) -> None:
        """Find the task about the citizen in the inbox, and open it; nothing is done where it is open already."""
        if self.heading == name and citizen in self.page.locator("main").inner_text():
            return
        self.go("/inbox")
        row = self.page.locator("tr", has_text=citizen).filter(has_text=name)
        self.press(row.get_by_role("link", name=name, exact=True))

    def send(self, answers: Answers) -> None:
        """Fill in the task's form and send it; what it asks besides, once it has seen the answers, too."""
        task = self.path
        for _ in range(ROUNDS):
            fill(self.page, TASK, answers)
            self._press_on("Send")
            if self.path != task:
                return
        raise AssertionError(f"{self.heading} is not sent after {ROUNDS} rounds")

    def take_down(self, cpr: str, name: str, kind: str, answers: Answers) -> None:
        """Take an inquiry about a citizen down on one page: whom, which course, and what was said.

        Args:
            cpr: the citizen's number.
            name: first name and last name, for a citizen whom nobody knows yet.
            kind: the course's process.
            answers: what is answered about the inquiry.
        """
        first, _, last = name.partition(" ")
        self.go("/intake")
        for _ in range(ROUNDS):
            fill(
                self.page,
                INQUIRY,
                {"cpr": cpr, "first_name": first, "last_name": last, "kind": kind, **answers},
            )
            self._press_on("Gem henvendelsen")
            if self.page.get_by_text("Henvendelsen er skrevet ned").count():
                return
        raise AssertionError(f"the inquiry is not kept after {ROUNDS} rounds")

    def _press_on(self, name: str) -> None:
        """Press the button that sends a form, and see that nothing is wrong in it."""
        button = self.page.get_by_role("button", name=name, exact=True)
        assert button.count(), self.page.locator("main").inner_text()
        self.press(button)
        wrong = self.page.locator("[data-error-summary]")
        assert not wrong.count(), f"{self.heading}: {wrong.inner_text()}"


def fill(page: Page, form: str, answers: Answers) -> None:
    """Put answers into a form on the page; questions that it does not show, not even then, are left for later."""
    wanted, given = dict(flat(answers)), set[str]()

    def inputs(name: str) -> Locator:
        return page.locator(f'{form} [name="{name}"]:not([type="hidden"])')

    while True:
        while (button := _button_for_a_row(page, form, wanted)) is not None:
            with page.expect_navigation(wait_until="load"):
                button.click()
        asked = next((name for name in wanted if name not in given and inputs(name).count()), None)
        if asked is None:
            return
        given.add(asked)
        _answer(inputs(asked), wanted[asked])
        expect(page.locator(ASKING)).to_have_count(0)


def flat(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Name answers as inputs are named: `goals.0.theme`."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from flat(one, f"{name}.{key}" if name else key)
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        for number, one in enumerate(value):
            yield from flat(one, f"{name}.{number}")
    else:
        yield name, value


def _button_for_a_row(page: Page, form: str, wanted: Mapping[str, Any]) -> Locator | None:
    """Return the button that adds the first row which an answer needs and the page does not have."""
    for name in wanted:
        parts = name.split(".")
        for at, part in enumerate(parts):
            if not part.isdigit():
                continue
            rows, row = ".".join(parts[:at]), ".".join(parts[: at + 1])
            if page.locator(f'{form} [name="_row"][value="{row}"]').count():
                continue
            button = page.locator(f'{form} button[name="_add"][value="{rows}"]')
            if button.count():
                return button
            break
    return None


def _answer(inputs: Locator, value: Any) -> None:
    first = inputs.first
    kind = first.get_attribute("type") or ""
    if kind in {"radio", "checkbox"}:
        for one in inputs.all():
            chosen = one.get_attribute("value")
            wanted = (
                chosen in value
                if isinstance(value, list)
                else chosen == ("true" if value is True else str(value))
            )
            if wanted and not one.is_checked():
                one.press("Space")
                assert one.is_checked()
    elif first.evaluate("input => input.tagName") == "SELECT":
        first.select_option(str(value))
    elif kind == "file":
        first.set_input_files(value)
    else:
        first.fill(str(value))
