"""`forloeb model run FILE --auto`: a dry run to an end on a throwaway database."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, select

from app import access, citizens, courses, documents, forms, jobs
from app.access import NewPerson, Principal
from app.audit import replay
from app.citizens import NewCitizen
from app.clock import SetClock, SystemClock
from app.courses import (
    Course,
    CourseChoices,
    CourseJob,
    Incident,
    SignalSubscription,
    StartRequest,
    Subscription,
    Task,
)
from app.definitions import library, read_bpmn
from app.documents import NewDocument
from app.engine import ElementEntered
from app.errors import DomainError
from app.house import House, open_house
from app.settings import Settings
from app.storage import schema

MOST_STEPS = 500
PATIENT_STEPS = 60
"""After so many steps events are let come before work that could go on for ever."""
_TRIES = 25
_GROUPS = ("intake", "youth", "authority", "team_leader", "operator")


@dataclass
class DryRun:
    """One run: what is answered, and how far it has come."""

    house: House
    clock: SetClock
    course: int
    seed: int
    steps: int = 0
    path: list[str] = field(default_factory=list)

    def to_the_end(self) -> bool:
        """Go on until the course has ended or nothing more can be done; tell whether it ended."""
        while self.steps < MOST_STEPS and self._status() != "ended":
            self.steps += 1
            # Where a deadline and a message race, each comes first now and then.
            outside = (self._send, self._wait)[:: 1 if (self.seed + self.steps) % 2 else -1]
            acts = [self._fire, self._answer, self._work, *outside, self._signal]
            if self.steps > PATIENT_STEPS and self.steps % 5 == 0:
                # A loop that only an event on an edge leaves: now what waits beside the work comes before it.
                acts = [self._fire, *outside, self._signal, self._answer, self._work]
            if not any(act() for act in acts):
                return False
        return self._status() == "ended"

    def _status(self) -> str:
        with self.house.database.read() as session:
            return session.get_one(Course, self.course).status

    def _fire(self) -> bool:
        return jobs.run_due(self.house.database, self.house.handlers, most=1) > 0

    def _answer(self) -> bool:
        with self.house.database.read() as session:
            task = session.scalar(
                select(Task)
                .where(Task.course_key == self.course, Task.status == "open")
                .order_by(Task.opened_at, Task.key)
                .limit(1)
            )
        if task is None:
            return False
        for attempt in range(_TRIES):
            try:
                self._complete(task, self.seed + self.steps * _TRIES + attempt)
            except DomainError:
                if attempt == _TRIES - 1:
                    raise
            else:
                return True
        return False

    def _complete(self, task: Task, seed: int) -> None:
        house, who = self.house, _anyone(task)
        with house.database.read() as session:
            form, _ = courses.form_of(session, house.runtime, task)
            citizen = session.get_one(Course, self.course).citizen_key
            kept = documents.usable(session, self.course)
        if form is not None and form.takes_files and not kept:
            like, keyring = (
                NewDocument(self.course, citizen, "", b"", task.key),
                house.runtime.keyring,
            )
            house.database.run(lambda work: documents.invent(work, keyring, like, by=who.username))
        with house.database.read() as session:
            seen = courses.visible_variables(session, house.runtime, task)
            choices = CourseChoices(session, session.get_one(Course, self.course), self.clock.now())
            answers = (
                forms.example(
                    form, variables=seen, now=self.clock.now(), choices=choices, seed=seed
                )
                if form
                else {}
            )
        house.database.run(
            lambda work: courses.complete(work, house.runtime, task.key, answers, who)
        )

    def _work(self) -> bool:
        """Do a job as the system outside would that it waits for."""
        house = self.house
        with house.database.read() as session:
            job = session.scalar(
                select(CourseJob)
                .where(CourseJob.course_key == self.course, CourseJob.status == "open")
                .order_by(CourseJob.key)
                .limit(1)
            )
            process = session.get_one(Course, self.course).process_id
        if job is None:
            return False
        outside = Principal(
            1, "udenfor", "Et system", client="udenfor", processes=frozenset({process})
        )
        house.database.run(
            lambda work: courses.complete_job(work, house.runtime, job.key, {}, outside)
        )
        return True

    def _signal(self) -> bool:
        house = self.house
        with house.database.read() as session:
            name = session.scalar(
                select(SignalSubscription.name)
                .where(SignalSubscription.course_key == self.course)
                .order_by(SignalSubscription.address)
                .limit(1)
            )
        if name is None:
            return False
        house.database.run(lambda work: courses.broadcast_signal(work, name, {}, "system"))
        return True

    def _wait(self) -> bool:
        with self.house.database.read() as session:
            due = jobs.next_due(session)
        if due is None:
            return False
        self.clock.set(max(due, self.clock.now()))
        return True

    def _send(self) -> bool:
        house = self.house
        with house.database.read() as session:
            waiting = session.scalar(
                select(Subscription)
                .where(Subscription.course_key == self.course)
                .order_by(Subscription.key)
                .limit(1)
            )
        if waiting is None:
            return False
        name, key = waiting.name, waiting.correlation_key
        house.database.run(lambda work: courses.publish_message(work, house.runtime, name, key))
        return True

    def result(self, *, ended: bool) -> dict[str, Any]:
        """Return what the command prints: the elements in the order in which they were entered."""
        with self.house.database.read() as session:
            path = [
                event.element
                for moment in replay(session, self.house.runtime, self.course)
                for event in moment.events
                if isinstance(event, ElementEntered)
            ]
            incidents = [
                {"element": row.element, "code": row.code, "message": row.message}
                for row in session.scalars(select(Incident).order_by(Incident.key))
            ]
        return {"ended": ended, "path": path, "incidents": incidents}


def _anyone(task: Task) -> Principal:
    groups = frozenset((*_GROUPS, *task.groups))
    name = task.assignee or (task.users or ["prøve1"])[0]
    return Principal(1, name, name, frozenset({"caseworker", "admin"}), groups)


def dry_run(file: Path, seed: int) -> dict[str, Any]:
    """Run the file's process on a throwaway database, answering each form with generated data.

    Raises:
        DefinitionError: the file, or what it refers to, cannot be published.
    """
    process_id = read_bpmn(file.read_bytes()).processes[0].id
    with tempfile.TemporaryDirectory(prefix="forloeb-") as folder:
        clock = SetClock(SystemClock().now().astimezone(UTC))
        url = f"sqlite:///{folder}/run.sqlite"
        schema.upgrade(create_engine(url))
        house = open_house(Settings(var=folder, database_url=url), clock)
        course = house.database.run(lambda work: _begin(house, work, file, process_id))
        run = DryRun(house, clock, course, seed)
        result = run.result(ended=run.to_the_end())
        house.close()
    return result


def _begin(house: House, work: Any, file: Path, process_id: str) -> int:
    house.publish(work, library.gather(file.resolve()), "prøve1")
    for number in range(1, 4):
        access.add_person(
            work,
            NewPerson(f"prøve{number}", f"Prøve {number}", ["caseworker", "coordinator"], _GROUPS),
        )
    born = datetime(work.now.year - 17, 6, 15, tzinfo=UTC)
    someone = citizens.find_or_register(
        work,
        house.runtime.keyring,
        NewCitizen(f"{born.day + 60:02}{born:%m%y}5000", "Prøve", "Borger"),
        "prøve1",
    )
    return courses.start(work, house.runtime, StartRequest(process_id, someone), "prøve1").key
