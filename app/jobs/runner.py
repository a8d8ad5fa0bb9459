"""Doing what is due: each piece of work in a transaction of its own, by whoever comes first."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import timedelta

import structlog
from sqlalchemy import delete, select

from app.jobs.rows import DueWork
from app.storage import Database, UnitOfWork

Handler = Callable[[UnitOfWork, str], None]

_log = structlog.get_logger()
_FIRST_PAUSE = timedelta(seconds=10)
_LONGEST_PAUSE = timedelta(hours=1)
_IDLE_SECONDS = 1.0


def run_due(database: Database, handlers: Mapping[str, Handler], *, most: int = 1000) -> int:
    """Do all that is due now, oldest first, and return how many pieces were done.

    A piece that fails is put off (10 s, doubling up to an hour) with its error kept in the row, and the rest goes on.
    Several processes may do this at once: a row that another one holds is passed over, and one that is done is gone.
    """
    done = 0
    passed: set[int] = set()
    while done < most:
        key = _next(database, passed)
        if key is None:
            break
        passed.add(key)
        done += _attempt(database, handlers, key)
    return done


def _next(database: Database, passed: set[int]) -> int | None:
    """Return the oldest piece that is due and has not been tried in this round."""
    with database.read() as session:
        return session.scalar(
            select(DueWork.key)
            .where(DueWork.due <= database.clock.now(), DueWork.key.not_in(passed))
            .order_by(DueWork.due, DueWork.key)
            .limit(1)
        )


def _attempt(database: Database, handlers: Mapping[str, Handler], key: int) -> int:
    try:
        with database.write() as work:
            row = work.session.scalar(
                select(DueWork)
                .where(DueWork.key == key, DueWork.due <= work.now)
                .with_for_update(skip_locked=True)
            )
            if row is None:
                return 0
            handler, ref = row.handler, row.ref
            # Off the list first: a handler may put the same work on it again, for another time.
            work.session.execute(delete(DueWork).where(DueWork.key == key))
            handlers[handler](work, ref)
    except Exception as error:  # noqa: BLE001 -- whatever a handler does, the other work goes on; the row keeps the error
        _put_off(database, key, error)
        return 0
    return 1


def _put_off(database: Database, key: int, error: Exception) -> None:
    with database.write() as work:
        row = work.session.get(DueWork, key)
        if row is None:
            return
        row.attempts += 1
        pause = min(_FIRST_PAUSE * 2 ** min(row.attempts - 1, 20), _LONGEST_PAUSE)
        row.due = work.now + pause
        row.last_error = f"{type(error).__name__}: {error}"[:2000]
        _log.error(
            "due work failed",
            handler=row.handler,
            ref=row.ref,
            attempts=row.attempts,
            exc_info=error,
        )


class Runner:
    """The embedded shape's background thread: looks for due work once a second, or at once when woken."""

    def __init__(self, database: Database, handlers: Mapping[str, Handler]) -> None:
        """Keep what to run; nothing starts before `start`."""
        self._database = database
        self._handlers = handlers
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread, in the process that serves (after a fork)."""
        self._thread = threading.Thread(target=self._loop, name="forloeb-jobs", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Look at once."""
        self._wake.set()

    def stop(self) -> None:
        """Finish the piece at hand, then join the thread."""
        self._stop.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def _loop(self) -> None:
        while not self._stop.is_set():
            try:
                run_due(self._database, self._handlers)
            except Exception:  # noqa: BLE001 -- a database that is away for a while must not end the thread
                _log.exception("looking for due work failed")
            self._wake.wait(_IDLE_SECONDS)
            self._wake.clear()
