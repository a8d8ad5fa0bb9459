"""What the caller may see: `app.sight` asked about each course, and what was shown noted for the access log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from flask import g
from sqlalchemy import ColumnElement, or_, true
from sqlalchemy.orm import Session

from app import courses
from app.access import Principal, Visit
from app.courses import Course, HeldCourse, HeldTask, Task
from app.errors import Refused
from app.sight import Ground, Subject, is_barred, sees


@dataclass
class Eyes:
    """One person's eyes during one request; what was asked of sight once is remembered.

    Attributes:
        session: a read session.
        who: the person.
        at: the instant.
    """

    session: Session
    who: Principal
    at: datetime
    _grounds: dict[int, Ground | None] = field(default_factory=dict)

    def ground(self, course: Course | HeldCourse) -> Ground | None:
        """Return why the person sees the course, or None."""
        if course.key not in self._grounds:
            self._grounds[course.key] = courses.ground_for(self.session, self.who, course, self.at)
        return self._grounds[course.key]

    def need(self, course: Course | HeldCourse) -> Ground:
        """Go on only with a ground.

        Raises:
            Refused: the person has none.
        """
        found = self.ground(course)
        if found is None:
            denied(course)
            text = "Du arbejder ikke med borgeren, så forløbet kan ikke vises for dig."
            raise Refused("sight:no-ground", text)
        return found

    def inside(self, course: Course | HeldCourse) -> Ground | None:
        """Return why the person sees what the course holds, or None: a consent and custody open less, as on pages."""
        found = self.ground(course)
        return found if found is not None and found.basis == "statute" else None

    def need_inside(self, course: Course | HeldCourse) -> Ground:
        """Go on only where the person sees what the course holds.

        Raises:
            Refused: they do not.
        """
        return self._opening(self.need(course), course)

    def need_work(self, course: Course) -> None:
        """Go on only where the person works with whom the course is about.

        Raises:
            Refused: they do not; an emergency and an audit only let them read.
        """
        if not self.need_inside(course).works:
            text = "Du kan se forløbet, men ikke ændre noget i det."
            raise Refused("sight:only-read", text)

    def need_task(self, task: Task | HeldTask, course: Course | HeldCourse) -> Ground:
        """Go on only where the person sees the task: by a consent or custody, only one that is theirs to do.

        Raises:
            Refused: they do not.
        """
        found = self.need(course)
        return found if self._opens(found, task) else self._opening(found, course)

    def sees_task(self, task: Task, course: Course) -> bool:
        """Tell whether the person sees the task, as `need_task` does."""
        found = self.ground(course)
        return found is not None and self._opens(found, task)

    def _opens(self, found: Ground, task: Task | HeldTask) -> bool:
        candidate = task.status == "open" and courses.is_candidate(task, self.who)
        return found.opens_task(self.who, task.closed_by, candidate=candidate)

    @staticmethod
    def _opening(found: Ground, course: Course | HeldCourse) -> Ground:
        if found.basis != "statute":
            denied(course)
            text = "Samtykket åbner ikke det her for dig. Spørg tovholderen, hvis du har brug for noget."
            raise Refused("sight:not-this-page", text)
        return found

    def course(self, key: int) -> Course:
        """Return a course that the person sees.

        Raises:
            NotFound: there is none.
            Refused: the person may not see it.
        """
        found = courses.course(self.session, key)
        self.need(found)
        return found

    def sees_citizen(self, citizen_key: int) -> bool:
        """Tell whether the person works with the citizen as such, or at the door (intake)."""
        if self.who.may("intake:work"):
            return not is_barred(self.session, self.who, citizen_key, self.at)
        found = sees(self.session, self.who, Subject(citizen_key), self.at)
        return found.works if found is not None else False

    def near(self) -> ColumnElement[bool]:
        """Narrow a search to courses that the person has something to do with; `ground` is asked of each afterwards."""
        if self.who.may("audit:read"):
            return true()
        about = courses.near(self.session, self.who, self.at)
        return or_(Course.citizen_key.is_(None), Course.key.in_(about))


def denied(course: Course | HeldCourse) -> None:
    """Note that somebody tried to see a citizen, and was not let in."""
    shown("access:denied", [course], "afvist, ingen grund til at se borgeren")


def shown(action: str, of: Iterable[Course | HeldCourse], purpose: str) -> None:
    """Note that this answer shows citizens; `app.web.site.visits` writes the request's visit before the answer leaves.

    Args:
        action: what, as a code: "task:read", …
        of: courses where their data is from.
        purpose: why, in Danish: the ground, or what was searched for.
    """
    about = [course for course in of if course.citizen_key is not None]
    keys = tuple(course.citizen_key for course in about if course.citizen_key is not None)
    if not keys and not action.endswith(":search"):
        return
    course_key = about[0].key if len({course.key for course in about}) == 1 else None
    found: Any = g.get("visit")
    if isinstance(found, Visit):
        g.visit = replace(found, citizens=(*found.citizens, *keys))
    else:
        g.visit = Visit(f"API: {purpose}", action, keys, course_key)
