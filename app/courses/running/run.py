"""The one write path of a course: command → decide → journal entry → caches → what follows, in one transaction.

`decide` is pure and knows no database. Here its events become rows, jobs become operations that are performed at
once and answered with a further command, and each command leaves one journal entry with the digest of the state.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.connectors import OperationContext, perform
from app.courses.kept import caches, messages, signals, snapshots, suspension
from app.courses.rows import SUSPENDED
from app.courses.runtime import Runtime, Version
from app.courses.runtime.callees import CALLED, Calling
from app.courses.runtime.held import HeldCourse, keep
from app.engine import (
    RULES,
    BroadcastSignal,
    Command,
    CompleteJob,
    CompleteTask,
    CorrelateMessage,
    Decision,
    Event,
    FailJob,
    JobClosed,
    JobCreated,
    SignalThrown,
    SubscriptionOpened,
    decide,
    encode_command,
)
from app.errors import DomainError
from app.journal import NewEntry, append, lock
from app.storage import UnitOfWork

MOST_FOLLOW_UPS = 200
"""How many operations and signals to itself one command may set off; the next operation becomes an incident."""

UNIT = "unit"
"""Where a start's entry says which unit the course belongs to."""

_RUNNING = "app.courses.running"

KINDS = {
    "start": "course:started",
    "complete_task": "course:task-completed",
    "correlate_message": "course:message-received",
    "broadcast_signal": "course:signal-received",
    "fire_timer": "course:timer-fired",
    "complete_job": "course:job-completed",
    "fail_job": "course:job-failed",
    "throw_error": "course:error-thrown",
    "resolve_incident": "course:incident-resolved",
    "set_variables": "course:variables-set",
    "move_token": "course:token-moved",
    "update_retries": "course:retries-updated",
    "suspend": "course:suspended",
    "resume": "course:resumed",
    "cancel": "course:cancelled",
}
"""The journal kind of each command."""


def stream(course_key: int) -> str:
    """Return the name of a course's journal stream."""
    return f"course:{course_key}"


@dataclass(frozen=True)
class Step:
    """A command on its way, and what the journal should know about it besides.

    Attributes:
        command: what to decide.
        by: who asked: a username, or `system`.
        element: the element concerned, for reading the journal.
        form_digest: the form that was filled in.
        subjects: whose data: JSON pointer into the command's data → subject.
        reason: why, in the words of who asked; kept in the entry beside the command.
        unit: the unit that a course which begins belongs to; likewise.
    """

    command: Command
    by: str
    element: str = ""
    form_digest: str = ""
    on_behalf_of: str = ""
    subjects: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    unit: str = ""


@dataclass
class _Run:
    """A command and what follows from it, in one transaction."""

    work: UnitOfWork
    runtime: Runtime
    course: HeldCourse
    version: Version
    by: str
    by_person: bool
    waiting: deque[Step | JobCreated] = field(default_factory=deque)
    events: list[Event] = field(default_factory=list)
    follow_ups: int = 0


def instant(work: UnitOfWork, course_key: int) -> datetime:
    """Return a command's instant: now, but never before the last entry of the course's journal."""
    name = stream(course_key)
    return lock(work, [name])[name].instant(work.now)


def run(
    work: UnitOfWork,
    runtime: Runtime,
    course: HeldCourse,
    step: Step,
    then: Iterable[JobCreated] = (),
) -> tuple[Event, ...]:
    """Decide the step and all that follows from it at once; return the events in order.

    Args:
        work: the transaction.
        runtime: what a run needs.
        course: held; written back at the end.
        step: the command.
        then: operations that have waited for it, performed after it.

    Raises:
        Conflict: what the command is about is closed.
        DomainError: an operation refused what the person has just sent; nothing is written.
    """
    held = _Run(
        work,
        runtime,
        course,
        runtime.models.get(work.session, course.version_key),
        by=step.by,
        by_person=isinstance(step.command, CompleteTask),
    )
    held.waiting.extend((step, *then))
    return _go(held)


def follow(
    work: UnitOfWork,
    runtime: Runtime,
    course: HeldCourse,
    steps: Iterable[Step | JobCreated],
    by: str,
) -> None:
    """Do what is left to do of itself after the course was given another state; `by` is who gave it."""
    version = runtime.models.get(work.session, course.version_key)
    _go(_Run(work, runtime, course, version, by=by, by_person=False, waiting=deque(steps)))


def running(work: UnitOfWork) -> set[int]:
    """Return the courses that are being decided in this transaction: their state is in memory, not yet in their rows.

    What would reach a course meanwhile goes on its way instead and arrives after the commit.
    """
    found: set[int] = work.session.info.setdefault(_RUNNING, set())
    return found


def _go(held: _Run) -> tuple[Event, ...]:
    under_way = running(held.work)
    if held.course.key in under_way:
        raise RuntimeError(f"course {held.course.key} is being decided already")
    under_way.add(held.course.key)
    try:
        while held.waiting:
            item = held.waiting.popleft()
            if isinstance(item, JobCreated):
                held.follow_ups += 1
                item = _performed(held, item, held.follow_ups)
            _decide(held, item)
        keep(held.work, held.course)
    finally:
        under_way.discard(held.course.key)
    return tuple(held.events)


def _decide(held: _Run, step: Step) -> None:
    course = held.course
    callees = Calling(held.work.session, held.runtime.models, held.version)
    decision = decide(held.version.model, course.state, step.command, callees)
    course.state = decision.state
    course.seq += 1
    course.last_at = step.command.at
    seq = _write_entry(held, step, decision.state, callees.found)
    rows = [event for event in decision.events if not _is_ours(held, event)]
    caches.update(held.work, course, held.version, rows, step.by)
    if course.seq % snapshots.EVERY == 0:
        snapshots.take(held.work, course, seq)
    if course.status == "ended":
        messages.course_ended(held.work, course)
    _queue(held, decision)
    held.events.extend(decision.events)


def _is_ours(held: _Run, event: Event) -> bool:
    """Tell whether the event is work of ours, to be done at once: while a course stands still, none is."""
    ours = isinstance(event, JobCreated) and event.type in held.runtime.operations
    return ours and held.course.status != SUSPENDED


def _write_entry(held: _Run, step: Step, state: bytes, called: Mapping[str, str]) -> int:
    """Write the command down and return the entry's number."""
    data = encode_command(step.command)
    if called:
        data[CALLED] = dict(called)
    if step.reason:
        data["reason"] = step.reason
    if step.unit:
        data[UNIT] = step.unit
    course = stream(held.course.key)
    stored = append(
        held.work,
        NewEntry(
            stream=course,
            at=step.command.at,
            actor=step.by,
            on_behalf_of=step.on_behalf_of,
            kind=KINDS[data["kind"]],
            element=step.element,
            payload=data,
            subjects=step.subjects,
            form_digest=step.form_digest,
            model_digest=held.version.bundle.digest,
            rules=RULES,
            state_digest=held.runtime.keyring.state_mac(held.work.session, course, state),
        ),
        held.runtime.keyring,
    )
    return stored.seq


def _queue(held: _Run, decision: Decision) -> None:
    closed = {event.address for event in decision.events if isinstance(event, JobClosed)}
    if closed:
        held.waiting = deque(
            item
            for item in held.waiting
            if not (isinstance(item, JobCreated) and item.address in closed)
        )
    for event in decision.events:
        if isinstance(event, JobCreated) and event.address not in closed:
            if _is_ours(held, event):
                held.waiting.append(event)
        elif isinstance(event, SubscriptionOpened) and held.course.status != SUSPENDED:
            guard = held.runtime.guard
            variables = messages.take_buffered(held.work, guard, held.course, event)
            if variables is not None:
                command = CorrelateMessage(held.course.last_at, event.address, variables)
                held.waiting.append(Step(command, "system", event.element))
        elif isinstance(event, SignalThrown):
            _signal(held, event)


def _signal(held: _Run, event: SignalThrown) -> None:
    """Put a signal on its way to all others that wait for it, and give it to the course itself where it does.

    A course that signals itself in a circle goes on in transactions of its own after a while.
    """
    work, course = held.work, held.course
    signals.throw(work, held.runtime.guard, course.key, event.name, event.variables)
    if not signals.awaits(work, course.key, event.name):
        return
    if course.status == SUSPENDED:
        suspension.keep_event(
            work, course.key, suspension.SIGNAL, event.name, event.variables, by=held.by
        )
        return
    held.follow_ups += 1
    if held.follow_ups > MOST_FOLLOW_UPS:
        signals.send_later(work, course.key, event.name, event.variables, "system")
        return
    command = BroadcastSignal(course.last_at, event.name, event.variables)
    held.waiting.append(Step(command, "system"))


def _performed(held: _Run, job: JobCreated, count: int) -> Step:
    """Perform the operation behind a job; its answer, or its failure, is the next command."""
    at = held.course.last_at
    if count > MOST_FOLLOW_UPS:
        text = f"Forløbet kører i ring: over {MOST_FOLLOW_UPS} handlinger i ét skridt."
        return Step(FailJob(at, job.address, 0, text), "system", job.element)
    context = OperationContext(
        course_key=held.course.key,
        citizen_key=held.course.citizen_key,
        actor=held.by,
        at=at,
    )
    try:
        with held.work.session.begin_nested():
            result = perform(held.work, held.runtime.operations, job.type, context, job.variables)
    except DomainError as error:
        if held.by_person:
            raise
        return Step(FailJob(at, job.address, 0, error.message), "system", job.element)
    return Step(CompleteJob(at, job.address, result), "system", job.element)
