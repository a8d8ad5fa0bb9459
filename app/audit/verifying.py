"""Verifying all chains piece by piece, in the background, with what has been reached kept for whoever waits.

Nothing is locked while a piece is read: it happens between two transactions, in the thread that does background work.
A piece is small, so that deadlines and timers are not kept waiting.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import jobs, journal
from app.access import AccessLog
from app.audit.broken import Broken
from app.audit.rows import VerificationRow
from app.audit.verify import (
    Report,
    all_streams,
    changed_keys,
    check_access,
    check_one,
    forged,
    known_ends,
)
from app.courses import Runtime
from app.errors import NotFound
from app.storage import Database, UnitOfWork

VERIFY = "verify"
"""The name under which a verification stands in the list of due work."""

AT_ONCE = 1000
"""So many entries are checked while the person waits; more are checked in the background."""

_PIECE_SECONDS = 1.0
_LOST = timedelta(minutes=5)
"""After so long without a piece, whoever does background work next goes on with it."""
_MOST_FAULTS = 200


@dataclass(frozen=True)
class Verification:
    """One run over all chains.

    Attributes:
        total: how many streams there were when it began.
        report: what has been found so far.
        ended_at: None while it runs.
    """

    key: int
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None
    total: int
    report: Report

    @property
    def percent(self) -> int:
        """How far it is, 0 to 100."""
        if self.ended_at is not None:
            return 100
        return min(99, 100 * self.report.streams // max(1, self.total))


@dataclass(frozen=True)
class Verifying:
    """Does the pieces.

    Attributes:
        database: the courses'.
        runtime: keys and models.
        public_key: whose signature the daily heads must carry.
        looks: gives the access log.
        piece: how many seconds a piece may take; one stream is checked whole.
    """

    database: Database
    runtime: Runtime
    public_key: str
    looks: Callable[[], AccessLog]
    piece: float = _PIECE_SECONDS

    def begin(self, asked_by: str) -> int:
        """Begin a verification and return its key; a small one has ended when this returns.

        Raises:
            WrongMasterKey: the payloads cannot be read with this installation's key.
        """
        with self.database.read() as session:
            self.runtime.keyring.changed(session)
            heads = journal.heads(session)
            total = len(all_streams(session, ()))
        small = sum(head.seq for head in heads) <= AT_ONCE
        key = self.database.run(lambda work: _begin(work, asked_by, total, background=not small))
        while small and self._piece(key):
            pass
        return key

    def go_on(self, work: UnitOfWork, ref: str) -> None:
        """Do the next piece once this transaction is durable (a handler of due work)."""
        row = work.session.get(VerificationRow, int(ref))
        if row is None or row.ended_at is not None:
            return
        jobs.schedule(work, VERIFY, ref, work.now + _LOST)
        work.after_commit.append(lambda: self._next(int(ref)))

    def _next(self, key: int) -> None:
        if self._piece(key):
            self.database.run(lambda work: jobs.schedule(work, VERIFY, str(key), work.now))

    def _piece(self, key: int) -> bool:
        """Check some streams, keep what was found, and tell whether any are left."""
        with self.database.read() as session:
            row = session.get_one(VerificationRow, key)
            if row.ended_at is not None:
                return False
            reached = row.reached
            ends = known_ends(session)
            names = [name for name in all_streams(session, ends) if name > reached]
            parts: list[Report] = []
            done, begun = 0, monotonic()
            while done < len(names) and (not done or monotonic() - begun < self.piece):
                name = names[done]
                parts.append(check_one(session, self.runtime, name, ends.get(name, ())))
                done += 1
            left = done < len(names)
            faults = [fault for part in parts for fault in part.broken]
            if not left:
                faults += forged(session, self.public_key) + changed_keys(session, self.runtime)
                faults += check_access(self.looks(), ends)
        reached = names[done - 1] if done else reached
        self.database.run(lambda work: _keep(work, key, parts, faults, reached, left=left))
        return left


def verification(session: Session, key: int) -> Verification:
    """Return a verification, running or ended.

    Raises:
        NotFound: there is none with this key.
    """
    row = session.get(VerificationRow, key)
    if row is None:
        raise NotFound("audit:no-verification", "Efterprøvningen findes ikke.")
    return _value(row)


def verifications(session: Session, most: int = 20) -> list[Verification]:
    """Return the last verifications, the latest first."""
    rows = select(VerificationRow).order_by(
        VerificationRow.asked_at.desc(), VerificationRow.key.desc()
    )
    return [_value(row) for row in session.scalars(rows.limit(most))]


def _begin(work: UnitOfWork, asked_by: str, total: int, *, background: bool) -> int:
    row = VerificationRow(
        key=work.next_key(),
        asked_by=asked_by,
        asked_at=work.now,
        total=total,
        streams=0,
        entries=0,
        redecided=0,
        sealed=0,
        reached="",
        broken=[],
    )
    work.session.add(row)
    if background:
        jobs.schedule(work, VERIFY, str(row.key), work.now)
    return row.key


def _keep(
    work: UnitOfWork,
    key: int,
    parts: list[Report],
    faults: list[Broken],
    reached: str,
    *,
    left: bool,
) -> None:
    row = work.session.get_one(VerificationRow, key, with_for_update=True)
    row.streams += len(parts)
    row.entries += sum(part.entries for part in parts)
    row.redecided += sum(part.redecided for part in parts)
    row.sealed += sum(part.sealed for part in parts)
    row.broken = [*row.broken, *(asdict(fault) for fault in faults)][:_MOST_FAULTS]
    row.reached = reached
    if not left:
        row.ended_at = work.now
        jobs.withdraw(work, VERIFY, str(key))


def _value(row: VerificationRow) -> Verification:
    faults = tuple(
        Broken(
            str(fault["stream"]),
            int(fault["seq"]),
            str(fault["reason"]),
            str(fault["expected"]),
            str(fault["found"]),
        )
        for fault in row.broken
    )
    report = Report(not faults, row.streams, row.entries, row.redecided, row.sealed, faults)
    return Verification(row.key, row.asked_by, row.asked_at, row.ended_at, row.total, report)
