"""Courses that belong together: the one that a course came out of, and those that came out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from app import courses, house_of
from app.access.session import current_principal
from app.courses import Course


@dataclass(frozen=True)
class Kin:
    """What the person at the page may see of them."""

    before: tuple[Course, ...]
    after: tuple[Course, ...]


def kin_of(session: Session, course: Course, now: datetime) -> Kin:
    """Return the courses that belong together with one, as far as the person at the page may see them."""
    runtime, person = house_of(current_app).runtime, current_principal()

    def seen(one: Course) -> bool:
        return courses.ground_for(session, person, one, now) is not None

    parent = courses.parent_of(session, runtime, course)
    before = (parent,) if parent is not None and seen(parent) else ()
    return Kin(before, tuple(filter(seen, courses.came_out_of(session, runtime, course))))
