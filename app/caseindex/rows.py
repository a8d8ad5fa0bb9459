"""The outbox of the case index: of each course what was last said of it, in the order in which it was said."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.storage import Base, Json, Key


class CaseIndexRow(Base):
    """What was last said of a course. `entry` is gone once the course may not be in the index any longer.

    `number` grows with everything that is said, so that a reader asks for what came after the last one they have.
    """

    __tablename__ = "case_index"
    __table_args__ = (UniqueConstraint("number"),)

    course_key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Key)
    entry: Mapped[dict[str, Any] | None] = mapped_column(Json)
    ended: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
