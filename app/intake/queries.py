"""Reading inquiries and concerns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.intake.rows import ConcernRow, InquiryEventRow, InquiryRow

OUTCOMES = {
    "open_course": "Åbn forløb",
    "talk_first": "Tal sammen først",
    "advice_only": "Råd og vejledning",
    "refer": "Henvis videre",
    "single_service": "Enkelt indsats",
    "concern": "Bekymring for et barn",
    "no_action": "Ingen handling",
}
"""Outcome of the assessment → Danish."""


@dataclass(frozen=True)
class Inquiry:
    """An inquiry as it stands."""

    key: int
    citizen_key: int | None
    course_key: int
    received_at: datetime
    channel: str
    sender_name: str
    sender_relation: str
    sender_contact: str
    topics: tuple[str, ...]
    description: str
    concern: bool
    callback_wanted: bool
    status: str
    assessment: str
    outcome: str
    responsible: str | None
    first_contact_due: date | None


@dataclass(frozen=True)
class InquiryEvent:
    """A line of the chronology."""

    at: datetime
    actor: str
    what: str
    note: str


@dataclass(frozen=True)
class Concern:
    """A concern for a child as it stands."""

    key: int
    inquiry_key: int
    citizen_key: int | None
    responsible: str
    reason: str
    status: str
    opened_at: datetime
    due: datetime


def inquiry(session: Session, key: int) -> Inquiry:
    """Return an inquiry.

    Raises:
        NotFound: no inquiry has this key.
    """
    row = session.get(InquiryRow, key)
    if row is None:
        raise NotFound("inquiry:unknown", "Henvendelsen findes ikke.")
    return from_row(row)


def inquiries(
    session: Session,
    *,
    status: str | None = None,
    citizen_key: int | None = None,
    course_key: int | None = None,
    limit: int = 200,
) -> list[Inquiry]:
    """List inquiries, the latest received first, by status, citizen or course."""
    query = select(InquiryRow).order_by(InquiryRow.received_at.desc(), InquiryRow.key.desc())
    if status is not None:
        query = query.where(InquiryRow.status == status)
    if citizen_key is not None:
        query = query.where(InquiryRow.citizen_key == citizen_key)
    if course_key is not None:
        query = query.where(InquiryRow.course_key == course_key)
    return [from_row(row) for row in session.scalars(query.limit(limit))]


def inquiries_then(session: Session, citizen_key: int, at: datetime) -> list[Inquiry]:
    """Return a citizen's inquiries as they stood at an instant, the latest received first.

    Who was responsible is known where nobody else has become so since; else nobody stands there.
    """
    return [
        _then(one, chronology(session, one.key), at)
        for one in inquiries(session, citizen_key=citizen_key)
        if one.received_at <= at
    ]


def _then(inquiry: Inquiry, events: list[InquiryEvent], at: datetime) -> Inquiry:
    stages = {"registered": "open", "assigned": "assigned", "returned": "open", "closed": "closed"}
    told = [event for event in events if event.what in stages]
    before = [event for event in told if event.at <= at]
    status = stages[before[-1].what] if before else "open"
    moved_since = any(event.what in {"assigned", "returned"} and event.at > at for event in told)
    return replace(inquiry, status=status, responsible=None if moved_since else inquiry.responsible)


def chronology(session: Session, key: int) -> list[InquiryEvent]:
    """Return what happened to an inquiry, in order."""
    rows = session.scalars(
        select(InquiryEventRow)
        .where(InquiryEventRow.inquiry_key == key)
        .order_by(InquiryEventRow.seq)
    )
    return [InquiryEvent(row.at, row.actor, row.what, row.note) for row in rows]


def concerns(session: Session, citizen_key: int) -> list[Concern]:
    """Return the concerns for a child, the oldest first."""
    rows = session.scalars(
        select(ConcernRow).where(ConcernRow.citizen_key == citizen_key).order_by(ConcernRow.key)
    )
    return [_concern(row) for row in rows]


def from_row(row: InquiryRow) -> Inquiry:
    """Return an inquiry as its row has it."""
    return Inquiry(
        key=row.key,
        citizen_key=row.citizen_key,
        course_key=row.course_key,
        received_at=row.received_at,
        channel=row.channel,
        sender_name=row.sender_name,
        sender_relation=row.sender_relation,
        sender_contact=row.sender_contact,
        topics=tuple(row.topics),
        description=row.description,
        concern=row.concern,
        callback_wanted=row.callback_wanted,
        status=row.status,
        assessment=row.assessment,
        outcome=row.outcome,
        responsible=row.responsible,
        first_contact_due=row.first_contact_due,
    )


def _concern(row: ConcernRow) -> Concern:
    return Concern(
        row.key,
        row.inquiry_key,
        row.citizen_key,
        row.responsible,
        row.reason,
        row.status,
        row.opened_at,
        row.due,
    )
