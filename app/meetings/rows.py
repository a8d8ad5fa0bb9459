"""Tables of network meetings, who is called to them, and what is agreed there."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.storage import Base, Json, Key


class MeetingRow(Base):
    """One network meeting: `status` is convened, held, not_held or cancelled; `agenda` is the items as they were set.

    `sequence` counts what was changed since the invitations (RFC 5545, SEQUENCE); `absence_reason` says why the
    citizen was not there.
    """

    __tablename__ = "meeting"
    __table_args__ = (Index(None, "course_key", "starts_at"), Index(None, "citizen_key"))

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    course_key: Mapped[int] = mapped_column(Key)
    citizen_key: Mapped[int | None] = mapped_column(Key)
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    place: Mapped[str] = mapped_column(String(300))
    agenda: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    status: Mapped[str] = mapped_column(String(20), default="convened")
    convened_by: Mapped[str] = mapped_column(String(100))
    sequence: Mapped[int] = mapped_column(default=0, server_default="0")
    attended: Mapped[list[str]] = mapped_column(Json, default=list)
    citizen_present: Mapped[bool | None]
    absence_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    resources: Mapped[str] = mapped_column(Text, default="")
    needs: Mapped[str] = mapped_column(Text, default="")
    disagreements: Mapped[str] = mapped_column(Text, default="")
    citizen_said: Mapped[str] = mapped_column(Text, default="")
    next_meeting: Mapped[datetime | None]
    recorded_by: Mapped[str] = mapped_column(String(100), default="")
    recorded_at: Mapped[datetime | None]


class MeetingChangeRow(Base):
    """A meeting moved or called off after people were invited; rows are added, never changed."""

    __tablename__ = "meeting_change"

    meeting_key: Mapped[int] = mapped_column(ForeignKey("meeting.key"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20))
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    place: Mapped[str] = mapped_column(String(300))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(100))


class ParticipantRow(Base):
    """Someone called to a meeting. `parties` are the names and codes by which a consent may call them."""

    __tablename__ = "meeting_participant"

    meeting_key: Mapped[int] = mapped_column(ForeignKey("meeting.key"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(200))
    why: Mapped[str] = mapped_column(Text)
    party_kind: Mapped[str] = mapped_column(String(20))
    external: Mapped[bool]
    consent_key: Mapped[int | None] = mapped_column(Key)
    parties: Mapped[list[str]] = mapped_column(Json, default=list, server_default="[]")


class AgreementRow(Base):
    """What somebody will do by a day, as agreed at a meeting, and what became of it.

    `course_key` is the course whose task it is; `status` is open, done, dropped or passed_on.
    """

    __tablename__ = "meeting_agreement"

    meeting_key: Mapped[int] = mapped_column(ForeignKey("meeting.key"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    what: Mapped[str] = mapped_column(Text)
    who: Mapped[str] = mapped_column(String(200))
    due: Mapped[date | None]
    course_key: Mapped[int | None] = mapped_column(Key, index=True)
    responsible: Mapped[str | None] = mapped_column(String(100))
    status: Mapped[str] = mapped_column(String(20), default="open", server_default="open")
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    passed_to: Mapped[str] = mapped_column(String(200), default="", server_default="")
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str] = mapped_column(String(100), default="", server_default="")
