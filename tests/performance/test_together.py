"""Two people at one course at the same moment: on PostgreSQL the second waits, and then decides on what is there."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, select

from app import audit, courses
from app.access import Principal
from app.clock import SystemClock
from app.connectors import Registry
from app.courses import Runtime, StartRequest, Task
from app.definitions import library
from app.errors import Conflict
from app.journal import Keyring
from app.storage import Database, Facts
from app.storage.schema import upgrade

ROUNDS = 15
METTE = Principal(1, "mette", "Mette Kragh", frozenset({"caseworker"}), frozenset({"youth"}))

TASK = """<extensionElements><zeebe:userTask/>
  <zeebe:assignmentDefinition candidateGroups="youth"/></extensionElements>"""
MODEL = f"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0">
  <process id="p" isExecutable="true">
    <startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="again"/>
    <exclusiveGateway id="again"/><sequenceFlow id="f2" sourceRef="again" targetRef="fork"/>
    <parallelGateway id="fork"/>
    <sequenceFlow id="f3" sourceRef="fork" targetRef="one"/>
    <sequenceFlow id="f4" sourceRef="fork" targetRef="two"/>
    <userTask id="one">{TASK}</userTask><userTask id="two">{TASK}</userTask>
    <sequenceFlow id="f5" sourceRef="one" targetRef="join"/>
    <sequenceFlow id="f6" sourceRef="two" targetRef="join"/>
    <parallelGateway id="join"/><sequenceFlow id="f7" sourceRef="join" targetRef="again"/>
  </process></definitions>"""


class Desk:
    """A database of either kind, and one course in a loop of two parallel tasks."""

    def __init__(self, url: str) -> None:
        self.engine = create_engine(url)
        upgrade(self.engine)
        self.database = Database(self.engine, SystemClock(), Facts())
        self.runtime = Runtime(Keyring(base64.b64encode(bytes(32)).decode()), Registry())
        self.database.run(
            lambda work: library.publish(
                work, {"p.bpmn": MODEL.encode()}, "designer", self.runtime.keyring
            )
        )
        self.course = self.database.run(
            lambda work: courses.start(work, self.runtime, StartRequest("p"), "mette").key
        )

    def open_tasks(self) -> dict[str, int]:
        with self.database.read() as session:
            query = select(Task.element, Task.key).where(Task.status == "open")
            return dict(session.execute(query).all())

    def complete_at_once(self, keys: list[int]) -> list[str]:
        """Complete tasks in as many threads; return what each was told."""
        ready, told = threading.Barrier(len(keys)), []

        def act(key: int) -> None:
            ready.wait()
            try:
                self.database.run(
                    lambda work: courses.complete(
                        work, self.runtime, key, {"from": str(key)}, METTE
                    )
                )
                told.append("done")
            except Conflict as conflict:
                told.append(conflict.code)

        threads = [threading.Thread(target=act, args=(key,)) for key in keys]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(told)


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    made = Desk(database_url)
    yield made
    made.engine.dispose()


def test_parallel_tasks_completed_at_once_are_both_completed(desk: Desk) -> None:
    for _ in range(ROUNDS):
        assert desk.complete_at_once(list(desk.open_tasks().values())) == ["done", "done"]

    with desk.database.read() as session:
        report = audit.verify(session, desk.runtime, desk.course)
    assert report.ok, report.broken
    assert report.redecided == 1 + 2 * ROUNDS


def test_of_two_who_complete_one_task_at_once_the_second_is_told(desk: Desk) -> None:
    for _ in range(ROUNDS):
        opened = desk.open_tasks()
        assert desk.complete_at_once([opened["one"]] * 2) == ["done", "task:closed"]
        assert desk.complete_at_once([opened["two"]]) == ["done"]
