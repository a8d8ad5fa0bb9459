"""On which ground the person at the page may see a course: `app.sight` asked with what courses know of open tasks."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Principal
from app.clock import Clock
from app.courses import Course, Task, is_candidate
from app.errors import Refused
from app.sight import Ground, Subject, sees
from app.web.i18n import gettext as _


def ground_for(session: Session, who: Principal, course: Course, clock: Clock) -> Ground | None:
    """Return why the person may see the course, or None."""
    open_tasks = session.scalars(
        select(Task).where(Task.course_key == course.key, Task.status == "open")
    )
    works = any(is_candidate(task, who) for task in open_tasks)
    users = frozenset({who.username}) if works else frozenset()
    subject = Subject(course.citizen_key, course.key, users)
    found = sees(session, who, subject, clock.now())
    if found is None and works and course.citizen_key is None:
        return Ground("task", "Du har en opgave i forløbet.")
    return found


def need_ground(session: Session, who: Principal, course: Course, clock: Clock) -> Ground:
    """Go on only with a ground.

    Raises:
        Refused: the person has none (any longer).
    """
    found = ground_for(session, who, course, clock)
    if found is None:
        raise no_ground()
    return found


def no_ground() -> Refused:
    """Return the refusal of who has no ground."""
    text = _("Du arbejder ikke med borgeren, så forløbet kan ikke vises for dig.")
    return Refused("sight:no-ground", text)
