"""A designer's day in a real browser: a foreign drawing is mended, changed, tried, published, moved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from app import audit, courses, jobs
from app.access import Principal
from app.courses import Course, StartRequest, Task
from tests.acceptance.test_accessible import DESK, LOOK, PHONE, STANDARD, axe
from tests.acceptance.town import Town, open_town
from tests.acceptance.visitor import Visitor

FOREIGN = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="http://example.org" id="d">
<bpmn:process id="visit" name="Hjemmebesøg">
  <bpmn:startEvent id="start"/>
  <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="visit_home"/>
  <bpmn:userTask id="visit_home" name="Besøg borgeren"/>
  <bpmn:sequenceFlow id="f2" sourceRef="visit_home" targetRef="more"/>
  <bpmn:exclusiveGateway id="more" name="Skal der mere til?"/>
  <bpmn:sequenceFlow id="yes" name="Ja" sourceRef="more" targetRef="report"/>
  <bpmn:sequenceFlow id="no" name="Nej" sourceRef="more" targetRef="end"/>
  <bpmn:userTask id="report" name="Skriv rapport"/>
  <bpmn:sequenceFlow id="f3" sourceRef="report" targetRef="end"/>
  <bpmn:endEvent id="end" name="Færdig"/>
</bpmn:process></bpmn:definitions>"""

OWNED = """() => {
  const modeler = window.studio.modeler;
  const moddle = modeler.get('bpmnFactory');
  for (const element of modeler.get('elementRegistry').filter(one => one.type === 'bpmn:UserTask')) {
    const inside = element.businessObject.extensionElements || moddle.create('bpmn:ExtensionElements', {values: []});
    const own = moddle.create('zeebe:AssignmentDefinition', {candidateGroups: 'youth'});
    const values = [...inside.values.filter(one => one.$type !== own.$type), own];
    const name = element.id === 'visit_home' ? 'deadline' : '';
    if (name && window.timed) {
      const property = moddle.create('zeebe:Property', {name, value: 'visit_5d'});
      values.push(moddle.create('zeebe:Properties', {properties: [property]}));
    }
    const extensions = moddle.create('bpmn:ExtensionElements', {values});
    modeler.get('modeling').updateProperties(element, {extensionElements: extensions});
  }
}"""
FIELD = """() => {
  const editor = window.studio.editor;
  const form = editor.get('formFieldRegistry').getAll().find(one => one.type === 'default');
  const field = {type: 'textarea', key: 'remark', label: 'Bemærkning', validate: {maxLength: 500}};
  editor.get('modeling').addFormField(field, form, 0);
}"""
ROW = """() => {
  const modeler = window.studio.modeler;
  const viewer = modeler.getActiveViewer();
  const modeling = viewer.get('modeling');
  const row = modeling.addRow({type: 'dmn:DecisionRule'}, 0);
  const cells = ['"visit_5d"', '>= date("2024-01-01")', '"Besøg borgeren"', '5', '"hverdage"', '"Besøget er aftalt"',
    'false', '["P1D"]', '"bl_136"', '"Serviceniveau: 5 hverdage"', '"Teamlederen får besked."', '"team_leader"'];
  row.cells.slice(0, cells.length).forEach((cell, n) => modeling.editCell(cell.businessObject, cells[n]));
}"""


@pytest.fixture(scope="module")
def town(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with open_town(tmp_path_factory.mktemp("studio"), browser) as opened:
        yield opened
        with opened.house.database.read() as session:
            assert audit.verify(session, opened.house.runtime).ok


def press(visitor: Visitor, name: str) -> None:
    """Press the first link or button of that name in the page."""
    main = visitor.page.locator("main")
    found = main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name))
    visitor.press(found.first)


def look(page: Page) -> list[str]:
    """What axe finds on the page, and whether it is wider than a phone."""
    page.evaluate(axe())
    found: list[str] = page.evaluate(LOOK, STANDARD)
    page.set_viewport_size(PHONE)
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    page.set_viewport_size(DESK)
    return [*found, *([f"{wide} px wider than a phone"] if wide > 0 else [])]


def edit(visitor: Visitor, act: str) -> None:
    """Change the open file in its editor, and wait until it is saved."""
    page = visitor.page
    page.wait_for_selector("[data-ready]", timeout=60_000)
    page.evaluate(act)
    saved = (
        "() => document.querySelector('[data-studio-status]').textContent.startsWith('Gemt i dag')"
    )
    page.wait_for_function(
        "() => document.querySelector('[data-studio-status]').textContent !== ''"
    )
    page.wait_for_timeout(1_200)
    page.wait_for_function(saved, timeout=30_000)


def open_file(visitor: Visitor, draft: str, name: str) -> None:
    visitor.go(draft)
    link = visitor.page.locator("main a").filter(has_text=re.compile(name))
    visitor.go(str(link.first.get_attribute("href")))


def start(town: Town) -> int:
    request = StartRequest("visit", None, {})
    return town.house.database.run(
        lambda work: courses.start(work, town.house.runtime, request, "mette").key
    )


def do(town: Town, course: int, **answers: object) -> None:
    """Complete the course's open task."""
    mette = Principal(
        1, "mette", "Mette", frozenset({"caseworker", "operator"}), frozenset({"youth"})
    )
    with town.house.database.read() as session:
        (task,) = [one for one in courses.tasks_of(session, course) if one.status == "open"]
    town.house.database.run(
        lambda work: courses.complete(work, town.house.runtime, task.key, dict(answers), mette)
    )


def open_task(town: Town, course: int) -> Task:
    with town.house.database.read() as session:
        (task,) = [one for one in courses.tasks_of(session, course) if one.status == "open"]
    return task


def finish(town: Town, visitor: Visitor) -> str:
    """Let the background do what the page waits for; return what the page says then."""
    jobs.run_due(town.house.database, town.house.handlers)
    visitor.page.reload()
    return visitor.page.locator("main").inner_text()


def test_a_designer_draws_tries_publishes_and_moves(  # noqa: PLR0915 -- one day, told in order
    town: Town, tmp_path: Path
) -> None:
    town.set(2026, 11, 23)
    dorte, found = town.at("dorte"), []
    page = dorte.page
    page.set_viewport_size(DESK)

    # A foreign drawing is brought in and mended.
    drawing = tmp_path / "hjemmebesøg.bpmn"
    drawing.write_text(FOREIGN, "utf-8")
    dorte.go("/studio")
    found += look(page)
    page.set_input_files("#files", drawing)
    press(dorte, "Læg i en kladde")
    draft = dorte.path
    assert "Skal rettes" in page.locator("main").inner_text()
    found += look(page)
    press(dorte, "Ret alt, der kan rettes")
    found += look(page)
    press(dorte, "Se på tegningen")
    edit(dorte, OWNED)
    dorte.go(draft)
    press(dorte, "Se, hvad der ændrer sig")
    press(dorte, "Udgiv version 1")
    assert "er udgivet" in page.locator("main").inner_text()

    # It runs.
    waiting, further = start(town), start(town)
    do(town, further)
    assert open_task(town, further).element != "visit_home"

    # A deadline and a field more: a draft of version 2.
    press(dorte, "Tegn en ny version")
    draft = dorte.path
    open_file(dorte, draft, "Åbn tegningen")
    page.evaluate("() => { window.timed = true; }")
    edit(dorte, OWNED)
    assert "ingen frist visit_5d" in page.locator("[data-studio-findings]").inner_text()
    assert page.locator(".badge--error").count()
    open_file(dorte, draft, "deadlines.dmn")
    edit(dorte, ROW)
    dorte.go(draft)
    page.locator("summary", has_text="Formularer").click()
    open_file(dorte, draft, r"\.form$")
    edit(dorte, FIELD)
    dorte.go(draft)
    said = page.locator("main").inner_text()
    assert "feltet »Bemærkning« er nyt" in said
    assert "visit_5d → Besøg borgeren" in said
    assert "lovens frist er nu »deadline=visit_5d«" in said
    found += look(page)

    # One click makes a scenario of a real course; it is run, and history is replayed.
    dorte.go("/studio/models/visit/courses")
    found += look(page)
    page.get_by_label("Scenariets navn").fill("Besøg uden rapport")
    dorte.press(page.locator(f'button[value="{further}"]'))
    dorte.go(draft)
    press(dorte, "Prøvekør")
    assert "1 scenarier består" in finish(town, dorte)
    found += look(page)
    dorte.go(draft)
    press(dorte, "Genspil historien")
    said = finish(town, dorte)
    assert "2 forløb genspillet: 2 går samme vej" in said
    found += look(page)

    # Publishing says what changes for whom.
    dorte.go(f"{draft}/publish")
    said = page.locator("main").inner_text()
    assert "2 løbende forløb" in said
    assert "Frister" in said
    page.wait_for_selector(".djs-element.changed")
    found += look(page)
    press(dorte, "Udgiv version 2")
    assert "version 2 er udgivet" in page.locator("main").inner_text()
    dorte.go("/studio/models/visit/see?version=1")
    page.wait_for_selector(".djs-element.heat-1, .djs-element.heat-3")
    found += look(page)

    # Drift moves the running courses.
    bo = town.at("bo")
    bo.page.set_viewport_size(DESK)
    bo.go("/studio/models/visit/move")
    found += look(bo.page)
    press(bo, "Prøv, om de kan flyttes")
    assert "2 kan flyttes" in finish(town, bo)
    bo.page.get_by_label("Begrundelse").first.fill("Fristen gælder også dem, der er i gang")
    press(bo, "Flyt 2 forløb")
    assert "2 flyttet" in finish(town, bo)
    found += look(bo.page)
    with town.house.database.read() as session:
        versions = {session.get_one(Course, key).version_key for key in (waiting, further)}
        assert len(versions) == 1
        newest = courses.versions_to_move_to(session, session.get_one(Course, waiting))
        assert [row.version for row in newest] == [1]
    assert found == []
