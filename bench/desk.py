"""The desk that the bench works at: a real SQLite file with its triggers, and the loop published in it."""

from __future__ import annotations

import base64
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import create_engine, select

from app import courses
from app.access import Principal
from app.clock import SystemClock
from app.connectors import Registry
from app.courses import CourseState, Runtime, StartRequest, Task
from app.definitions import library
from app.journal import Keyring
from app.storage import Database, Facts
from app.storage.schema import upgrade

HERE = Path(__file__).parent
LOOP = "loop"
METTE = Principal(1, "mette", "Mette Kragh", frozenset({"caseworker"}), frozenset({"youth"}))
ANSWERS: Mapping[str, Any] = {
    "held_on": "2026-11-02",
    "level": 2,
    "present": True,
    "direction": "better",
    "topics": ["school", "housing"],
    "summary": "Sofie kommer op om morgenen og har været i skole fire dage om ugen. " * 8,
}
"""What each task's form is filled in with: 0.6 KB, and it means that the loop goes on."""
CYCLE = ("assess", "talk", "visiting/write_up")
"""The user tasks of one turn of the loop."""


@dataclass
class Desk:
    """What the bench works with; whoever is in `hear` is told of each statement on SQLite."""

    database: Database
    runtime: Runtime
    path: Path
    hear: list[Callable[[str, Any], None]]

    def start(self) -> int:
        """Start a course in the loop and return its key."""
        request = StartRequest(LOOP, variables={"level": 2, "summary": ""})
        return self.database.run(
            lambda work: courses.start(work, self.runtime, request, "mette").key
        )

    def open_tasks(self, course: int) -> dict[str, int]:
        """Return the keys of the open tasks by element."""
        query = select(Task.element, Task.key).where(
            Task.course_key == course, Task.status == "open"
        )
        with self.database.read() as session:
            return dict(session.execute(query).all())

    def complete(self, key: int, answers: Mapping[str, Any] = ANSWERS) -> float:
        """Complete a task durably and return how many seconds that took."""
        began = perf_counter()
        self.database.run(lambda work: courses.complete(work, self.runtime, key, answers, METTE))
        return perf_counter() - began

    def cycle(self, course: int) -> list[float]:
        """Go once round the loop and return the seconds that each completion took."""
        taken = [self.complete(self.open_tasks(course)["assess"])]
        opened = self.open_tasks(course)
        taken += [self.complete(opened[element]) for element in CYCLE[1:]]
        return taken

    def state(self, course: int) -> bytes:
        """Return the course's state as it is stored."""
        with self.database.read() as session:
            return session.scalars(
                select(CourseState.state).where(CourseState.course_key == course)
            ).one()


def _heard(hear: list[Callable[[str, Any], None]]) -> type[sqlite3.Connection]:
    """Return a connection that tells of its statements: those of SQLAlchemy and those of the driver."""

    class Cursor(sqlite3.Cursor):
        def execute(self, statement: str, parameters: Any = ()) -> Any:
            for told in hear:
                told(statement, parameters)
            return super().execute(statement, parameters)

    class Connection(sqlite3.Connection):
        def cursor(self, factory: Any = Cursor) -> Any:
            return super().cursor(factory)

        def execute(self, statement: str, parameters: Any = ()) -> sqlite3.Cursor:
            for told in hear:
                told(statement, parameters)
            return super().execute(statement, parameters)

    return Connection


@contextmanager
def desk() -> Iterator[Desk]:
    """Open a desk in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="forloeb-bench-") as folder:
        path = Path(folder) / "bench.sqlite"
        hear: list[Callable[[str, Any], None]] = []
        engine = create_engine(f"sqlite:///{path}", connect_args={"factory": _heard(hear)})
        upgrade(engine)
        keyring = Keyring(base64.b64encode(bytes(32)).decode())
        database = Database(engine, SystemClock(), Facts())
        made = Desk(database, Runtime(keyring, Registry()), path, hear)
        files = {
            file.name: file.read_bytes()
            for file in sorted((HERE / "models").iterdir())
            if file.suffix != ".json"
        }
        database.run(lambda work: library.publish(work, files, "designer", keyring))
        try:
            yield made
        finally:
            engine.dispose()
