"""Business rule tasks in courses: the table comes with the version or is recorded, and a replay decides by the same."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app import audit, courses
from app.courses import Course, Incident, Runtime
from app.definitions import library
from app.engine import Deciding
from app.errors import DefinitionError
from app.journal import read
from tests.unit.courses.conftest import METTE, Desk
from tests.unit.courses.test_run import TASK


def table(hours: int, *, tag: str = "", also: str = "") -> bytes:
    said = (
        f'<extensionElements><zeebe:versionTag value="{tag}"/></extensionElements>' if tag else ""
    )
    return f"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="shared_support" name="Støtte"
      xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" namespace="urn:support">
      <inputData id="i1" name="age"/>
      <decision id="support" name="Støttetimer">{said}
        <informationRequirement><requiredInput href="#i1"/></informationRequirement>
        <decisionTable id="t">
          <input label="Alder"><inputExpression><text>age</text></inputExpression></input>
          <output name="hours"/>
          <rule id="r1"><description>Unge</description><inputEntry><text>&lt; 18</text></inputEntry>
            <outputEntry><text>{hours}</text></outputEntry></rule>{also}
        </decisionTable></decision></definitions>""".encode()


TWICE = """<rule id="r2"><inputEntry><text>-</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>"""


def model(binding: str = 'bindingType="deployment"') -> str:
    return f"""<process id="p" isExecutable="true"><startEvent id="s"/>
    <sequenceFlow id="f1" sourceRef="s" targetRef="ask"/><userTask id="ask">{TASK}</userTask>
    <sequenceFlow id="f2" sourceRef="ask" targetRef="rule"/>
    <businessRuleTask id="rule" name="Find støtte"><extensionElements>
      <zeebe:calledDecision decisionId="support" resultVariable="hours" {binding}/>
    </extensionElements></businessRuleTask>
    <sequenceFlow id="f3" sourceRef="rule" targetRef="more"/>
    <exclusiveGateway id="more" name="Meget støtte?" default="few"/>
    <sequenceFlow id="many" sourceRef="more" targetRef="a">
      <conditionExpression>= hours &gt; 3</conditionExpression></sequenceFlow>
    <sequenceFlow id="few" sourceRef="more" targetRef="b"/>
    <userTask id="a">{TASK}</userTask><userTask id="b">{TASK}</userTask></process>"""


def verified(desk: Desk) -> bool:
    runtime = Runtime(desk.runtime.keyring, desk.runtime.operations)
    with desk.database.read() as session:
        report = audit.verify(session, runtime)
    assert report.ok, report.broken
    return report.ok


def payload(desk: Desk, course: int, seq: int) -> dict[str, object]:
    with desk.database.read() as session:
        entries = list(read(session, courses.stream(course), desk.runtime.keyring))
    return entries[seq - 1].payload


def test_a_decision_of_the_deployment_stays_with_the_version(desk: Desk) -> None:
    desk.publish(model(), {"support.dmn": table(5)})
    running = desk.start("p")
    # When: the table is published anew before the course comes to it
    desk.publish(model(), {"support.dmn": table(1)})
    desk.complete(running, "ask", age=17)
    # Then: the course decides by the table of its version, a new one by the new
    assert set(desk.open_tasks(running)) == {"a"}
    assert "called" not in payload(desk, running, 2)
    later = desk.start("p")
    desk.complete(later, "ask", age=17)
    assert set(desk.open_tasks(later)) == {"b"}
    assert verified(desk)


def test_latest_is_the_table_of_the_moment_and_stands_in_the_entry(desk: Desk) -> None:
    desk.publish(model(""), {"support.dmn": table(1)})
    running = desk.start("p")
    desk.publish(
        "<process id='other' isExecutable='true'><startEvent id='o'/></process>",
        {"support.dmn": table(5)},
    )
    desk.complete(running, "ask", age=17)
    assert set(desk.open_tasks(running)) == {"a"}
    with desk.database.read() as session:
        newest = library.latest_resource(session, "dmn", "support")
        assert newest is not None
    assert payload(desk, running, 2)["called"] == {"dmn/support": newest.digest}
    # And a table published afterwards changes no replay
    desk.publish(
        "<process id='third' isExecutable='true'><startEvent id='o'/></process>",
        {"support.dmn": table(2)},
    )
    assert verified(desk)


def test_a_tag_is_the_table_that_carried_it_at_publish(desk: Desk) -> None:
    desk.publish(
        "<process id='o' isExecutable='true'><startEvent id='s'/></process>",
        {"s.dmn": table(5, tag="2027")},
    )
    desk.publish(
        model('bindingType="versionTag" versionTag="2027"'), {"support.dmn": table(1, tag="2028")}
    )
    running = desk.start("p")
    desk.complete(running, "ask", age=17)
    assert set(desk.open_tasks(running)) == {"a"}
    assert verified(desk)


def test_a_table_that_contradicts_itself_is_an_incident_that_a_new_table_mends(desk: Desk) -> None:
    desk.publish(model(""), {"support.dmn": table(5, also=TWICE)})
    running = desk.start("p")
    desk.complete(running, "ask", age=17)
    with desk.database.read() as session:
        incident = session.scalars(select(Incident)).one()
    assert (incident.element, incident.code) == ("rule", "engine:decision")
    assert incident.message == (
        "Beslutningen »Støttetimer« gav intet svar: Flere regler passer (1, 2), men højst én må."
    )
    assert verified(desk)


def test_a_broken_table_is_not_published(desk: Desk) -> None:
    broken = table(5).replace(b"<text>age</text>", b"<text>age +</text>")
    with pytest.raises(DefinitionError) as refused:
        desk.publish(model(), {"support.dmn": broken})
    assert ("dmn:expression", "error") in {
        (finding.code, finding.severity.value) for finding in refused.value.findings
    }


def test_the_audit_says_why(desk: Desk) -> None:
    desk.publish(model(), {"support.dmn": table(5)})
    running = desk.start("p")
    desk.complete(running, "ask", METTE, age=17)
    with desk.database.read() as session:
        detail = audit.entry(session, desk.runtime, session.get_one(Course, running), 2)
    decision, way = detail.reasons
    assert (decision.step, decision.evaluation.deciding) == ("Find støtte", Deciding.DECISION)
    assert (decision.evaluation.inputs, decision.evaluation.result) == ({"age": 17}, 5)
    (used,) = decision.evaluation.tables
    assert [(rule.number, rule.tests, rule.annotation) for rule in used.rules] == [
        (1, ("< 18",), "Unge")
    ]
    assert (way.step, way.evaluation.text) == ("Meget støtte?", "= hours > 3")
    assert (way.evaluation.inputs, way.evaluation.result) == ({"hours": 5}, True)
    # And nothing more is stored for it
    assert set(payload(desk, running, 2)) <= {"kind", "at", "task", "variables"}
