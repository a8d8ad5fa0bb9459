"""The table of cases that other systems have about the same course."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.storage import Base, Key


class ExternalCaseRow(Base):
    """A case in another system. Never deleted: `removed_at` ends it."""

    __tablename__ = "external_case"
    __table_args__ = (Index(None, "course_key"),)

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    course_key: Mapped[int] = mapped_column(Key)
    system: Mapped[str] = mapped_column(String(100))
    reference: Mapped[str] = mapped_column(String(100))
    url: Mapped[str] = mapped_column(String(500), default="")
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(String(100))
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[str] = mapped_column(String(100), default="")
