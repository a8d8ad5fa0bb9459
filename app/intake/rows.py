"""Tables of inquiries, what happened to them, concerns, meetings, and candidates for a course."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.storage import Base, Json, Key


class InquiryRow(Base):
    """One inquiry (henvendelse). `status` is open, assigned or closed; `responsible` is one username or nobody yet.

    `need` is how great the need is when it is treated: 0 (none) to 4 (everything), None where nobody said.
    """

    __tablename__ = "inquiry"
    __table_args__ = (
        Index(None, "status", "received_at"),
        Index(None, "citizen_key"),
        Index(None, "course_key"),
    )

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    citizen_key: Mapped[int | None] = mapped_column(Key)
    course_key: Mapped[int] = mapped_column(Key)
    received_at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(String(40))
    sender_name: Mapped[str] = mapped_column(String(200))
    sender_relation: Mapped[str] = mapped_column(String(40))
    sender_contact: Mapped[str] = mapped_column(String(254))
    topics: Mapped[list[str]] = mapped_column(Json)
    description: Mapped[str] = mapped_column(Text)
    concern: Mapped[bool]
    callback_wanted: Mapped[bool]
    status: Mapped[str] = mapped_column(String(20))
    assessment: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[str] = mapped_column(String(40), default="")
    responsible: Mapped[str | None] = mapped_column(String(100))
    first_contact_due: Mapped[date | None]
    need: Mapped[int | None]


class InquiryEventRow(Base):
    """A line of an inquiry's chronology; rows are added, never changed."""

    __tablename__ = "inquiry_event"

    inquiry_key: Mapped[int] = mapped_column(ForeignKey("inquiry.key"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(100))
    what: Mapped[str] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(Text, default="")


class ConcernRow(Base):
    """A concern for a child (bekymring) under assessment: one responsible, due at an instant, no consent asked."""

    __tablename__ = "concern"
    __table_args__ = (Index(None, "citizen_key", "status"), Index(None, "status", "due"))

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    inquiry_key: Mapped[int] = mapped_column(ForeignKey("inquiry.key"))
    citizen_key: Mapped[int | None] = mapped_column(Key)
    responsible: Mapped[str] = mapped_column(String(100))
    reason: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str] = mapped_column(String(20), default="open")
    opened_at: Mapped[datetime]
    due: Mapped[datetime]


class IntakeMeetingRow(Base):
    """One daily meeting (kl. 10-møde). `present` are the areas that were there, `inquiries` how many it treated."""

    __tablename__ = "intake_meeting"
    __table_args__ = (Index(None, "closed_at"),)

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    opened_at: Mapped[datetime]
    opened_by: Mapped[str] = mapped_column(String(100))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str] = mapped_column(String(100), default="")
    present: Mapped[list[str]] = mapped_column(Json)
    inquiries: Mapped[int] = mapped_column(default=0)


class CarriedOverRow(Base):
    """An inquiry that a meeting left undecided: who keeps hold of it until the next one, until when, and why."""

    __tablename__ = "intake_carried_over"

    meeting_key: Mapped[int] = mapped_column(
        ForeignKey("intake_meeting.key"), primary_key=True, autoincrement=False
    )
    inquiry_key: Mapped[int] = mapped_column(
        ForeignKey("inquiry.key"), primary_key=True, autoincrement=False
    )
    responsible: Mapped[str] = mapped_column(String(100))
    contact_due: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(100))


class UnattachedRow(Base):
    """An inquiry about somebody whose number nobody knows yet: what was told, until the person is found.

    `answers` are those of the inquiry's form; they begin the course once somebody is attached. `status` is open,
    attached or closed. `due` is when something must have been done about it, with what and by which rule.
    """

    __tablename__ = "unattached_inquiry"
    __table_args__ = (Index(None, "status"),)

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    about: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(200))
    answers: Mapped[dict[str, Any]] = mapped_column(Json)
    received_at: Mapped[datetime]
    registered_by: Mapped[str] = mapped_column(String(100))
    concern: Mapped[bool]
    status: Mapped[str] = mapped_column(String(20), default="open")
    responsible: Mapped[str | None] = mapped_column(String(100))
    contact_due: Mapped[date | None]
    due: Mapped[datetime | None]
    due_name: Mapped[str] = mapped_column(String(300), default="")
    due_source: Mapped[str] = mapped_column(String(300), default="")
    course_key: Mapped[int | None] = mapped_column(Key)
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str] = mapped_column(String(100), default="")
    close_reason: Mapped[str] = mapped_column(Text, default="")


class CandidateBasisRow(Base):
    """The legal basis on which candidates may be looked for at all, as an operator has entered it."""

    __tablename__ = "candidate_basis"

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    paragraph: Mapped[str] = mapped_column(String(300))
    purpose: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    entered_at: Mapped[datetime]
    entered_by: Mapped[str] = mapped_column(String(100))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(String(100), default="")


class CandidateRow(Base):
    """Somebody whom a course might help. The row is deleted as soon as it is an inquiry, or found not to be one."""

    __tablename__ = "candidate"
    __table_args__ = (UniqueConstraint("cpr", "kind"),)

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    basis_key: Mapped[int] = mapped_column(ForeignKey("candidate_basis.key"))
    cpr: Mapped[str] = mapped_column(String(10))
    first_name: Mapped[str] = mapped_column(String(200))
    last_name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text)
    imported_at: Mapped[datetime]
    imported_by: Mapped[str] = mapped_column(String(100))
