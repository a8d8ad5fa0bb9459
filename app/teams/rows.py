"""The table of who is in a course's team, in which post, from when to when."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.storage import Base, Key


class PostRow(Base):
    """One person's time in one post of a course's team. `post` is coordinator, deputy or member."""

    __tablename__ = "team_post"
    __table_args__ = (
        Index(None, "course_key", "valid_to"),
        Index(None, "username", "valid_to"),
        Index(None, "citizen_key"),
    )

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    course_key: Mapped[int] = mapped_column(Key)
    citizen_key: Mapped[int | None] = mapped_column(Key)
    post: Mapped[str] = mapped_column(String(20))
    username: Mapped[str | None] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(200), default="")
    area: Mapped[str] = mapped_column(String(60), default="")
    party_kind: Mapped[str] = mapped_column(String(20), default="authority")
    access_until: Mapped[date | None]
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    handover_note: Mapped[str] = mapped_column(Text, default="")
