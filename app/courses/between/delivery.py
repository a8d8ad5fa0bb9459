"""Handing over what comes from outside a course: messages, and signals on their way.

One message goes to at most one course of each process that waits for it, and begins one of each process whose newest
version has a start event for it, unless a course that such a message with the same correlation key began still runs.
What a course itself sends goes on its way in its own transaction and arrives in another one, so that no operation can
lead back to the course that is being decided (`app.courses.running.run.running`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete

from app.courses.between import beginnings
from app.courses.kept import messages, suspension
from app.courses.kept.messages import Message, objection
from app.courses.kept.signals import awaits
from app.courses.rows import (
    SUSPENDED,
    BufferedMessage,
    MessageReceipt,
    QueuedSignal,
    StartListener,
    Subscription,
)
from app.courses.running.run import Step, instant, run, running, stream
from app.courses.runtime import Runtime
from app.courses.runtime.held import hold
from app.definitions import Trigger
from app.engine import BroadcastSignal, CorrelateMessage
from app.errors import Conflict
from app.journal import NewEntry, append
from app.storage import Race, UnitOfWork


@dataclass(frozen=True)
class Handed:
    """What became of a message in one process: which course has it (None: it would begin one), or why it is held."""

    process_id: str
    course_key: int | None
    because: str = ""


def publish_message(  # noqa: PLR0913 -- a message has these parts (Camunda 8 API, message publication)
    work: UnitOfWork,
    runtime: Runtime,
    name: str,
    correlation_key: str,
    *,
    variables: Mapping[str, Any] | None = None,
    time_to_live: timedelta = timedelta(0),
    message_id: str = "",
    by: str = "system",
) -> list[int]:
    """Give a message to the courses that wait for it or begin with it; keep it for `time_to_live` for the others.

    A course that stands still gets it when it goes on. Where a course is being decided in this transaction, the
    message goes on its way instead, and arrives after the commit.

    Returns:
        The keys of the courses that have it.

    Raises:
        Conflict: a message of this name, key and id is kept already.
    """
    message = Message(name, correlation_key, dict(variables or {}), by, None, message_id)
    messages.refuse_twice(work.session, work, message)
    if running(work):
        messages.keep(work, message, time_to_live, queued=True)
        return []
    handed = _hand_over(work, runtime, message)
    if time_to_live > timedelta(0):
        key = messages.keep(work, message, time_to_live)
        for one in handed:
            messages.receive(work, key, one.process_id, one.course_key)
    return [one.course_key for one in handed if one.course_key is not None]


def offer(work: UnitOfWork, runtime: Runtime, ref: str) -> None:
    """Offer a message on its way, or a kept one, to every process that has not taken it (due work `MESSAGE`)."""
    row = _kept(work, ref)
    if row is None:
        return
    for one in _hand_over(work, runtime, messages.of_row(row), row.key):
        messages.receive(work, row.key, one.process_id, one.course_key, one.because)
        if one.because:
            _tell_sender(work, runtime, row, "course:message-held", one.process_id, one.because)
    messages.arrived(work, row.key)


def offer_again(work: UnitOfWork, runtime: Runtime, ref: str) -> None:
    """Offer a message that is held back once more, or drop it at its end (due work `HELD`)."""
    row = _kept(work, ref)
    if row is None:
        return
    if row.expires_at <= work.now:
        for process_id in sorted(messages.receipts(work.session, row.key)[1]):
            _tell_sender(work, runtime, row, "course:message-dropped", process_id)
        work.session.execute(delete(MessageReceipt).where(MessageReceipt.message_key == row.key))
        work.session.delete(row)
        return
    handed = _hand_over(work, runtime, messages.of_row(row), row.key, held=True)
    for one in handed:
        messages.receive(work, row.key, one.process_id, one.course_key, one.because)
    # Where nobody waits for it any longer, the process is as free to take it as if it had never been held back.
    work.session.execute(
        delete(MessageReceipt).where(
            MessageReceipt.message_key == row.key,
            MessageReceipt.held_because != "",
            MessageReceipt.process_id.not_in([one.process_id for one in handed]),
        )
    )


def deliver_signal(work: UnitOfWork, runtime: Runtime, ref: str) -> None:
    """Give a signal on its way to its course or start event, where that still waits for it (due work `SIGNAL`)."""
    row = work.session.get(QueuedSignal, int(ref.rpartition(":")[2]))
    if row is None:
        return
    work.session.delete(row)
    if row.listener_key is not None:
        listener = work.session.get(StartListener, row.listener_key)
        if listener is not None:
            beginnings.begin(work, runtime, listener, row.variables, row.thrown_by)
        return
    if row.course_key is None:
        return
    course = hold(work, row.course_key)
    if not awaits(work, course.key, row.name):
        return
    if course.status == SUSPENDED:
        suspension.keep_event(
            work, course.key, suspension.SIGNAL, row.name, row.variables, by=row.thrown_by
        )
        return
    command = BroadcastSignal(instant(work, course.key), row.name, row.variables)
    run(work, runtime, course, Step(command, row.thrown_by))


def _hand_over(
    work: UnitOfWork,
    runtime: Runtime,
    message: Message,
    key: int | None = None,
    *,
    held: bool = False,
) -> list[Handed]:
    """Give a message to one course of each process that waits, and begin those that begin with it.

    Args:
        work: the transaction.
        runtime: what a run needs.
        message: the message.
        key: of the kept message; None where it is not kept.
        held: only to processes from which it is held back; otherwise to all others that have not taken it.
    """
    rows = _recipients(work, message)
    taken, back = (set(), set()) if key is None else messages.receipts(work.session, key)

    def wanted(process_id: str) -> bool:
        free = process_id not in taken and (process_id in back) is held
        return free and messages.may_take(work.session, message, process_id)

    chosen = {row.process_id: row for row in rows if wanted(row.process_id)}
    handed = [_give(work, runtime, message, row) for row in chosen.values()]
    served = set(chosen)
    for listener in beginnings.listeners(work.session, Trigger.MESSAGE, message.name):
        process_id = listener.process_id
        if process_id in served or not wanted(process_id):
            continue
        if not beginnings.free(work.session, process_id, message.correlation_key):
            continue
        because = objection(work.session, runtime.guard, message.to(process_id))
        begun = None
        if not because:
            begun = beginnings.begin(
                work, runtime, listener, message.variables, message.by, message.correlation_key
            )
        handed.append(Handed(process_id, begun, because))
        served.add(process_id)
    return handed


def _kept(work: UnitOfWork, ref: str) -> BufferedMessage | None:
    """Take a kept message, so that it is offered by one at a time; others may still note that they have taken it."""
    return work.session.get(BufferedMessage, int(ref), with_for_update={"key_share": True})


def _tell_sender(
    work: UnitOfWork,
    runtime: Runtime,
    row: BufferedMessage,
    kind: str,
    process_id: str,
    because: str = "",
) -> None:
    """Write into the journal of the course that sent a message what became of it; the other may not know of it."""
    if row.from_course is None:
        return
    payload = {"message": row.name, "message_key": str(row.key), "process": process_id}
    append(
        work,
        NewEntry(
            stream=stream(row.from_course),
            actor="system",
            kind=kind,
            payload={**payload, **({"because": because} if because else {})},
        ),
        runtime.keyring,
    )


def _recipients(work: UnitOfWork, message: Message) -> list[Subscription]:
    """Choose who may get a message, longest waiting first, and take their courses for this transaction.

    Courses come first and in order, the one that sent it among them, then the correlation key; who began to wait
    meanwhile is seen after that.
    """
    asked = (work.session, message.name, message.correlation_key)
    held = {row.course_key for row in messages.waiting_for(*asked)}
    held |= {message.from_course} if message.from_course is not None else set()
    for key in sorted(held):
        hold(work, key)
    messages.alone(work, message.correlation_key)
    found = messages.waiting_for(*asked)
    for key in sorted({row.course_key for row in found} - held):
        hold(work, key)
    return found


def _give(work: UnitOfWork, runtime: Runtime, message: Message, row: Subscription) -> Handed:
    delivery = message.to(row.process_id, row.course_key)
    because = objection(work.session, runtime.guard, delivery)
    if because:
        return Handed(row.process_id, row.course_key, because)
    course = hold(work, row.course_key)
    if course.status == SUSPENDED:
        suspension.keep_event(
            work,
            course.key,
            suspension.MESSAGE,
            message.name,
            message.variables,
            by=message.by,
            correlation_key=message.correlation_key,
        )
        return Handed(row.process_id, course.key)
    command = CorrelateMessage(instant(work, course.key), row.address, dict(message.variables))
    try:
        run(work, runtime, course, Step(command, message.by, row.element))
    except Conflict as conflict:
        if conflict.code in {"subscription:closed", "course:ended"}:
            raise Race from conflict  # it moved on before we had it; look again
        raise
    return Handed(row.process_id, course.key)
