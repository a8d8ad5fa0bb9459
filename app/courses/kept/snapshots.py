"""Snapshots: the marking every so many commands and at each migration, so that no reader begins at a course's start.

A snapshot is a cache that the journal vouches for: the entry at which it was taken carries the digest of the state.
Readers compare (`app.audit`); one that does not fit is passed over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courses.kept.progress import Progress
from app.courses.rows import CourseSnapshot
from app.courses.runtime.held import HeldCourse
from app.storage import UnitOfWork

EVERY = 128
"""Commands between two snapshots: deciding so many again takes less than a tenth of a second."""


@dataclass(frozen=True)
class Snapshot:
    """A course as it was after an entry of its journal; `at` is when the snapshot was taken."""

    seq: int
    state: bytes
    progress: Progress
    at: datetime


def take(work: UnitOfWork, course: HeldCourse, seq: int) -> None:
    """Keep a course as it is after its entry `seq`."""
    if course.state is not None:
        work.session.add(
            CourseSnapshot(
                course_key=course.key,
                seq=seq,
                state=course.state,
                progress=course.progress,
                at=work.now,
            )
        )


def snapshot_before(session: Session, course_key: int, seq: int) -> Snapshot | None:
    """Return the last snapshot of a course that was taken before an entry, or None."""
    return _snapshot(session, course_key, seq - 1)


def snapshot_at(session: Session, course_key: int, seq: int) -> Snapshot | None:
    """Return the snapshot that was taken at an entry, or None."""
    found = _snapshot(session, course_key, seq)
    return found if found is not None and found.seq == seq else None


def snapshots_of(session: Session, course_key: int) -> dict[int, Snapshot]:
    """Return all snapshots of a course, by the number of the entry at which each was taken."""
    rows = session.scalars(select(CourseSnapshot).where(CourseSnapshot.course_key == course_key))
    return {row.seq: Snapshot(row.seq, row.state, row.progress, row.at) for row in rows}


def _snapshot(session: Session, course_key: int, upto: int) -> Snapshot | None:
    row = session.scalars(
        select(CourseSnapshot)
        .where(CourseSnapshot.course_key == course_key, CourseSnapshot.seq <= upto)
        .order_by(CourseSnapshot.seq.desc())
        .limit(1)
    ).first()
    return None if row is None else Snapshot(row.seq, row.state, row.progress, row.at)
