"""Deadlines: rules from decision tables, Danish days, pauses, reminders and breaches."""

from __future__ import annotations

from app.deadlines.calendar import (
    Unit,
    days_between,
    due_after,
    end_of,
    is_working_day,
    local_day,
    next_working_day,
)
from app.deadlines.check import check_deadlines
from app.deadlines.deadline import OPEN, STATUS, Deadline
from app.deadlines.keeping import (
    WATCH,
    DeadlineBreached,
    DeadlineChanged,
    DeadlineReminded,
    NewDeadline,
    acknowledge,
    broken_task,
    end_of_task,
    lapse_course,
    meet,
    pause,
    resume,
    start,
    watch,
)
from app.deadlines.operations import register
from app.deadlines.queries import (
    STATES,
    DeadlineEvent,
    Kept,
    by_keys,
    deadline,
    events,
    kept,
    listing,
    of_course,
    open_of_code,
    unseen_breaches,
)
from app.deadlines.rows import DeadlineEventRow, DeadlineRow
from app.deadlines.rules import LegalBasis, Rule, legal_bases, rule_at

__all__ = [
    "OPEN",
    "STATES",
    "STATUS",
    "WATCH",
    "Deadline",
    "DeadlineBreached",
    "DeadlineChanged",
    "DeadlineEvent",
    "DeadlineEventRow",
    "DeadlineReminded",
    "DeadlineRow",
    "Kept",
    "LegalBasis",
    "NewDeadline",
    "Rule",
    "Unit",
    "acknowledge",
    "broken_task",
    "by_keys",
    "check_deadlines",
    "days_between",
    "deadline",
    "due_after",
    "end_of",
    "end_of_task",
    "events",
    "is_working_day",
    "kept",
    "lapse_course",
    "legal_bases",
    "listing",
    "local_day",
    "meet",
    "next_working_day",
    "of_course",
    "open_of_code",
    "pause",
    "register",
    "resume",
    "rule_at",
    "start",
    "unseen_breaches",
    "watch",
]
