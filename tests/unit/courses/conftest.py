"""A desk to run small courses at: a real SQLite file, a movable clock, operations of the test's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from marshmallow import INCLUDE, Schema
from sqlalchemy import Engine, create_engine, select

from app import courses, jobs
from app.access import Principal
from app.clock import SetClock
from app.connectors import Operation, OperationContext, Registry
from app.courses import Course, Runtime, StartRequest, Task
from app.definitions import library
from app.errors import DomainError
from app.journal import Keyring
from app.storage import Base, Database, Facts, UnitOfWork

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)

METTE = Principal(1, "mette", "Mette Kragh", frozenset({"caseworker"}), frozenset({"youth"}))
JONAS = Principal(2, "jonas", "Jonas Lind", frozenset({"caseworker"}), frozenset({"youth"}))
BO = Principal(4, "bo", "Bo Strøm", frozenset({"operator"}))
LONE = Principal(3, "lone", "Lone Holt", frozenset({"caseworker"}), frozenset({"intake"}))

HEAD = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t" id="d">"""


class _Anything(Schema):
    class Meta:
        unknown = INCLUDE
        register = False


@dataclass
class Desk:
    """What a test works with."""

    database: Database
    clock: SetClock
    runtime: Runtime
    performed: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def publish(self, body: str, forms: Mapping[str, bytes] | None = None) -> None:
        files = {"model.bpmn": (HEAD + body + "</definitions>").encode(), **(forms or {})}

        def act(work: UnitOfWork) -> None:
            published = library.publish(work, files, "designer", self.runtime.keyring)
            fresh = [version for version in published.versions if version.key in published.new]
            courses.listen_for_starts(work, self.runtime, fresh)

        self.database.run(act)

    def start(self, process_id: str, **variables: Any) -> int:
        request = StartRequest(process_id, variables=variables)
        return self.database.run(
            lambda work: courses.start(work, self.runtime, request, "mette").key
        )

    def open_tasks(self, course: int) -> dict[str, Task]:
        with self.database.read() as session:
            rows = session.scalars(
                select(Task).where(Task.course_key == course, Task.status == "open")
            )
            return {row.element: row for row in rows}

    def complete(self, course: int, element: str, by: Principal = METTE, **answers: Any) -> None:
        key = self.open_tasks(course)[element].key
        self.database.run(lambda work: courses.complete(work, self.runtime, key, answers, by))

    def course(self, key: int) -> Course:
        with self.database.read() as session:
            return session.get_one(Course, key)

    def run_due(self) -> int:
        """Do what is due until nothing is left: what a piece of work sets off at once is done too."""
        done = 0
        while did := jobs.run_due(self.database, courses.duties(self.runtime)):
            done += did
        return done

    def _perform(self, work: UnitOfWork, context: OperationContext, values: dict[str, Any]) -> Any:
        self.performed.append((context.actor, values))
        if values.get("refuse"):
            code, text = "test:refused", "Det kan ikke lade sig gøre."
            raise DomainError(code, text)
        return {"noted": len(self.performed)}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    engine = create_engine(f"sqlite:///{tmp_path / 'courses.sqlite'}")
    Base.metadata.create_all(engine)
    yield open_desk(engine)
    engine.dispose()


def open_desk(engine: Engine) -> Desk:
    """A desk at a database that has its tables."""
    clock = SetClock(MONDAY)
    registry = Registry()
    courses.register(registry)
    database = Database(engine, clock, Facts())
    built = Desk(database, clock, Runtime(Keyring("AAAA" * 10 + "AAA="), registry))
    registry.add(
        Operation("test:note", _Anything, _Anything, "Notér", "Noterer noget.", built._perform)
    )
    return built
