"""A command becomes a journal entry, rows and what follows, all in one transaction."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import audit, courses
from app.courses import Incident, Subscription, Task
from app.errors import Conflict, DomainError, NotFound, Refused
from app.journal import read
from tests.unit.courses.conftest import BO, JONAS, LONE, METTE, Desk

TASK = """
<extensionElements><zeebe:userTask/>
<zeebe:assignmentDefinition candidateGroups="youth"/></extensionElements>"""

ONE_TASK = f"""
<process id="p" name="Lille forløb" isExecutable="true">
  <startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="ask"/>
  <userTask id="ask" name="Spørg">{TASK}</userTask>
  <sequenceFlow id="f2" sourceRef="ask" targetRef="note"/>
  <serviceTask id="note"><extensionElements>
    <zeebe:taskDefinition type="test:note"/></extensionElements></serviceTask>
  <sequenceFlow id="f3" sourceRef="note" targetRef="end"/>
  <endEvent id="end"/>
</process>"""


def kinds(desk: Desk, course: int) -> list[str]:
    with desk.database.read() as session:
        stream = courses.stream(course)
        return [entry.kind for entry in read(session, stream, desk.runtime.keyring)]


def test_a_course_runs_from_start_to_end_and_every_step_is_journaled(desk: Desk) -> None:
    desk.publish(ONE_TASK)
    course = desk.start("p")
    assert set(desk.open_tasks(course)) == {"ask"}

    desk.complete(course, "ask", answer="ja")

    assert desk.course(course).status == "ended"
    assert desk.course(course).progress == {
        "here": {},
        "done": {"ask": 1, "end": 1, "note": 1, "start": 1},
        "flows": {"f1": 1, "f2": 1, "f3": 1},
    }
    assert kinds(desk, course) == [
        "course:started",
        "course:task-completed",
        "course:job-completed",
    ]
    assert desk.performed == [("mette", desk.performed[0][1])]
    assert desk.performed[0][1]["answer"] == "ja"


def test_verify_decides_the_course_again_and_finds_the_same_digests(desk: Desk) -> None:
    desk.publish(ONE_TASK)
    course = desk.start("p")
    desk.complete(course, "ask", answer="ja")

    with desk.database.read() as session:
        report = audit.verify(session, desk.runtime)

    assert report.ok, report.broken
    assert (report.redecided, report.sealed) == (3, 0)


def test_the_second_of_two_submits_is_told_who_was_first_and_writes_nothing(desk: Desk) -> None:
    desk.publish(ONE_TASK)
    course = desk.start("p")
    key = desk.open_tasks(course)["ask"].key
    desk.complete(course, "ask")
    before = kinds(desk, course)

    with pytest.raises(Conflict) as caught:
        desk.database.run(lambda work: courses.complete(work, desk.runtime, key, {}, JONAS))

    assert caught.value.code == "task:closed"
    assert "mette" in caught.value.message
    assert kinds(desk, course) == before


def test_what_an_operation_refuses_is_shown_to_the_person_and_the_task_stays_open(
    desk: Desk,
) -> None:
    desk.publish(ONE_TASK)
    course = desk.start("p")

    with pytest.raises(DomainError, match="Det kan ikke lade sig gøre"):
        desk.complete(course, "ask", refuse=True)

    assert set(desk.open_tasks(course)) == {"ask"}
    assert kinds(desk, course) == ["course:started"]


def test_an_operation_that_refuses_without_a_person_at_hand_becomes_an_incident(
    desk: Desk,
) -> None:
    desk.publish(
        """<process id="p" isExecutable="true">
        <startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="note"/>
        <serviceTask id="note"><extensionElements>
          <zeebe:taskDefinition type="test:note"/></extensionElements></serviceTask>
        <sequenceFlow id="f3" sourceRef="note" targetRef="end"/><endEvent id="end"/>
        </process>"""
    )
    course = desk.start("p", refuse=True)
    with desk.database.read() as session:
        incident = session.scalars(select(Incident)).one()
    assert (incident.element, incident.resolved_at) == ("note", None)
    assert "Det kan ikke lade sig gøre" in incident.message

    order = courses.Order(BO, "Oplysningen var forkert.")
    desk.database.run(
        lambda work: courses.set_variables(work, desk.runtime, course, {"refuse": False}, order)
    )
    desk.database.run(
        lambda work: courses.resolve_incident(work, desk.runtime, incident.key, order)
    )

    assert desk.course(course).status == "ended"
    with desk.database.read() as session:
        assert session.scalars(select(Incident)).one().resolved_at is not None
        assert audit.verify(session, desk.runtime).ok


def test_only_candidates_take_a_task_and_only_its_holder_completes_it(desk: Desk) -> None:
    desk.publish(ONE_TASK)
    course = desk.start("p")
    key = desk.open_tasks(course)["ask"].key

    with pytest.raises(Refused):
        desk.database.run(lambda work: courses.claim(work, desk.runtime, key, LONE))
    desk.database.run(lambda work: courses.claim(work, desk.runtime, key, METTE))
    with pytest.raises(Conflict):
        desk.database.run(lambda work: courses.claim(work, desk.runtime, key, JONAS))
    with pytest.raises(Refused):
        desk.complete(course, "ask", JONAS)
    desk.database.run(lambda work: courses.release(work, desk.runtime, key, METTE))
    desk.complete(course, "ask", JONAS)

    assert kinds(desk, course)[1:3] == ["course:task-claimed", "course:task-released"]
    assert desk.course(course).status == "ended"


def test_a_timer_fires_once_when_it_is_due(desk: Desk) -> None:
    desk.publish(
        f"""<process id="p" isExecutable="true">
        <startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="ask"/>
        <userTask id="ask">{TASK}</userTask>
        <boundaryEvent id="late" attachedToRef="ask" cancelActivity="true">
          <timerEventDefinition><timeDuration>P3D</timeDuration></timerEventDefinition>
        </boundaryEvent>
        <sequenceFlow id="f2" sourceRef="ask" targetRef="end"/><endEvent id="end"/>
        <sequenceFlow id="f3" sourceRef="late" targetRef="too_late"/><endEvent id="too_late"/>
        </process>"""
    )
    course = desk.start("p")
    assert desk.run_due() == 0

    desk.clock.advance(timedelta(days=3))

    assert desk.run_due() == 1
    assert desk.run_due() == 0
    assert (desk.course(course).status, desk.course(course).outcome) == ("ended", "too_late")
    with desk.database.read() as session:
        assert session.scalars(select(Task.status)).all() == ["cancelled"]


MESSAGE = f"""
<message id="m" name="reply"><extensionElements>
  <zeebe:subscription correlationKey="=who"/></extensionElements></message>
<process id="p" isExecutable="true">
  <startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="ask"/>
  <userTask id="ask">{TASK}</userTask>
  <sequenceFlow id="f2" sourceRef="ask" targetRef="wait"/>
  <intermediateCatchEvent id="wait"><messageEventDefinition id="md" messageRef="m"/>
  </intermediateCatchEvent>
  <sequenceFlow id="f3" sourceRef="wait" targetRef="end"/><endEvent id="end"/>
</process>"""


def publish_reply(desk: Desk, to: str, seconds: int = 0) -> list[int]:
    return desk.database.run(
        lambda work: courses.publish_message(
            work,
            desk.runtime,
            "reply",
            to,
            variables={"said": "ja"},
            time_to_live=timedelta(seconds=seconds),
        )
    )


def test_a_message_goes_to_the_course_that_has_waited_longest_and_only_to_that(desk: Desk) -> None:
    desk.publish(MESSAGE)
    first, second = (desk.start("p", who="anna") for _ in range(2))
    other = desk.start("p", who="bo")
    for course in (second, first, other):
        desk.complete(course, "ask")

    assert publish_reply(desk, "anna") == [second]
    assert desk.course(second).status == "ended"
    assert publish_reply(desk, "anna") == [first]
    assert publish_reply(desk, "anna") == []
    assert desk.course(other).status == "running"


def test_a_message_that_comes_first_waits_for_its_course_as_long_as_it_lives(desk: Desk) -> None:
    desk.publish(MESSAGE)
    early, late = desk.start("p", who="anna"), desk.start("p", who="bo")
    publish_reply(desk, "anna", seconds=60)
    publish_reply(desk, "bo", seconds=60)

    desk.complete(early, "ask")
    desk.clock.advance(timedelta(seconds=61))
    desk.complete(late, "ask")

    assert desk.course(early).status == "ended"
    assert desk.course(late).status == "running"
    with desk.database.read() as session:
        assert session.scalars(select(Subscription.course_key)).all() == [late]
        assert audit.verify(session, desk.runtime).ok


def test_starting_what_nobody_published_says_so(desk: Desk) -> None:
    with pytest.raises(NotFound) as caught:
        desk.start("nothing")
    assert caught.value.code == "model:unknown"


def test_a_signal_reaches_what_waits_for_it_in_the_course_that_throws_it(desk: Desk) -> None:
    desk.publish(
        f"""<signal id="s" name="alarm"/>
        <process id="p" isExecutable="true">
        <startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="fork"/>
        <parallelGateway id="fork"/>
        <sequenceFlow id="f2" sourceRef="fork" targetRef="wait"/>
        <intermediateCatchEvent id="wait"><signalEventDefinition id="sd" signalRef="s"/>
        </intermediateCatchEvent>
        <sequenceFlow id="f3" sourceRef="wait" targetRef="heard"/><endEvent id="heard"/>
        <sequenceFlow id="f4" sourceRef="fork" targetRef="ask"/>
        <userTask id="ask">{TASK}</userTask>
        <sequenceFlow id="f5" sourceRef="ask" targetRef="throw"/>
        <endEvent id="throw"><signalEventDefinition id="sd2" signalRef="s"/></endEvent>
        </process>"""
    )
    course = desk.start("p")

    desk.complete(course, "ask")

    assert desk.course(course).status == "ended"
    assert desk.course(course).progress["done"]["heard"] == 1
