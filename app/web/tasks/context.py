"""What one needs beside a form: the plan's goals, the consents in force, what the last meeting agreed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app import consents, meetings, plans, teams
from app.access import AREAS
from app.consents import Consent
from app.meetings import Meeting
from app.plans import Plan
from app.teams import PARTY_KINDS, Post


@dataclass(frozen=True)
class Context:
    """What stands beside a task.

    Attributes:
        coordinator: None before one is appointed.
        plan: the plan in force, else its draft.
        consents: those that hold now, latest first.
        last_meeting: the latest one that has minutes.
        next_meeting: the next one that is called.
    """

    coordinator: Post | None
    plan: Plan | None
    consents: tuple[Consent, ...]
    last_meeting: Meeting | None
    next_meeting: Meeting | None


def party(code: str) -> str:
    """Name a party that a consent lets be told: its code in Danish, or the name that was written."""
    return (PARTY_KINDS | AREAS).get(code, code)


def beside(session: Session, course_key: int, citizen_key: int, at: datetime) -> Context:
    """Read what helps to fill in a task about a citizen."""
    held = [one for one in meetings.meetings(session, course_key) if one.recorded_at is not None]
    return Context(
        teams.coordinator(session, course_key),
        plans.current(session, citizen_key) or plans.draft(session, citizen_key),
        tuple(consents.valid_consents(session, citizen_key, at)),
        held[0] if held else None,
        meetings.next_meeting(session, course_key, at),
    )
