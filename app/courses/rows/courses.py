"""The tables of running courses. All are caches of the journal: they can be rebuilt from it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.storage import Base, Json, Key

SUSPENDED = "suspended"
"""Status of a course that stands still until an operator lets it go on."""


class Course(Base):
    """One course of one citizen (or of nobody: a technical course); `status` is running, suspended or ended.

    `progress` counts how often each element was entered and left and each flow taken: what the
    diagram shows without replaying. `phase` is the element id of the current phase.
    """

    __tablename__ = "course"
    __table_args__ = (
        Index(None, "status", "started_at"),
        Index(None, "citizen_key"),
        Index(None, "process_id", "status"),
    )

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    process_id: Mapped[str] = mapped_column(String(200))
    version_key: Mapped[int] = mapped_column(Key)
    name: Mapped[str] = mapped_column(String(200))
    citizen_key: Mapped[int | None] = mapped_column(Key)
    status: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime]
    started_by: Mapped[str] = mapped_column(String(100))
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(60), default="")
    phase: Mapped[str] = mapped_column(String(200), default="")
    last_at: Mapped[datetime]
    progress: Mapped[dict[str, Any]] = mapped_column(Json)


class CourseState(Base):
    """The marking after the last command: the engine's whole memory of the course."""

    __tablename__ = "course_state"

    course_key: Mapped[int] = mapped_column(
        ForeignKey("course.key"), primary_key=True, autoincrement=False
    )
    seq: Mapped[int]
    state: Mapped[bytes] = mapped_column(LargeBinary)


class CourseSnapshot(Base):
    """The marking and the counts as they were after the journal's entry `seq`: what a reader of the past begins at."""

    __tablename__ = "course_snapshot"

    course_key: Mapped[int] = mapped_column(
        ForeignKey("course.key"), primary_key=True, autoincrement=False
    )
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[bytes] = mapped_column(LargeBinary)
    progress: Mapped[dict[str, Any]] = mapped_column(Json)
    at: Mapped[datetime]


class Task(Base):
    """One user task, open or closed. `status` is open, completed or cancelled.

    `version` is the called version (bundle digest) whose form it has; "" for the course's own.
    """

    __tablename__ = "task"
    __table_args__ = (
        Index(None, "course_key", "status"),
        Index(None, "course_key", "address"),
        Index(None, "status", "assignee", "due"),
        Index(None, "status", "due"),
    )

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    course_key: Mapped[int] = mapped_column(ForeignKey("course.key"))
    address: Mapped[str] = mapped_column(String(500))
    element: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(300))
    lane: Mapped[str] = mapped_column(String(200))
    form_id: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(20))
    assignee: Mapped[str | None] = mapped_column(String(100))
    groups: Mapped[list[str]] = mapped_column(Json)
    users: Mapped[list[str]] = mapped_column(Json)
    due: Mapped[datetime | None]
    follow_up: Mapped[datetime | None]
    priority: Mapped[int]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str] = mapped_column(String(100), default="")
    version: Mapped[str] = mapped_column(String(64), default="")
    deadline_key: Mapped[int | None] = mapped_column(Key, index=True)


class TaskCandidate(Base):
    """Who may take an open task: `kind` is group or user. Gone when the task closes."""

    __tablename__ = "task_candidate"
    __table_args__ = (Index(None, "kind", "value", "task_key"),)

    task_key: Mapped[int] = mapped_column(
        ForeignKey("task.key"), primary_key=True, autoincrement=False
    )
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    value: Mapped[str] = mapped_column(String(100), primary_key=True)


class Subscription(Base):
    """A course waits for a message."""

    __tablename__ = "message_subscription"
    __table_args__ = (Index(None, "name", "correlation_key", "key"), Index(None, "course_key"))

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    course_key: Mapped[int] = mapped_column(ForeignKey("course.key"))
    process_id: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(500))
    element: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(200))
    correlation_key: Mapped[str] = mapped_column(String(200))


class BufferedMessage(Base):
    """A message that is kept until `expires_at`, for each process that has not taken it yet (`MessageReceipt`).

    `from_course` is the course that sent it, `queued` says that it has not been offered to anyone yet.
    """

    __tablename__ = "buffered_message"
    __table_args__ = (Index(None, "name", "correlation_key"), Index(None, "expires_at"))

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(200))
    correlation_key: Mapped[str] = mapped_column(String(200))
    message_id: Mapped[str] = mapped_column(String(200), default="")
    variables: Mapped[dict[str, Any]] = mapped_column(Json)
    published_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    from_course: Mapped[int | None] = mapped_column(Key)
    published_by: Mapped[str] = mapped_column(String(100), default="")
    queued: Mapped[bool] = mapped_column(default=False)


class KeptEvent(Base):
    """A message or signal (`kind`) that came to a course that stands still: given to it when it goes on."""

    __tablename__ = "kept_event"
    __table_args__ = (Index(None, "course_key"),)

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    course_key: Mapped[int] = mapped_column(ForeignKey("course.key"))
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(200))
    correlation_key: Mapped[str] = mapped_column(String(200), default="")
    variables: Mapped[dict[str, Any]] = mapped_column(Json)
    came_at: Mapped[datetime]
    came_from: Mapped[str] = mapped_column(String(100))


class PastVersion(Base):
    """A version that a migrated course ran on, until its journal's entry `until_seq` and no further.

    `progress` is what `Course.progress` was then: the old part is shown on the old diagram.
    """

    __tablename__ = "past_version"

    course_key: Mapped[int] = mapped_column(
        ForeignKey("course.key"), primary_key=True, autoincrement=False
    )
    until_seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version_key: Mapped[int] = mapped_column(Key)
    until: Mapped[datetime]
    progress: Mapped[dict[str, Any]] = mapped_column(Json)


class CourseJob(Base):
    """Service work that no operation of ours does: it waits for an external worker, or one has it until `deadline`.

    `status` is open, failed (no retries are left) or error (thrown, and nobody catches it); the last two wait for
    their incident to be resolved. A worker may take an open job once `available_at` is reached. Done jobs are gone.
    """

    __tablename__ = "course_job"
    __table_args__ = (
        Index(None, "type", "status", "available_at", "key"),
        Index(None, "course_key", "address", unique=True),
    )

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    course_key: Mapped[int] = mapped_column(ForeignKey("course.key"))
    address: Mapped[str] = mapped_column(String(500))
    element: Mapped[str] = mapped_column(String(200))
    type: Mapped[str] = mapped_column(String(200))
    retries: Mapped[int]
    headers: Mapped[dict[str, str]] = mapped_column(Json)
    status: Mapped[str] = mapped_column(String(20))
    available_at: Mapped[datetime]
    deadline: Mapped[datetime | None]
    worker: Mapped[str] = mapped_column(String(200), default="")
    lease: Mapped[str] = mapped_column(String(60), default="")
    error_code: Mapped[str] = mapped_column(String(200), default="")
    error_message: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Incident(Base):
    """A branch of a course that cannot go on until someone mends it."""

    __tablename__ = "incident"
    __table_args__ = (Index(None, "course_key", "resolved_at"), Index(None, "resolved_at"))

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    course_key: Mapped[int] = mapped_column(ForeignKey("course.key"))
    address: Mapped[str] = mapped_column(String(500))
    element: Mapped[str] = mapped_column(String(200))
    code: Mapped[str] = mapped_column(String(100))
    message: Mapped[str] = mapped_column(Text)
    raised_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]


tables = Base.metadata.tables
"""The same tables for Core statements, by name: what every completion runs through uses these."""
