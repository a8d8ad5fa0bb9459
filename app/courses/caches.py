"""What pages and lists read: rows made from the events of each decision, in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy import update as sql_update

from app import jobs, teams
from app.courses.rows import Course, CourseJob, Incident, Subscription, Task, TaskCandidate
from app.courses.runtime import Version
from app.definitions import Kind
from app.engine import (
    CourseEnded,
    ElementEntered,
    ElementLeft,
    Event,
    FlowTaken,
    IncidentRaised,
    IncidentResolved,
    JobClosed,
    JobCreated,
    SubscriptionClosed,
    SubscriptionOpened,
    TaskClosed,
    TaskOpened,
    TimerCleared,
    TimerSet,
)
from app.storage import UnitOfWork

TIMER = "course-timer"
"""The name under which due timers of courses stand in the list of due work."""

ANYONE = "*"
"""The candidate group of a task for which the model names nobody: whoever may work on tasks."""


def timer_ref(course_key: int, address: str) -> str:
    """Name a course's timer in the list of due work."""
    return f"{course_key}:{address}"


def update(work: UnitOfWork, course: Course, version: Version, events: Sequence[Event]) -> None:
    """Bring the rows of a course up to date with the events of one decision."""
    progress = {part: dict(course.progress.get(part, {})) for part in ("here", "done", "flows")}
    for event in events:
        if isinstance(event, ElementEntered):
            _count(progress["here"], event.element, 1)
            node = version.bundle.process.by_id.get(event.element)
            if node is not None and node.kind is Kind.CALL:
                course.phase = event.element
        elif isinstance(event, ElementLeft):
            _count(progress["here"], event.element, -1)
            if not event.cancelled:
                _count(progress["done"], event.element, 1)
        elif isinstance(event, FlowTaken):
            _count(progress["flows"], event.flow, 1)
        elif isinstance(event, CourseEnded):
            course.status, course.ended_at = "ended", course.last_at
            course.outcome = course.outcome or (event.end_events or (event.how,))[-1]
            teams.end_access(work, course.key, course.last_at)
        else:
            act = _ACTS.get(type(event))
            if act is not None:
                act(work, course, event)
    course.progress = progress


def _count(counts: dict[str, int], name: str, by: int) -> None:
    counts[name] = counts.get(name, 0) + by
    if not counts[name]:
        del counts[name]


def _task_opened(work: UnitOfWork, course: Course, event: TaskOpened) -> None:
    groups, users = event.candidate_groups, event.candidate_users
    if not (groups or users or event.assignee):
        groups = (ANYONE,)
    key = work.next_key()
    work.session.execute(
        insert(Task).values(
            key=key,
            course_key=course.key,
            address=event.address,
            element=event.element,
            name=event.name,
            lane=event.lane,
            form_id=event.form_id,
            status="open",
            assignee=event.assignee,
            groups=list(groups),
            users=list(users),
            due=event.due,
            follow_up=event.follow_up,
            priority=event.priority,
            opened_at=course.last_at,
        )
    )
    candidates = [("group", value) for value in dict.fromkeys(groups)]
    candidates += [("user", value) for value in dict.fromkeys(users)]
    if candidates:
        work.session.execute(
            insert(TaskCandidate),
            [{"task_key": key, "kind": kind, "value": value} for kind, value in candidates],
        )


def _task_closed(work: UnitOfWork, course: Course, event: TaskClosed) -> None:
    key = work.session.scalar(
        select(Task.key).where(
            Task.course_key == course.key, Task.address == event.address, Task.status == "open"
        )
    )
    status = "cancelled" if event.cancelled else "completed"
    work.session.execute(
        sql_update(Task)
        .where(Task.key == key)
        .values(status=status, closed_at=course.last_at)
        .execution_options(synchronize_session="fetch")
    )
    work.session.execute(delete(TaskCandidate).where(TaskCandidate.task_key == key))


def _timer_set(work: UnitOfWork, course: Course, event: TimerSet) -> None:
    jobs.schedule(work, TIMER, timer_ref(course.key, event.address), event.due)


def _timer_cleared(work: UnitOfWork, course: Course, event: TimerCleared) -> None:
    jobs.withdraw(work, TIMER, timer_ref(course.key, event.address))


def _subscription_opened(work: UnitOfWork, course: Course, event: SubscriptionOpened) -> None:
    work.session.execute(
        insert(Subscription).values(
            key=work.next_key(),
            course_key=course.key,
            process_id=course.process_id,
            address=event.address,
            element=event.element,
            name=event.name,
            correlation_key=event.correlation_key,
        )
    )


def _subscription_closed(work: UnitOfWork, course: Course, event: SubscriptionClosed) -> None:
    work.session.execute(
        delete(Subscription).where(
            Subscription.course_key == course.key, Subscription.address == event.address
        )
    )


def _job_created(work: UnitOfWork, course: Course, event: JobCreated) -> None:
    work.session.execute(
        insert(CourseJob).values(
            key=work.next_key(),
            course_key=course.key,
            address=event.address,
            element=event.element,
            type=event.type,
            retries=event.retries,
        )
    )


def _job_closed(work: UnitOfWork, course: Course, event: JobClosed) -> None:
    work.session.execute(
        delete(CourseJob).where(
            CourseJob.course_key == course.key, CourseJob.address == event.address
        )
    )


def _incident_raised(work: UnitOfWork, course: Course, event: IncidentRaised) -> None:
    work.session.execute(
        insert(Incident).values(
            key=work.next_key(),
            course_key=course.key,
            address=event.address,
            element=event.element,
            code=event.code,
            message=event.message,
            raised_at=course.last_at,
        )
    )


def _incident_resolved(work: UnitOfWork, course: Course, event: IncidentResolved) -> None:
    work.session.execute(
        sql_update(Incident)
        .where(
            Incident.course_key == course.key,
            Incident.address == event.address,
            Incident.resolved_at.is_(None),
        )
        .values(resolved_at=course.last_at)
    )


_ACTS: dict[type, Callable[[UnitOfWork, Course, Any], None]] = {
    TaskOpened: _task_opened,
    TaskClosed: _task_closed,
    TimerSet: _timer_set,
    TimerCleared: _timer_cleared,
    SubscriptionOpened: _subscription_opened,
    SubscriptionClosed: _subscription_closed,
    JobCreated: _job_created,
    JobClosed: _job_closed,
    IncidentRaised: _incident_raised,
    IncidentResolved: _incident_resolved,
}
