"""The auditor's own tables: verifications that were run, samples drawn for review, and findings in them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.storage import Base, Json, Key


class VerificationRow(Base):
    """One run over all chains. `reached` is the last stream that was checked; `broken` holds what is wrong, as JSON."""

    __tablename__ = "verification"
    __table_args__ = (Index(None, "asked_at"),)

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    asked_by: Mapped[str] = mapped_column(String(100))
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    total: Mapped[int]
    streams: Mapped[int]
    entries: Mapped[int]
    redecided: Mapped[int]
    sealed: Mapped[int]
    reached: Mapped[str] = mapped_column(String(120))
    broken: Mapped[list[dict[str, str | int]]] = mapped_column(Json)


class SampleRow(Base):
    """A random sample of courses. Whoever has the seed and the same courses draws the same ones again."""

    __tablename__ = "sample"

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(200))
    seed: Mapped[str] = mapped_column(String(100))
    since: Mapped[datetime | None]
    until: Mapped[datetime | None]
    process_id: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(100))
    wanted: Mapped[int]
    population: Mapped[int]
    population_digest: Mapped[str] = mapped_column(String(64))
    drawn_by: Mapped[str] = mapped_column(String(100))
    drawn_at: Mapped[datetime]


class SampledRow(Base):
    """A course of a sample, in the order drawn, and who has looked at it."""

    __tablename__ = "sampled_course"
    __table_args__ = (Index(None, "course_key"),)

    sample_key: Mapped[int] = mapped_column(
        ForeignKey("sample.key"), primary_key=True, autoincrement=False
    )
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    course_key: Mapped[int] = mapped_column(Key)
    reviewed_by: Mapped[str] = mapped_column(String(100), default="")
    reviewed_at: Mapped[datetime | None]
    remark: Mapped[str] = mapped_column(Text, default="")


class FindingRow(Base):
    """Something found wrong in a course of a sample, who is to put it right by when, and what came of it."""

    __tablename__ = "review_finding"
    __table_args__ = (Index(None, "sample_key"), Index(None, "closed_at", "due"))

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    sample_key: Mapped[int] = mapped_column(ForeignKey("sample.key"))
    course_key: Mapped[int] = mapped_column(Key)
    entry: Mapped[int | None]
    severity: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    responsible: Mapped[str] = mapped_column(String(100), default="")
    due: Mapped[date | None]
    recorded_by: Mapped[str] = mapped_column(String(100))
    recorded_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(Text, default="")
    closed_by: Mapped[str] = mapped_column(String(100), default="")
    closed_at: Mapped[datetime | None]
