"""Audit: replay, verify and the timeline of a course. Reads only."""

from __future__ import annotations

from app.audit.replay import Moment, replay
from app.audit.rows import FindingRow, SampledRow, SampleRow, VerificationRow
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
from app.audit.verifying import (
    VERIFY,
    Verification,
    Verifying,
    verification,
    verifications,
)
from app.audit.why import Reason, reasons

__all__ = [
    "GROUPS",
    "VERIFY",
    "Act",
    "Broken",
    "Change",
    "Choice",
    "Detail",
    "FindingRow",
    "Moment",
    "Reason",
    "Report",
    "SampleRow",
    "SampledRow",
    "Verification",
    "VerificationRow",
    "Verifying",
    "acts",
    "around",
    "entry",
    "latest_acts",
    "reasons",
    "replay",
    "verification",
    "verifications",
    "verify",
]
