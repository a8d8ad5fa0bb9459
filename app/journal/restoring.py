"""Puts a stream into an empty database as it was stored elsewhere, to be checked there; nothing is checked here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.journal.entry import Head, Stored
from app.journal.keyring import HandedKey, data_key
from app.journal.store import journal_entry, stream_head


def put_back(
    session: Session, entries: Iterable[Stored], end: Head, data_keys: Iterable[HandedKey]
) -> None:
    """Write entries, the stream's head and the keys that open them, byte for byte.

    Args:
        session: of a database that holds nothing else.
        entries: as stored; they may be anything, numbers that occur twice apart.
        end: what the stream's head said.
        data_keys: wrapped with the master key of whoever reads here.
    """
    rows = [asdict(stored) for stored in entries]
    if rows:
        session.execute(insert(journal_entry), rows)
    head = {"stream": end.stream, "seq": end.seq, "digest": end.digest}
    session.execute(insert(stream_head), [head])
    handed = [asdict(one) for one in data_keys]
    if handed:
        session.execute(insert(data_key), handed)
