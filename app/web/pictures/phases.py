"""The phases of a course: the call activities of its model, in the order in which they stand there."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.courses import Course, Runtime


def phase_name(session: Session, runtime: Runtime, course: Course) -> str:
    """Return the name of the phase that a course is in; empty before the first."""
    return name_of(session, runtime, course.version_key, course.phase)


def name_of(session: Session, runtime: Runtime, version_key: int, phase: str) -> str:
    """Return the name of a phase of a version."""
    if not phase:
        return ""
    node = runtime.models.get(session, version_key).bundle.process.by_id.get(phase)
    return "" if node is None else node.name or node.id
