"""Pages, the auditor's pages and /v2 over a course that stands in a version it found on its way (`latest`)."""

from __future__ import annotations

from datetime import timedelta

from app import audit, courses, jobs
from app.access import Principal
from app.api.v2 import task_search
from app.courses import StartRequest
from tests.web.conftest import Town

BO_PERSON = Principal(
    9, "bo", "Bo Strøm", frozenset({"caseworker", "operator"}), frozenset({"youth"})
)

HEAD = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t" id="d">"""

CHILD = f"""{HEAD}<process id="talk" name="Samtale" isExecutable="true"><startEvent id="begin" name="Begynd"/>
<sequenceFlow id="c1" sourceRef="begin" targetRef="split"/>
<exclusiveGateway id="split" name="Hvordan?" default="c2"/>
<sequenceFlow id="c2" sourceRef="split" targetRef="ask" name="Åbent"/>
<sequenceFlow id="c3" sourceRef="split" targetRef="note" name="Kort">
  <conditionExpression>=short = true</conditionExpression></sequenceFlow>
<userTask id="ask" name="Spørg ind"><documentation>Lyt først.</documentation>
  <extensionElements><zeebe:userTask/><zeebe:formDefinition formId="ask"/>
  <zeebe:assignmentDefinition candidateGroups="youth"/></extensionElements></userTask>
<sequenceFlow id="c4" sourceRef="ask" targetRef="wait"/>
<userTask id="note" name="Skriv ned"><extensionElements><zeebe:userTask/>
  <zeebe:assignmentDefinition candidateGroups="youth"/></extensionElements></userTask>
<intermediateCatchEvent id="wait" name="Vent en dag"><timerEventDefinition>
  <timeDuration>P1D</timeDuration></timerEventDefinition></intermediateCatchEvent>
<sequenceFlow id="c5" sourceRef="wait" targetRef="broken"/>
<exclusiveGateway id="broken" name="Hvilken vej?"/>
<sequenceFlow id="c6" sourceRef="broken" targetRef="done">
  <conditionExpression>=nowhere</conditionExpression></sequenceFlow>
<endEvent id="done" name="Talt"/></process></definitions>""".encode()

PARENT = f"""{HEAD}<process id="caller" name="Forløb med samtale" isExecutable="true"><startEvent id="s"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="phase"/>
<callActivity id="phase" name="Samtalefase"><extensionElements>
  <zeebe:calledElement processId="talk"/></extensionElements></callActivity>
<sequenceFlow id="f2" sourceRef="phase" targetRef="e"/><endEvent id="e" name="Slut"/>
</process></definitions>""".encode()


def test_every_page_knows_the_steps_of_a_version_that_was_called(town: Town) -> None:
    house = town.house
    for name, content in (("talk.bpmn", CHILD), ("caller.bpmn", PARENT)):
        house.database.run(lambda work, f={name: content}: house.publish(work, f, "designer"))
    town.person("bo", "Bo Strøm", "operator", "process_designer", "caseworker", groups=("youth",))
    request = StartRequest("caller", None, {"sender": "mette"})
    key = house.database.run(lambda work: courses.start(work, house.runtime, request, "bo").key)
    house.database.run(
        lambda work: house.publish(
            work, {"talk.bpmn": CHILD.replace("Spørg ind".encode(), b"Senere")}, "designer"
        )
    )
    task = town.task(key, "talk/ask")
    bo = town.browser("bo")

    # Then: the task has the form and the guidance of the version that was found
    page = bo.get(f"/tasks/{task.key}").text
    assert "Spørg ind" in page
    assert "Lyt først." in page
    assert "Hvad er vigtigt?" in page

    # When: it goes on, waits, and stops inside the called version
    answers = {"wish": "Ro", "answer": "yes", "people": []}
    house.database.run(
        lambda work: courses.complete(work, house.runtime, task.key, answers, BO_PERSON)
    )
    assert "Vent en dag" in bo.get(f"/courses/{key}").text
    town.clock.set(town.clock.now() + timedelta(days=2))
    jobs.run_due(house.database, house.handlers)

    bo, karen = town.browser("bo"), town.browser("karen")

    # Then: every page names the steps as that version does
    assert "Hvilken vej?" in bo.get("/courses/incidents").text
    for path in ("", "/plan", "/team", "/meetings", "/timeline", "/diagram"):
        assert bo.get(f"/courses/{key}{path}").status_code == 200, path
    assert "Spørg ind" in bo.get(f"/courses/{key}/timeline").text
    diagram = bo.get(f"/courses/{key}/diagram?process=talk").text
    assert "Spørg ind" in diagram
    assert "Senere" not in diagram
    assert "Spørg ind".encode() in bo.get(f"/courses/{key}/model.bpmn?process=talk").data
    history = [karen.get(f"/audit/courses/{key}/entries/{seq}") for seq in (1, 2, 3)]
    assert [page.status_code for page in history] == [200, 200, 200]
    assert "Åbent" in history[0].text, "the way that was chosen inside"
    assert "Spørg ind" in karen.get(f"/audit/courses/{key}").text
    with house.database.read() as session:
        report = audit.verify(session, house.runtime)
    assert report.ok, report.broken


def test_v2_gives_the_form_of_the_called_version(town: Town) -> None:
    house = town.house
    for name, content in (("talk.bpmn", CHILD), ("caller.bpmn", PARENT)):
        house.database.run(lambda work, f={name: content}: house.publish(work, f, "designer"))
    request = StartRequest("caller", None, {"sender": "mette"})
    key = house.database.run(lambda work: courses.start(work, house.runtime, request, "bo").key)
    task = town.task(key, "talk/ask")
    with house.database.read() as session:
        hit = task_search.hit(session, task)
        result = task_search.results(session, house.runtime, [hit])[0]
        form = task_search.form_of(session, hit)
    assert form is not None
    assert form.name == "ask"
    assert (result["element_id"], result["form_key"]) == ("ask", form.key)
