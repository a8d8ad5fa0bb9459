"""Signals between courses: whoever waits at that moment gets it, each in a transaction of its own.

A signal is put on its way in the transaction that throws it, one row (`QueuedSignal`) and one piece of due work for
each course and start event that listens. So no transaction ever holds two courses for a signal, and two courses that
signal each other cannot wait for each other. The course that throws it takes it at once, in its own transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, select

from app import jobs
from app.courses.rows import Course, QueuedSignal, SignalSubscription, StartListener
from app.courses.runtime.guard import Delivery, MessageGuard
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


def broadcast(work: UnitOfWork, name: str, variables: Mapping[str, Any], by: str) -> int:
    """Put a signal of a person or a program on its way to all who wait for it; return to how many."""
    courses, listeners = _listening(work, name)
    return _send_to(work, name, variables, by, list(courses), list(listeners))


def throw(
    work: UnitOfWork, guard: MessageGuard, thrower: int, name: str, variables: Mapping[str, Any]
) -> int:
    """Put a signal of a course on its way to the others that wait for it and may hear it; return to how many.

    Args:
        work: the transaction.
        guard: decides who may hear it.
        thrower: the course that throws it, which takes it itself.
        name: of the signal.
        variables: what comes with it.
    """
    courses, listeners = _listening(work, name)

    def hears(process_id: str, course_key: int | None) -> bool:
        return guard.hears(work.session, Delivery(name, "", thrower, process_id, course_key))

    heard = [key for key, process in courses.items() if key != thrower and hears(process, key)]
    begun = [key for key, process in listeners.items() if hears(process, None)]
    return _send_to(work, name, variables, "system", heard, begun)


def _listening(work: UnitOfWork, name: str) -> tuple[dict[int, str], dict[int, str]]:
    """Return the courses and the start events that wait for a signal, with their processes."""
    waiting = (
        select(Course.key, Course.process_id)
        .join(SignalSubscription, SignalSubscription.course_key == Course.key)
        .where(SignalSubscription.name == name)
        .distinct()
    )
    listening = select(StartListener.key, StartListener.process_id).where(
        StartListener.trigger == Trigger.SIGNAL, StartListener.name == name
    )
    courses = {row[0]: row[1] for row in work.session.execute(waiting)}
    listeners = {row[0]: row[1] for row in work.session.execute(listening)}
    return dict(sorted(courses.items())), dict(sorted(listeners.items()))


def _send_to(
    work: UnitOfWork,
    name: str,
    variables: Mapping[str, Any],
    by: str,
    courses: Sequence[int],
    listeners: Sequence[int],
) -> int:
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
