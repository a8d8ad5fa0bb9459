"""Documents on both databases: sealed, sent once, never changed, gone with the citizen's key."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app import documents, journal
from app.clock import SetClock
from app.documents import Document, NewDocument, document
from app.errors import DomainError, NotFound
from app.journal import Keyring
from app.storage import Database

PDF = b"%PDF-1.7 Underskrevet af Ida"
COURSE, CITIZEN = 77, 9
NEW = NewDocument(COURSE, CITIZEN, "Erklæring.pdf", PDF, task_key=5, field="declaration")


def keep(
    database: Database, keyring: Keyring, new: NewDocument = NEW, by: str = "mette"
) -> Document:
    return database.run(lambda work: documents.receive(work, keyring, new, by=by, most=10_000))


def send(database: Database, *keys: int, by: str = "mette") -> None:
    database.run(lambda work: documents.send(work, COURSE, keys, by=by))


def test_a_document_is_kept_sealed_and_read_back(database: Database, keyring: Keyring) -> None:
    kept = keep(database, keyring)
    with database.read() as session:
        assert documents.content(session, keyring, kept.key) == PDF
        stored = session.execute(select(document)).one()
        (entry,) = journal.read(session, f"document:{kept.key}", keyring)
    assert PDF not in stored.content
    assert kept.reference == {
        "key": str(kept.key),
        "name": "Erklæring.pdf",
        "type": "application/pdf",
        "size": len(PDF),
        "sha256": stored.sha256,
    }
    assert entry.payload["sha256"] == stored.sha256
    assert "%PDF" not in str(entry.payload)


def test_what_is_not_sent_is_nobody_s_but_the_draft_s(database: Database, keyring: Keyring) -> None:
    kept = keep(database, keyring)
    with database.read() as session:
        assert documents.of_course(session, COURSE) == []
        assert [one.key for one in documents.usable(session, COURSE)] == [kept.key]
    send(database, kept.key)
    with database.read() as session:
        assert [one.key for one in documents.of_course(session, COURSE)] == [kept.key]


def test_another_s_draft_and_another_course_s_document_cannot_be_sent(
    database: Database, keyring: Keyring
) -> None:
    kept = keep(database, keyring)
    elsewhere = keep(database, keyring, replace(NEW, course_key=78))
    with pytest.raises(DomainError, match="hører ikke til forløbet"):
        send(database, kept.key, by="jonas")
    for key in (elsewhere.key, 123):
        with pytest.raises(DomainError, match="hører ikke til forløbet"):
            send(database, kept.key, key)
    send(database, kept.key)
    send(database, kept.key, by="jonas")  # what is the course's own may be named again by anyone


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE document SET name = 'noget andet'",
        "UPDATE document SET sent_at = NULL",
        "DELETE FROM document",
    ],
)
def test_the_database_refuses_to_change_what_was_sent(
    database: Database, keyring: Keyring, statement: str
) -> None:
    send(database, keep(database, keyring).key)
    with pytest.raises(DBAPIError, match=r"never changed|append-only"):
        database.run(lambda work: work.session.execute(text(statement)))


def test_what_was_never_sent_is_thrown_away(
    database: Database, keyring: Keyring, clock: SetClock
) -> None:
    sent, left = keep(database, keyring), keep(database, keyring)
    other = keep(database, keyring, replace(NEW, task_key=6))
    send(database, sent.key)
    database.run(lambda work: documents.discard(work, keyring, 5))
    with database.read() as session:
        assert {one.key for one in documents.usable(session, COURSE)} == {sent.key, other.key}
        told = [one.kind for one in journal.read(session, f"document:{left.key}", keyring)]
    assert told == ["document:received", "document:discarded"]
    clock.advance(timedelta(days=31))
    database.run(lambda work: documents.forget_unsent(work, keyring))
    with database.read() as session:
        assert [one.key for one in documents.usable(session, COURSE)] == [sent.key]


def test_destroying_the_citizen_s_key_erases_the_content(
    database: Database, keyring: Keyring
) -> None:
    kept = keep(database, keyring)
    about_nobody = keep(database, keyring, replace(NEW, citizen_key=None))
    database.run(lambda work: keyring.destroy(work, f"citizen:{CITIZEN}"))
    with database.read() as session:
        with pytest.raises(NotFound, match="slettet"):
            documents.content(session, keyring, kept.key)
        assert documents.content(session, keyring, about_nobody.key) == PDF


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE document SET content = :other",
        "UPDATE document SET sha256 = :digest",
        "UPDATE document SET key = 4",
    ],
)
def test_a_changed_document_is_never_shown(
    database: Database, keyring: Keyring, change: str
) -> None:
    kept = keep(database, keyring)  # unsent: the triggers let it be changed
    values = {"other": b"noget andet" * 9, "digest": "0" * 64}
    used = {name: value for name, value in values.items() if f":{name}" in change}
    database.run(lambda work: work.session.execute(text(change), used))
    with database.read() as session, pytest.raises(documents.Changed):
        documents.content(session, keyring, 4 if "key = 4" in change else kept.key)


def test_the_limits_are_told(database: Database, keyring: Keyring) -> None:
    with pytest.raises(DomainError, match="fylder mere end"):
        keep(database, keyring, replace(NEW, content=PDF + bytes(10_000)))
    with pytest.raises(DomainError, match="tom"):
        keep(database, keyring, replace(NEW, content=b""))
    for _ in range(30):
        keep(database, keyring)
    with pytest.raises(DomainError, match="for mange"):
        keep(database, keyring)
    keep(database, keyring, by="jonas")
