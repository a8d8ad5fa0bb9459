"""Putting work on the list and taking it off again, inside the transaction of whoever asks for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.jobs.rows import DueWork
from app.storage import UnitOfWork


def schedule(work: UnitOfWork, handler: str, ref: str, due: datetime) -> None:
    """Have `handler` called with `ref` once `due` is reached; an earlier appointment for the same `ref` is replaced."""
    withdraw(work, handler, ref)
    work.session.add(DueWork(key=work.next_key(), handler=handler, ref=ref, due=due, attempts=0))
    work.session.flush()


def withdraw(work: UnitOfWork, handler: str, ref: str) -> None:
    """Take the work off the list; nothing happens where it is not on it."""
    work.session.execute(delete(DueWork).where(DueWork.handler == handler, DueWork.ref == ref))


def next_due(session: Session) -> datetime | None:
    """Return when the next work falls due, or None where none waits."""
    return session.scalar(select(DueWork.due).order_by(DueWork.due, DueWork.key).limit(1))
