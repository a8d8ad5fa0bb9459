"""Putting work on the list and taking it off again, inside the transaction of whoever asks for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.orm import Session

from app.jobs.rows import DueWork
from app.storage import Instant, UnitOfWork

_SCHEDULE = text(
    "INSERT INTO due_work (key, handler, ref, due, attempts, last_error)"
    " VALUES (:key, :handler, :ref, :due, 0, '')"
    " ON CONFLICT (handler, ref) DO UPDATE SET due = excluded.due, attempts = 0, last_error = ''"
).bindparams(bindparam("due", type_=Instant))
_WITHDRAW = delete(DueWork).where(
    DueWork.handler == bindparam("handler"), DueWork.ref == bindparam("ref")
)


def schedule(work: UnitOfWork, handler: str, ref: str, due: datetime) -> None:
    """Have `handler` called with `ref` once `due` is reached; an earlier appointment for the same `ref` is replaced."""
    values = {"key": work.next_key(), "handler": handler, "ref": ref, "due": due}
    work.session.connection().execute(_SCHEDULE, values)


def withdraw(work: UnitOfWork, handler: str, ref: str) -> None:
    """Take the work off the list; nothing happens where it is not on it."""
    work.session.connection().execute(_WITHDRAW, {"handler": handler, "ref": ref})


def is_scheduled(session: Session, handler: str, ref: str) -> bool:
    """Tell whether this work is on the list."""
    found = select(DueWork.key).where(DueWork.handler == handler, DueWork.ref == ref)
    return session.scalar(found) is not None


def next_due(session: Session) -> datetime | None:
    """Return when the next work falls due, or None where none waits."""
    return session.scalar(select(DueWork.due).order_by(DueWork.due, DueWork.key).limit(1))
