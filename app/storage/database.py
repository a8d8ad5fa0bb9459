"""The door to the database: read sessions, write transactions, what each connection is told."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.clock import Clock
from app.errors import Conflict
from app.storage.statement import remember_driver
from app.storage.unit_of_work import Facts, UnitOfWork

T = TypeVar("T")
_TRIES = 3
_BUSY_SECONDS = 10
_CACHE_KIB = 32_000
"""Pages that a connection keeps of what it has read: an inbox of thousands of tasks goes beyond SQLite's own 2 MB."""

POOL = {"pool_size": 16, "max_overflow": 0, "pool_use_lifo": True}
"""How a web process keeps its connections, as `create_engine` takes it: two for each thread, opened when needed.

All are kept, and the one used last is taken first. SQLAlchemy's usual pool closes what goes beyond five after each
use; the next thread then opens a connection anew, on which every statement has to be prepared again.
"""
_READS_ONLY = "app.storage.reads_only"
_RACES = frozenset({"40001", "40P01", "55P03"})
"""SQLSTATEs of PostgreSQL: serialization failure, deadlock, lock not available."""


class Race(Exception):
    """Another transaction wrote first; the work is sound and may be done again in a new one.

    `Database.run` does so, and makes a `Conflict` of it after the last try.
    """


def is_race(error: Exception) -> bool:
    """Tell whether the database refused only because of another transaction.

    Everything else is a bug or a fault. The driver's own errors come from `Statement`, SQLAlchemy's from all else.
    """
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF  # the low byte is the primary code
        return code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
    return getattr(cause, "sqlstate", None) in _RACES


def prepare(engine: Engine) -> None:
    """Keep values out of errors, which are logged; and register what SQLite needs: WAL, durable commits, foreign keys.

    With recursive triggers, INSERT OR REPLACE meets the triggers that refuse DELETE, too. Nothing
    is done for PostgreSQL, nor at a second call for one engine.
    """
    engine.hide_parameters = True
    if engine.dialect.name != "sqlite" or event.contains(engine, "connect", _on_connect):
        return
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "reset", _on_reset)


def _on_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = "IMMEDIATE"  # for who has not said `begin`
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.execute("PRAGMA recursive_triggers=ON")
    cursor.execute(f"PRAGMA cache_size={-_CACHE_KIB}")
    cursor.close()


def _on_reset(connection: Any, record: Any, _state: Any) -> None:
    """Let the next one write to whom the pool gives the connection."""
    if record.info.pop(_READS_ONLY, False):
        connection.execute("PRAGMA query_only=OFF")


def begin(connection: Connection, *, writes: bool) -> None:
    """Begin a transaction on SQLite; PostgreSQL's has begun by itself.

    A writer takes the lock at once: a transaction that reads first and writes later can fail with
    "database is locked" whatever the busy timeout. Not a listener of the engine's `begin` event:
    one listener makes SQLAlchemy look for others at every statement, a third of what one costs.
    """
    if connection.dialect.name != "sqlite":
        return
    if not writes:
        connection.exec_driver_sql("PRAGMA query_only=ON")
        connection.info[_READS_ONLY] = True
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


class Database:
    """Opens read sessions and write transactions on one engine.

    In one process, writers on SQLite queue at a lock of ours instead of polling the file's: it
    keeps the slowest commits short.
    """

    def __init__(self, engine: Engine, clock: Clock, facts: Facts) -> None:
        """Prepare the engine; `clock` gives each transaction its instant, `facts` hears its facts."""
        prepare(engine)
        self.engine = engine
        self.clock = clock
        self.facts = facts
        self._writer = threading.Lock() if engine.dialect.name == "sqlite" else None
        self._writing = threading.local()
        self._driver_error: type[Exception] = engine.dialect.loaded_dbapi.Error
        self._reading_engine = engine
        if engine.dialect.name == "postgresql":
            self._reading_engine = engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session that only reads, and sees one state of the database all the time.

        Both databases refuse a write in it, which would be lost without a word otherwise. It ends with a commit all
        the same: psycopg forgets at a rollback every statement that it had prepared on the connection.
        """
        with self._reading_engine.begin() as connection, Session(connection) as session:
            begin(connection, writes=False)
            remember_driver(session, connection)
            yield session

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """Open a write transaction; it commits when the block ends and rolls back when it raises.

        Raises:
            RuntimeError: this thread is in a write transaction already: pass that one on instead.
        """
        if getattr(self._writing, "now", False):
            raise RuntimeError("a write transaction inside another: pass the unit of work on")
        with self._writer or nullcontext():
            self._writing.now = True
            try:
                with (
                    self.engine.begin() as connection,
                    Session(connection, expire_on_commit=False) as session,
                ):
                    begin(connection, writes=True)
                    remember_driver(session, connection)
                    work = UnitOfWork(session, self.clock.now(), self.facts)
                    yield work
                    session.flush()
            finally:
                self._writing.now = False
        for act in work.after_commit:
            act()

    def run(self, act: Callable[[UnitOfWork], T]) -> T:
        """Do `act` in a write transaction, three times at most if another writer was first.

        Only a race is tried again (`Race`, a deadlock, a serialization failure, a locked file); a
        broken constraint is a bug and passes through, and so does a `Conflict` that `act` raises.

        Raises:
            Conflict: other writers were first each time.
        """
        for left in reversed(range(_TRIES)):
            try:
                with self.write() as work:
                    return act(work)
            except (Race, DBAPIError, self._driver_error) as error:
                if not isinstance(error, Race) and not is_race(error):
                    raise
                if not left:
                    text = "En anden gemte samtidig. Genindlæs siden, og prøv igen."
                    raise Conflict("storage:busy", text) from error
        raise AssertionError  # the loop returns or raises
