"""Meetings: agenda, invitations, calendar files, minutes and agreements of network meetings."""

from __future__ import annotations

from app.meetings.agreements import AgreementMade
from app.meetings.calendar import ics, may_say_place
from app.meetings.changes import cancel, move
from app.meetings.clashing import MeetingsClash, clashes
from app.meetings.invitations import Invitation, invitations
from app.meetings.operations import register
from app.meetings.queries import (
    AGREEMENT_STATUS,
    STATUS,
    AgendaItem,
    Agreement,
    Change,
    Meeting,
    Participant,
    meeting,
    meetings,
    next_meeting,
    of_citizen,
)
from app.meetings.settling import drop_open
from app.meetings.suggestions import Suggestion, suggestions

__all__ = [
    "AGREEMENT_STATUS",
    "STATUS",
    "AgendaItem",
    "Agreement",
    "AgreementMade",
    "Change",
    "Invitation",
    "Meeting",
    "MeetingsClash",
    "Participant",
    "Suggestion",
    "cancel",
    "clashes",
    "drop_open",
    "ics",
    "invitations",
    "may_say_place",
    "meeting",
    "meetings",
    "move",
    "next_meeting",
    "of_citizen",
    "register",
    "suggestions",
]
