"""The table of emergency access: who opened what they had no ground to see, why, and what the review came to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.storage import Base, Key


class EmergencyRow(Base):
    """One person's access to one citizen, in an emergency. `verdict` is empty until somebody else has reviewed it."""

    __tablename__ = "emergency_access"
    __table_args__ = (
        Index(None, "username", "until"),
        Index(None, "citizen_key"),
        Index(None, "reviewed_at"),
    )

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    citizen_key: Mapped[int] = mapped_column(ForeignKey("citizen.key"))
    username: Mapped[str] = mapped_column(String(100))
    unit: Mapped[str] = mapped_column(String(100))
    reason: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime]
    until: Mapped[datetime]
    reviewed_by: Mapped[str] = mapped_column(String(100), default="")
    reviewed_at: Mapped[datetime | None]
    verdict: Mapped[str] = mapped_column(String(20), default="")
    remark: Mapped[str] = mapped_column(Text, default="")
