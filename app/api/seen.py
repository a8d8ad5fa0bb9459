"""What the caller may see: `app.sight` asked about each course, and what was shown noted for the access log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from flask import g
from sqlalchemy import ColumnElement, or_, select, true, union
from sqlalchemy.orm import Session

from app import access, intake, teams
from app.access import Principal, Visit
from app.courses import ANYONE, Course, Task, TaskCandidate, is_candidate
from app.errors import NotFound, Refused
from app.sight import Ground, Subject, sees

_OWN_TASK = Ground("task", "Du har en opgave i forløbet.")


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

    def ground(self, course: Course) -> Ground | None:
        """Return why the person sees the course, or None."""
        if course.key not in self._grounds:
            self._grounds[course.key] = self._ground(course)
        return self._grounds[course.key]

    def need(self, course: Course) -> Ground:
        """Go on only with a ground.

        Raises:
            Refused: the person has none.
        """
        found = self.ground(course)
        if found is None:
            text = "Du arbejder ikke med borgeren, så forløbet kan ikke vises for dig."
            raise Refused("sight:no-ground", text)
        return found

    def course(self, key: int) -> Course:
        """Return a course that the person sees.

        Raises:
            NotFound: there is none.
            Refused: the person may not see it.
        """
        found = self.session.get(Course, key)
        if found is None:
            raise NotFound("course:unknown", "Forløbet findes ikke.")
        self.need(found)
        return found

    def sees_citizen(self, citizen_key: int) -> bool:
        """Tell whether the person sees the citizen as such, or works at the door (intake)."""
        if self.who.may("intake:work"):
            return True
        return sees(self.session, self.who, Subject(citizen_key), self.at) is not None

    def _ground(self, course: Course) -> Ground | None:
        open_tasks = self.session.scalars(
            select(Task).where(Task.course_key == course.key, Task.status == "open")
        )
        works = any(is_candidate(task, self.who) for task in open_tasks)
        users = frozenset({self.who.username}) if works else frozenset()
        subject = Subject(course.citizen_key, course.key, users)
        found = sees(self.session, self.who, subject, self.at)
        if found is None and works and course.citizen_key is None:
            return _OWN_TASK
        return found

    def near(self) -> ColumnElement[bool]:
        """Narrow a search to courses that the person has something to do with; `ground` is asked of each afterwards."""
        if self.who.may("audit:read"):
            return true()
        keys = {post.course_key for post in self._posts()}
        people: set[int] = set()
        for one in intake.inquiries(self.session, limit=10_000):
            works = self.who.may("intake:work") and one.status == "open"
            if one.status != "closed" and (works or one.responsible == self.who.username):
                keys.add(one.course_key)
                people |= {one.citizen_key} if one.citizen_key is not None else set()
        mine = or_(
            (TaskCandidate.kind == "group") & TaskCandidate.value.in_([*self.who.groups, ANYONE]),
            (TaskCandidate.kind == "user") & (TaskCandidate.value == self.who.username),
        )
        held = select(Task.course_key).where(
            Task.status == "open", Task.assignee == self.who.username
        )
        offered = select(Task.course_key).join(TaskCandidate, TaskCandidate.task_key == Task.key)
        return or_(
            Course.citizen_key.is_(None),
            Course.key.in_(keys),
            Course.citizen_key.in_(people),
            Course.key.in_(union(held, offered.where(mine))),
        )

    def _posts(self) -> Iterable[teams.Post]:
        yield from teams.posts_of(self.session, self.who.username, self.at)
        if "team_leader" in self.who.roles and self.who.unit:
            for colleague in access.staff(self.session):
                if colleague.unit == self.who.unit:
                    held = teams.posts_of(self.session, colleague.username, self.at)
                    yield from (post for post in held if post.post == "coordinator")


def shown(action: str, courses: Iterable[Course], purpose: str) -> None:
    """Note that this answer shows citizens; `app.web.visits` writes the request's visit before the answer leaves.

    Args:
        action: what, as a code: "task:read", …
        courses: where their data is from.
        purpose: why, in Danish: the ground, or what was searched for.
    """
    about = [course for course in courses if course.citizen_key is not None]
    keys = tuple(course.citizen_key for course in about if course.citizen_key is not None)
    if not keys:
        return
    course_key = about[0].key if len({course.key for course in about}) == 1 else None
    found: Any = g.get("visit")
    if isinstance(found, Visit):
        g.visit = replace(found, citizens=(*found.citizens, *keys))
    else:
        g.visit = Visit(f"API: {purpose}", action, keys, course_key)
