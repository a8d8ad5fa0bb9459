"""Messages that are kept: which process has taken one, which is held back, and what a new subscription finds.

As in Zeebe a message goes to one course of each process, the one that has waited longest, or begins a course of it;
and it is kept for its time to live for the processes that have not taken it.
Handing over is `app.courses.between.delivery`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from app import access, jobs
from app.courses.rows import (
    BufferedMessage,
    MessageReceipt,
    MessageStarted,
    StartListener,
    Subscription,
)
from app.courses.runtime.guard import Delivery, MessageGuard
from app.courses.runtime.held import HeldCourse
from app.definitions import Trigger
from app.engine import SubscriptionOpened
from app.errors import Conflict
from app.storage import UnitOfWork

MESSAGE = "course-message"
"""The name under which messages that are to be offered stand in the list of due work."""

HELD = "course-held-message"
"""The same for messages that are held back: they are offered again."""

ASKED_AGAIN = timedelta(hours=1)
"""When a message that is held back is offered again, if nobody says sooner (`offer_held`)."""


@dataclass(frozen=True)
class Message:
    """A message.

    Attributes:
        name: what subscriptions and start events wait for.
        correlation_key: whom or what it is about: the key of a citizen, a household or a course; "" for nobody.
        variables: what comes with it.
        by: who sends it: a username, or `system`.
        from_course: the course that sends it; None for people, programs and the house itself.
        message_id: sent twice under one id, it counts once while it is kept; "" for none.
    """

    name: str
    correlation_key: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    by: str = "system"
    from_course: int | None = None
    message_id: str = ""

    def to(self, process_id: str, course_key: int | None = None) -> Delivery:
        """Return what a guard is asked about."""
        return Delivery(self.name, self.correlation_key, self.from_course, process_id, course_key)


def of_row(row: BufferedMessage) -> Message:
    """Return a kept message."""
    return Message(
        row.name,
        row.correlation_key,
        row.variables,
        row.published_by or "system",
        row.from_course,
        row.message_id,
    )


def alone(work: UnitOfWork, correlation_key: str) -> None:
    """Make those who send and those who begin to wait under one correlation key do so one after the other.

    Without it a message could find nobody while a course that begins to wait finds no message. On SQLite there is one
    writer anyway. It is taken after the courses, never before: so nobody waits for a course who keeps others waiting.
    """
    if work.session.get_bind().dialect.name == "postgresql":
        number = func.hashtextextended(f"message:{correlation_key}", 0)
        work.session.execute(select(func.pg_advisory_xact_lock(number)))


def waiting_for(session: Session, name: str, correlation_key: str) -> list[Subscription]:
    """Return the subscription to serve in each process, longest waiting first."""
    query = select(Subscription).where(
        Subscription.name == name, Subscription.correlation_key == correlation_key
    )
    first: dict[str, Subscription] = {}
    for row in session.scalars(query.order_by(Subscription.key)):
        first.setdefault(row.process_id, row)
    return list(first.values())


def refuse_twice(session: Session, work: UnitOfWork, message: Message) -> None:
    """Go on only where no message of the same name, key and id is kept.

    Raises:
        Conflict: one is.
    """
    if not message.message_id:
        return
    same = select(BufferedMessage.key).where(
        BufferedMessage.name == message.name,
        BufferedMessage.correlation_key == message.correlation_key,
        BufferedMessage.message_id == message.message_id,
        BufferedMessage.expires_at > work.now,
    )
    if session.scalar(same.limit(1)) is not None:
        text = f"Beskeden »{message.message_id}« er sendt før og gælder endnu."
        raise Conflict("message:duplicate", text)


def keep(
    work: UnitOfWork, message: Message, time_to_live: timedelta, *, queued: bool = False
) -> int:
    """Keep a message until its time to live is over, and return its key; `queued` puts it on its way besides."""
    key = work.next_key()
    work.session.add(
        BufferedMessage(
            key=key,
            name=message.name,
            correlation_key=message.correlation_key,
            message_id=message.message_id,
            variables=dict(message.variables),
            published_at=work.now,
            expires_at=work.now + time_to_live,
            from_course=message.from_course,
            published_by=message.by,
            queued=queued,
        )
    )
    work.session.flush()
    if queued:
        jobs.schedule(work, MESSAGE, str(key), work.now)
    return key


def receive(
    work: UnitOfWork, message_key: int, process_id: str, course_key: int | None, because: str = ""
) -> bool:
    """Write down that a process has taken a message, or why it is held back; False where another course was first."""
    dialect = work.session.get_bind().dialect.name
    insert = postgres_insert if dialect == "postgresql" else sqlite_insert
    row = {
        "message_key": message_key,
        "process_id": process_id,
        "course_key": course_key,
        "held_because": because,
        "at": work.now,
    }
    done = work.session.execute(
        insert(MessageReceipt)
        .values(row)
        .on_conflict_do_update(
            index_elements=["message_key", "process_id"],
            set_=row,
            where=MessageReceipt.held_because != "",
        )
        .returning(MessageReceipt.message_key)
    )
    if because:
        jobs.schedule(work, HELD, str(message_key), work.now + ASKED_AGAIN)
    return done.scalar() is not None


def receipts(session: Session, message_key: int) -> tuple[set[str], set[str]]:
    """Return the processes that have taken a message, and those from which it is held back."""
    rows = session.execute(
        select(MessageReceipt.process_id, MessageReceipt.held_because).where(
            MessageReceipt.message_key == message_key
        )
    ).all()
    return {row[0] for row in rows if not row[1]}, {row[0] for row in rows if row[1]}


def take_buffered(
    work: UnitOfWork, guard: MessageGuard, course: HeldCourse, event: SubscriptionOpened
) -> dict[str, Any] | None:
    """Take the oldest kept message that a new subscription waits for, or None.

    One that the guard holds back from this course is offered to it in a transaction of its own, where that is written
    down; the next one is looked at.
    """
    alone(work, event.correlation_key)
    had = exists().where(
        MessageReceipt.message_key == BufferedMessage.key,
        MessageReceipt.process_id == course.process_id,
    )
    kept = work.session.scalars(
        select(BufferedMessage)
        .where(
            BufferedMessage.name == event.name,
            BufferedMessage.correlation_key == event.correlation_key,
            BufferedMessage.expires_at > work.now,
            ~had,
        )
        .order_by(BufferedMessage.key)
    )
    for row in kept:
        message = of_row(row)
        if not may_take(work.session, message, course.process_id):
            continue
        if objection(work.session, guard, message.to(course.process_id, course.key)):
            jobs.schedule(work, MESSAGE, str(row.key), work.now)
        elif receive(work, row.key, course.process_id, course.key):
            return dict(row.variables)
    return None


def may_take(session: Session, message: Message, process_id: str) -> bool:
    """Tell whether a message may go to courses of a process: an outside system's only to those it is registered for."""
    return message.from_course is not None or access.may_reach(session, message.by, process_id)


def objection(session: Session, guard: MessageGuard, delivery: Delivery) -> str:
    """Ask the guard about a message from a course; "" lets it through. Others' messages it is not asked about."""
    if delivery.from_course is None:
        return ""
    return guard.objection(session, delivery) or ""


def course_ended(work: UnitOfWork, course: HeldCourse) -> None:
    """Let the next message begin a course, where this one was begun by a message with a correlation key."""
    row = work.session.get(MessageStarted, course.key)
    if row is None:
        return
    process_id, correlation_key = row.process_id, row.correlation_key
    work.session.delete(row)
    work.session.flush()
    names = select(StartListener.name).where(
        StartListener.process_id == process_id, StartListener.trigger == Trigger.MESSAGE
    )
    had = exists().where(
        MessageReceipt.message_key == BufferedMessage.key, MessageReceipt.process_id == process_id
    )
    following = work.session.scalars(
        select(BufferedMessage)
        .where(
            BufferedMessage.name.in_(names),
            BufferedMessage.correlation_key == correlation_key,
            BufferedMessage.expires_at > work.now,
            ~had,
        )
        .order_by(BufferedMessage.key)
    )
    for kept in following:
        if may_take(work.session, of_row(kept), process_id):
            jobs.schedule(work, MESSAGE, str(kept.key), work.now)
            return


@dataclass(frozen=True)
class HeldMessage:
    """A message that is held back, and from which process."""

    message: BufferedMessage
    receipt: MessageReceipt


def held_messages(session: Session, course_key: int | None = None) -> list[HeldMessage]:
    """Return the messages that are held back, the oldest first: all, or those to one course."""
    query = (
        select(BufferedMessage, MessageReceipt)
        .join(MessageReceipt, MessageReceipt.message_key == BufferedMessage.key)
        .where(MessageReceipt.held_because != "")
        .order_by(BufferedMessage.key, MessageReceipt.process_id)
    )
    if course_key is not None:
        query = query.where(MessageReceipt.course_key == course_key)
    return [HeldMessage(*row) for row in session.execute(query)]


def offer_held(work: UnitOfWork, course_key: int | None = None) -> int:
    """Have messages that are held back offered again at once: all, or those to one course. Return how many."""
    query = select(MessageReceipt.message_key).where(MessageReceipt.held_because != "").distinct()
    if course_key is not None:
        query = query.where(MessageReceipt.course_key == course_key)
    keys = sorted(work.session.scalars(query))
    for key in keys:
        jobs.schedule(work, HELD, str(key), work.now)
    return len(keys)


def drop_expired(work: UnitOfWork) -> None:
    """Forget messages whose time to live is over, held back or not; not those that are still on their way."""
    over = (BufferedMessage.expires_at <= work.now) & ~BufferedMessage.queued
    gone = select(BufferedMessage.key).where(over)
    work.session.execute(delete(MessageReceipt).where(MessageReceipt.message_key.in_(gone)))
    work.session.execute(delete(BufferedMessage).where(over))


def arrived(work: UnitOfWork, message_key: int) -> None:
    """Say that a message has been offered to all; one without a time to live is forgotten."""
    work.session.execute(
        update(BufferedMessage).where(BufferedMessage.key == message_key).values(queued=False)
    )
    held = exists().where(
        MessageReceipt.message_key == message_key, MessageReceipt.held_because != ""
    )
    work.session.execute(
        delete(BufferedMessage).where(
            BufferedMessage.key == message_key, BufferedMessage.expires_at <= work.now, ~held
        )
    )
