"""The editors speak the language of the page: Danish for who reads Danish, English for who reads English."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.acceptance.test_studio import open_file
from tests.acceptance.town import Town, open_town
from tests.acceptance.visitor import Visitor

DRAWING = """() => {
  const modeler = window.studio.modeler;
  const task = modeler.get('elementRegistry').filter(one => one.type === 'bpmn:UserTask')[0];
  modeler.get('selection').select(task);
}"""
FIELD = """() => {
  const editor = window.studio.editor;
  const field = editor.get('formFieldRegistry').getAll().find(one => one.type !== 'default');
  editor.get('selection').set(field);
}"""


@pytest.fixture(scope="module")
def town(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with open_town(tmp_path_factory.mktemp("danish"), browser) as opened:
        yield opened


@pytest.fixture(scope="module")
def designer(town: Town) -> Visitor:
    town.set(2026, 11, 23)
    return town.at("dorte")


@pytest.fixture(scope="module")
def draft(designer: Visitor) -> str:
    """A draft of a model with a drawing, a form and a table."""
    designer.go("/studio/models/youth_course")
    designer.press(designer.page.get_by_role("button", name="Tegn en ny version"))
    return designer.path


@pytest.fixture(params=["da", "en"])
def language(request: pytest.FixtureRequest, designer: Visitor, draft: str) -> Iterator[str]:
    designer.go(f"{draft}?lang={request.param}")
    yield str(request.param)
    designer.go(f"{draft}?lang=da")


def ready(page: Page, act: str = "() => null") -> str:
    """Wait for the editor, do something in it, and return all that it says."""
    page.wait_for_selector("[data-ready]", timeout=60_000)
    page.evaluate(act)
    page.wait_for_timeout(500)
    said: str = page.evaluate(
        """() => {
          const root = document.querySelector('[data-ready]');
          const hinted = [...root.querySelectorAll('[title], [placeholder], [aria-label]')];
          const hints = hinted.flatMap(one => [one.title, one.placeholder || '', one.getAttribute('aria-label') || '']);
          return root.innerText + '\\n' + hints.join('\\n');
        }"""
    )
    return said


def open_editor(designer: Visitor, draft: str, name: str) -> None:
    """Open a file of the draft; lists that are folded are unfolded first."""
    designer.page.evaluate(
        "() => document.querySelectorAll('details').forEach(one => { one.open = true; })"
    )
    open_file(designer, draft, name)


def test_palette_and_properties_of_a_drawing(designer: Visitor, draft: str, language: str) -> None:
    open_file(designer, draft, "Åbn tegningen" if language == "da" else "Open the drawing")
    said = ready(designer.page, DRAWING)
    danish = ("Vælg et område", "Generelt", "Dokumentation", "Hvem", "Formular")
    english = ("Activate lasso tool", "General", "Documentation", "Assignment", "Form")
    assert [word for word in (danish if language == "da" else english) if word not in said] == []
    assert [
        word for word in (english[:2] if language == "da" else danish[:2]) if word in said
    ] == []


def test_palette_and_properties_of_a_form(designer: Visitor, draft: str, language: str) -> None:
    open_editor(designer, draft, r"\.form$")
    said = ready(designer.page, FIELD)
    danish = (
        "Felter",
        "Langt tekstfelt",
        "Flere afkrydsninger",
        "Generelt",
        "Krav til svaret",
        "Søg efter felter",
    )
    english = (
        "Components",
        "Text area",
        "Checkbox group",
        "General",
        "Validation",
        "Search components",
    )
    assert [word for word in (danish if language == "da" else english) if word not in said] == []
    assert [word for word in (english if language == "da" else danish) if word in said] == []


def test_what_the_designer_wrote_is_not_translated(designer: Visitor, draft: str) -> None:
    """Given a field that is called as one of the editor's own words, its name stands."""
    open_editor(designer, draft, r"\.form$")
    ready(designer.page, FIELD)
    designer.page.evaluate(
        """() => {
          const editor = window.studio.editor;
          const field = editor.get('selection').get();
          editor.get('modeling').editFormField(field, 'label', 'Checkbox');
        }"""
    )
    designer.page.wait_for_timeout(500)
    assert "Checkbox" in designer.page.locator("[data-canvas]").inner_text()


def test_a_decision_table(designer: Visitor, draft: str, language: str) -> None:
    open_editor(designer, draft, r"\.dmn$")
    said = ready(designer.page)
    danish, english = (
        ("Regel for træf", "Når", "Så", "Noter"),
        ("Hit policy", "When", "Then", "Annotations"),
    )
    assert [word for word in (danish if language == "da" else english) if word not in said] == []
    assert [word for word in (english if language == "da" else danish) if word in said] == []
