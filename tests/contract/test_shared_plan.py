"""Courses of one citizen that write the one plan at the same moment: every version counts, none twice, none lost."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine, select

from app import audit, citizens, courses, plans
from app.access import Principal
from app.citizens import Citizen, NewCitizen
from app.clock import SetClock
from app.connectors import Registry
from app.courses import Runtime, StartRequest, Task
from app.definitions import library
from app.journal import Keyring
from app.plans.rows import VersionRow
from app.storage import Database, Facts
from app.storage.schema import upgrade

COURSES, ROUNDS = 4, 5
METTE = Principal(1, "mette", "Mette Kragh", frozenset({"caseworker"}), frozenset({"youth"}))
TASK = """<extensionElements><zeebe:userTask/>
  <zeebe:assignmentDefinition candidateGroups="youth"/></extensionElements>"""
GOAL = """={citizen_words: "Op om morgenen", goal: "Møder hver dag", goal_type: "develop", theme: "education",
  measure: "Fremmøde", baseline: 3, target: 1, target_date: "2027-06-01", responsible: "mette"}"""
MODEL = f"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0">
  <process id="p" isExecutable="true">
    <startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="again"/>
    <exclusiveGateway id="again"/><sequenceFlow id="f2" sourceRef="again" targetRef="talk"/>
    <userTask id="talk">{TASK}</userTask><sequenceFlow id="f3" sourceRef="talk" targetRef="write"/>
    <serviceTask id="write"><extensionElements><zeebe:taskDefinition type="plan:draft"/><zeebe:ioMapping>
      <zeebe:input source='{GOAL}' target="goal"/><zeebe:input source="=[goal]" target="goals"/>
      <zeebe:output source="=append(written, plan.version)" target="written"/>
      </zeebe:ioMapping></extensionElements></serviceTask>
    <sequenceFlow id="f4" sourceRef="write" targetRef="again"/>
  </process></definitions>"""


class Town:
    """A database of either kind, one citizen, and courses about them that write the plan in a loop."""

    def __init__(self, url: str) -> None:
        self.engine = create_engine(url)
        upgrade(self.engine)
        self.database = Database(
            self.engine, SetClock(datetime(2026, 3, 2, 9, 30, tzinfo=UTC)), Facts()
        )
        registry = Registry()
        plans.register(registry)
        self.runtime = Runtime(Keyring(base64.b64encode(bytes(32)).decode()), registry)
        keyring = self.runtime.keyring
        self.database.run(
            lambda work: library.publish(work, {"p.bpmn": MODEL.encode()}, "designer", keyring)
        )
        new = NewCitizen("120388-1111", "Anna", "Sø")
        anna = self.database.run(lambda work: citizens.find_or_register(work, keyring, new, "lone"))
        self.courses = [self._start(anna) for _ in range(COURSES)]

    def _start(self, anna: Citizen) -> int:
        words = dict.fromkeys(("dreams", "wishes_education_job", "strengths"), "ja")
        request = StartRequest("p", anna, {**words, "written": []})
        return self.database.run(
            lambda work: courses.start(work, self.runtime, request, "mette").key
        )

    def complete_in_all(self) -> None:
        """Complete the open task of every course at once."""
        with self.database.read() as session:
            opened = session.scalars(select(Task.key).where(Task.status == "open")).all()
        ready = threading.Barrier(len(opened))

        def act(key: int) -> None:
            ready.wait()
            self.database.run(lambda work: courses.complete(work, self.runtime, key, {}, METTE))

        threads = [threading.Thread(target=act, args=(key,)) for key in opened]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def written(self, key: int) -> list[int]:
        """Which versions of the plan a course was told that it wrote."""
        from app.courses import Course, CourseState
        from app.engine import variables_at

        with self.database.read() as session:
            course = session.get_one(Course, key)
            model = self.runtime.models.get(session, course.version_key).model
            state = session.scalar(select(CourseState.state).where(CourseState.course_key == key))
            return list(variables_at(model, state or b"")["written"])


@pytest.fixture
def town(database_url: str) -> Iterator[Town]:
    made = Town(database_url)
    yield made
    made.engine.dispose()


def test_what_courses_that_share_a_plan_do_at_once_is_counted_once_each(town: Town) -> None:
    for _ in range(ROUNDS):
        town.complete_in_all()

    everything = list(range(1, COURSES * ROUNDS + 1))
    with town.database.read() as session:
        rows = session.scalars(select(VersionRow.version).order_by(VersionRow.version)).all()
        report = audit.verify(session, town.runtime)
    assert rows == everything
    told = [town.written(key) for key in town.courses]
    assert sorted(version for one in told for version in one) == everything
    assert all(len(one) == ROUNDS for one in told)
    assert report.ok, report.broken
    # Of each course: its start, and in every round the task and the operation's answer.
    assert report.redecided == COURSES * (1 + 2 * ROUNDS)
