"""Audit: replay, verify and the timeline of a course. Reads only."""

from __future__ import annotations

from app.audit.replay import Moment, replay
from app.audit.timeline import (
    GROUPS,
    Act,
    Change,
    Choice,
    Detail,
    acts,
    around,
    entry,
    latest_acts,
)
from app.audit.verify import Broken, Report, verify
from app.audit.why import Reason, reasons

__all__ = [
    "GROUPS",
    "Act",
    "Broken",
    "Change",
    "Choice",
    "Detail",
    "Moment",
    "Reason",
    "Report",
    "acts",
    "around",
    "entry",
    "latest_acts",
    "reasons",
    "replay",
    "verify",
]
