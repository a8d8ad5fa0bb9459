"""Putting work on the list and taking it off again, inside the transaction of whoever asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.orm import Session

from app.jobs.rows import DueWork
from app.storage import Instant, Statement, UnitOfWork

_SCHEDULE = Statement(
    text(
        "INSERT INTO due_work (key, handler, ref, due, attempts, last_error)"
        " VALUES (:key, :handler, :ref, :due, 0, '')"
        " ON CONFLICT (handler, ref) DO UPDATE SET due = excluded.due, attempts = 0, last_error = ''"
    ).bindparams(bindparam("due", type_=Instant))
)
_NAMED = (DueWork.handler == bindparam("handler"), DueWork.ref == bindparam("ref"))
_WITHDRAW = Statement(
    delete(DueWork).where(
        DueWork.key.in_(select(DueWork.key).where(*_NAMED).with_for_update(skip_locked=True))
    )
)


@dataclass(frozen=True)
class DueAtOnce:
    """Work was put on the list that is due already: whoever does it is woken once the transaction is durable."""


def schedule(work: UnitOfWork, handler: str, ref: str, due: datetime) -> None:
    """Have `handler` called with `ref` once `due` is reached; an earlier appointment for the same `ref` is replaced.

    What is due already is done as soon as the transaction is durable. What stands in `ref` before the first colon names
    what the work is about: such pieces are done in due order, one at a time.
    """
    values = {"key": work.next_key(), "handler": handler, "ref": ref, "due": due}
    _SCHEDULE.run(work.session, values)
    if due <= work.now:
        work.record(DueAtOnce())


def withdraw(work: UnitOfWork, handler: str, ref: str) -> None:
    """Take the work off the list; nothing happens where it is not on it.

    On PostgreSQL a piece that a worker has begun is passed over: waiting for the worker, which may wait for what the
    caller holds, would never end. Its handler finds that there is nothing left to do.
    """
    _WITHDRAW.run(work.session, {"handler": handler, "ref": ref})


def is_scheduled(session: Session, handler: str, ref: str) -> bool:
    """Tell whether this work is on the list."""
    found = select(DueWork.key).where(DueWork.handler == handler, DueWork.ref == ref)
    return session.scalar(found) is not None


def scheduled(session: Session, handler: str, before: str) -> list[tuple[str, datetime | None]]:
    """Return what stands on the list for a handler under refs that begin alike.

    Returns:
        (the rest of the ref, when it was to be done), None as time once it has been tried in vain and put off.
    """
    found = session.execute(
        select(DueWork.ref, DueWork.due, DueWork.attempts).where(
            DueWork.handler == handler, DueWork.ref.startswith(before, autoescape=True)
        )
    )
    return [(ref.removeprefix(before), None if tried else due) for ref, due, tried in found]


def next_due(session: Session) -> datetime | None:
    """Return when the next work falls due, or None where none waits."""
    return session.scalar(select(DueWork.due).order_by(DueWork.due, DueWork.key).limit(1))
