"""Reading courses: the list of those that a person may see, and what one course waits for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from app import citizens, teams, units
from app.access import Principal
from app.courses.kept.messages import waiting_for
from app.courses.reading.sighting import ground_for, near
from app.courses.reading.standings import standing
from app.courses.rows import Course, CourseState, Incident, Subscription, Task
from app.courses.runtime import Runtime
from app.courses.runtime.callees import Calling
from app.definitions import Kind, library
from app.engine import live
from app.errors import NotFound
from app.storage import PAGE_ROWS, Page, nearest_page, rows_before

T = TypeVar("T")

STATUS = {"running": "I gang", "suspended": "I bero", "ended": "Afsluttet"}
"""Status of a course → Danish."""


@dataclass(frozen=True)
class CourseFilters:
    """What the list is narrowed to; empty means all.

    Attributes:
        status: a code of `STATUS`.
        process_id: kind of course.
        phase: element id of the phase.
        citizen_key: whose.
        since, until: started at or after, and before.
        standing: code of `app.courses.STANDINGS`, as of the instant `at`.
        outcome: how it ended.
        units: codes of the units that they belong to.
    """

    status: str = ""
    process_id: str = ""
    phase: str = ""
    citizen_key: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    standing: str = ""
    at: datetime | None = None
    outcome: str = ""
    units: frozenset[str] = frozenset()


@dataclass(frozen=True)
class CourseRow:
    """One course in the list."""

    course: Course
    citizen: citizens.Citizen | None
    coordinator: teams.Post | None
    due: datetime | None


@dataclass(frozen=True)
class Wait:
    """What a course stands and waits for besides people: a date, a message, or a worker outside.

    `version` is the called version (bundle digest) in which it stands; "" for the course's own.
    """

    element: str
    due: datetime | None
    version: str = ""


def course(session: Session, key: int) -> Course:
    """Return a course.

    Raises:
        NotFound: no such course.
    """
    found = session.get(Course, key)
    if found is None:
        raise NotFound("course:unknown", "Forløbet findes ikke.")
    return found


def all_courses(session: Session, filters: CourseFilters, number: int) -> Page[CourseRow]:
    """Return one page of all courses, the latest started first: for who may see every one of them."""
    query = select(Course.key).where(*_narrowed(filters))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    number = nearest_page(number, total)
    keys = session.scalars(_in_order(query).limit(PAGE_ROWS).offset(rows_before(number)))
    return Page(_rows(session, list(keys)), total, number)


def courses_near(
    session: Session,
    who: Principal,
    at: datetime,
    filters: CourseFilters,
    number: int,
) -> Page[CourseRow]:
    """Return one page of the courses that a person may see, the latest started first.

    Args:
        session: a read session.
        who: the person.
        at: the instant.
        filters: what to narrow the list to.
        number: which page, from 1.
    """
    about = Course.key.in_(near(session, who, at))
    query = select(Course.key, Course.citizen_key).where(about, *_narrowed(filters))
    query = query.order_by(Course.started_at.desc(), Course.key.desc())
    staff = bool(who.roles - {"citizen", "external_participant"})

    def seen(key: int) -> bool:
        return ground_for(session, who, course(session, key), at) is not None

    # What brings staff near a citizen's course is a ground to see it; of thousands, only what is shown is asked again.
    keys = [
        key
        for key, citizen_key in session.execute(query)
        if (staff and citizen_key is not None) or seen(key)
    ]
    number = nearest_page(number, len(keys))
    shown = [key for key in keys[rows_before(number) : rows_before(number + 1)] if seen(key)]
    return Page(_rows(session, shown), len(keys), number)


def of_citizen(session: Session, citizen_key: int) -> list[Course]:
    """Return all courses about a citizen, the latest started first."""
    return list(session.scalars(_in_order(select(Course).where(Course.citizen_key == citizen_key))))


def open_with_form(
    session: Session, form_id: str, *, due_before: datetime, limit: int = 50
) -> list[Task]:
    """Return open tasks with a form that fall due before an instant, the first due first."""
    query = (
        select(Task)
        .where(Task.status == "open", Task.form_id == form_id, Task.due < due_before)
        .order_by(Task.due, Task.key)
        .limit(limit)
    )
    return list(session.scalars(query))


def kinds(session: Session) -> dict[str, str]:
    """Return the kinds of course that there are, names by process id."""
    rows = session.execute(
        select(Course.process_id, func.max(Course.name).label("name"))
        .group_by(Course.process_id)
        .order_by(func.max(Course.name))
    )
    return {row.process_id: row.name for row in rows}


def startable(session: Session) -> list[library.DefinitionVersion]:
    """Return the newest version of every process that people start a course with, by name.

    It is a process with the property `kind`; where no process has one, those that no other calls.
    """
    newest = [
        row
        for name in session.scalars(select(library.DefinitionVersion.process_id).distinct())
        if (row := library.latest(session, name)) is not None
    ]
    named = [row for row in newest if row.course_kind]
    if not named:
        called = {name for row in newest for name in row.manifest["calls"]}
        named = [row for row in newest if row.process_id not in called]
    return sorted(named, key=lambda row: (row.name or row.process_id, row.key))


def tasks_of(session: Session, course_key: int) -> list[Task]:
    """Return all tasks of a course, in the order in which they came."""
    query = select(Task).where(Task.course_key == course_key)
    return list(session.scalars(query.order_by(Task.key)))


def incidents(session: Session, course_key: int | None = None) -> list[Incident]:
    """Return the incidents that nobody has resolved, the oldest first: of one course, or of all."""
    query = select(Incident).where(Incident.resolved_at.is_(None)).order_by(Incident.key)
    if course_key is not None:
        query = query.where(Incident.course_key == course_key)
    return list(session.scalars(query))


def messages_awaited(session: Session, course_key: int) -> list[Subscription]:
    """Return the messages that a course waits for, the first awaited first."""
    rows = select(Subscription).where(Subscription.course_key == course_key)
    return list(session.scalars(rows.order_by(Subscription.key)))


def waiting_for_message(session: Session, name: str, correlation_key: str) -> list[Course]:
    """Return the courses that a message would reach."""
    served = waiting_for(session, name, correlation_key)
    return [course(session, key) for key in dict.fromkeys(row.course_key for row in served)]


def waits(session: Session, runtime: Runtime, found: Course) -> list[Wait]:
    """Return what the course's tokens wait for where no person has a task: dates, messages, work outside."""
    state = session.scalar(select(CourseState.state).where(CourseState.course_key == found.key))
    if state is None or found.status == "ended":
        return []
    version = runtime.models.get(session, found.version_key)
    callees = Calling(session, runtime.models, version)
    kinds_that_wait = {Kind.CATCH, Kind.RECEIVE, Kind.EVENT_BASED, Kind.SERVICE, Kind.SEND}
    return [
        Wait(element.element, element.due, element.version)
        for element in live(version.model, state, callees)
        if element.kind in kinds_that_wait and not element.incident and not element.body
    ]


def _narrowed(filters: CourseFilters) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if filters.status:
        wanted.append(Course.status == filters.status)
    if filters.process_id:
        wanted.append(Course.process_id == filters.process_id)
    if filters.phase:
        wanted.append(Course.phase == filters.phase)
    if filters.citizen_key is not None:
        wanted.append(Course.citizen_key == filters.citizen_key)
    if filters.since is not None:
        wanted.append(Course.started_at >= filters.since)
    if filters.until is not None:
        wanted.append(Course.started_at < filters.until)
    if filters.standing and filters.at is not None:
        wanted.append(standing(filters.standing, filters.at))
    if filters.outcome:
        wanted.append(Course.outcome == filters.outcome)
    if filters.units:
        wanted.append(Course.key.in_(units.courses_of(filters.units)))
    return wanted


def _in_order(query: Select[T]) -> Select[T]:
    return query.order_by(Course.started_at.desc(), Course.key.desc())


def _rows(session: Session, keys: Iterable[int]) -> tuple[CourseRow, ...]:
    wanted = list(keys)
    found = {one.key: one for one in session.scalars(select(Course).where(Course.key.in_(wanted)))}
    people = citizens.citizens(
        session, {one.citizen_key for one in found.values() if one.citizen_key is not None}
    )
    led = teams.coordinators(session, wanted)
    due = {
        row.course_key: row.due
        for row in session.execute(
            select(Task.course_key, func.min(Task.due).label("due"))
            .where(Task.course_key.in_(wanted), Task.status == "open")
            .group_by(Task.course_key)
        )
    }
    return tuple(
        CourseRow(
            found[key],
            people.get(found[key].citizen_key or 0),
            led.get(key),
            due.get(key),
        )
        for key in wanted
    )
