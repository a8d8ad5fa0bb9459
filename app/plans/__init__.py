"""Plans: one plan a citizen, in versions, with goals that are followed up until they are reached."""

from __future__ import annotations

from app.plans.operations import CourseOutcome, register
from app.plans.plan import (
    CHANNELS,
    LEVELS,
    REVIEW_STATUS,
    STATUS,
    Approval,
    ExistingPlan,
    Goal,
    Intervention,
    Plan,
    Review,
    Step,
)
from app.plans.queries import current, draft, plan, reviews, versions

__all__ = [
    "CHANNELS",
    "LEVELS",
    "REVIEW_STATUS",
    "STATUS",
    "Approval",
    "CourseOutcome",
    "ExistingPlan",
    "Goal",
    "Intervention",
    "Plan",
    "Review",
    "Step",
    "current",
    "draft",
    "plan",
    "register",
    "reviews",
    "versions",
]
