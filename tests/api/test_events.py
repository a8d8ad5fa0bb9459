"""Messages and signals from programs: they reach those who wait, and begin courses."""

from __future__ import annotations

import pytest
from camunda_orchestration_sdk import models as m
from sqlalchemy import select

from app import jobs
from app.courses import Course
from tests.api.conftest import Town, deployment

HEAD = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t" id="d">
  <signal id="sg" name="alarm"/><message id="m" name="referral"/>"""


def begins(name: str, event: str) -> bytes:
    return f"""{HEAD}<process id="{name}" name="Begyndt" isExecutable="true">
    <startEvent id="s">{event}</startEvent><sequenceFlow id="f1" sourceRef="s" targetRef="look"/>
    <userTask id="look" name="Se på det"><extensionElements><zeebe:userTask/>
      <zeebe:assignmentDefinition candidateGroups="youth"/></extensionElements></userTask>
    <sequenceFlow id="f2" sourceRef="look" targetRef="end"/><endEvent id="end"/>
    </process></definitions>""".encode()


@pytest.fixture
def listening(town: Town) -> Town:
    files = {
        "a.bpmn": begins("by_message", '<messageEventDefinition id="md" messageRef="m"/>'),
        "b.bpmn": begins("by_signal", '<signalEventDefinition id="sd" signalRef="sg"/>'),
    }
    town.client("dorte").create_deployment(data=deployment(files))
    return town


def begun(town: Town) -> list[Course]:
    with town.house.database.read() as session:
        return list(session.scalars(select(Course).where(Course.process_id.startswith("by_"))))


def test_a_message_begins_a_course_about_the_citizen_whom_its_key_names(listening: Town) -> None:
    anna = listening.citizen("Anna", "Sø", "120388-1111")
    body = {"name": "referral", "correlationKey": str(anna.key), "variables": {"why": "brev"}}

    assert listening.http("frede").post("/messages/correlation", json=body).status_code == 403
    answer = listening.http("lone").post("/messages/correlation", json=body)
    [course] = begun(listening)
    assert course.citizen_key == anna.key
    assert str(course.key) == answer.json()["processInstanceKey"]


def test_a_message_about_nobody_begins_a_technical_course(listening: Town) -> None:
    answer = listening.client("bo").publish_message(
        data=m.MessagePublicationRequest(name="referral", correlation_key="")
    )
    assert answer.message_key
    [course] = begun(listening)
    assert (course.citizen_key, course.started_by) == (None, "bo")


def test_a_signal_begins_a_technical_course(listening: Town) -> None:
    answer = listening.client("bo").broadcast_signal(
        data=m.SignalBroadcastRequest(signal_name="alarm")
    )
    assert answer.signal_key
    jobs.run_due(listening.house.database, listening.house.handlers)
    [course] = begun(listening)
    assert (course.process_id, course.citizen_key) == ("by_signal", None)
    assert (
        listening.http("mette").post("/signals/broadcast", json={"signalName": "alarm"}).status_code
        == 403
    )


def test_a_second_message_under_one_id_is_refused_while_the_first_is_kept(town: Town) -> None:
    body = {"name": "nobody_waits", "correlationKey": "x", "timeToLive": 60_000, "messageId": "7"}
    http = town.http("bo")
    assert http.post("/messages/publication", json=body).status_code == 200
    again = http.post("/messages/publication", json=body)
    assert (again.status_code, again.json()["code"]) == (409, "message:duplicate")
