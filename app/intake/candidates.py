"""Candidates: people whom a course might help, found by matching data. Off until an operator enters a legal basis.

There is no verified legal basis for it today (the trials ended with the frikommune schemes), so nothing is read before
somebody who answers for it has written down the paragraph, the purpose and the days. A candidate is no citizen of ours:
the row is deleted when it becomes an inquiry, when it is not relevant, and when the basis ends.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.citizens import Cpr
from app.clock import LOCAL
from app.errors import Conflict, DomainError, NotFound, Refused
from app.intake.rows import CandidateBasisRow, CandidateRow
from app.journal import Keyring, NewEntry, append
from app.storage import UnitOfWork

COLUMNS = ("cpr", "fornavn", "efternavn", "forløb", "hvorfor")
"""Of the file, in any order; separated by semicolon or comma."""

MOST_ROWS = 2_000


@dataclass(frozen=True)
class CandidateBasis:
    """On what, for what and until when candidates may be looked for."""

    key: int
    paragraph: str
    purpose: str
    valid_from: date
    valid_to: date
    entered_at: datetime
    entered_by: str


@dataclass(frozen=True)
class NewBasis:
    """What an operator enters."""

    paragraph: str
    purpose: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True)
class Candidate:
    """Somebody whom a course of this kind might help, and why the file says so."""

    key: int
    cpr: str
    first_name: str
    last_name: str
    kind: str
    reason: str
    imported_at: datetime

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


def candidate_basis(session: Session, at: datetime) -> CandidateBasis | None:
    """Return the legal basis in force on an instant's day; None: candidates are off."""
    day = at.astimezone(LOCAL).date()
    row = session.scalar(
        select(CandidateBasisRow)
        .where(
            CandidateBasisRow.ended_at.is_(None),
            CandidateBasisRow.valid_from <= day,
            CandidateBasisRow.valid_to >= day,
        )
        .order_by(CandidateBasisRow.key.desc())
        .limit(1)
    )
    if row is None:
        return None
    return CandidateBasis(
        row.key,
        row.paragraph,
        row.purpose,
        row.valid_from,
        row.valid_to,
        row.entered_at,
        row.entered_by,
    )


def open_candidates(work: UnitOfWork, keyring: Keyring, new: NewBasis, *, by: str) -> int:
    """Enter the legal basis on which candidates may be read, and return its key.

    Raises:
        Conflict: one is in force.
        DomainError: no paragraph, no purpose, or days that contradict each other.
    """
    if candidate_basis(work.session, work.now) is not None:
        raise Conflict("candidates:on", "Der gælder allerede en hjemmel. Afslut den først.")
    wrong = _wrong_basis(new, work.now.astimezone(LOCAL).date())
    if wrong or new.valid_from is None or new.valid_to is None:
        raise DomainError("candidates:basis", "Hjemlen er ikke skrevet ind.", fields=wrong)
    row = CandidateBasisRow(
        key=work.next_key(),
        paragraph=new.paragraph.strip(),
        purpose=new.purpose.strip(),
        valid_from=new.valid_from,
        valid_to=new.valid_to,
        entered_at=work.now,
        entered_by=by,
    )
    work.session.add(row)
    work.session.flush()
    payload = {
        "paragraph": row.paragraph,
        "purpose": row.purpose,
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat(),
    }
    _journal(work, keyring, row.key, "candidates:opened", by, payload)
    return row.key


def close_candidates(work: UnitOfWork, keyring: Keyring, *, by: str) -> int:
    """End the legal basis in force; the candidates are deleted in the same transaction. Return how many.

    Raises:
        Conflict: none is in force.
    """
    found = candidate_basis(work.session, work.now)
    if found is None:
        raise Conflict("candidates:off", "Der gælder ingen hjemmel.")
    row = work.session.get_one(CandidateBasisRow, found.key)
    row.ended_at, row.ended_by = work.now, by
    work.session.flush()
    gone = forget_candidates(work)
    _journal(work, keyring, row.key, "candidates:closed", by, {"deleted": gone})
    return gone


def forget_candidates(work: UnitOfWork) -> int:
    """Delete the candidates whose legal basis is not in force any more; return how many."""
    found = candidate_basis(work.session, work.now)
    gone = select(CandidateRow.key)
    if found is not None:
        gone = gone.where(CandidateRow.basis_key != found.key)
    keys = list(work.session.scalars(gone))
    if keys:
        work.session.execute(delete(CandidateRow).where(CandidateRow.key.in_(keys)))
    return len(keys)


def import_candidates(
    work: UnitOfWork, keyring: Keyring, text: str, kinds: Mapping[str, str], *, by: str
) -> int:
    """Read candidates from a file, all of it or nothing; who is there already is left out. Return how many are new.

    Args:
        work: the caller's transaction.
        keyring: seals the entry, which names nobody.
        text: the file: CSV with a head of `COLUMNS`.
        kinds: what a row may call a course (its name or process id, in lower case) to process id.
        by: username of who reads it in.

    Raises:
        Refused: no legal basis is in force.
        DomainError: a line that cannot be used, by number.
    """
    basis = candidate_basis(work.session, work.now)
    if basis is None:
        raise Refused("candidates:off", "Kandidater er slukket: der er ingen hjemmel.")
    rows = _read(text, kinds)
    known = work.session.execute(select(CandidateRow.cpr, CandidateRow.kind))
    there = {(row.cpr, row.kind) for row in known}
    new = {(row["cpr"], row["kind"]): row for row in rows}
    for pair, row in new.items():
        if pair not in there:
            work.session.add(
                CandidateRow(
                    key=work.next_key(),
                    basis_key=basis.key,
                    imported_at=work.now,
                    imported_by=by,
                    **row,
                )
            )
    work.session.flush()
    count = len(new.keys() - there)
    _journal(work, keyring, basis.key, "candidates:imported", by, {"count": count})
    return count


def candidates(session: Session, at: datetime, *, limit: int = 200) -> list[Candidate]:
    """Return the candidates of the basis in force, by name; none where none is."""
    basis = candidate_basis(session, at)
    if basis is None:
        return []
    rows = session.scalars(
        select(CandidateRow)
        .where(CandidateRow.basis_key == basis.key)
        .order_by(CandidateRow.last_name, CandidateRow.first_name, CandidateRow.key)
        .limit(limit)
    )
    return [_value(row) for row in rows]


def count_candidates(session: Session) -> int:
    """Return how many rows there are."""
    return session.scalar(select(func.count()).select_from(CandidateRow)) or 0


def candidate(session: Session, key: int, at: datetime) -> Candidate:
    """Return one candidate.

    Raises:
        NotFound: nobody has this key, or no basis is in force.
    """
    row = session.get(CandidateRow, key)
    if row is None or candidate_basis(session, at) is None:
        raise NotFound("candidates:unknown", "Kandidaten findes ikke på listen længere.")
    return _value(row)


def leave_list(work: UnitOfWork, keyring: Keyring, key: int, how: str, *, by: str) -> None:
    """Delete a candidate: `how` is "inquiry" (it is one now) or "irrelevant".

    Raises:
        NotFound: they are not on the list.
    """
    row = work.session.get(CandidateRow, key)
    if row is None:
        raise NotFound("candidates:unknown", "Kandidaten findes ikke på listen længere.")
    basis = row.basis_key
    work.session.delete(row)
    work.session.flush()
    _journal(work, keyring, basis, "candidates:left", by, {"how": how})


def _wrong_basis(new: NewBasis, today: date) -> dict[str, str]:
    wrong = {}
    if not new.paragraph.strip():
        wrong["paragraph"] = "Skriv loven og paragraffen, der giver lov til samkøringen."
    if not new.purpose.strip():
        wrong["purpose"] = "Skriv, hvad kandidaterne må bruges til."
    if new.valid_from is None:
        wrong["valid_from"] = "Skriv den første dag."
    if new.valid_to is None:
        wrong["valid_to"] = "Skriv den sidste dag. Ingen hjemmel gælder uden udløb."
    elif new.valid_to < today:
        wrong["valid_to"] = "Den sidste dag er allerede gået."
    elif new.valid_from is not None and new.valid_to < new.valid_from:
        wrong["valid_to"] = "Den sidste dag kommer før den første."
    return wrong


def _read(text: str, kinds: Mapping[str, str]) -> list[dict[str, str]]:
    head = text.lstrip("\ufeff").partition("\n")[0]
    separator = ";" if head.count(";") >= head.count(",") else ","
    lines = csv.DictReader(StringIO(text.lstrip("\ufeff")), delimiter=separator)
    named = {(name or "").strip().casefold() for name in lines.fieldnames or ()}
    missing = [name for name in COLUMNS if name not in named]
    if missing:
        raise _wrong(f"Filens første linje mangler: {', '.join(missing)}.")
    found, wrong = [], []
    for number, line in enumerate(lines, start=2):
        given = {(name or "").strip().casefold(): value for name, value in line.items()}
        try:
            found.append(_row(given, kinds))
        except DomainError as error:
            wrong.append(f"linje {number}: {error}")
    if len(found) > MOST_ROWS:
        raise _wrong(f"Filen har flere end {MOST_ROWS} linjer. Del den.")
    if wrong:
        more = f" Og {len(wrong) - 5} til." if len(wrong) > 5 else ""
        raise _wrong(f"Intet er læst ind. {' '.join(wrong[:5])}{more}")
    if not found:
        raise _wrong("Filen har ingen linjer under den første.")
    return found


def _row(given: Mapping[str, Any], kinds: Mapping[str, str]) -> dict[str, str]:
    texts = {name: str(given.get(name) or "").strip() for name in COLUMNS}
    cpr = Cpr.parse(texts["cpr"])
    if not texts["fornavn"] or not texts["efternavn"]:
        raise DomainError("candidates:name", "Navnet mangler.")
    kind = kinds.get(texts["forløb"].casefold())
    if kind is None:
        raise DomainError("candidates:kind", f"Forløbet »{texts['forløb']}« findes ikke.")
    return {
        "cpr": cpr.digits,
        "first_name": texts["fornavn"][:200],
        "last_name": texts["efternavn"][:200],
        "kind": kind,
        "reason": texts["hvorfor"][:2000],
    }


def _wrong(text: str) -> DomainError:
    return DomainError("candidates:file", text, fields={"file": text})


def _value(row: CandidateRow) -> Candidate:
    return Candidate(
        row.key,
        row.cpr,
        row.first_name,
        row.last_name,
        row.kind,
        row.reason,
        row.imported_at,
    )


def _journal(
    work: UnitOfWork, keyring: Keyring, key: int, kind: str, by: str, payload: Mapping[str, Any]
) -> None:
    append(work, NewEntry(f"candidates:{key}", kind, by, payload), keyring)
