"""Finding entries by what stands beside their payload: who, what kind, which step, when. Nothing is opened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app import clock
from app.journal.entry import Stored
from app.journal.store import journal_entry
from app.storage import PAGE_ROWS, Page, nearest_page, rows_before

_ENTRY = journal_entry.c
_PAST = "\U0010ffff"


@dataclass(frozen=True)
class Wanted:
    """What entries are narrowed to; empty means all.

    Attributes:
        kinds: of these kinds.
        person: done by this username, or on their behalf.
        element: about this element of the model.
        since, until: happened at or after, and before.
    """

    kinds: frozenset[str] = frozenset()
    person: str = ""
    element: str = ""
    since: datetime | None = None
    until: datetime | None = None


def numbers(session: Session, stream: str, wanted: Wanted) -> list[int]:
    """Return the numbers of a stream's entries that fit, in order."""
    query = select(_ENTRY.seq).where(_ENTRY.stream == stream, *_narrowed(wanted))
    return list(session.connection().execute(query.order_by(_ENTRY.seq)).scalars())


def entries(session: Session, stream: str, seqs: Iterable[int]) -> dict[int, Stored]:
    """Return a stream's entries by number; a number that there is none of is left out."""
    query = select(journal_entry).where(_ENTRY.stream == stream, _ENTRY.seq.in_(set(seqs)))
    found = (Stored(*row) for row in session.connection().execute(query))
    return {one.seq: one for one in found}


def model_at(session: Session, stream: str, seq: int) -> str:
    """Return the digest of the model that was in force at an entry; "" before any."""
    query = (
        select(_ENTRY.model_digest)
        .where(_ENTRY.stream == stream, _ENTRY.seq <= seq, _ENTRY.model_digest != "")
        .order_by(_ENTRY.seq.desc())
        .limit(1)
    )
    return session.connection().execute(query).scalar() or ""


def named(session: Session, stream: str) -> tuple[set[str], set[str]]:
    """Return who acted in a stream, and which elements its entries are about."""
    query = select(_ENTRY.actor, _ENTRY.on_behalf_of, _ENTRY.element).where(_ENTRY.stream == stream)
    rows = session.connection().execute(query.distinct()).all()
    people = {name for actor, behalf, _ in rows for name in (actor, behalf)}
    return people - {""}, {element for _, _, element in rows} - {""}


def written_by(
    session: Session, person: str, prefix: str, wanted: Wanted, number: int
) -> Page[Stored]:
    """Return one page of what a person wrote, in all streams whose name begins with a prefix, the latest first.

    Args:
        session: a read session.
        person: a username; not the system.
        prefix: such as "course:".
        wanted: kinds and period.
        number: which page, from 1.
    """
    fits = (
        _ENTRY.actor == person,
        _ENTRY.actor != "system",
        _ENTRY.stream.between(prefix, prefix + _PAST),
        *_narrowed(wanted),
    )
    connection = session.connection()
    total = connection.execute(
        select(func.count()).select_from(journal_entry).where(*fits)
    ).scalar_one()
    number = nearest_page(number, total)
    query = (
        select(journal_entry)
        .where(*fits)
        .order_by(_ENTRY.at.desc(), _ENTRY.stream, _ENTRY.seq.desc())
        .limit(PAGE_ROWS)
        .offset(rows_before(number))
    )
    return Page(tuple(Stored(*row) for row in connection.execute(query)), total, number)


def last_before(session: Session, stream: str, at: datetime) -> int:
    """Return the number of a stream's last entry that had happened by an instant; 0 for none."""
    query = select(func.max(_ENTRY.seq)).where(
        _ENTRY.stream == stream, _ENTRY.at <= clock.to_text(at)
    )
    return session.connection().execute(query).scalar() or 0


def _narrowed(wanted: Wanted) -> Iterable[ColumnElement[bool]]:
    if wanted.kinds:
        # A kind whose payload has changed shape is stored with a number: `kind@2`.
        yield or_(
            _ENTRY.kind.in_(wanted.kinds),
            *(_ENTRY.kind.startswith(f"{kind}@") for kind in sorted(wanted.kinds)),
        )
    if wanted.person:
        yield or_(_ENTRY.actor == wanted.person, _ENTRY.on_behalf_of == wanted.person)
    if wanted.element:
        yield _ENTRY.element == wanted.element
    if wanted.since is not None:
        yield _ENTRY.at >= clock.to_text(wanted.since)
    if wanted.until is not None:
        yield _ENTRY.at < clock.to_text(wanted.until)
