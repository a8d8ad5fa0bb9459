"""Intake: inquiries, who is responsible for them, and concerns for children."""

from __future__ import annotations

from app.intake.board import last_held, of_meeting, running_meeting, waiting
from app.intake.holding import NewCarryOver, carry_over, close_meeting, note_present, open_meeting
from app.intake.meeting import LEAST_PRESENT, Board, CarriedOver, IntakeMeeting, Item
from app.intake.operations import register
from app.intake.queries import (
    EVENTS,
    OUTCOMES,
    STATUS,
    Concern,
    Inquiry,
    InquiryEvent,
    chronology,
    concerns,
    inquiries,
    inquiries_then,
    inquiry,
)

__all__ = [
    "EVENTS",
    "LEAST_PRESENT",
    "OUTCOMES",
    "STATUS",
    "Board",
    "CarriedOver",
    "Concern",
    "Inquiry",
    "InquiryEvent",
    "IntakeMeeting",
    "Item",
    "NewCarryOver",
    "carry_over",
    "chronology",
    "close_meeting",
    "concerns",
    "inquiries",
    "inquiries_then",
    "inquiry",
    "last_held",
    "note_present",
    "of_meeting",
    "open_meeting",
    "register",
    "running_meeting",
    "waiting",
]
