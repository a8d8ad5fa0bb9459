"""How due work stands: what an operator asks of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.jobs.dispatch import LOST_SECONDS, SCHEMA
from app.jobs.rows import DueWork

_LATE = timedelta(minutes=1)
_WORKERS = text(
    f"SELECT count(*) FROM {SCHEMA}.procrastinate_workers"  # noqa: S608 -- a constant
    " WHERE last_heartbeat > now() - make_interval(secs => :seconds)"
)


@dataclass(frozen=True)
class Backlog:
    """Due work as it stands.

    Attributes:
        late: how many pieces have been due for over a minute.
        longest: how long the oldest of all that is due has waited.
        failed: how many pieces failed and wait for another try.
        workers: how many workers are alive; None on SQLite, where nobody counts them.
    """

    late: int
    longest: timedelta
    failed: int
    workers: int | None


def backlog(session: Session, now: datetime) -> Backlog:
    """Return how due work stands."""
    oldest = session.scalar(select(func.min(DueWork.due)))
    late = select(func.count()).select_from(DueWork).where(DueWork.due < now - _LATE)
    failed = select(func.count()).select_from(DueWork).where(DueWork.attempts > 0)
    workers = None
    if session.get_bind().dialect.name == "postgresql":
        workers = session.execute(_WORKERS, {"seconds": LOST_SECONDS}).scalar_one()
    return Backlog(
        late=session.scalar(late) or 0,
        longest=max(now - oldest, timedelta(0)) if oldest else timedelta(0),
        failed=session.scalar(failed) or 0,
        workers=workers,
    )
