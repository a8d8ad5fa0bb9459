"""Reading the outbox: what an integration platform carries on to the municipality's index."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.caseindex.entries import case_uuid
from app.caseindex.rows import CaseIndexRow
from app.clock import to_text


def said_since(
    session: Session, municipality: str, number: int, *, limit: int = 1000
) -> list[dict[str, Any]]:
    """Return what was last said of each course after a number, in order.

    Args:
        session: any session.
        municipality: three-digit code, of which the cases' UUIDs are made.
        number: the last one that the reader has; 0: all.
        limit: at most so many.

    Returns:
        `number`, `at` and `uuid`, with `operation` "put" and the `case`, or "delete": the index forgets it, physically.
    """
    rows = session.scalars(
        select(CaseIndexRow)
        .where(CaseIndexRow.number > number)
        .order_by(CaseIndexRow.number)
        .limit(limit)
    )
    found = []
    for row in rows:
        line: dict[str, Any] = {"number": str(row.number), "at": to_text(row.at)}
        line["uuid"] = case_uuid(municipality, row.course_key)
        if row.entry is None:
            found.append(line | {"operation": "delete"})
        else:
            found.append(line | {"operation": "put", "case": row.entry})
    return found
