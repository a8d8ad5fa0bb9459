"""The studio's tables: drafts and their files, who looks at them, scenarios, and work that runs in the background."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.storage import Base, Json, Key

_Name = String(200)
_Username = String(100)


class ModelDraft(Base):
    """What a designer changes of a model until it is published: `process_id` is the model, `owner` whose draft it is.

    `base_key` is the version that it began from; None for a model that is new here.
    """

    __tablename__ = "model_draft"
    __table_args__ = (Index(None, "process_id"),)

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    process_id: Mapped[str] = mapped_column(_Name)
    name: Mapped[str] = mapped_column(_Name)
    owner: Mapped[str] = mapped_column(_Username)
    base_key: Mapped[int | None] = mapped_column(Key)
    created_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    saved_by: Mapped[str] = mapped_column(_Username)


class ModelDraftFile(Base):
    """One file that is otherwise in the draft than published; `revision` counts how often it was saved."""

    __tablename__ = "model_draft_file"

    draft_key: Mapped[int] = mapped_column(
        ForeignKey("model_draft.key", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    name: Mapped[str] = mapped_column(_Name, primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    revision: Mapped[int]
    saved_at: Mapped[datetime]
    saved_by: Mapped[str] = mapped_column(_Username)


class ModelDraftVisit(Base):
    """Who had a draft open, and when they were last there: two designers on one draft are told of each other."""

    __tablename__ = "model_draft_visit"

    draft_key: Mapped[int] = mapped_column(
        ForeignKey("model_draft.key", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    username: Mapped[str] = mapped_column(_Username, primary_key=True)
    seen_at: Mapped[datetime]


class ModelScenario(Base):
    """A scenario of a model, as its JSON file (docs/scenarios.md)."""

    __tablename__ = "model_scenario"

    process_id: Mapped[str] = mapped_column(_Name, primary_key=True)
    name: Mapped[str] = mapped_column(_Name, primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    saved_at: Mapped[datetime]
    saved_by: Mapped[str] = mapped_column(_Username)


class StudioRun(Base):
    """Work that takes a while: scenarios, a back-test, or many courses that are moved (`kind`).

    `digest` is that of the files that it was done with; `status` is running, done, stopped or failed; `result` is what
    came out, or how it failed; `accepted` names what diverges and is meant to.
    """

    __tablename__ = "studio_run"
    __table_args__ = (Index(None, "process_id", "kind", "started_at"),)

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20))
    process_id: Mapped[str] = mapped_column(_Name)
    draft_key: Mapped[int | None] = mapped_column(Key)
    digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(20))
    done: Mapped[int]
    total: Mapped[int]
    result: Mapped[Any] = mapped_column(Json)
    accepted: Mapped[Any] = mapped_column(Json)
    started_at: Mapped[datetime]
    started_by: Mapped[str] = mapped_column(_Username)
    ended_at: Mapped[datetime | None]


class StudioRunCourse(Base):
    """How it went with one course: `verdict` is a code, `detail` says where and why; no personal data stand here."""

    __tablename__ = "studio_run_course"
    __table_args__ = (Index(None, "run_key", "verdict", "course_key"),)

    run_key: Mapped[int] = mapped_column(
        ForeignKey("studio_run.key", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    course_key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    verdict: Mapped[str] = mapped_column(String(20))
    element: Mapped[str] = mapped_column(_Name, default="")
    detail: Mapped[Any] = mapped_column(Json)
