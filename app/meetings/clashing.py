"""Meetings of several courses about one citizen in the same week: people should coordinate them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.clock import LOCAL
from app.meetings.queries import Meeting, of_citizen


@dataclass(frozen=True)
class MeetingsClash:
    """A meeting was convened in a week that holds one of another course; recorded for the courses to act on."""

    citizen_key: int
    course_key: int
    meeting_key: int
    on: date
    what: str = "To møder om borgeren i samme uge"


def clashes(session: Session, meeting: Meeting) -> list[Meeting]:
    """Return the meetings of the citizen's other courses in the same calendar week, the first first."""
    if meeting.citizen_key is None:
        return []
    day = meeting.starts_at.astimezone(LOCAL).date()
    week = day.isocalendar()[:2]
    around = of_citizen(session, meeting.citizen_key, meeting.starts_at - timedelta(days=7))
    return [
        one
        for one in around
        if one.course_key != meeting.course_key
        and one.starts_at.astimezone(LOCAL).date().isocalendar()[:2] == week
    ]
