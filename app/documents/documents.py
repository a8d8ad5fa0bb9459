"""Keeping documents: taken in sealed, sent with a form, read again, or thrown away unsent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from app import canonical
from app.documents.contents import clean_name, type_of
from app.documents.document import Document, NewDocument
from app.documents.rows import document
from app.errors import DomainError, NotFound
from app.journal import DataKey, Keyring, NewEntry, append
from app.storage import UnitOfWork

MEGABYTE = 1_000_000
MOST_UNSENT = 30
"""Documents that may lie in one person's draft of a task."""

UNSENT_DAYS = 30
"""How long a document that was never sent is kept."""

_FACTS = [column for column in document.c if column.name not in {"data_key", "nonce", "content"}]


ERASED = "document:erased"
"""The code of what is said of a document whose key is destroyed."""


class Changed(DomainError):
    """The content is not what was sent: somebody has changed the database."""


def receive(
    work: UnitOfWork, keyring: Keyring, new: NewDocument, *, by: str, most: int
) -> Document:
    """Keep a document, sealed with the citizen's key; it is a draft's until `send`.

    Args:
        work: the transaction.
        keyring: gives the citizen's key, or the course's where it is about nobody.
        new: what was sent.
        by: username.
        most: bytes that it may have.

    Raises:
        DomainError: too large, empty, of no kind that is taken, or too many of them.
    """
    name = clean_name(new.name)
    if len(new.content) > most:
        text = f"»{name}« fylder mere end {most // MEGABYTE} MB. Gør den mindre, og prøv igen."
        raise DomainError("document:too-large", text)
    kind = type_of(name, new.content)
    if _unsent(work.session, new, by) >= MOST_UNSENT:
        raise DomainError("document:too-many", "Der ligger allerede for mange filer i kladden.")
    key, digest = work.next_key(), canonical.digest_bytes(new.content)
    subject = (
        f"course:{new.course_key}" if new.citizen_key is None else f"citizen:{new.citizen_key}"
    )
    seal = keyring.for_sealing(work.session, [subject])[subject]
    nonce, sealed = seal.encrypt(new.content, _place(key, digest))
    made = Document(
        key,
        new.course_key,
        new.task_key,
        new.field[:200],
        name,
        kind,
        len(new.content),
        digest,
        by,
        work.now,
    )
    work.session.execute(
        insert(document).values(**_facts(made), data_key=seal.id, nonce=nonce, content=sealed)
    )
    told = {"course_key": str(made.course_key), "field": made.field, **made.reference}
    entry = NewEntry(_stream(key), "document:received", by, told, owner=subject)
    append(work, entry, keyring)
    return made


def send(work: UnitOfWork, course_key: int, keys: Iterable[int], *, by: str) -> None:
    """Let documents be the course's own from now on: a form was completed with them.

    Raises:
        DomainError: one is not the course's, or lies in another's draft.
    """
    wanted = set(keys)
    if not wanted:
        return
    found = _read(work.session, document.c.key.in_(wanted))
    own = {one.key for one in found if one.course_key == course_key}
    if own != wanted or any(one.sent_at is None and one.uploaded_by != by for one in found):
        raise DomainError("document:unknown", "Et dokument hører ikke til forløbet. Vælg det igen.")
    fresh = (document.c.key.in_(wanted), document.c.sent_at.is_(None))
    work.session.execute(update(document).where(*fresh).values(sent_at=work.now))


def discard(work: UnitOfWork, keyring: Keyring, task_key: int) -> None:
    """Throw away what lies in drafts of a task that is done."""
    _throw_away(work, keyring, document.c.task_key == task_key)


def forget_unsent(work: UnitOfWork, keyring: Keyring) -> None:
    """Throw away what has lain unsent for a month."""
    _throw_away(work, keyring, document.c.uploaded_at < work.now - timedelta(days=UNSENT_DAYS))


def get(session: Session, key: int) -> Document | None:
    """Return what is known of a document, or None."""
    return next(iter(_read(session, document.c.key == key)), None)


def of_course(session: Session, course_key: int) -> list[Document]:
    """Return the documents that were sent in a course, the newest first."""
    sent = (document.c.course_key == course_key, document.c.sent_at.is_not(None))
    return _read(session, *sent)


def usable(session: Session, course_key: int) -> list[Document]:
    """Return the documents that a form of the course may be filled in with, the newest first."""
    return _read(session, document.c.course_key == course_key)


def content(session: Session, keyring: Keyring, key: int) -> bytes:
    """Return a document's content.

    Raises:
        NotFound: no such document, or erased with the citizen's key.
        Changed: it is not what was sent.
    """
    query = select(
        document.c.data_key, document.c.nonce, document.c.content, document.c.sha256
    ).where(document.c.key == key)
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound("document:unknown", "Dokumentet findes ikke.")
    seal = keyring.for_opening(session, row.data_key)
    if seal is None:
        raise NotFound(ERASED, "Dokumentet er slettet sammen med borgerens oplysninger.")
    try:
        found = seal.decrypt(row.nonce, row.content, _place(key, row.sha256))
    except InvalidTag as error:
        text = "Dokumentet er ikke længere det, der blev sendt, og vises ikke."
        raise Changed("document:changed", text) from error
    return found


def put_back(session: Session, seal: DataKey | None, one: Document, content: bytes) -> None:
    """Put a document into a throwaway database as it was kept elsewhere, to be checked there; nothing is checked here.

    Args:
        session: of that database.
        seal: a key that it has; None for a document that is erased.
        one: what is known of it.
        content: empty for one that is erased.
    """
    sealed = {"data_key": 0, "nonce": b"", "content": b""}
    if seal is not None:
        nonce, hidden = seal.encrypt(content, _place(one.key, one.sha256))
        sealed = {"data_key": seal.id, "nonce": nonce, "content": hidden}
    session.execute(insert(document).values(**_facts(one), **sealed))


def _unsent(session: Session, new: NewDocument, by: str) -> int:
    count = select(func.count()).where(
        document.c.course_key == new.course_key,
        document.c.uploaded_by == by,
        document.c.sent_at.is_(None),
    )
    return session.scalar(count) or 0


def _throw_away(work: UnitOfWork, keyring: Keyring, which: Any) -> None:
    unsent = (document.c.sent_at.is_(None), which)
    for one in _read(work.session, *unsent):
        work.session.execute(delete(document).where(document.c.key == one.key))
        gone = {"course_key": str(one.course_key)}
        append(work, NewEntry(_stream(one.key), "document:discarded", "system", gone), keyring)


def _read(session: Session, *where: Any) -> list[Document]:
    query = select(*_FACTS).where(*where).order_by(document.c.uploaded_at.desc(), document.c.key)
    return [Document(**row) for row in session.execute(query).mappings()]


def _facts(one: Document) -> dict[str, Any]:
    return {column.name: getattr(one, column.name) for column in _FACTS}


def _place(key: int, digest: str) -> bytes:
    """What the sealed bytes are bound to: they open nowhere else, and with no other digest."""
    return f"document:{key}#{digest}".encode()


def _stream(key: int) -> str:
    return f"document:{key}"
