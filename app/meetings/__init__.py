"""Meetings: agenda, participants, minutes and agreements of network meetings."""

from __future__ import annotations

from app.meetings.operations import register
from app.meetings.queries import (
    STATUS,
    AgendaItem,
    Agreement,
    Meeting,
    Participant,
    meeting,
    meetings,
    next_meeting,
)

__all__ = [
    "STATUS",
    "AgendaItem",
    "Agreement",
    "Meeting",
    "Participant",
    "meeting",
    "meetings",
    "next_meeting",
    "register",
]
