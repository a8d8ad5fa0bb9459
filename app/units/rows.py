"""The tables of the organisation: its units, and which of them each course belonged to, from when to when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.storage import Base, Key


class UnitRow(Base):
    """A unit of the organisation. `code` never changes: employees and courses name it.

    `parent` is the code of the unit above, `parent_since` when it came there. `uuid` is what FK Organisation (OIO)
    calls the unit.
    """

    __tablename__ = "unit"

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(String(100), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    parent: Mapped[str | None] = mapped_column(String(100), index=True)
    uuid: Mapped[str | None] = mapped_column(String(36), unique=True)
    parent_since: Mapped[datetime]


class CourseUnitRow(Base):
    """A course's time with one unit. A row ends at the instant at which the next begins.

    `assumed`: nobody kept it then, so it is taken from who coordinated the course when keeping began.
    """

    __tablename__ = "course_unit"
    __table_args__ = (Index(None, "unit", "valid_to"),)

    course_key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    valid_from: Mapped[datetime] = mapped_column(primary_key=True)
    unit: Mapped[str] = mapped_column(String(100))
    valid_to: Mapped[datetime | None]
    assumed: Mapped[bool] = mapped_column(default=False)
