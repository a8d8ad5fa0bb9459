"""The tables of what begins, reaches and holds up courses: calls, signals, start events, messages on their way.

All but a message's own content are caches of the journal or of what is published.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.storage import Base, Json, Key


class CourseCall(Base):
    """A call of `latest` or of a version tag that a course has entered, and the version (bundle digest) it found."""

    __tablename__ = "course_call"

    course_key: Mapped[int] = mapped_column(
        ForeignKey("course.key"), primary_key=True, autoincrement=False
    )
    address: Mapped[str] = mapped_column(String(500), primary_key=True)
    process_id: Mapped[str] = mapped_column(String(200))
    version: Mapped[str] = mapped_column(String(64))
    called_at: Mapped[datetime]


class SignalSubscription(Base):
    """A course waits for a signal at an address."""

    __tablename__ = "signal_subscription"
    __table_args__ = (Index(None, "name", "course_key"),)

    course_key: Mapped[int] = mapped_column(
        ForeignKey("course.key"), primary_key=True, autoincrement=False
    )
    address: Mapped[str] = mapped_column(String(500), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))


class QueuedSignal(Base):
    """A signal on its way to one course, or to one start event: handed over in a transaction of its own."""

    __tablename__ = "queued_signal"

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(200))
    variables: Mapped[dict[str, Any]] = mapped_column(Json)
    course_key: Mapped[int | None] = mapped_column(Key)
    listener_key: Mapped[int | None] = mapped_column(Key)
    thrown_by: Mapped[str] = mapped_column(String(100))


class StartListener(Base):
    """A start event of the newest version of a process, waiting for a message, a signal or a time.

    `left` and `interval` are what a timer's cycle has left, as `app.engine.Due` says them.
    """

    __tablename__ = "start_listener"
    __table_args__ = (Index(None, "trigger", "name"), Index(None, "process_id"))

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    process_id: Mapped[str] = mapped_column(String(200))
    version_key: Mapped[int] = mapped_column(Key)
    element: Mapped[str] = mapped_column(String(200))
    trigger: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200), default="")
    due: Mapped[datetime | None]
    left: Mapped[int] = mapped_column(default=0)
    interval: Mapped[str] = mapped_column(String(200), default="")


class MessageStarted(Base):
    """A running course that a message with a correlation key began: until it ends, the next such message waits."""

    __tablename__ = "message_started"
    __table_args__ = (UniqueConstraint("process_id", "correlation_key"),)

    course_key: Mapped[int] = mapped_column(
        ForeignKey("course.key"), primary_key=True, autoincrement=False
    )
    process_id: Mapped[str] = mapped_column(String(200))
    correlation_key: Mapped[str] = mapped_column(String(200))


class MessageReceipt(Base):
    """A kept message and a process: a course of it has taken the message, or it is held back for `held_because`.

    A process takes a message once; one that is held back is asked about again (`app.courses.between.delivery`).
    """

    __tablename__ = "message_receipt"
    __table_args__ = (Index(None, "held_because"),)

    message_key: Mapped[int] = mapped_column(
        ForeignKey("buffered_message.key", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    process_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    course_key: Mapped[int | None] = mapped_column(Key)
    held_because: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
