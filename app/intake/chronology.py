"""The chronology of an inquiry: what happened to it, line by line. Nothing in it is ever changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from app.intake.rows import InquiryEventRow
from app.storage import UnitOfWork


def note(
    work: UnitOfWork, inquiry_key: int, what: str, text: str = "", *, at: datetime, by: str
) -> int:
    """Write the next line, and return its number.

    Args:
        work: the transaction of what happened.
        inquiry_key: the inquiry.
        what: "registered", "assigned", "sparring" …
        text: what was said or written about it.
        at: when it happened.
        by: who did it.
    """
    last = work.session.scalar(
        select(func.max(InquiryEventRow.seq)).where(InquiryEventRow.inquiry_key == inquiry_key)
    )
    row = InquiryEventRow(
        inquiry_key=inquiry_key, seq=(last or 0) + 1, at=at, actor=by, what=what, note=text
    )
    work.session.add(row)
    work.session.flush()
    return row.seq
