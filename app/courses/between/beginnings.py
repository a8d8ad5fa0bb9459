"""Start events of messages, signals and timers: the newest version of a process listens, older ones no longer do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import citizens, jobs
from app.citizens import Citizen
from app.courses.rows import MessageStarted, StartListener
from app.courses.running.operations import SYSTEM, StartRequest, start
from app.courses.runtime import Runtime
from app.definitions import Trigger, library
from app.engine import Due, starts
from app.engine import StartListener as Listening
from app.storage import UnitOfWork

START = "course-start"
"""The name under which timers of start events stand in the list of due work."""

_LONGEST_KEY = 19
"""Digits of a key."""


def listen_for_starts(
    work: UnitOfWork, runtime: Runtime, versions: Iterable[library.DefinitionVersion]
) -> None:
    """Let versions that were just published listen, in place of those before them.

    Raises:
        DefinitionError: a name or a time cannot be computed before there are variables.
    """
    for version in versions:
        _fall_silent(work, version.process_id)
        model = runtime.models.get(work.session, version.key).model
        for one in starts(model, work.now):
            row = StartListener(
                key=work.next_key(),
                process_id=version.process_id,
                version_key=version.key,
                element=one.element,
                trigger=one.trigger,
                name=one.name,
            )
            _wait(work, row, one)
            work.session.add(row)
    work.session.flush()


def fire_start(work: UnitOfWork, runtime: Runtime, ref: str) -> None:
    """Begin a course whose time has come (due work `START`), and wait for the next turn of a cycle."""
    row = work.session.get(StartListener, int(ref), with_for_update=True)
    if row is None or row.due is None:
        return
    due = Due(row.due, row.left, row.interval)
    following = Listening(row.element, Trigger.TIMER, due=due).after()
    begin(work, runtime, row, {}, SYSTEM)
    if following is None:
        work.session.delete(row)
    else:
        _wait(work, row, following)


def listeners(session: Session, trigger: Trigger, name: str) -> list[StartListener]:
    """Return the start events that wait for a message or signal, in a fixed order."""
    query = select(StartListener).where(
        StartListener.trigger == trigger, StartListener.name == name
    )
    return list(session.scalars(query.order_by(StartListener.process_id, StartListener.key)))


def begins_with(session: Session, name: str) -> list[str]:
    """Return the processes of which a message of this name begins courses."""
    return [one.process_id for one in listeners(session, Trigger.MESSAGE, name)]


def free(session: Session, process_id: str, correlation_key: str) -> bool:
    """Tell whether a message with this key may begin a course: none runs that one like it began (as in Camunda 8)."""
    if not correlation_key:
        return True
    query = select(MessageStarted.course_key).where(
        MessageStarted.process_id == process_id, MessageStarted.correlation_key == correlation_key
    )
    return session.scalar(query) is None


def begin(
    work: UnitOfWork,
    runtime: Runtime,
    listener: StartListener,
    variables: Mapping[str, Any],
    by: str,
    correlation_key: str = "",
) -> int:
    """Begin a course at a start event, and return its key.

    It is about the citizen whose key the correlation key is, or begins with before a »/«: what stands behind tells
    several courses about one citizen apart. Where it names none, it is about nobody: a technical course.
    """
    request = StartRequest(
        listener.process_id,
        _citizen(work.session, correlation_key),
        dict(variables),
        listener.version_key,
        listener.element,
    )
    return start(work, runtime, request, by, only_one_of=correlation_key).key


def _citizen(session: Session, correlation_key: str) -> Citizen | None:
    named = correlation_key.partition("/")[0]
    if not (named.isascii() and named.isdigit()) or len(named) > _LONGEST_KEY:
        return None
    key = int(named)
    return citizens.citizens(session, [key]).get(key)


def _wait(work: UnitOfWork, row: StartListener, listening: Listening) -> None:
    if listening.due is not None:
        due = listening.due
        row.due, row.left, row.interval = due.instant, due.left, due.interval
        jobs.schedule(work, START, str(row.key), due.instant)


def _fall_silent(work: UnitOfWork, process_id: str) -> None:
    keys = list(
        work.session.scalars(
            select(StartListener.key).where(StartListener.process_id == process_id)
        )
    )
    for key in keys:
        jobs.withdraw(work, START, str(key))
    work.session.execute(delete(StartListener).where(StartListener.key.in_(keys)))
