"""Who may see which course: `app.sight` asked with what courses know of open tasks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, bindparam, or_, select, union
from sqlalchemy.orm import Session

from app import citizens, intake, teams, units
from app.access import Principal
from app.courses.between.consent_guard import is_anonymous
from app.courses.kept.caches import ANYONE
from app.courses.rows import Course, Task, TaskCandidate, tables
from app.courses.runtime.held import HeldCourse
from app.courses.tasks.tasks import Offer, is_candidate
from app.documents import Document
from app.sight import Ground, Subject, sees
from app.storage import Statement

MOST_INQUIRIES = 10_000
"""Inquiries under way that a list takes into account."""

_task = tables["task"]
_OFFERED = Statement(
    select(*(_task.c[name] for name in Offer._fields)).where(
        _task.c.course_key == bindparam("course"), _task.c.status == "open"
    )
)
_OWN_TASK = Ground("task", "Du har en opgave i forløbet.")


def _registered(client: Principal) -> Ground:
    """Return the ground of an outside system: what it is registered for."""
    return Ground("client", f"{client.name} er registreret til denne slags forløb: {client.basis}")


def ground_for(
    session: Session, who: Principal, course: Course | HeldCourse, at: datetime
) -> Ground | None:
    """Return why the person may see the course at this instant, or None."""
    if who.client is not None:
        return _registered(who) if course.process_id in who.processes else None
    if course.citizen_key is None:
        subject = Subject(None, course.key, anonymous=is_anonymous(session, course))
        found = sees(session, who, subject, at)
        if found is None and _works(session, who, course.key):
            return _OWN_TASK
        return found
    users = frozenset({who.username}) if _works(session, who, course.key) else frozenset()
    return sees(session, who, Subject(course.citizen_key, course.key, users), at)


def _works(session: Session, who: Principal, course_key: int) -> bool:
    """Tell whether the person has an open task in the course, or may take one."""
    offered = _OFFERED.rows(session, {"course": course_key})
    return any(is_candidate(Offer(*row), who) for row in offered)


def ground_for_document(
    session: Session, who: Principal, one: Document, at: datetime
) -> Ground | None:
    """Return why the person may have a document, or None.

    What lies in a draft is its writer's. A consent and custody open what the person has sent in themselves, and no
    other document: it may say more than they were told of.
    """
    ground = ground_for(session, who, session.get_one(Course, one.course_key), at)
    if ground is None or one.uploaded_by == who.username:
        return ground
    return ground if one.sent_at is not None and ground.basis == "statute" else None


def near(session: Session, who: Principal, at: datetime) -> Select[int]:
    """Select the courses that a person has something to do with, by key; `ground_for` is asked of each afterwards.

    Courses about nobody are among them only where the person has a task there.
    """
    if who.client is not None:
        return select(Course.key).where(Course.process_id.in_(who.processes))
    keys = {post.course_key for post in teams.posts_of(session, who.username, at)}
    people = set(citizens.wards(session, who.username, at))
    for status in ("open", "assigned"):
        for one in intake.inquiries(session, status=status, limit=MOST_INQUIRIES):
            works = who.may("intake:work") and status == "open"
            if works or one.responsible == who.username:
                keys.add(one.course_key)
                people |= {one.citizen_key} if one.citizen_key is not None else set()
    led = "team_leader" in who.roles and who.unit
    mine = units.courses_of(units.below(session, who.unit) if led else ())
    candidate = select(Task.course_key).join(TaskCandidate, TaskCandidate.task_key == Task.key)
    found = union(
        select(Course.key).where(or_(Course.key.in_(keys), Course.citizen_key.in_(people))),
        select(Course.key).where(Course.key.in_(mine), Course.citizen_key.is_not(None)),
        select(Task.course_key).where(Task.status == "open", Task.assignee == who.username),
        candidate.where(
            ((TaskCandidate.kind == "group") & TaskCandidate.value.in_([*who.groups, ANYONE]))
            | ((TaskCandidate.kind == "user") & (TaskCandidate.value == who.username))
        ),
    )
    closed = citizens.closed_to(session, who.username, at)
    if closed:  # not even a count tells of a citizen on whose block list one stands
        apart = or_(Course.citizen_key.is_(None), Course.citizen_key.not_in(closed))
        return select(Course.key).where(Course.key.in_(found), apart)
    return found  # type: ignore[return-value]  # a union of selects serves as one in IN (…)
