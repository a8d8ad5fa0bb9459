"""Audit: replay, verify and the timeline of a course. Reads only."""

from __future__ import annotations

from app.audit.moments import DONE, ENTERED, STOPPED, Change, Choice, Detail, Passed, entry
from app.audit.replay import Moment, Reached, reached, replay
from app.audit.rows import FindingRow, SampledRow, SampleRow, VerificationRow
from app.audit.timeline import (
    GROUPS,
    Act,
    acts,
    around,
    fitting,
    involved,
    latest_acts,
    version_at,
)
from app.audit.verify import Broken, Report, against_head, verify
from app.audit.verifying import (
    VERIFY,
    Verification,
    Verifying,
    verification,
    verifications,
)
from app.audit.why import Reason, reasons

__all__ = [
    "DONE",
    "ENTERED",
    "GROUPS",
    "STOPPED",
    "VERIFY",
    "Act",
    "Broken",
    "Change",
    "Choice",
    "Detail",
    "FindingRow",
    "Moment",
    "Passed",
    "Reached",
    "Reason",
    "Report",
    "SampleRow",
    "SampledRow",
    "Verification",
    "VerificationRow",
    "Verifying",
    "acts",
    "against_head",
    "around",
    "entry",
    "fitting",
    "involved",
    "latest_acts",
    "reached",
    "reasons",
    "replay",
    "verification",
    "verifications",
    "verify",
    "version_at",
]
