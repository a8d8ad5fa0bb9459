"""Where else a course's work is kept: cases of other systems, by name, number and address.

The municipality has many systems; a course points to their cases, and nobody writes anything twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import DomainError, NotFound
from app.journal import Keyring, NewEntry, append
from app.references.rows import ExternalCaseRow
from app.storage import UnitOfWork


@dataclass(frozen=True)
class ExternalCase:
    """A case in another system; `url` is empty where it has no page."""

    key: int
    course_key: int
    system: str
    reference: str
    url: str
    added_at: datetime
    added_by: str


@dataclass(frozen=True)
class NewExternalCase:
    """What is known of a case that a course is to point to."""

    system: str
    reference: str
    url: str = ""


def add(
    work: UnitOfWork, keyring: Keyring, course_key: int, new: NewExternalCase, *, by: str
) -> int:
    """Let a course point to a case, and return the line's key.

    Raises:
        DomainError: no system, no number, or an address that is no web page.
    """
    given = NewExternalCase(new.system.strip(), new.reference.strip(), new.url.strip())
    wrong = _wrong_in(given)
    if wrong:
        raise DomainError("reference:wrong", "Ret svarene, og send igen.", fields=wrong)
    row = ExternalCaseRow(
        key=work.next_key(),
        course_key=course_key,
        system=given.system,
        reference=given.reference,
        url=given.url,
        added_at=work.now,
        added_by=by,
    )
    work.session.add(row)
    work.session.flush()
    _journal(work, keyring, row, "reference:added", by)
    return row.key


def remove(work: UnitOfWork, keyring: Keyring, course_key: int, key: int, *, by: str) -> None:
    """Let a course no longer point to a case; the line stays in the history.

    Raises:
        NotFound: the course does not point to it.
    """
    row = work.session.get(ExternalCaseRow, key)
    if row is None or row.course_key != course_key or row.removed_at is not None:
        raise NotFound("reference:unknown", "Henvisningen findes ikke.")
    row.removed_at, row.removed_by = work.now, by
    work.session.flush()
    _journal(work, keyring, row, "reference:removed", by)


def of_course(session: Session, course_key: int) -> list[ExternalCase]:
    """Return the cases that a course points to, by system and number."""
    rows = session.scalars(
        select(ExternalCaseRow)
        .where(ExternalCaseRow.course_key == course_key, ExternalCaseRow.removed_at.is_(None))
        .order_by(ExternalCaseRow.system, ExternalCaseRow.reference, ExternalCaseRow.key)
    )
    return [
        ExternalCase(
            row.key,
            row.course_key,
            row.system,
            row.reference,
            row.url,
            row.added_at,
            row.added_by,
        )
        for row in rows
    ]


def _wrong_in(given: NewExternalCase) -> Mapping[str, str]:
    wrong = {}
    if not given.system:
        wrong["system"] = "Skriv, hvilket system sagen ligger i."
    if not given.reference:
        wrong["reference"] = "Skriv sagens nummer i det system."
    if given.url and not _is_page(given.url):
        wrong["url"] = "Adressen skal begynde med https:// og må ikke have mellemrum."
    return wrong


def _is_page(url: str) -> bool:
    if any(character <= " " for character in url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname)


def _journal(work: UnitOfWork, keyring: Keyring, row: ExternalCaseRow, kind: str, by: str) -> None:
    payload = {
        "course_key": str(row.course_key),
        "system": row.system,
        "reference": row.reference,
        "url": row.url,
    }
    append(work, NewEntry(f"external-case:{row.key}", kind, by, payload), keyring)
