"""The embedded shape: a thread of the process that serves does what is due, one piece after the other."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from sqlalchemy import select

from app import log
from app.jobs.attempt import Handler, attempt
from app.jobs.rows import DueWork
from app.jobs.schedule import DueAtOnce
from app.storage import Database, UnitOfWork

_IDLE_SECONDS = 1.0


def run_due(database: Database, handlers: Mapping[str, Handler], *, most: int = 1000) -> int:
    """Do all that is due now, oldest first, and return how many pieces were done.

    A piece that fails is put off, and the rest goes on. Several processes may do this at once: see `attempt`.
    """
    done = 0
    passed: set[int] = set()
    while done < most:
        key = _next(database, passed)
        if key is None:
            break
        passed.add(key)
        done += attempt(database, handlers, key)
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


class Runner:
    """The background thread: looks for due work once a second, and at once when some is put on the list as due."""

    def __init__(self, database: Database, handlers: Mapping[str, Handler]) -> None:
        """Keep what to run; nothing starts before `start`."""
        self._database = database
        self._handlers = handlers
        self._stop = threading.Event()
        self._wake = threading.Event()
        database.facts.subscribe(DueAtOnce, self._woken)
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread, in the process that serves (after a fork)."""
        self._thread = threading.Thread(target=self._loop, name="forloeb-jobs", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the piece at hand, then join the thread."""
        self._stop.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def _woken(self, work: UnitOfWork, _: DueAtOnce) -> None:
        if self._wake.set not in work.after_commit:
            work.after_commit.append(self._wake.set)

    def _loop(self) -> None:
        while not self._stop.is_set():
            try:
                run_due(self._database, self._handlers)
            except Exception:  # noqa: BLE001 -- a database that is away for a while must not end the thread
                log.exception("looking for due work failed")
            self._wake.wait(_IDLE_SECONDS)
            self._wake.clear()
