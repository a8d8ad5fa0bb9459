"""The door to the database: read sessions, write transactions, and what SQLite must be told on every connection."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, TypeVar

from sqlalchemy import Engine, event
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from app.clock import Clock
from app.errors import Conflict
from app.storage.unit_of_work import Facts, UnitOfWork

T = TypeVar("T")
_TRIES = 3
_BUSY_SECONDS = 10


def prepare(engine: Engine) -> None:
    """Register what every SQLite connection needs: WAL, durable commits, foreign keys, and BEGIN IMMEDIATE for writers.

    Without IMMEDIATE, a transaction that reads first and writes later can fail with "database is locked" whatever the
    busy timeout. Nothing is done for PostgreSQL.
    """
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.execute(f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Any) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


class Database:
    """Opens read sessions and write transactions on one engine.

    In one process, writers on SQLite queue at a lock of ours instead of polling the file's: it keeps the slowest
    commits short.
    """

    def __init__(self, engine: Engine, clock: Clock, facts: Facts) -> None:
        """Prepare the engine; `clock` gives each transaction its instant, `facts` hears what is recorded in it."""
        prepare(engine)
        self.engine = engine
        self.clock = clock
        self.facts = facts
        self._writer = threading.Lock() if engine.dialect.name == "sqlite" else None
        self._writing_engine = engine.execution_options(writes=True)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session that only reads."""
        with Session(self.engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """Open a write transaction; it commits when the block ends and rolls back when it raises."""
        with self._writer or nullcontext():
            with Session(self._writing_engine, expire_on_commit=False) as session:
                work = UnitOfWork(session, self.clock.now(), self.facts)
                with session.begin():
                    yield work
        for act in work.after_commit:
            act()

    def run(self, act: Callable[[UnitOfWork], T]) -> T:
        """Do `act` in a write transaction, again in a new one if another writer was first, three times at most.

        Raises:
            Conflict: other writers were first each time.
        """
        for left in reversed(range(_TRIES)):
            try:
                with self.write() as work:
                    return act(work)
            except (IntegrityError, OperationalError) as error:
                if not left:
                    text = "En anden gemte samtidig. Genindlæs siden, og prøv igen."
                    raise Conflict("storage:busy", text) from error
        raise AssertionError  # the loop returns or raises
