"""The list of tasks: "what must I do now?", sorted by days to breach.

Views and filters are values that come from the URL, so that a list can be shared and survives
going into a task and back. A URL names citizens by their keys, never by name or number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, exists, false, func, select, union
from sqlalchemy.orm import Session, defer

from app import citizens, teams
from app.access import Principal
from app.clock import LOCAL
from app.courses import ANYONE, Course, Task, TaskCandidate
from app.deadlines import DeadlineRow
from app.storage import PAGE_ROWS, Page, nearest_page, rows_before

MOST_CITIZENS = 20
"""Citizens that a filter can name."""


class View(StrEnum):
    """The five lists, in the order of the page."""

    MINE = "mine"
    GROUPS = "groups"
    UNASSIGNED = "unassigned"
    WAITING = "waiting"
    DONE = "done"


class Deadline(StrEnum):
    """How near a deadline is; days are counted as dates in Denmark."""

    OVERDUE = "overdue"
    THREE_DAYS = "3"
    THIRTY_DAYS = "30"
    PAUSED = "paused"
    NONE = "none"


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; empty means all.

    Attributes:
        process_id: kind of course.
        deadline: how near the deadline is.
        phase: element id of the course's phase.
        citizens: keys of the citizens.
        by_law: only deadlines that a law sets.
    """

    process_id: str = ""
    deadline: Deadline | None = None
    phase: str = ""
    citizens: tuple[int, ...] = ()
    by_law: bool = False

    def __bool__(self) -> bool:
        """Tell whether anything is filtered."""
        return bool(self.process_id or self.deadline or self.phase or self.citizens or self.by_law)


@dataclass(frozen=True)
class Row:
    """One task in the list, with its course and citizen."""

    task: Task
    course: Course
    citizen: citizens.Citizen | None


@dataclass(frozen=True)
class List:
    """Whose list is looked at, and when."""

    person: Principal
    view: View
    now: datetime


@dataclass(frozen=True)
class Overview:
    """How much there is: tasks by open view, and of mine and my groups those overdue, and due within three days."""

    views: dict[View, int]
    overdue: int
    soon: int


@dataclass(frozen=True)
class Offer:
    """What a view can be narrowed to: names by process id, and versions with their phases."""

    kinds: dict[str, str]
    phases: tuple[tuple[int, str], ...]


def page(
    session: Session, asked: List, filters: Filters, number: int, told: Overview | None = None
) -> Page[Row]:
    """Return one page of a view, most urgent first; done tasks newest first.

    Args:
        session: a read session.
        asked: whose list.
        filters: what it is narrowed to.
        number: which page; the nearest one there is, if there is none of this number.
        told: the person's overview, if asked for already: a whole view is not counted again.
    """
    query = _narrowed(_view(session, asked, Task.key), filters, asked.now)
    counted = told.views.get(asked.view) if told and not filters else None
    total = _total(session, asked, filters) if counted is None else counted
    number = nearest_page(number, total)
    order = (
        (Task.closed_at.desc(), Task.key.desc())
        if asked.view is View.DONE
        else (Task.due.is_(None), Task.due, Task.key)
    )
    query = query.order_by(*order).limit(PAGE_ROWS).offset(rows_before(number))
    return Page(_rows(session, session.scalars(query).all()), total, number)


def overview(session: Session, person: Principal, now: datetime) -> Overview:
    """Return how many tasks stand in each open view, and how many of them press."""
    late = Task.due < now
    soon = (Task.due >= now) & (Task.due < _end_of_day(now, 3))
    counted = _view(
        session,
        List(person, View.GROUPS, now),
        func.count(),
        func.count().filter(Task.assignee.is_(None)),
        func.count().filter(late),
        func.count().filter(soon),
    )
    total, unassigned, overdue, pressing = session.execute(counted).one()
    waiting = _total(session, List(person, View.WAITING, now), Filters())
    views = {
        View.MINE: mine(session, person),
        View.GROUPS: total,
        View.UNASSIGNED: unassigned,
        View.WAITING: waiting,
    }
    return Overview(views, overdue, pressing)


def mine(session: Session, person: Principal) -> int:
    """Return how many open tasks the person has."""
    query = select(func.count()).where(Task.status == "open", Task.assignee == person.username)
    return session.scalar(query) or 0


def offer(session: Session, asked: List) -> Offer:
    """Return what the view can be narrowed to: only what stands in it."""
    found = session.execute(
        select(Course.process_id, Course.name, Course.version_key, Course.phase)
        .where(Course.key.in_(_courses(session, asked)))
        .distinct()
        .order_by(Course.version_key.desc())
    ).all()
    kinds: dict[str, str] = {}
    for process_id, name, _, _ in found:
        kinds.setdefault(process_id, name)
    phases = dict.fromkeys((version, phase) for _, _, version, phase in found if phase)
    return Offer(kinds, tuple(phases))


def citizens_in(session: Session, asked: List, keys: Sequence[int]) -> list[citizens.Citizen]:
    """Return those of the citizens about whom the view holds a task; nothing is told of others."""
    present = session.scalars(
        select(Course.citizen_key)
        .where(Course.citizen_key.in_(keys), Course.key.in_(_courses(session, asked)))
        .distinct()
    )
    found = citizens.citizens(session, [key for key in present if key is not None])
    return sorted(found.values(), key=lambda one: (one.name, one.key))


def find_citizens(session: Session, asked: List, text: str) -> list[citizens.Citizen]:
    """Return citizens of the view whose name contains these words."""
    found = [one.key for one in citizens.search(session, text)]
    return citizens_in(session, asked, found)[:MOST_CITIZENS]


def next_of_course(session: Session, course_key: int, person: Principal) -> Task | None:
    """Return the person's own most urgent open task in a course."""
    return session.scalar(
        select(Task)
        .where(
            Task.course_key == course_key, Task.status == "open", Task.assignee == person.username
        )
        .order_by(Task.due.is_(None), Task.due, Task.key)
        .limit(1)
    )


def _total(session: Session, asked: List, filters: Filters) -> int:
    """Count the rows of a view, that of the groups without looking at the tasks themselves."""
    if asked.view is View.GROUPS and not filters:
        query = select(func.count()).select_from(_of_groups(asked.person).subquery())
    else:
        query = _narrowed(_view(session, asked, func.count()), filters, asked.now)
    return session.scalar(query) or 0


def _courses(session: Session, asked: List) -> Select[Any]:
    return _view(session, asked, Task.course_key)


def _rows(session: Session, keys: Sequence[int]) -> tuple[Row, ...]:
    query = select(Task, Course).join(Course, Course.key == Task.course_key)
    query = query.options(
        defer(Course.progress)
    )  # the counts of the diagram: the largest column, shown elsewhere
    found = {
        task.key: (task, course)
        for task, course in session.execute(query.where(Task.key.in_(keys)))
    }
    people = citizens.citizens(
        session, {course.citizen_key for _, course in found.values() if course.citizen_key}
    )
    return tuple(
        Row(task, course, people.get(course.citizen_key) if course.citizen_key else None)
        for task, course in (found[key] for key in keys)
    )


def _view(session: Session, asked: List, *columns: Any) -> Select[Any]:
    """Select columns of the view's tasks."""
    person, tasks = asked.person, select(*columns).select_from(Task)
    if asked.view is View.DONE:
        return tasks.where(Task.status == "completed", Task.closed_by == person.username)
    if asked.view is View.MINE:
        return tasks.where(Task.status == "open", Task.assignee == person.username)
    if asked.view is View.WAITING:
        led = {
            post.course_key
            for post in teams.posts_of(session, person.username, asked.now)
            if post.post in {"coordinator", "deputy"}
        }
        if not led:
            return tasks.where(false())  # of an empty list, SQLite asks each open task
        others = (Task.assignee.is_(None)) | (Task.assignee != person.username)
        return tasks.where(Task.course_key.in_(led), Task.status == "open", others)
    if asked.view is View.UNASSIGNED:
        return tasks.where(Task.key.in_(union(*_named(person))), Task.assignee.is_(None))
    return tasks.where(Task.key.in_(_of_groups(person)))


def _of_groups(person: Principal) -> CompoundSelect[int]:
    """Select the keys of the open tasks that the person has or may take."""
    own = select(Task.key).where(Task.status == "open", Task.assignee == person.username)
    return union(*_named(person), own)


def _named(person: Principal) -> tuple[Select[int], ...]:
    """Select the tasks whose candidate the person is, by group and by name.

    Candidates are kept for open tasks alone. Asked for the status too, SQLite would go through all open tasks.
    """
    return (
        select(TaskCandidate.task_key).where(
            TaskCandidate.kind == "group", TaskCandidate.value.in_([*person.groups, ANYONE])
        ),
        select(TaskCandidate.task_key).where(
            TaskCandidate.kind == "user", TaskCandidate.value == person.username
        ),
    )


def _narrowed(query: Select[Any], filters: Filters, now: datetime) -> Select[Any]:
    if filters.process_id or filters.phase or filters.citizens:
        query = query.join(Course, Course.key == Task.course_key)
    if filters.process_id:
        query = query.where(Course.process_id == filters.process_id)
    if filters.phase:
        query = query.where(Course.phase == filters.phase)
    if filters.citizens:
        query = query.where(Course.citizen_key.in_(filters.citizens))
    if filters.by_law:
        query = query.where(_stands_under(DeadlineRow.kind == "lov"))
    return _by_deadline(query, filters.deadline, now)


def _by_deadline(query: Select[Any], near: Deadline | None, now: datetime) -> Select[Any]:
    if near is None:
        return query
    if near is Deadline.PAUSED:
        return query.where(_stands_under(DeadlineRow.status == "paused"))
    if near is Deadline.NONE:
        paused = _stands_under(DeadlineRow.status == "paused")
        return query.where(Task.due.is_(None), ~paused)
    if near is Deadline.OVERDUE:
        return query.where(Task.due < now)
    query = query.where(Task.due < _end_of_day(now, int(near.value)))
    return query.where(Task.due >= now) if near is Deadline.THREE_DAYS else query


def _stands_under(which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Say of a task that its deadline is such a one: looked up row by row, for a view holds few of all deadlines."""
    return exists().where(DeadlineRow.key == Task.deadline_key, which)


def _end_of_day(now: datetime, days: int) -> datetime:
    """Return the midnight that ends the day `days` after today."""
    day = now.astimezone(LOCAL).date() + timedelta(days=days + 1)
    return datetime.combine(day, time(), LOCAL)
