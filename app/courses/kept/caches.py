"""What pages and lists read: rows made from the events of each decision, in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy import update as sql_update

from app import deadlines, jobs, meetings, teams
from app.courses.kept import deadlines as task_deadlines
from app.courses.kept import reach
from app.courses.kept.jobs import keep_jobs
from app.courses.kept.progress import counted
from app.courses.rows import SUSPENDED, tables
from app.courses.runtime import Version
from app.courses.runtime.held import HeldCourse
from app.definitions import Kind
from app.engine import (
    CourseEnded,
    CourseResumed,
    CourseSuspended,
    ElementEntered,
    Event,
    IncidentRaised,
    IncidentResolved,
    ProcessCalled,
    SignalAwaited,
    SignalIgnored,
    SubscriptionClosed,
    SubscriptionOpened,
    TaskClosed,
    TaskOpened,
    TimerCleared,
    TimerSet,
)
from app.storage import Insertion, Statement, UnitOfWork, next_keys

TIMER = "course-timer"
"""The name under which due timers of courses stand in the list of due work."""

ANYONE = "*"
"""The candidate group of a task for which the model names nobody: whoever may work on tasks."""


def timer_ref(course_key: int, address: str) -> str:
    """Name a course's timer in the list of due work."""
    return f"{course_key}:{address}"


_task = tables["task"]
_candidate = tables["task_candidate"]
_subscription = tables["message_subscription"]
_incident = tables["incident"]


_OF_TASK = (
    _task.c.course_key == bindparam("course"),
    _task.c.address == bindparam("at_address"),
    _task.c.status == "open",
)
_OPEN_TASKS = Insertion(_task, but=("closed_at", "deadline_key"))
_ADD_CANDIDATES = Insertion(_candidate)
_DROP_CANDIDATES = Statement(
    delete(_candidate).where(_candidate.c.task_key.in_(select(_task.c.key).where(*_OF_TASK)))
)
_CANCEL_TASK = Statement(
    sql_update(_task).where(*_OF_TASK).values(status="cancelled", closed_at=bindparam("closed_at"))
)
_COMPLETE_TASK = Statement(
    sql_update(_task)
    .where(*_OF_TASK)
    .values(
        status="completed",
        closed_at=bindparam("closed_at"),
        closed_by=bindparam("closed_by"),
        assignee=bindparam("closed_by"),
    )
)
_SUBSCRIBE = Insertion(_subscription)
_UNSUBSCRIBE = Statement(
    delete(_subscription).where(
        _subscription.c.course_key == bindparam("course"),
        _subscription.c.address == bindparam("at_address"),
    )
)
_RAISE = Insertion(_incident, but=("resolved_at",))
_RESOLVE = Statement(
    sql_update(_incident)
    .where(
        _incident.c.course_key == bindparam("course"),
        _incident.c.address == bindparam("at_address"),
        _incident.c.resolved_at.is_(None),
    )
    .values(resolved_at=bindparam("resolved_at"))
)


def update(
    work: UnitOfWork, course: HeldCourse, version: Version, events: Sequence[Event], by: str
) -> None:
    """Bring the rows of a course up to date with the events of one decision; `by` is who asked for it."""
    course.progress = counted(course.progress, events)
    opened = _open_tasks(work, course, [event for event in events if isinstance(event, TaskOpened)])
    for event in events:
        if isinstance(event, ElementEntered):
            if is_phase(version, event):
                course.phase = event.element
        elif isinstance(event, TaskClosed):
            _close_task(work, course, event, by)
        elif isinstance(event, CourseEnded):
            course.status, course.ended_at = "ended", course.last_at
            course.ended_with = (event.end_events or (event.how,))[-1]
            teams.end_access(work, course.key, course.last_at)
            deadlines.lapse_course(work, course.key, at=course.last_at)
            meetings.drop_open(work, course.key, course.last_at)
        else:
            act = _ACTS.get(type(event))
            if act is not None:
                act(work, course, event)
    closed = {event.address for event in events if isinstance(event, TaskClosed)}
    for key, at in opened:
        # After what the decision closed: the deadline that a task has met is none for the one after it.
        if at.address not in closed:
            task_deadlines.opened(work, course, key, at)
    keep_jobs(work, course, events)


def is_phase(version: Version, event: ElementEntered) -> bool:
    """Tell whether a phase begins: a call of the main process. What an event sub-process calls is none."""
    process = version.bundle.process
    node = process.by_id.get(event.element)
    return node is not None and node.kind is Kind.CALL and node.scope == process.id


def _open_tasks(
    work: UnitOfWork, course: HeldCourse, opened: Sequence[TaskOpened]
) -> list[tuple[int, TaskOpened]]:
    """Add the tasks that a decision opens, before those are closed that it closes again.

    Returns:
        Those with properties, by their keys.
    """
    if not opened:
        return []
    rows, candidates, with_properties = [], [], []
    for key, event in zip(next_keys(work.session, len(opened)), opened, strict=True):
        row = task_row(key, course.key, event, course.last_at)
        rows.append(row)
        for kind, values in (("group", row["groups"]), ("user", row["users"])):
            candidates += [
                {"task_key": key, "kind": kind, "value": value} for value in dict.fromkeys(values)
            ]
        if event.properties:
            with_properties.append((key, event))
    _OPEN_TASKS.run(work.session, rows)
    _ADD_CANDIDATES.run(work.session, candidates)
    return with_properties


def groups_of(event: TaskOpened) -> tuple[str, ...]:
    """Return the candidate groups of a task: anyone's, where the model names nobody."""
    named = event.candidate_groups or event.candidate_users or event.assignee
    return event.candidate_groups if named else (ANYONE,)


def task_row(key: int, course_key: int, event: TaskOpened, at: datetime) -> dict[str, Any]:
    """Return the row of a task that opens at an instant."""
    return {
        "key": key,
        "course_key": course_key,
        "address": event.address,
        "element": event.element,
        "name": event.name,
        "lane": event.lane,
        "form_id": event.form_id,
        "status": "open",
        "assignee": event.assignee,
        "groups": list(groups_of(event)),
        "users": list(event.candidate_users),
        "due": event.due,
        "follow_up": event.follow_up,
        "priority": event.priority,
        "opened_at": at,
        "closed_by": "",
        "version": event.version,
    }


def _close_task(work: UnitOfWork, course: HeldCourse, event: TaskClosed, by: str) -> None:
    which = {"course": course.key, "at_address": event.address, "closed_at": course.last_at}
    if event.properties:
        task_deadlines.closed(work, course, event, by)
    _DROP_CANDIDATES.run(work.session, which)
    if event.cancelled:
        _CANCEL_TASK.run(work.session, which)
    else:
        _COMPLETE_TASK.run(work.session, {**which, "closed_by": by})


def _timer_set(work: UnitOfWork, course: HeldCourse, event: TimerSet) -> None:
    jobs.schedule(work, TIMER, timer_ref(course.key, event.address), event.due)


def _timer_cleared(work: UnitOfWork, course: HeldCourse, event: TimerCleared) -> None:
    jobs.withdraw(work, TIMER, timer_ref(course.key, event.address))


def _subscription_opened(work: UnitOfWork, course: HeldCourse, event: SubscriptionOpened) -> None:
    row = {
        "key": work.next_key(),
        "course_key": course.key,
        "process_id": course.process_id,
        "address": event.address,
        "element": event.element,
        "name": event.name,
        "correlation_key": event.correlation_key,
    }
    _SUBSCRIBE.run(work.session, [row])


def _subscription_closed(work: UnitOfWork, course: HeldCourse, event: SubscriptionClosed) -> None:
    _at(work, course, event.address, _UNSUBSCRIBE)


def _incident_raised(work: UnitOfWork, course: HeldCourse, event: IncidentRaised) -> None:
    row = {
        "key": work.next_key(),
        "course_key": course.key,
        "address": event.address,
        "element": event.element,
        "code": event.code,
        "message": event.message,
        "raised_at": course.last_at,
    }
    _RAISE.run(work.session, [row])


def _incident_resolved(work: UnitOfWork, course: HeldCourse, event: IncidentResolved) -> None:
    _at(work, course, event.address, _RESOLVE, resolved_at=course.last_at)


def _suspended(_work: UnitOfWork, course: HeldCourse, _event: CourseSuspended) -> None:
    course.status = SUSPENDED


def _resumed(_work: UnitOfWork, course: HeldCourse, _event: CourseResumed) -> None:
    course.status = "running"


def _at(
    work: UnitOfWork, course: HeldCourse, address: str, statement: Statement, **more: Any
) -> None:
    statement.run(work.session, {"course": course.key, "at_address": address, **more})


_ACTS: dict[type, Callable[[UnitOfWork, HeldCourse, Any], None]] = {
    TimerSet: _timer_set,
    TimerCleared: _timer_cleared,
    SubscriptionOpened: _subscription_opened,
    SubscriptionClosed: _subscription_closed,
    IncidentRaised: _incident_raised,
    IncidentResolved: _incident_resolved,
    ProcessCalled: reach.process_called,
    SignalAwaited: reach.signal_awaited,
    SignalIgnored: reach.signal_ignored,
    CourseSuspended: _suspended,
    CourseResumed: _resumed,
}
