"""Courses that reach each other while others move them: on SQLite and PostgreSQL, with several at it at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from app import audit, courses, jobs
from app.access import Principal
from app.clock import SetClock
from app.connectors import Registry
from app.courses import Course, Runtime, StartRequest, Task
from app.definitions import library
from app.errors import Conflict
from app.journal import Keyring
from app.storage import Database, Facts, UnitOfWork

HEAD = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t" id="d">
  <signal id="sg" name="alarm"/><message id="begins" name="referral"/>
  <message id="m" name="news"><extensionElements>
    <zeebe:subscription correlationKey="=who"/></extensionElements></message>"""

TASK = "<extensionElements><zeebe:userTask/></extensionElements>"

TALKS = f"""<process id="talks" isExecutable="true"><startEvent id="s"/>
  <sequenceFlow id="f1" sourceRef="s" targetRef="go"/><userTask id="go">{TASK}</userTask>
  <sequenceFlow id="f2" sourceRef="go" targetRef="shout"/>
  <intermediateThrowEvent id="shout"><signalEventDefinition id="sd1" signalRef="sg"/>
  </intermediateThrowEvent><sequenceFlow id="f3" sourceRef="shout" targetRef="go"/>
  <subProcess id="ears" triggeredByEvent="true"><startEvent id="heard" isInterrupting="false">
    <signalEventDefinition id="sd2" signalRef="sg"/></startEvent>
    <sequenceFlow id="f4" sourceRef="heard" targetRef="noted"/><endEvent id="noted"/>
  </subProcess></process>"""

WAITS = """<process id="waits" isExecutable="true"><startEvent id="s"/>
  <sequenceFlow id="f1" sourceRef="s" targetRef="catch"/>
  <intermediateCatchEvent id="catch"><messageEventDefinition id="md" messageRef="m"/>
  </intermediateCatchEvent><sequenceFlow id="f2" sourceRef="catch" targetRef="end"/>
  <endEvent id="end"/></process>"""

BEGINS = f"""<process id="begun" isExecutable="true"><startEvent id="s">
  <messageEventDefinition id="md" messageRef="begins"/></startEvent>
  <sequenceFlow id="f1" sourceRef="s" targetRef="look"/><userTask id="look">{TASK}</userTask>
  <sequenceFlow id="f2" sourceRef="look" targetRef="end"/><endEvent id="end"/></process>"""

ANYONE = Principal(1, "mette", "Mette Kragh", frozenset({"caseworker"}), frozenset({"youth"}))


@dataclass
class Place:
    """An installation of courses."""

    database: Database
    runtime: Runtime
    errors: list[BaseException] = field(default_factory=list)

    def publish(self, body: str) -> None:
        files = {"model.bpmn": (HEAD + body + "</definitions>").encode()}

        def act(work: UnitOfWork) -> None:
            published = library.publish(work, files, "designer", self.runtime.keyring)
            courses.listen_for_starts(work, self.runtime, published.versions)

        self.database.run(act)

    def start(self, process_id: str, **variables: Any) -> int:
        request = StartRequest(process_id, variables=variables)
        return self.database.run(
            lambda work: courses.start(work, self.runtime, request, "mette").key
        )

    def send(self, name: str, key: str, days: int = 1) -> list[int]:
        return self.database.run(
            lambda work: courses.publish_message(
                work, self.runtime, name, key, time_to_live=timedelta(days=days)
            )
        )

    def complete(self, course: int) -> None:
        """Complete the course's open task; who meets another writer too often tries again."""
        with self.database.read() as session:
            task = session.scalars(
                select(Task.key).where(Task.course_key == course, Task.status == "open")
            ).first()
        if task is None:
            return
        while True:
            try:
                self.database.run(
                    lambda work: courses.complete(work, self.runtime, task, {}, ANYONE)
                )
            except Conflict as conflict:
                if conflict.code != "storage:busy":
                    raise
            else:
                return

    def run_due(self) -> int:
        done = 0
        while did := jobs.run_due(self.database, courses.duties(self.runtime)):
            done += did
        return done

    def at_once(self, *acts: Callable[[], object]) -> None:
        """Do all this beside each other, and let no error pass."""
        begin = threading.Barrier(len(acts))

        def go(act: Callable[[], object]) -> None:
            try:
                begin.wait()
                act()
            except BaseException as error:  # noqa: BLE001 -- told to the test below
                self.errors.append(error)

        threads = [threading.Thread(target=go, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
        assert self.errors == []

    def verified(self) -> None:
        with self.database.read() as session:
            report = audit.verify(session, self.runtime)
            late = session.scalars(
                select(jobs.DueWork.last_error).where(jobs.DueWork.last_error != "")
            ).all()
        assert late == []
        assert report.ok, report.broken


@pytest.fixture
def place(database: Database, keyring: Keyring) -> Place:
    registry = Registry()
    courses.register(registry)
    return Place(database, Runtime(keyring, registry))


def test_courses_that_signal_each_other_at_once_do_not_wait_for_each_other(place: Place) -> None:
    place.publish(TALKS)
    first, second = place.start("talks"), place.start("talks")
    rounds = 8

    def talk(course: int) -> Callable[[], None]:
        return lambda: [place.complete(course) for _ in range(rounds)] and None

    def deliver() -> None:
        for _ in range(10):
            place.run_due()

    place.at_once(talk(first), talk(second), deliver)
    place.run_due()

    with place.database.read() as session:
        for course in (first, second):
            progress = session.get_one(Course, course).progress
            assert progress["done"]["go"] == rounds
            assert progress["done"]["ears"] == 2 * rounds, "its own signals and the other's"
    place.verified()


def test_a_message_and_a_course_that_begins_to_wait_always_meet(place: Place) -> None:
    """Sent before, after or at the very moment: each course hears its message, none is lost between them."""
    place.publish(WAITS)
    names = [f"borger {number}" for number in range(12)]

    for name in names:
        place.at_once(
            lambda name=name: place.start("waits", who=name),
            lambda name=name: place.send("news", name),
        )

    with place.database.read() as session:
        running = select(func.count()).where(Course.status == "running")
        assert session.scalar(running) == 0
    place.verified()


def test_who_begins_to_wait_while_a_message_is_being_sent_finds_it(place: Place) -> None:
    place.publish(WAITS)
    sent, go_on = threading.Event(), threading.Event()

    def send() -> None:
        with place.database.write() as work:
            courses.publish_message(
                work, place.runtime, "news", "anna", time_to_live=timedelta(days=1)
            )
            sent.set()
            go_on.wait(10)  # not committed yet: nobody else can see the message

    def begin() -> None:
        sent.wait(10)
        threading.Timer(0.3, go_on.set).start()
        place.start("waits", who="anna")

    place.at_once(send, begin)

    with place.database.read() as session:
        assert session.scalars(select(Course.status)).all() == ["ended"]
    place.verified()


def test_one_course_of_a_process_takes_a_message_though_several_begin_to_wait(
    place: Place,
) -> None:
    place.publish(WAITS)
    place.send("news", "anna")
    place.at_once(*[lambda: place.start("waits", who="anna")] * 4)
    with place.database.read() as session:
        ended = select(func.count()).where(Course.status == "ended")
        assert session.scalar(ended) == 1
    place.verified()


def test_messages_at_once_begin_one_course_for_a_correlation_key(place: Place) -> None:
    place.publish(BEGINS)
    place.at_once(*[lambda: place.send("referral", "anna")] * 4)
    for turn in range(4):
        with place.database.read() as session:
            keys = session.scalars(select(Course.key).order_by(Course.key)).all()
        assert len(keys) == turn + 1, "one after the other, none lost"
        place.complete(keys[-1])
        place.run_due()
    with place.database.read() as session:
        assert session.scalar(select(func.count()).where(Course.status == "ended")) == 4
    place.verified()


def test_a_turn_of_a_timer_begins_one_course_whoever_is_first(
    place: Place, database_url: str, clock: SetClock
) -> None:
    cycle = BEGINS.replace(
        '<messageEventDefinition id="md" messageRef="begins"/>',
        "<timerEventDefinition><timeCycle>R3/PT1H</timeCycle></timerEventDefinition>",
    )
    place.publish(cycle)
    clock.advance(timedelta(hours=3))
    others = [
        Place(Database(create_engine(database_url), clock, Facts()), place.runtime)
        for _ in range(2)
    ]
    place.at_once(place.run_due, *(other.run_due for other in others))
    place.run_due()
    for other in others:
        assert other.errors == []
        other.database.engine.dispose()
    with place.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Course)) == 3
    place.verified()


SENDS = f"""<process id="sends" isExecutable="true"><startEvent id="s"/>
  <sequenceFlow id="f1" sourceRef="s" targetRef="go"/><userTask id="go">{TASK}</userTask>
  <sequenceFlow id="f2" sourceRef="go" targetRef="send"/><sendTask id="send"><extensionElements>
    <zeebe:taskDefinition type="message:publish"/><zeebe:ioMapping>
    <zeebe:input source="news" target="message_name"/>
    <zeebe:input source="=who" target="correlation_key"/></zeebe:ioMapping></extensionElements>
  </sendTask><sequenceFlow id="f3" sourceRef="send" targetRef="end"/><endEvent id="end"/>
  </process>"""


class Closed:
    """A guard that lets nothing through before `open`."""

    open = False

    def objection(self, _session: Session, _delivery: courses.Delivery, /) -> str | None:
        return None if self.open else "Intet samtykke."


def test_a_held_message_is_offered_again_while_its_sender_goes_on(place: Place) -> None:
    place.publish(WAITS)
    place.publish(SENDS)
    guard = Closed()
    place.runtime = replace(place.runtime, guard=guard)
    senders = [place.start("sends", who=f"borger {number}") for number in range(4)]
    waiting = [place.start("waits", who=f"borger {number}") for number in range(4)]
    place.at_once(
        *[lambda key=key: place.complete(key) for key in senders], place.run_due, place.run_due
    )
    place.run_due()
    with place.database.read() as session:
        assert len(courses.held_messages(session)) == 4

    guard.open = True
    place.database.run(courses.offer_held)
    place.at_once(place.run_due, place.run_due)
    place.run_due()

    with place.database.read() as session:
        assert courses.held_messages(session) == []
        assert {session.get_one(Course, key).status for key in waiting} == {"ended"}
    place.verified()
