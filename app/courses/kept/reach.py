"""Rows of what a course calls and listens to outside itself, made from the events of each decision."""

from __future__ import annotations

from sqlalchemy import bindparam, text

from app.courses.runtime.held import HeldCourse
from app.engine import ProcessCalled, SignalAwaited, SignalIgnored
from app.storage import Instant, Statement, UnitOfWork

_CALL = Statement(
    text(
        "INSERT INTO course_call (course_key, address, process_id, version, called_at)"
        " VALUES (:course, :at_address, :process_id, :version, :called_at)"
        " ON CONFLICT (course_key, address) DO UPDATE SET version = excluded.version"
    ).bindparams(bindparam("called_at", type_=Instant))
)


_AWAIT = Statement(
    text(
        "INSERT INTO signal_subscription (course_key, address, name)"
        " VALUES (:course, :at_address, :name)"
        " ON CONFLICT (course_key, address) DO UPDATE SET name = excluded.name"
    )
)
_IGNORE = Statement(
    text("DELETE FROM signal_subscription WHERE course_key = :course AND address = :at_address")
)


def signal_awaited(work: UnitOfWork, course: HeldCourse, event: SignalAwaited) -> None:
    """Note that the course waits for a signal."""
    which = {"course": course.key, "at_address": event.address, "name": event.name}
    _AWAIT.run(work.session, which)


def signal_ignored(work: UnitOfWork, course: HeldCourse, event: SignalIgnored) -> None:
    """Note that it no longer does."""
    _IGNORE.run(work.session, {"course": course.key, "at_address": event.address})


def process_called(work: UnitOfWork, course: HeldCourse, event: ProcessCalled) -> None:
    """Note which version a call found, for pages and for the timeline."""
    _CALL.run(
        work.session,
        {
            "course": course.key,
            "at_address": event.address,
            "process_id": event.process_id,
            "version": event.version,
            "called_at": course.last_at,
        },
    )
