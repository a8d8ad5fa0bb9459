"""A course as it was at an instant, and whether a colleague was let in then. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app import access, clock, consents, courses, journal, sight, teams
from app.access import Principal
from app.audit.reading import readable
from app.audit.replay import reached
from app.audit.timeline import version_at
from app.consents import Consent
from app.courses import (
    ANYONE,
    SUSPENDED,
    Course,
    Progress,
    Runtime,
    Task,
    Version,
    is_anonymous,
    stream,
)
from app.engine import TaskOpened, variables_at
from app.journal import Wanted
from app.sight import Saw, Subject
from app.teams import Post

HANDED = frozenset({"course:task-claimed", "course:task-assigned", "course:task-released"})


@dataclass(frozen=True)
class TaskThen:
    """A task that was open, and who held it then; `holder` None: nobody."""

    task: Task
    holder: str | None

    def is_for(self, who: Principal) -> bool:
        """Tell whether a person held it, or could have taken it."""
        if who.username == self.holder or who.username in self.task.users:
            return True
        return bool(set(self.task.groups) & {*who.groups, ANYONE})


@dataclass(frozen=True)
class CourseThen:
    """A course as it was at an instant.

    Attributes:
        seq: its last entry by then; 0 where it had not begun.
        status: running, suspended or ended; "" where it had not begun.
        version: of the model, as in force then.
        progress: how far it had come.
        variables: of the course; empty where it could not be decided again.
        decided: it could be decided again up to there.
        tasks: that were open.
        team: who was in it, with access.
        consents: all that had been written down by then, the latest first.
    """

    at: datetime
    seq: int
    status: str = ""
    version: Version | None = None
    progress: Progress = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)
    decided: bool = False
    tasks: tuple[TaskThen, ...] = ()
    team: tuple[Post, ...] = ()
    consents: tuple[Consent, ...] = ()


def course_then(session: Session, runtime: Runtime, course: Course, at: datetime) -> CourseThen:
    """Return a course as it was at an instant: after the last entry that had happened by then."""
    seq = journal.last_before(session, stream(course.key), at)
    if not seq:
        return CourseThen(at, 0)
    version = version_at(session, runtime, course, seq)
    found = reached(session, runtime, course.key, seq)
    state = found.moment.state if found.moment is not None else None
    given = consents.consents(session, course.citizen_key) if course.citizen_key is not None else []
    return CourseThen(
        at,
        seq,
        status_then(session, course, at),
        version,
        found.progress,
        variables_at(version.model, state) if state is not None else {},
        state is not None,
        tuple(tasks_then(session, runtime, course, at)),
        tuple(teams.members(session, course.key, at)),
        tuple(one for one in given if one.recorded_at <= at),
    )


def status_then(session: Session, course: Course, at: datetime) -> str:
    """Return whether a course was running, suspended or ended at an instant; "" before it began."""
    if course.started_at > at:
        return ""
    if course.ended_at is not None and course.ended_at <= at:
        return "ended"
    kinds = frozenset({"course:suspended", "course:resumed"})
    changed = journal.numbers(session, stream(course.key), Wanted(kinds))
    told = journal.entries(session, stream(course.key), changed)
    by_then = [told[seq] for seq in changed if told[seq].at <= clock.to_text(at)]
    stands = bool(by_then) and by_then[-1].kind.startswith("course:suspended")
    return SUSPENDED if stands else "running"


def tasks_then(
    session: Session, runtime: Runtime, course: Course, at: datetime
) -> Iterator[TaskThen]:
    """Return the tasks of a course that were open at an instant, each with who held it, as the journal says."""
    open_then = session.scalars(
        select(Task)
        .where(
            Task.course_key == course.key,
            Task.opened_at <= at,
            or_(Task.closed_at.is_(None), Task.closed_at > at),
        )
        .order_by(Task.key)
    ).all()
    handed = _handed(session, runtime, course)
    opened: dict[datetime, dict[str, str | None]] = {}
    for task in open_then:
        moves = handed.get(task.address, [])
        before = [to for when, to in moves if when <= at]
        if before:
            yield TaskThen(task, before[-1])
        elif not moves and task.closed_at is None:
            yield TaskThen(task, task.assignee)
        else:  # The row says who has it now, or who closed it: what it was opened with is decided again.
            if task.opened_at not in opened:
                opened[task.opened_at] = _given(session, runtime, course, task.opened_at)
            yield TaskThen(task, opened[task.opened_at].get(task.address))


def ground_then(
    session: Session, course: Course, tasks: Iterable[TaskThen], username: str, at: datetime
) -> Saw:
    """Return whether a colleague was allowed to see a course at an instant, and on which ground.

    Args:
        session: a read session.
        course: the course.
        tasks: those that were open then.
        username: whose eyes.
        at: the instant.
    """
    was = access.as_of(session, username, at).principal
    works = was is not None and any(one.is_for(was) for one in tasks)
    users = frozenset({username}) if works else frozenset()
    subject = Subject(
        course.citizen_key, course.key, users, anonymous=is_anonymous(session, course)
    )
    return sight.saw(session, username, subject, at)


def citizen_ground_then(
    session: Session, runtime: Runtime, citizen_key: int, username: str, at: datetime
) -> Saw:
    """Return whether a colleague was allowed to see a citizen at an instant: by themselves, or through a course."""
    found = sight.saw(session, username, Subject(citizen_key), at)
    if found.ground is not None or found.was.principal is None:
        return found
    for course in courses.of_citizen(session, citizen_key):
        if course.started_at <= at:
            tasks = tasks_then(session, runtime, course, at)
            through = ground_then(session, course, tasks, username, at)
            if through.ground is not None:
                return through
    return found


def _handed(
    session: Session, runtime: Runtime, course: Course
) -> dict[str, list[tuple[datetime, str | None]]]:
    """Return when each task was taken, given or given back, and to whom, by its address."""
    name = stream(course.key)
    numbers = journal.numbers(session, name, Wanted(HANDED))
    entries = journal.entries(session, name, numbers)
    moves: dict[str, list[tuple[datetime, str | None]]] = {}
    for seq in numbers:
        entry, _sound = readable(session, entries[seq], runtime.keyring)
        payload = entry.payload if isinstance(entry.payload, dict) else {}
        moves.setdefault(str(payload.get("task")), []).append((entry.at, payload.get("assignee")))
    return moves


def _given(
    session: Session, runtime: Runtime, course: Course, at: datetime
) -> dict[str, str | None]:
    """Return to whom the tasks that opened at an instant were given as they opened, by address."""
    wanted = Wanted(since=at, until=at + timedelta(microseconds=1))
    found: dict[str, str | None] = {}
    for seq in journal.numbers(session, stream(course.key), wanted):
        moment = reached(session, runtime, course.key, seq).moment
        for event in moment.events if moment is not None else ():
            if isinstance(event, TaskOpened):
                found[event.address] = event.assignee
    return found
