"""Courses that came out of another one: a concern about a child is assessed in a course of its own.

What it came out of is said by its first entry, in the variable `parent_course`; so that holds after its end too.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courses.rows import Course
from app.courses.running.belonging import parent_key
from app.courses.running.run import stream
from app.courses.runtime import Runtime
from app.journal import entries, opened


def parent_of(session: Session, runtime: Runtime, course: Course) -> Course | None:
    """Return the course that a course came out of, about the same citizen."""
    first = entries(session, stream(course.key), [1]).get(1)
    if first is None:
        return None
    try:
        payload = opened(session, first, runtime.keyring).payload
    except Exception:  # noqa: BLE001 -- tampered with in any way: verify names the entry, and the page is shown
        return None
    key = parent_key(payload.get("variables")) if isinstance(payload, Mapping) else None
    found = session.get(Course, key) if key is not None else None
    return found if found is not None and found.citizen_key == course.citizen_key else None


def came_out_of(session: Session, runtime: Runtime, course: Course) -> list[Course]:
    """Return the courses that came out of a course, the first one first."""
    if course.citizen_key is None:
        return []
    query = select(Course).where(
        Course.citizen_key == course.citizen_key,
        Course.key != course.key,
        Course.started_at >= course.started_at,
    )
    others = session.scalars(query.order_by(Course.started_at, Course.key))
    return [
        one
        for one in others
        if (parent := parent_of(session, runtime, one)) is not None and parent.key == course.key
    ]
