"""A course's rows held against its journal: what is in the lists must be what the journal leads to.

The journal is the truth; tasks, timers, subscriptions and the rest are caches of it. Not told by it, and so not
compared: a worker's lease, drafts, and deadlines, which are nouns with a journal of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import canonical, jobs, units
from app.clock import to_text
from app.courses.kept.caches import TIMER, groups_of, timer_ref
from app.courses.kept.jobs import OPEN
from app.courses.operator.led_to import LedTo, TaskLife, led_to
from app.courses.rows import (
    SUSPENDED,
    Course,
    CourseJob,
    CourseState,
    Incident,
    SignalSubscription,
    Subscription,
    Task,
    TaskCandidate,
)
from app.courses.runtime import Runtime
from app.engine import TaskOpened

_Where: TypeAlias = tuple[str, str]
_Rows: TypeAlias = Iterator[tuple[_Where, str]]
"""What is compared: (kind of row, where), and its content as canonical JSON."""


@dataclass(frozen=True)
class Difference:
    """A row that is not what the journal leads to.

    Attributes:
        what: course, state, task, timer, subscription, job, incident, signal or unit.
        where: its address in the course; a closed task's with the instant of its opening, a unit's the instant.
        expected, found: the content as JSON; "" where there is none.
    """

    course_key: int
    what: str
    where: str
    expected: str
    found: str


def differences(session: Session, runtime: Runtime, course_key: int) -> list[Difference]:
    """Compare a course's rows with its journal; nothing is written.

    Raises:
        NotFound: no such course, or a version is gone.
        DomainError: personal data in it has been erased ("migrate:sealed").
    """
    return compared(session, runtime, course_key, led_to(session, runtime, course_key))


def compared(session: Session, runtime: Runtime, course_key: int, to: LedTo) -> list[Difference]:
    """Compare a course's rows with where its journal was found to lead."""
    expected, found = dict(_expected(runtime, to)), dict(_found(session, course_key, to))
    return [
        Difference(course_key, *where, expected.get(where, ""), found.get(where, ""))
        for where in sorted(expected.keys() | found.keys())
        if expected.get(where) != found.get(where)
    ]


def _expected(runtime: Runtime, to: LedTo) -> _Rows:
    standing = to.standing
    yield (
        ("course", ""),
        _course(to.told.version.key, to.status, to.phase, to.ended_at, to.progress, to.seq),
    )
    yield ("state", ""), standing.state.decode()
    for life in to.tasks:
        if life.status == "open":
            yield ("task", life.opened.address), _task(life, migrated=to.migrated)
        elif not to.migrated:
            yield ("task", _once(life.opened.address, life.opened_at)), _closed(life)
    if to.status != SUSPENDED:  # what fired or came up meanwhile waits elsewhere until it goes on
        yield from _work_expected(runtime, to)
    for one in standing.subscriptions.values():
        yield ("subscription", one.address), _subscription(one)
    for incident in standing.incidents.values():
        yield ("incident", incident.address), _incident(incident)
    for signal in standing.signals.values():
        yield ("signal", signal.address), signal.name
    ends = [*to.units, None][1:]
    for (at, unit), end in zip(to.units.items(), ends, strict=True):
        yield ("unit", to_text(at)), _json(unit=unit, until=_text(end))


def _work_expected(runtime: Runtime, to: LedTo) -> _Rows:
    for timer in to.standing.timers.values():
        yield ("timer", timer.address), to_text(timer.due)
    for job in to.standing.jobs.values():
        if job.type not in runtime.operations:
            yield ("job", job.address), _json(element=job.element, type=job.type)


def _found(session: Session, course_key: int, to: LedTo) -> _Rows:
    course, state = session.get_one(Course, course_key), session.get(CourseState, course_key)
    at = (course.version_key, course.status, course.phase, course.ended_at, course.progress)
    yield ("course", ""), _course(*at, state.seq if state else 0)
    yield ("state", ""), state.state.decode() if state else ""
    yield from _tasks_found(session, course_key, to)
    if course.status != SUSPENDED:
        for address, due in jobs.scheduled(session, TIMER, timer_ref(course_key, "")):
            timer = to.standing.timers.get(address)
            meant = due or (timer.due if timer else None)  # one put off keeps what was meant
            yield ("timer", address), _text(meant) or ""
        offered = select(CourseJob).where(CourseJob.status == OPEN)
        for job in session.scalars(offered.where(CourseJob.course_key == course_key)):
            yield ("job", job.address), _json(element=job.element, type=job.type)
    waits = select(Subscription).where(Subscription.course_key == course_key)
    for one in session.scalars(waits):
        yield ("subscription", one.address), _subscription(one)
    stops = select(Incident).where(Incident.resolved_at.is_(None))
    for incident in session.scalars(stops.where(Incident.course_key == course_key)):
        yield ("incident", incident.address), _incident(incident)
    hears = select(SignalSubscription).where(SignalSubscription.course_key == course_key)
    for signal in session.scalars(hears):
        yield ("signal", signal.address), signal.name
    for time in units.history(session, course_key):
        if not time.assumed:
            told = _json(unit=time.unit, until=_text(time.valid_to))
            yield ("unit", to_text(time.valid_from)), told


def _tasks_found(session: Session, course_key: int, to: LedTo) -> _Rows:
    for task in session.scalars(select(Task).where(Task.course_key == course_key)):
        if task.status == "open":
            yield ("task", task.address), _task_row(session, task, to)
        elif not to.migrated:
            yield ("task", _once(task.address, task.opened_at)), _closed(task)


def _task(life: TaskLife, *, migrated: bool) -> str:
    groups, users = groups_of(life.opened), tuple(dict.fromkeys(life.users))
    named = [("group", one) for one in dict.fromkeys(groups)] + [("user", one) for one in users]
    told = _told(life.opened, groups, users, named)
    if not _has_rule(life):
        told["due"] = _text(life.opened.due)
    if not migrated:  # what was done on the old version's task is not told on the new one's
        told |= {"assignee": life.assignee, "opened_at": to_text(life.opened_at)}
    return _json(**told)


def _task_row(session: Session, task: Task, to: LedTo) -> str:
    found = session.execute(
        select(TaskCandidate.kind, TaskCandidate.value).where(TaskCandidate.task_key == task.key)
    )
    told = _told(task, task.groups, task.users, [(kind, value) for kind, value in found])
    life = to.open_at(task.address)
    if life is None or not _has_rule(life):
        told["due"] = _text(task.due)
    if not to.migrated:
        told |= {"assignee": task.assignee, "opened_at": to_text(task.opened_at)}
    return _json(**told)


def _told(
    one: TaskOpened | Task,
    groups: Sequence[str],
    users: Sequence[str],
    named: list[tuple[str, str]],
) -> dict[str, Any]:
    """Tell what a task's row and the event that opened it have in common; `named` is whose list it stands on."""
    return {
        "element": one.element,
        "name": one.name,
        "lane": one.lane,
        "form": one.form_id,
        "groups": list(groups),
        "users": list(users),
        "candidates": [list(each) for each in sorted(named)],
        "follow_up": _text(one.follow_up),
        "priority": one.priority,
        "version": one.version,
    }


def _has_rule(life: TaskLife) -> bool:
    """Tell whether a deadline's rule says when the task is due: the deadline is a noun with a journal of its own."""
    return "deadline" in dict(life.opened.properties)


def _closed(one: TaskLife | Task) -> str:
    return _json(status=one.status, closed_at=_text(one.closed_at), closed_by=one.closed_by)


def _subscription(one: Any) -> str:
    return _json(element=one.element, name=one.name, correlation_key=one.correlation_key)


def _incident(one: Any) -> str:
    return _json(element=one.element, code=one.code, message=one.message)


def _course(
    version: int,
    status: str,
    phase: str,
    ended_at: datetime | None,
    progress: dict[str, dict[str, int]],
    seq: int,
) -> str:
    return _json(
        version=version,
        status=status,
        phase=phase,
        ended_at=_text(ended_at),
        progress=progress,
        commands=seq,
    )


def _once(address: str, opened_at: datetime) -> str:
    return f"{address} {to_text(opened_at)}"


def _text(at: datetime | None) -> str | None:
    return None if at is None else to_text(at)


def _json(**told: Any) -> str:
    return canonical.dumps(told)
