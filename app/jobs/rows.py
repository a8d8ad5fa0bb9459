"""The table of work that falls due: the truth about timers and whatever else must happen later."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.storage import Base, Key


class DueWork(Base):
    """One thing to do once `due` is reached: `handler` names who does it, `ref` what it is about."""

    __tablename__ = "due_work"
    __table_args__ = (UniqueConstraint("handler", "ref"), Index(None, "due", "key"))

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    handler: Mapped[str] = mapped_column(String(40))
    ref: Mapped[str] = mapped_column(String(500))
    due: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(Text, default="")
