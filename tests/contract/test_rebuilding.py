"""The journal is the truth: a course's rows are held against it, and made anew where a hand changed them."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Executable, select, text, update
from sqlalchemy.orm import Session

from app import audit, courses
from app.access import Principal
from app.cli.db import rebuild
from app.clock import SetClock
from app.connectors import Registry
from app.courses import Course, CourseState, Runtime, StartRequest, Task
from app.definitions import library
from app.journal import Keyring
from app.storage import Database

MODEL = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t" id="d">
  <message id="m" name="news"><extensionElements>
    <zeebe:subscription correlationKey="=who"/></extensionElements></message><signal id="sg" name="alarm"/>
  <process id="p" isExecutable="true"><startEvent id="s"/>
  <sequenceFlow id="f0" sourceRef="s" targetRef="first"/>
  <userTask id="first" name="F\xc3\xb8rst"><extensionElements><zeebe:userTask/>
    <zeebe:assignmentDefinition candidateGroups="youth"/></extensionElements></userTask>
  <sequenceFlow id="f1" sourceRef="first" targetRef="split"/><parallelGateway id="split"/>
  <sequenceFlow id="f2" sourceRef="split" targetRef="ask"/><sequenceFlow id="f3" sourceRef="split" targetRef="catch"/>
  <sequenceFlow id="f4" sourceRef="split" targetRef="work"/><sequenceFlow id="f5" sourceRef="split" targetRef="hear"/>
  <sequenceFlow id="f6" sourceRef="split" targetRef="breaks"/>
  <userTask id="ask"><extensionElements><zeebe:userTask/>
    <zeebe:taskSchedule dueDate="2026-04-01T12:00:00Z"/>
    <zeebe:assignmentDefinition candidateGroups="youth" candidateUsers="jonas"/></extensionElements></userTask>
  <boundaryEvent id="late" attachedToRef="ask" cancelActivity="false">
    <timerEventDefinition id="td"><timeDuration>P3D</timeDuration></timerEventDefinition></boundaryEvent>
  <intermediateCatchEvent id="catch"><messageEventDefinition id="md" messageRef="m"/></intermediateCatchEvent>
  <intermediateCatchEvent id="hear"><signalEventDefinition id="sd" signalRef="sg"/></intermediateCatchEvent>
  <serviceTask id="work"><extensionElements><zeebe:taskDefinition type="outside"/></extensionElements></serviceTask>
  <serviceTask id="breaks"><extensionElements>
    <zeebe:taskDefinition type="=nothing.here"/></extensionElements></serviceTask>
  </process></definitions>"""

METTE = Principal(1, "mette", "Mette Kragh", frozenset({"caseworker"}), frozenset({"youth"}))

CHANGES: dict[str, tuple[str | Executable, ...]] = {
    "the tasks are gone": (
        "DELETE FROM task_candidate",
        "DELETE FROM task",
    ),
    "an open task was closed by hand": (
        "UPDATE task SET status = 'completed', closed_by = 'jonas' WHERE element = 'ask'",
    ),
    "a closed task was opened by hand": (
        "UPDATE task SET status = 'open' WHERE element = 'first'",
    ),
    "another is said to have completed it": (
        "UPDATE task SET closed_by = 'jonas' WHERE element = 'first'",
    ),
    "another holds the task": ("UPDATE task SET assignee = 'jonas' WHERE element = 'ask'",),
    "a task is called something else": ("UPDATE task SET name = 'Intet' WHERE element = 'ask'",),
    "a deadline was moved": (
        "UPDATE task SET due = '2027-01-01T00:00:00.000000Z' WHERE element = 'ask'",
    ),
    "a group lost its task": ("DELETE FROM task_candidate WHERE kind = 'group'",),
    "the timer is gone": ("DELETE FROM due_work WHERE handler = 'course-timer'",),
    "the timer was put off": (
        "UPDATE due_work SET due = '2036-01-01T00:00:00.000000Z' WHERE handler = 'course-timer'",
    ),
    "nobody waits for the message": ("DELETE FROM message_subscription",),
    "it waits for another's message": ("UPDATE message_subscription SET correlation_key = 'x'",),
    "nobody waits for the signal": ("DELETE FROM signal_subscription",),
    "the worker's job is gone": ("DELETE FROM course_job",),
    "the incident was hidden": ("UPDATE incident SET resolved_at = '2026-03-02T09:30:00.000000Z'",),
    "the course is said to be over": ("UPDATE course SET status = 'ended'",),
    "its progress was embellished": ("UPDATE course SET progress = '{}'",),
    "the marking is another": (update(CourseState).values(state=b"{}"),),
}


class Office:
    """A database with one course in which all that can wait waits."""

    def __init__(self, database: Database, clock: SetClock, keyring: Keyring) -> None:
        registry = Registry()
        courses.register(registry)
        self.database, self.runtime = database, Runtime(keyring, registry)
        files = {"model.bpmn": MODEL}
        database.run(lambda work: library.publish(work, files, "designer", keyring))
        request = StartRequest("p", variables={"who": "ada"})
        self.course = database.run(
            lambda work: courses.start(work, self.runtime, request, "mette").key
        )
        clock.advance(timedelta(hours=1))
        self.complete("first")
        self.held = self.task("ask").key
        database.run(lambda work: courses.claim(work, self.runtime, self.held, METTE))

    def read(self, question: Any) -> Any:
        with self.database.read() as session:
            return question(session)

    def task(self, element: str) -> Task:
        found = select(Task).where(Task.element == element, Task.status == "open")
        task: Task = self.read(lambda session: session.scalars(found).one())
        return task

    def complete(self, element: str) -> None:
        key = self.task(element).key
        self.database.run(lambda work: courses.complete(work, self.runtime, key, {}, METTE))

    def differences(self) -> list[courses.Difference]:
        found: list[courses.Difference] = self.read(
            lambda session: courses.differences(session, self.runtime, self.course)
        )
        return found

    def change(self, *statements: str | Executable) -> None:
        with self.database.write() as work:
            for one in statements:
                statement = text(one) if isinstance(one, str) else one
                assert work.session.execute(statement).rowcount  # type: ignore[attr-defined]  # of what changes rows

    def rebuild(self) -> list[courses.Difference]:
        return self.database.run(lambda work: courses.rebuild(work, self.runtime, self.course))


@pytest.fixture
def office(database: Database, clock: SetClock, keyring: Keyring) -> Office:
    return Office(database, clock, keyring)


def test_what_nobody_touched_is_what_the_journal_leads_to(office: Office) -> None:
    assert office.differences() == []
    assert office.rebuild() == []


def test_a_change_by_hand_is_found_and_mended(office: Office) -> None:
    for change, statements in CHANGES.items():
        office.change(*statements)
        found = office.differences()
        assert found, change
        assert office.rebuild() == found, change
        assert office.differences() == [], change
    assert office.read(lambda session: audit.verify(session, office.runtime)).ok


def test_the_course_goes_on_after_everything_was_lost(office: Office) -> None:
    office.change(
        *CHANGES["the tasks are gone"],
        "DELETE FROM due_work",
        "DELETE FROM message_subscription",
        "DELETE FROM signal_subscription",
        "DELETE FROM course_job",
        "DELETE FROM incident",
        "DELETE FROM course_state",
    )
    office.rebuild()
    assert office.task("ask").assignee == "mette"  # as the journal's last claim says
    office.complete("ask")
    assert office.read(lambda session: audit.verify(session, office.runtime)).ok
    assert office.differences() == []


def test_what_fits_keeps_its_key_and_who_has_it(office: Office) -> None:
    office.change(*CHANGES["an open task was closed by hand"])
    office.rebuild()
    task = office.task("ask")
    assert (task.key, task.assignee) == (office.held, "mette")


def test_a_difference_says_what_was_expected_and_what_was_found(office: Office) -> None:
    office.change(*CHANGES["another is said to have completed it"])
    (found,) = office.differences()
    assert (found.course_key, found.what) == (office.course, "task")
    assert found.where.startswith("first")
    assert '"closed_by":"mette"' in found.expected
    assert '"closed_by":"jonas"' in found.found


def test_an_ended_course_is_compared_too(office: Office) -> None:
    order = courses.Order(Principal(2, "bo", "Bo", frozenset({"operator"})), "Det er slut.")
    office.database.run(lambda work: courses.cancel(work, office.runtime, office.course, order))
    assert office.differences() == []
    office.change("UPDATE course SET status = 'running', ended_at = NULL")
    assert [one.what for one in office.rebuild()] == ["course"]

    def status(session: Session) -> str:
        return session.get_one(Course, office.course).status

    assert office.read(status) == "ended"


def test_the_command_finds_by_hand_what_it_then_mends(
    office: Office, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORLOEB_DATABASE_URL", database_url)
    monkeypatch.setenv("FORLOEB_VAR", str(tmp_path))
    monkeypatch.setenv("FORLOEB_MASTER_KEY", base64.b64encode(bytes(range(32))).decode())
    office.change("DELETE FROM due_work WHERE handler = 'course-timer'")
    checked = CliRunner().invoke(rebuild, ["--check", "--json"])
    told = json.loads(checked.output)
    assert checked.exit_code == 1
    assert [(one["what"], one["course_key"]) for one in told["differences"]] == [
        ("timer", office.course)
    ]
    assert CliRunner().invoke(rebuild, []).exit_code == 0
    again = CliRunner().invoke(rebuild, ["--check"])
    assert (again.exit_code, again.output) == (0, "1 forløb, 0 forseglede. 0 forskelle findes.\n")
