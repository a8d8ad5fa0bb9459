"""Reviewing the courses of a sample: who has gone through which, what was found wrong, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import access
from app.audit.rows import FindingRow, SampledRow
from app.audit.sampling import append_told
from app.errors import Conflict, DomainError, NotFound
from app.journal import Keyring
from app.storage import UnitOfWork

SEVERITIES = {"remark": "Bemærkning", "error": "Fejl", "serious": "Alvorlig fejl"}
"""How bad a finding is."""

_LONGEST = 4000


def review_course(
    work: UnitOfWork, keyring: Keyring, sample_key: int, course_key: int, by: str, remark: str
) -> None:
    """Keep that somebody has gone through a course of a sample.

    Raises:
        NotFound: the course is not in that sample.
    """
    row = _sampled(work.session, sample_key, course_key)
    row.reviewed_by, row.reviewed_at = by, work.now
    row.remark = remark.strip()[:_LONGEST]
    payload = {"course": str(course_key), "remark": row.remark}
    subjects = {"/remark": f"course:{course_key}"}
    append_told(work, keyring, sample_key, "course-reviewed", by, payload, subjects)


@dataclass(frozen=True)
class NewFinding:
    """Something that is wrong in a course.

    Attributes:
        entry: the journal's entry that shows it, if one does.
        severity: a code of `SEVERITIES`.
        text: what is wrong.
        responsible: the username of who is to put it right; "" for nobody.
        due: by when.
    """

    severity: str
    text: str
    entry: int | None = None
    responsible: str = ""
    due: date | None = None


def record_finding(
    work: UnitOfWork,
    keyring: Keyring,
    sample_key: int,
    course_key: int,
    new: NewFinding,
    by: str,
) -> int:
    """Keep a finding, and return its key.

    Raises:
        NotFound: the course is not in that sample.
        DomainError: no text, no such severity or person, or a day without anybody.
    """
    _sampled(work.session, sample_key, course_key)
    wrong = {}
    text = new.text.strip()[:_LONGEST]
    if not text:
        wrong["text"] = "Skriv, hvad der er fundet."
    if new.severity not in SEVERITIES:
        wrong["severity"] = "Vælg, hvor alvorligt det er."
    if new.responsible and access.acting(work.session, new.responsible) is None:
        wrong["responsible"] = "Vælg en medarbejder, der kan logge ind."
    if new.due is not None and not new.responsible:
        wrong["responsible"] = "Vælg, hvem der skal rette op inden fristen."
    if wrong:
        raise DomainError("sample:finding", "Fundet er ikke gemt.", fields=wrong)
    row = FindingRow(
        key=work.next_key(),
        sample_key=sample_key,
        course_key=course_key,
        entry=new.entry,
        severity=new.severity,
        text=text,
        responsible=new.responsible,
        due=new.due,
        recorded_by=by,
        recorded_at=work.now,
        answer="",
        closed_by="",
    )
    work.session.add(row)
    payload = {
        "finding": str(row.key),
        "course": str(course_key),
        "entry": new.entry,
        "severity": new.severity,
        "text": text,
        "responsible": new.responsible,
        "due": new.due.isoformat() if new.due else None,
    }
    subjects = {"/text": f"course:{course_key}"}
    append_told(work, keyring, sample_key, "finding-recorded", by, payload, subjects)
    return row.key


def answer_finding(work: UnitOfWork, keyring: Keyring, key: int, by: str, answer: str) -> None:
    """Keep what the responsible person did about a finding; an auditor closes it afterwards.

    Raises:
        NotFound: no such finding, or it is not this person's.
        Conflict: it is closed.
        DomainError: the answer says nothing.
    """
    row = _open(work.session, key)
    if row.responsible != by:
        raise NotFound("sample:no-finding", "Fundet findes ikke.")
    row.answer = _said(answer)
    _tell(work, keyring, row, "finding-answered", by, row.answer)


def close_finding(work: UnitOfWork, keyring: Keyring, key: int, by: str, answer: str) -> None:
    """Close a finding: somebody has seen that it was put right, or why it is not.

    Raises:
        NotFound: no such finding.
        Conflict: it is closed.
        DomainError: nothing says what came of it.
    """
    row = _open(work.session, key)
    row.answer = _said(answer)
    row.closed_by, row.closed_at = by, work.now
    _tell(work, keyring, row, "finding-closed", by, row.answer)


def findings(
    session: Session, sample_key: int | None = None, responsible: str = "", *, all_: bool = True
) -> list[FindingRow]:
    """Return findings, those with the nearest date first.

    Args:
        session: a read session.
        sample_key: only of this sample.
        responsible: only those that this person is to put right.
        all_: closed ones too.
    """
    query = select(FindingRow).order_by(
        FindingRow.closed_at.is_not(None), FindingRow.due.is_(None), FindingRow.due, FindingRow.key
    )
    if sample_key is not None:
        query = query.where(FindingRow.sample_key == sample_key)
    if responsible:
        query = query.where(FindingRow.responsible == responsible)
    if not all_:
        query = query.where(FindingRow.closed_at.is_(None))
    return list(session.scalars(query))


def _sampled(session: Session, sample_key: int, course_key: int) -> SampledRow:
    row = session.scalars(
        select(SampledRow).where(
            SampledRow.sample_key == sample_key, SampledRow.course_key == course_key
        )
    ).one_or_none()
    if row is None:
        raise NotFound("sample:not-in-it", "Forløbet er ikke med i stikprøven.")
    return row


def _open(session: Session, key: int) -> FindingRow:
    row = session.scalars(
        select(FindingRow).where(FindingRow.key == key).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound("sample:no-finding", "Fundet findes ikke.")
    if row.closed_at is not None:
        raise Conflict("sample:closed", "Fundet er lukket.")
    return row


def _said(answer: str) -> str:
    said = answer.strip()[:_LONGEST]
    if not said:
        wrong = "Skriv, hvad der er gjort."
        raise DomainError("sample:answer", wrong, fields={"answer": wrong})
    return said


def _tell(
    work: UnitOfWork, keyring: Keyring, row: FindingRow, what: str, by: str, answer: str
) -> None:
    payload = {"finding": str(row.key), "course": str(row.course_key), "answer": answer}
    subjects = {"/answer": f"course:{row.course_key}"}
    append_told(work, keyring, row.sample_key, what, by, payload, subjects)
