"""Doing one piece of due work, in a transaction of its own: the same in both shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from sqlalchemy import delete, select

from app import log
from app.jobs.rows import DueWork
from app.storage import Database, UnitOfWork

Handler = Callable[[UnitOfWork, str], None]
"""Does the work that `ref` names. It looks for itself whether there is still something to do: work that was taken
off the list at the very moment at which it began is called for all the same."""

_FIRST_PAUSE = timedelta(seconds=10)
_LONGEST_PAUSE = timedelta(hours=1)


def attempt(database: Database, handlers: Mapping[str, Handler], key: int) -> bool:
    """Do the piece with this key, if it is still on the list and due, and tell whether it was done.

    Several processes may try the same piece at once: who comes second finds the row held, or gone, and does nothing.
    A piece that fails is put off (10 s, doubling up to an hour) with its error kept in the row.
    """

    def act(work: UnitOfWork) -> bool:
        return _do(work, handlers, key)

    try:
        return database.run(act)
    except Exception as error:  # noqa: BLE001 -- whatever a handler does, the other work goes on; the row keeps the error
        _put_off(database, key, error)
        return False


def _do(work: UnitOfWork, handlers: Mapping[str, Handler], key: int) -> bool:
    row = work.session.scalar(
        select(DueWork)
        .where(DueWork.key == key, DueWork.due <= work.now)
        .with_for_update(skip_locked=True)
    )
    if row is None:
        return False
    handler, ref = row.handler, row.ref
    # Off the list first: a handler may put the same work on it again, for another time.
    work.session.execute(delete(DueWork).where(DueWork.key == key))
    handlers[handler](work, ref)
    return True


def _put_off(database: Database, key: int, error: Exception) -> None:
    with database.write() as work:
        row = work.session.get(DueWork, key)
        if row is None:
            return
        row.attempts += 1
        pause = min(_FIRST_PAUSE * 2 ** min(row.attempts - 1, 20), _LONGEST_PAUSE)
        row.due = work.now + pause
        row.last_error = f"{type(error).__name__}: {error}"[:2000]
        log.error(
            "due work failed",
            handler=row.handler,
            ref=row.ref,
            attempts=row.attempts,
            exc_info=error,
        )
