"""What is known of emergency access: what a person holds now, and what waits for a review."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Principal
from app.emergencies.emergency import Emergency, value_of
from app.emergencies.rows import EmergencyRow
from app.errors import NotFound


def emergency(session: Session, key: int) -> Emergency:
    """Return an emergency access.

    Raises:
        NotFound: there is none with this key.
    """
    row = session.get(EmergencyRow, key)
    if row is None:
        raise NotFound("emergency:unknown", "Nødadgangen findes ikke.")
    return value_of(row)


def holds(session: Session, username: str, citizen_key: int, at: datetime) -> Emergency | None:
    """Return the emergency access by which a person sees a citizen at an instant, or None."""
    rows = session.scalars(
        select(EmergencyRow).where(
            EmergencyRow.username == username,
            EmergencyRow.until > at,
            EmergencyRow.citizen_key == citizen_key,
        )
    )
    return next((found for found in map(value_of, rows) if found.holds(at)), None)


def of_person(session: Session, username: str) -> list[Emergency]:
    """Return a person's own that nobody has reviewed yet, the oldest first."""
    rows = session.scalars(
        select(EmergencyRow)
        .where(EmergencyRow.username == username, EmergencyRow.reviewed_at.is_(None))
        .order_by(EmergencyRow.opened_at, EmergencyRow.key)
    )
    return [value_of(row) for row in rows]


def to_review(session: Session, who: Principal) -> list[Emergency]:
    """Return those that wait for this person's review, the oldest first."""
    if not who.may("emergency:review"):
        return []
    rows = session.scalars(
        select(EmergencyRow)
        .where(EmergencyRow.reviewed_at.is_(None))
        .order_by(EmergencyRow.opened_at, EmergencyRow.key)
    )
    return [found for found in map(value_of, rows) if found.may_review(who)]


def reviewed(session: Session, who: Principal, most: int = 100) -> list[Emergency]:
    """Return the last ones that have been reviewed and that this person could have reviewed, the latest first."""
    rows = session.scalars(
        select(EmergencyRow)
        .where(EmergencyRow.reviewed_at.is_not(None))
        .order_by(EmergencyRow.opened_at.desc(), EmergencyRow.key)
        .limit(most)
    )
    return [found for found in map(value_of, rows) if found.may_review(who)]
