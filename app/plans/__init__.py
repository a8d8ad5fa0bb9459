"""Plans: one plan a citizen, in versions, with goals that are followed up until they are reached."""

from __future__ import annotations

from app.plans.clashing import SupportClash, clashes
from app.plans.differences import Difference, Part, difference
from app.plans.operations import CourseOutcome, register
from app.plans.plan import (
    CHANNELS,
    OBJECTIVES,
    RESULTS,
    STATUS,
    Approval,
    Decision,
    ExistingPlan,
    Goal,
    Intervention,
    Plan,
    Review,
    Step,
)
from app.plans.queries import current, decisions, draft, plan, reviews, versions
from app.plans.then import GAPS, gaps_of, plan_then

__all__ = [
    "CHANNELS",
    "GAPS",
    "OBJECTIVES",
    "RESULTS",
    "STATUS",
    "Approval",
    "CourseOutcome",
    "Decision",
    "Difference",
    "ExistingPlan",
    "Goal",
    "Intervention",
    "Part",
    "Plan",
    "Review",
    "Step",
    "SupportClash",
    "clashes",
    "current",
    "decisions",
    "difference",
    "draft",
    "gaps_of",
    "plan",
    "plan_then",
    "register",
    "reviews",
    "versions",
]
