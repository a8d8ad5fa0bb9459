"""Waiting for a course to end: whoever began it may stay on the line, in no transaction and with no lock."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import select

from app.courses.rows import Course
from app.courses.runtime import Runtime
from app.courses.runtime.bell import FOR_END
from app.storage import Database

_LOOK_AGAIN_SECONDS = 0.2


@contextmanager
def waiting_line(runtime: Runtime) -> Iterator[bool]:
    """Tell whether there is a free line to wait on, and keep it meanwhile."""
    with runtime.bell.seat(FOR_END) as free:
        yield free


def await_end(database: Database, runtime: Runtime, key: int, patience: timedelta) -> str | None:
    """Wait until a course has ended; return how ("completed", "cancelled", …), or None when patience is over."""
    until = time.monotonic() + patience.total_seconds()
    query = select(Course.outcome).where(Course.key == key, Course.ended_at.is_not(None))
    while True:
        rung = runtime.bell.rung
        with database.read() as session:
            outcome = session.scalar(query)
        left = until - time.monotonic()
        if outcome is not None or left <= 0:
            return outcome
        runtime.bell.wait(rung, min(left, _LOOK_AGAIN_SECONDS))
