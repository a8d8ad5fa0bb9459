"""The tables of deadlines: what runs until when by which rule, and what happened to it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.storage import Base, Json, Key


class DeadlineRow(Base):
    """One deadline of a course. The rule is kept as it was when the deadline started.

    `status` is running, paused, met, waived or lapsed. `task_key` is the task that it was started for, if any;
    `next_at` when something of it falls due by itself, a reminder or the breach, and `breached_at` when it was broken.
    `rule` names the row of the table, `table_digest` its file.
    """

    __tablename__ = "deadline"
    __table_args__ = (
        Index(None, "course_key", "status"),
        Index(None, "status", "next_at"),
        Index(None, "code", "status"),
        Index(None, "breached_at", "acknowledged_at"),
        Index(None, "task_key"),
    )

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    course_key: Mapped[int] = mapped_column(Key)
    citizen_key: Mapped[int | None] = mapped_column(Key)
    task_key: Mapped[int | None] = mapped_column(Key)
    code: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(300))
    legal_basis: Mapped[str] = mapped_column(String(60))
    count: Mapped[int]
    unit: Mapped[str] = mapped_column(String(20))
    roll: Mapped[bool]
    warn_before: Mapped[list[str]] = mapped_column(Json)
    on_breach: Mapped[str] = mapped_column(Text)
    escalate_to: Mapped[str] = mapped_column(String(100))
    rule: Mapped[str] = mapped_column(String(200))
    table_digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(10))
    starts_at: Mapped[datetime]
    due: Mapped[datetime]
    paused_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]


class DeadlineEventRow(Base):
    """What happened to a deadline: started, reminded, breached, paused, resumed, met, waived, lapsed, reopened."""

    __tablename__ = "deadline_event"

    deadline_key: Mapped[int] = mapped_column(
        Key, ForeignKey("deadline.key"), primary_key=True, autoincrement=False
    )
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(100))
    what: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text)
