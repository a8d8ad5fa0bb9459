"""The journal's table: appending under a lock on the stream's head, and reading.

`stream_head` holds the end of every chain. It is a cache of the last entry, and there for four
reasons: its row can be locked before the stream has an entry, where `max(seq)` would let two
writers pass and one fail; a locked head costs one indexed read whatever the stream's length; the
daily Merkle root reads it instead of the journal; and a cut tail shows against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    bindparam,
    insert,
    select,
    text,
    union,
)
from sqlalchemy.orm import Session

from app import clock
from app.journal import kinds
from app.journal.chain import GENESIS, Break, Checked, Reason, check
from app.journal.entry import Entry, Head, NewEntry, Stored, digest_of
from app.journal.held import held
from app.journal.keyring import Keyring
from app.journal.opening import opened
from app.journal.seal import owner_of, seal
from app.storage import Base, Instant, Statement, UnitOfWork

_Stream = String(120).with_variant(String(120, collation="C"), "postgresql")
"""In byte order on both databases, so that a prefix is a range of the index."""
_Digest = String(64)
_Name = String(200)
_Moment = String(27)
_BY_PEOPLE = text("actor <> 'system'")

journal_entry = Table(
    "journal_entry",
    Base.metadata,
    Column("stream", _Stream, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("recorded_at", _Moment, nullable=False),
    Column("at", _Moment, nullable=False),
    Column("actor", _Name, nullable=False),
    Column("on_behalf_of", _Name, nullable=False),
    Column("kind", _Name, nullable=False),
    Column("element", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("form_digest", _Digest, nullable=False),
    Column("model_digest", _Digest, nullable=False),
    Column("rules", _Name, nullable=False),
    Column("state_digest", _Digest, nullable=False),
    Column("prev_digest", _Digest, nullable=False),
    Column("digest", _Digest, nullable=False),
    Index(
        "ix_journal_entry_actor_at",
        "actor",
        "at",
        sqlite_where=_BY_PEOPLE,
        postgresql_where=_BY_PEOPLE,
    ),
)
"""The columns of `Stored`, in its order. Triggers refuse UPDATE and DELETE (migrations/)."""

stream_head = Table(
    "stream_head",
    Base.metadata,
    Column("stream", _Stream, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("digest", _Digest, nullable=False),
    Column("at", Instant, nullable=True),
)

_BATCH = 500
_PAST = "\U0010ffff"
"""Sorts after whatever a stream's name may go on with."""
_BEFORE_ALL, _AFTER_ALL = -(2**31), 2**31 - 1
_INSERT = Statement(
    insert(journal_entry).values(
        {column.name: bindparam(column.name) for column in journal_entry.c}
    )
)
_PAGE = Statement(
    select(journal_entry)
    .where(
        journal_entry.c.stream == bindparam("stream"),
        journal_entry.c.seq > bindparam("after"),
        journal_entry.c.seq <= bindparam("last"),
    )
    .order_by(journal_entry.c.seq)
    .limit(_BATCH)
)
_HEADS = select(stream_head.c.stream, stream_head.c.seq, stream_head.c.digest, stream_head.c.at)
_LOCK = Statement(_HEADS.where(stream_head.c.stream == bindparam("stream")).with_for_update())
_OPEN = Statement(
    text(
        "INSERT INTO stream_head (stream, seq, digest) VALUES (:stream, 0, '')"
        " ON CONFLICT DO NOTHING"
    )
)
_MOVE = Statement(
    text(
        "UPDATE stream_head SET seq = :seq, digest = :digest, at = :at"
        " WHERE stream = :stream AND seq = :seq - 1 AND digest = :prev_digest"
    )
)


def lock(work: UnitOfWork, streams: Iterable[str]) -> dict[str, Head]:
    """Take the heads of streams, in sorted order, until the transaction ends.

    A command that writes to several streams takes them all first, so that two commands cannot wait
    for each other. A head with number 0 belongs to a stream that has no entry yet.
    """
    wanted = set(streams)
    taken = _taken(work)
    for stream in sorted(wanted - taken.keys()):
        taken[stream] = _take(work.session, stream)
    return {stream: taken[stream] for stream in wanted}


def _taken(work: UnitOfWork) -> dict[str, Head]:
    return held(work.session, "heads", dict[str, Head])


def _take(session: Session, stream: str) -> Head:
    row = _LOCK.first(session, {"stream": stream})
    if row is None:
        _OPEN.run(session, {"stream": stream})
        (row,) = _LOCK.rows(session, {"stream": stream})
    return Head(*row)


def append(work: UnitOfWork, new: NewEntry, keyring: Keyring) -> Stored:
    """Append an entry to its stream, in the transaction of `work`, and return it as stored.

    Its payload is sealed, its number and its predecessor's digest come from the stream's head.

    Raises:
        ValueError: an unknown kind, or a payload that is not JSON: a bug in the caller.
        LookupError: a pointer of `new.subjects` that leads nowhere in the payload: likewise.
    """
    head = lock(work, [new.stream])[new.stream]
    at = head.instant(work.now if new.at is None else new.at)
    columns = _columns(work, new, head, at, keyring)
    columns["digest"] = digest_of(columns)
    if _MOVE.run(work.session, columns) != 1:
        raise RuntimeError(f"the head of {new.stream} moved while it was locked")
    _INSERT.run(work.session, columns)
    _taken(work)[new.stream] = Head(new.stream, head.seq + 1, columns["digest"], at)
    return Stored(**columns)


def _columns(
    work: UnitOfWork, new: NewEntry, head: Head, at: datetime, keyring: Keyring
) -> dict[str, Any]:
    seq = head.seq + 1
    owner = owner_of(new.stream, new.owner)
    sealed_for = {*new.subjects.values(), *([owner] if owner else [])}
    data_keys = keyring.for_sealing(work.session, sealed_for)
    return {
        "stream": new.stream,
        "seq": seq,
        "recorded_at": clock.to_text(work.now),
        "at": clock.to_text(at),
        "actor": new.actor,
        "on_behalf_of": new.on_behalf_of,
        "kind": kinds.stored_name(new.kind),
        "element": new.element,
        "payload": seal(new.payload, new.subjects, owner, (new.stream, seq), data_keys),
        "form_digest": new.form_digest,
        "model_digest": new.model_digest,
        "rules": new.rules,
        "state_digest": new.state_digest,
        "prev_digest": head.digest or GENESIS,
    }


def head(session: Session, stream: str) -> Head | None:
    """Return the end of a stream, or None where it has no entry."""
    query = _HEADS.where(stream_head.c.stream == stream, stream_head.c.seq > 0)
    row = session.connection().execute(query).one_or_none()
    return None if row is None else Head(*row)


def heads(session: Session, prefix: str = "") -> list[Head]:
    """Return the heads of all streams whose name begins with `prefix`, by name in byte order."""
    query = _HEADS.where(
        stream_head.c.seq > 0, stream_head.c.stream.between(prefix, prefix + _PAST)
    ).order_by(stream_head.c.stream)
    return [Head(*row) for row in session.connection().execute(query)]


def streams(session: Session, prefix: str = "") -> list[str]:
    """Return the names of all streams that begin with `prefix`, in byte order.

    They are looked for among the entries as well as the heads, so that neither hides the other.
    """
    entries = select(journal_entry.c.stream).where(
        journal_entry.c.stream.between(prefix, prefix + _PAST)
    )
    ends = select(stream_head.c.stream).where(
        stream_head.c.stream.between(prefix, prefix + _PAST), stream_head.c.seq > 0
    )
    return sorted(session.connection().execute(union(entries, ends)).scalars())


def read(
    session: Session,
    stream: str,
    keyring: Keyring,
    *,
    after: int = 0,
    upto: int | None = None,
) -> Iterator[Entry]:
    """Return a stream's entries in order, opened.

    Args:
        session: where to read; a read session sees one state for as long as it is open.
        stream: whose entries.
        keyring: opens them.
        after: only entries with a greater number.
        upto: the last number wanted.
    """
    for stored in read_stored(session, stream, after=after, upto=upto):
        yield opened(session, stored, keyring)


def read_stored(
    session: Session, stream: str, *, after: int = 0, upto: int | None = None
) -> Iterator[Stored]:
    """Return a stream's entries in order, byte for byte; arguments as for `read`."""
    last = _AFTER_ALL if upto is None else upto
    while True:
        # A page at a time: nothing is left open on the server when the reader stops half way.
        page = {"stream": stream, "after": after, "last": last}
        stored = [Stored(*row) for row in _PAGE.rows(session, page)]
        yield from stored
        if len(stored) < _BATCH:
            return
        after = stored[-1].seq


def check_stream(session: Session, stream: str, known: Iterable[Head] = ()) -> Checked:
    """Check a stream's chain against its own head, and against `known` ones kept elsewhere.

    A stream that has a head and no entry, or entries and no head, is broken too; and so is a whole chain, one of whose
    entries is dated before the one before it.
    """
    end = head(session, stream)
    own = [end] if end else [Head(stream, 0, GENESIS)]
    # Read from before the first entry: a number below 1 must show.
    late: list[Break] = []
    found = check(_dated(read_stored(session, stream, after=_BEFORE_ALL), late), [*own, *known])
    return found if found.broken or not late else replace(found, broken=late[0])


def _dated(entries: Iterable[Stored], late: list[Break]) -> Iterator[Stored]:
    """Pass entries on, and note those that are dated before the one before them."""
    before = ""
    for entry in entries:
        if entry.at < before:
            late.append(Break(entry.stream, entry.seq, Reason.TIME, before, entry.at))
        before = entry.at
        yield entry
