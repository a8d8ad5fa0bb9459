"""Rows of what a course calls and listens to outside itself, made from the events of each decision."""

from __future__ import annotations

from sqlalchemy import bindparam, text

from app.courses.held import HeldCourse
from app.engine import ProcessCalled
from app.storage import Instant, Statement, UnitOfWork

_CALL = Statement(
    text(
        "INSERT INTO course_call (course_key, address, process_id, version, called_at)"
        " VALUES (:course, :at_address, :process_id, :version, :called_at)"
        " ON CONFLICT (course_key, address) DO UPDATE SET version = excluded.version"
    ).bindparams(bindparam("called_at", type_=Instant))
)


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
