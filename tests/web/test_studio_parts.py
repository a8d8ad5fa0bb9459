"""Parts in the studio: a process that others call is judged together with them."""

from __future__ import annotations

import re
from pathlib import Path

from app.definitions import library
from app.web.studio import explained
from tests.web.conftest import Town

ROOT = Path(__file__).parents[2]
STOPPING = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t" id="d">
<error id="stop" errorCode="stop"/>
<process id="part" name="Delen" isExecutable="true"><startEvent id="start"/>
<sequenceFlow id="f1" sourceRef="start" targetRef="end"/>
<endEvent id="end" name="Stop"><errorEventDefinition errorRef="stop"/></endEvent></process></definitions>"""
CALLING = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t" id="d"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"><error id="stop" errorCode="stop"/>
<process id="whole" name="Det hele" isExecutable="true"><startEvent id="start"/>
<sequenceFlow id="f1" sourceRef="start" targetRef="call"/><callActivity id="call" name="Delen">
<extensionElements><zeebe:calledElement processId="part"/></extensionElements></callActivity>
<boundaryEvent id="caught" attachedToRef="call"><errorEventDefinition errorRef="stop"/></boundaryEvent>
<sequenceFlow id="f3" sourceRef="caught" targetRef="stopped"/><endEvent id="stopped"/>
<sequenceFlow id="f2" sourceRef="call" targetRef="end"/><endEvent id="end"/></process></definitions>"""


def test_a_part_is_looked_at_with_what_calls_it(town: Town) -> None:
    """The desk once looked at each shared process alone, and warned of errors that its callers catch."""
    town.person("dina", "Dina Fog", "process_designer")
    dina = town.browser("dina")

    def put(name: str, text: str) -> None:
        files = {name: text.encode()}
        town.house.database.run(lambda work: town.house.publish(work, files, "dina"))

    def counted() -> int:
        row = re.search(r">part</span>.*?(\d+) bør rettes", dina.get("/studio").text, re.DOTALL)
        return int(row[1]) if row else 0

    put("part.bpmn", STOPPING)
    alone = counted()
    assert "Ingen griber fejlen" in dina.get("/studio/models/part").text
    put("whole.bpmn", CALLING)
    assert counted() == alone - 1
    assert "Ingen griber fejlen" not in dina.get("/studio/models/part").text


def test_our_own_models_have_nothing_against_them_in_the_studio(town: Town) -> None:
    """The desk once missed the decision tables that a model finds by their newest version."""
    files = library.gather(ROOT / "workflows")
    town.house.database.run(lambda work: town.house.publish(work, files, "designer"))
    town.person("dina", "Dina Fog", "process_designer")
    page = town.browser("dina").get("/studio").text
    rows = re.findall(r'<tr>\s*<th scope="row">.*?</tr>', page, re.DOTALL)
    found = {row for row in rows if "Ingen fund" not in row and ">small<" not in row}
    assert len(rows) > 20
    assert not found


def test_what_a_finding_means_can_be_read(town: Town) -> None:
    """Given a finding, its page in docs/rules is one click away; what has no page is not there."""
    town.person("dina", "Dina Fog", "process_designer")
    dina = town.browser("dina")
    files = {"part.bpmn": STOPPING.encode()}
    town.house.database.run(lambda work: town.house.publish(work, files, "dina"))
    assert 'href="/studio/rules/error-uncaught"' in dina.get("/studio/models/part").text
    page = dina.get("/studio/rules/error-uncaught").text
    assert "<code>error:uncaught</code>" in page
    assert "Sådan rettes det" in page
    assert dina.get("/studio/rules/nobody-knows").status_code == 404
    assert dina.get("/studio/rules/..%2Freadme").status_code == 404


def test_each_page_about_a_code_can_be_shown() -> None:
    for file in sorted(explained.PAGES.glob("*-*.md")):
        found = explained.explained(file.stem)
        assert found is not None
        assert found.code.replace(":", "-", 1) == file.stem
        assert [heading for heading, _ in found.parts] == [
            "Hvad",
            "Hvorfor",
            "Sådan rettes det",
            "Eksempel",
        ], file.name
        assert not re.search(r"`|\]\(", "".join(text for _, text in found.parts)), file.name
