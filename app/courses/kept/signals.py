"""Signals between courses: whoever waits at that moment gets it, each in a transaction of its own.

A signal is put on its way in the transaction that throws it, one row (`QueuedSignal`) and one piece of due work for
each course and start event that listens. So no transaction ever holds two courses for a signal, and two courses that
signal each other cannot wait for each other. The course that throws it takes it at once, in its own transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select

from app import jobs
from app.courses.rows import QueuedSignal, SignalSubscription, StartListener
from app.definitions import Trigger
from app.storage import Statement, UnitOfWork

SIGNAL = "course-signal"
"""The name under which signals on their way stand in the list of due work."""

_AWAITED = Statement(
    select(SignalSubscription.address)
    .where(
        SignalSubscription.course_key == bindparam("course"),
        SignalSubscription.name == bindparam("name"),
    )
    .limit(1)
)


def awaits(work: UnitOfWork, course_key: int, name: str) -> bool:
    """Tell whether a course waits for a signal."""
    return _AWAITED.first(work.session, {"course": course_key, "name": name}) is not None


def broadcast(
    work: UnitOfWork, name: str, variables: Mapping[str, Any], by: str, *, besides: int = 0
) -> int:
    """Put a signal on its way to every course and start event that waits for it; return to how many.

    Args:
        work: the transaction.
        name: of the signal.
        variables: what comes with it.
        by: who throws it: a username, or `system`.
        besides: the course that has it already.
    """
    waiting = select(SignalSubscription.course_key).where(
        SignalSubscription.name == name, SignalSubscription.course_key != besides
    )
    listening = select(StartListener.key).where(
        StartListener.trigger == Trigger.SIGNAL, StartListener.name == name
    )
    courses = sorted(set(work.session.scalars(waiting)))
    listeners = sorted(work.session.scalars(listening))
    for course_key in courses:
        _send(work, name, variables, by, course_key=course_key)
    for listener_key in listeners:
        _send(work, name, variables, by, listener_key=listener_key)
    work.session.flush()
    return len(courses) + len(listeners)


def send_later(
    work: UnitOfWork, course_key: int, name: str, variables: Mapping[str, Any], by: str
) -> None:
    """Put a signal on its way to one course."""
    _send(work, name, variables, by, course_key=course_key)
    work.session.flush()


def _send(
    work: UnitOfWork,
    name: str,
    variables: Mapping[str, Any],
    by: str,
    *,
    course_key: int | None = None,
    listener_key: int | None = None,
) -> None:
    key = work.next_key()
    work.session.add(
        QueuedSignal(
            key=key,
            name=name,
            variables=dict(variables),
            course_key=course_key,
            listener_key=listener_key,
            thrown_by=by,
        )
    )
    # What stands before the colon: a course's pieces of work are done one after the other.
    jobs.schedule(work, SIGNAL, f"{course_key or listener_key}:{key}", work.now)
