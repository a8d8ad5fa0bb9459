"""A course that stands still: what comes to it is kept, and given to it in order of time when it goes on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app import jobs
from app.courses.kept import messages
from app.courses.kept.caches import TIMER, timer_ref
from app.courses.kept.jobs import OPEN, JobsOffered
from app.courses.rows import CourseJob, KeptEvent, Subscription
from app.courses.runtime import Runtime
from app.courses.runtime.callees import Calling
from app.courses.runtime.held import HeldCourse
from app.engine import JobCreated, LiveElement, SubscriptionOpened, live, variables_at
from app.storage import UnitOfWork

MESSAGE, SIGNAL = "message", "signal"
"""Kinds of kept events."""

KEPT_ANEW = timedelta(hours=1)
"""For how long a kept message that its course no longer waits for is offered to others."""


def keep_event(
    work: UnitOfWork,
    course_key: int,
    kind: str,
    name: str,
    variables: Mapping[str, Any],
    *,
    by: str,
    correlation_key: str = "",
) -> None:
    """Keep a message or signal for a course until it goes on."""
    work.session.add(
        KeptEvent(
            key=work.next_key(),
            course_key=course_key,
            kind=kind,
            name=name,
            correlation_key=correlation_key,
            variables=dict(variables),
            came_at=work.now,
            came_from=by,
        )
    )


def take_kept(work: UnitOfWork, course_key: int) -> list[KeptEvent]:
    """Take what was kept for a course, the oldest first; it is kept no longer."""
    query = select(KeptEvent).where(KeptEvent.course_key == course_key).order_by(KeptEvent.key)
    found = list(work.session.scalars(query))
    for event in found:
        work.session.delete(event)
    work.session.flush()
    return found


def own_work(work: UnitOfWork, runtime: Runtime, course: HeldCourse) -> list[JobCreated]:
    """Take the jobs for operations of ours that came up while the course stood still: they are performed now."""
    version = runtime.models.get(work.session, course.version_key)
    model, callees = version.model, Calling(work.session, runtime.models, version)
    found = []
    query = select(CourseJob).where(CourseJob.course_key == course.key, CourseJob.status == OPEN)
    for row in work.session.scalars(query.order_by(CourseJob.key)):
        if row.type in runtime.operations:
            seen = variables_at(model, course.state or b"", row.address, callees)
            found.append(JobCreated(row.address, row.element, row.type, row.retries, (), seen))
            work.session.delete(row)
    work.session.flush()
    work.record(JobsOffered())
    return found


def timers(work: UnitOfWork, runtime: Runtime, course: HeldCourse) -> list[LiveElement]:
    """Return the course's timers, each put on the list of due work again, in due order."""
    version = runtime.models.get(work.session, course.version_key)
    callees = Calling(work.session, runtime.models, version)
    alive = live(version.model, course.state or b"", callees)
    found = [one for one in alive if one.due is not None]
    for one in found:
        jobs.schedule(work, TIMER, timer_ref(course.key, one.address), _due(one))
    return sorted(found, key=_due)


def subscribed(
    work: UnitOfWork, course_key: int, name: str, correlation_key: str
) -> Subscription | None:
    """Return the course's own subscription to a message, the one that has waited longest."""
    return work.session.scalars(
        select(Subscription)
        .where(
            Subscription.course_key == course_key,
            Subscription.name == name,
            Subscription.correlation_key == correlation_key,
        )
        .order_by(Subscription.key)
    ).first()


def buffered(
    work: UnitOfWork, runtime: Runtime, course: HeldCourse
) -> list[tuple[Subscription, dict[str, Any]]]:
    """Take the buffered messages that subscriptions wait for which were opened while the course stood still."""
    query = select(Subscription).where(Subscription.course_key == course.key)
    found = []
    for row in work.session.scalars(query.order_by(Subscription.key)):
        event = SubscriptionOpened(row.address, row.element, row.name, row.correlation_key)
        variables = messages.take_buffered(work, runtime.guard, course, event)
        if variables is not None:
            found.append((row, variables))
    return found


def _due(element: LiveElement) -> datetime:
    assert element.due is not None  # noqa: S101 -- `timers` keeps no others
    return element.due
