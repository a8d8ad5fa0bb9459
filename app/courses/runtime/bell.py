"""Waiting without a transaction: who waits in this process for service work is woken when jobs are offered."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

FOR_JOBS, FOR_END = "jobs", "end"
"""What a request waits for: service work, or the end of the course that it began."""

MOST_WAITING = {FOR_JOBS: 4, FOR_END: 2}
"""How many requests of one process may wait at once, of the eight threads of `forloeb serve`: pages need the others,

and workers that wait must not keep those out who wait for what they do.
"""


class Bell:
    """Rung after the commit of each transaction that offers jobs."""

    def __init__(self) -> None:
        """Start unrung, with all seats free."""
        self._changed = threading.Condition()
        self._rung = 0
        self._seats = {
            what: threading.BoundedSemaphore(most) for what, most in MOST_WAITING.items()
        }

    @property
    def rung(self) -> int:
        """How often it has been rung: read it before looking, so that no ring is missed in between."""
        return self._rung

    def ring(self) -> None:
        """Wake everybody who waits."""
        with self._changed:
            self._rung += 1
            self._changed.notify_all()

    def wait(self, since: int, seconds: float) -> None:
        """Wait until it has been rung since, or for so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._rung != since, seconds)

    @contextmanager
    def seat(self, what: str = FOR_JOBS) -> Iterator[bool]:
        """Tell whether there is a seat to wait on, and keep it meanwhile."""
        seats = self._seats[what]
        free = seats.acquire(blocking=False)
        try:
            yield free
        finally:
            if free:
                seats.release()
