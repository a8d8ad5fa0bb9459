"""Who must not learn where a citizen is: a block list that holds against everybody, a guardian too.

Written by `family:register` and from the citizen's page; asked by `app.sight` before any ground, and by consents before
anybody from outside is covered (domain: violent_ex_access; straffeloven, CPR-loven § 28).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.citizens.names import fold
from app.citizens.rows import NoAccessRow
from app.clock import LOCAL
from app.errors import DomainError, NotFound
from app.storage import UnitOfWork


@dataclass(frozen=True)
class Barred:
    """Somebody who must have no access to a citizen, from a day to a day (inclusive; None: until further notice)."""

    key: int
    name: str
    username: str | None
    reason: str
    valid_from: date
    valid_to: date | None
    recorded_by: str = ""


@dataclass(frozen=True)
class BlockListChanged:
    """Somebody came on a citizen's block list or left it: the journal follows in the same transaction."""

    citizen_key: int
    kind: str
    by: str
    payload: Mapping[str, str]


def bar(
    work: UnitOfWork,
    citizen_key: int,
    name: str,
    *,
    by: str,
    reason: str = "",
    username: str | None = None,
) -> int:
    """Keep somebody away from a citizen from today on, and return the line's key; twice counts once.

    Raises:
        DomainError: no name.
    """
    name = name.strip()
    if not name:
        text = "Skriv navnet på den, der ikke må få adgang."
        raise DomainError("citizen:no-name", text, fields={"no_access": text})
    today = work.now.astimezone(LOCAL).date()
    for one in barred(work.session, citizen_key, work.now):
        if fold(one.name) == fold(name) and one.username == username:
            return one.key
    row = NoAccessRow(
        key=work.next_key(),
        citizen_key=citizen_key,
        name=name,
        search=fold(name),
        username=username,
        reason=reason,
        valid_from=today,
        recorded_by=by,
    )
    work.session.add(row)
    work.session.flush()
    said = {"name": name, "username": username or "", "reason": reason}
    work.record(BlockListChanged(citizen_key, "citizen:barred", by, said))
    return row.key


def lift(work: UnitOfWork, citizen_key: int, key: int, *, by: str, reason: str) -> None:
    """Take somebody off a citizen's list from today on; the row stays.

    Raises:
        NotFound: they are not on it.
        DomainError: no reason.
    """
    row = work.session.get(NoAccessRow, key)
    if row is None or row.citizen_key != citizen_key or not _holds(row, work.now):
        raise NotFound("citizen:not-barred", "Personen står ikke på listen.")
    if not reason.strip():
        text = "Skriv, hvorfor det er forsvarligt, at personen igen kan få adgang."
        raise DomainError("citizen:no-reason", text, fields={"reason": text})
    row.valid_to = work.now.astimezone(LOCAL).date() - timedelta(days=1)
    row.lifted_by, row.lift_reason = by, reason.strip()
    work.session.flush()
    said = {"name": row.name, "username": row.username or "", "reason": row.lift_reason}
    work.record(BlockListChanged(citizen_key, "citizen:bar-lifted", by, said))


def barred(session: Session, citizen_key: int, at: datetime) -> list[Barred]:
    """Return who must have no access to a citizen on an instant's day."""
    rows = session.scalars(
        select(NoAccessRow).where(NoAccessRow.citizen_key == citizen_key).order_by(NoAccessRow.key)
    )
    return [
        Barred(
            row.key,
            row.name,
            row.username,
            row.reason,
            row.valid_from,
            row.valid_to,
            row.recorded_by,
        )
        for row in rows
        if _holds(row, at)
    ]


def same_name(one: str, other: str) -> bool:
    """Tell whether two names are the same as the list compares them: without case, accents and two ways of spelling."""
    return fold(one) == fold(other)


def is_barred(
    session: Session,
    citizen_key: int,
    at: datetime,
    *,
    username: str = "",
    names: Collection[str] = (),
) -> bool:
    """Tell whether a login, or somebody called one of these names, must have no access to a citizen."""
    folded = {fold(name) for name in names}
    return any(
        (one.username is not None and one.username == username) or fold(one.name) in folded
        for one in barred(session, citizen_key, at)
    )


def closed_to(session: Session, username: str, at: datetime) -> set[int]:
    """Return the keys of all citizens on whose list a login stands."""
    rows = session.scalars(select(NoAccessRow).where(NoAccessRow.username == username))
    return {row.citizen_key for row in rows if _holds(row, at)}


def _holds(row: NoAccessRow, at: datetime) -> bool:
    day = at.astimezone(LOCAL).date()
    return row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)
