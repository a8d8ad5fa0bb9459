"""Audit: replay, verify, export, points in time, samples. It writes nothing of a course."""

from __future__ import annotations

from app.audit.broken import Broken
from app.audit.check_file import Finding as FileFinding
from app.audit.check_file import check as check_file
from app.audit.colleagues import Deed, deeds
from app.audit.event_log import LogFilter, event_log
from app.audit.export import Request, export, need_purpose
from app.audit.findings import (
    NewFinding,
    answer_finding,
    close_finding,
    findings,
    record_finding,
    review_course,
)
from app.audit.moments import DONE, ENTERED, STOPPED, Change, Choice, Detail, Passed, entry
from app.audit.replay import Moment, Reached, reached, replay
from app.audit.rows import FindingRow, SampledRow, SampleRow, VerificationRow
from app.audit.sampling import (
    Drawn,
    Wish,
    draw_sample,
    drawn_again,
    ranked,
    sample,
    sampled,
    samples,
)
from app.audit.then import (
    CourseThen,
    TaskThen,
    citizen_ground_then,
    course_then,
    ground_then,
    status_then,
)
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
from app.audit.verify import Report, against_head, verify
from app.audit.verifying import (
    VERIFY,
    Verification,
    Verifying,
    verification,
    verifications,
)
from app.audit.why import Reason

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
    "CourseThen",
    "Deed",
    "Detail",
    "Drawn",
    "FileFinding",
    "FindingRow",
    "LogFilter",
    "Moment",
    "NewFinding",
    "Passed",
    "Reached",
    "Reason",
    "Report",
    "Request",
    "SampleRow",
    "SampledRow",
    "TaskThen",
    "Verification",
    "VerificationRow",
    "Verifying",
    "Wish",
    "acts",
    "against_head",
    "answer_finding",
    "around",
    "check_file",
    "citizen_ground_then",
    "close_finding",
    "course_then",
    "deeds",
    "draw_sample",
    "drawn_again",
    "entry",
    "event_log",
    "export",
    "findings",
    "fitting",
    "ground_then",
    "involved",
    "latest_acts",
    "need_purpose",
    "ranked",
    "reached",
    "record_finding",
    "replay",
    "review_course",
    "sample",
    "sampled",
    "samples",
    "status_then",
    "verification",
    "verifications",
    "verify",
    "version_at",
]
