"""Suspicious models and answers through a whole course: refused or an incident, and the desk goes on working."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app import audit
from app.courses import Incident
from app.errors import DomainError
from tests.unit.courses.conftest import Desk

TASK = "<extensionElements><zeebe:userTask/></extensionElements>"
ROUND = """<process id="round" isExecutable="true"><startEvent id="s"/>
  <sequenceFlow id="f1" sourceRef="s" targetRef="again"/><task id="again"/>
  <sequenceFlow id="f2" sourceRef="again" targetRef="again"/></process>"""
MANY = """<process id="many" isExecutable="true"><startEvent id="s"/>
  <sequenceFlow id="f1" sourceRef="s" targetRef="ask"/><userTask id="ask"><extensionElements><zeebe:userTask/>
  </extensionElements><multiInstanceLoopCharacteristics><extensionElements>
  <zeebe:loopCharacteristics inputCollection="=for i in 1..100000 return i"/></extensionElements>
  </multiInstanceLoopCharacteristics></userTask></process>"""
CALLS = """<process id="calls" isExecutable="true"><startEvent id="s"/>
  <sequenceFlow id="f1" sourceRef="s" targetRef="again"/><callActivity id="again"><extensionElements>
  <zeebe:calledElement processId="calls" bindingType="deployment"/></extensionElements></callActivity></process>"""
ASKS = f"""<process id="asks" isExecutable="true"><startEvent id="s"/>
  <sequenceFlow id="f1" sourceRef="s" targetRef="ask"/><userTask id="ask">{TASK}</userTask></process>"""


def incidents(desk: Desk, course: int) -> list[str]:
    with desk.database.read() as session:
        query = select(Incident.code).where(Incident.course_key == course)
        return list(session.scalars(query))


@pytest.mark.parametrize(
    ("process", "body", "code"),
    [
        ("round", ROUND, "engine:steps"),
        ("many", MANY, "feel:fuel"),
        ("calls", CALLS, "engine:call-depth"),
    ],
)
def test_a_model_without_an_end_is_an_incident_of_its_course_and_others_go_on(
    desk: Desk, process: str, body: str, code: str
) -> None:
    desk.publish(body)
    course = desk.start(process)
    assert (incidents(desk, course), desk.course(course).status) == ([code], "running")

    desk.publish(ASKS)
    other = desk.start("asks")
    desk.complete(other, "ask")
    assert desk.course(other).status == "ended"


def test_five_megabytes_of_answers_are_refused_and_the_task_stays_open(desk: Desk) -> None:
    desk.publish(ASKS)
    course = desk.start("asks")
    with pytest.raises(DomainError) as refused:
        desk.complete(course, "ask", text="x" * 5_000_000)
    assert (refused.value.code, set(desk.open_tasks(course))) == ("variables:too-large", {"ask"})
    desk.complete(course, "ask", text="kort")
    assert desk.course(course).status == "ended"
    with desk.database.read() as session:
        assert audit.verify(session, desk.runtime).ok
