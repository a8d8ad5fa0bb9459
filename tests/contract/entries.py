"""Entries for the tests of the journal, written and read with as few words as a test needs."""

from __future__ import annotations

from typing import Any

from app.journal import Break, Head, Keyring, NewEntry, append, check_stream, read
from app.storage import Database

ONE = "course:1"


def completed(payload: dict[str, Any] | None = None, **more: Any) -> NewEntry:
    """An entry of a course, with as few words as the test needs."""
    given = {"stream": ONE, "kind": "course:task-completed", "actor": "anna"}
    return NewEntry(**given | more, payload=payload or {"answer": "ja"})


def write(database: Database, keyring: Keyring, *entries: NewEntry) -> None:
    """Append entries in one transaction."""
    with database.write() as work:
        for entry in entries:
            append(work, entry, keyring)


def payloads(database: Database, keyring: Keyring, stream: str = ONE) -> list[Any]:
    with database.read() as session:
        return [entry.payload for entry in read(session, stream, keyring)]


def broken(database: Database, stream: str = ONE, *known: Head) -> Break | None:
    with database.read() as session:
        return check_stream(session, stream, known).broken
