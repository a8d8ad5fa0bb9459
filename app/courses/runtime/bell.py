"""Waiting for work without a transaction: who waits in this process is woken when jobs are offered."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

MOST_WAITING = 4
"""How many requests of one process may wait at once: half the threads of `forloeb serve`; pages need the others."""


class Bell:
    """Rung after the commit of each transaction that offers jobs."""

    def __init__(self) -> None:
        """Start unrung, with all seats free."""
        self._changed = threading.Condition()
        self._rung = 0
        self._seats = threading.BoundedSemaphore(MOST_WAITING)

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
    def seat(self) -> Iterator[bool]:
        """Tell whether there is a seat to wait on, and keep it meanwhile."""
        free = self._seats.acquire(blocking=False)
        try:
            yield free
        finally:
            if free:
                self._seats.release()
