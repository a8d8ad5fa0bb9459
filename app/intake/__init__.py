"""Intake: inquiries, who is responsible for them, and concerns for children."""

from __future__ import annotations

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
    inquiry,
)

__all__ = [
    "EVENTS",
    "OUTCOMES",
    "STATUS",
    "Concern",
    "Inquiry",
    "InquiryEvent",
    "chronology",
    "concerns",
    "inquiries",
    "inquiry",
    "register",
]
