"""The register of consents: rows are added and never changed; a withdrawal is a row of its own."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.storage import Base, Json, Key


class ConsentRow(Base):
    """What somebody said yes to, partly or wholly, or no (GDPR art. 7)."""

    __tablename__ = "consent"
    __table_args__ = (Index(None, "citizen_key"),)

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    citizen_key: Mapped[int] = mapped_column(Key)
    course_key: Mapped[int] = mapped_column(Key)
    giver: Mapped[str] = mapped_column(String(40))
    guardian_key: Mapped[int | None] = mapped_column(Key)
    decision: Mapped[str] = mapped_column(String(10))
    purposes: Mapped[list[str]] = mapped_column(Json)
    recipients: Mapped[list[str]] = mapped_column(Json)
    categories: Mapped[list[str]] = mapped_column(Json)
    excluded: Mapped[str] = mapped_column(Text)
    form: Mapped[str] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(Text)
    given_at: Mapped[date]
    valid_until: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(100))


class ConsentEndRow(Base):
    """The end of a consent before its time: `kind` is withdrawn or lapsed."""

    __tablename__ = "consent_end"

    consent_key: Mapped[int] = mapped_column(ForeignKey("consent.key"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(100))
    reason: Mapped[str] = mapped_column(Text)
