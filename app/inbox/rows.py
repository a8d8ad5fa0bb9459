"""The inbox's own table: drafts. Everything else it shows belongs to the courses."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.storage import Base, Json, Key


class Draft(Base):
    """A half-filled form: one a task and person, kept until the task is completed."""

    __tablename__ = "draft"

    task_key: Mapped[int] = mapped_column(
        Key, ForeignKey("task.key"), primary_key=True, autoincrement=False
    )
    username: Mapped[str] = mapped_column(String(100), primary_key=True)
    answers: Mapped[dict[str, Any]] = mapped_column(Json)
    saved_at: Mapped[datetime]
