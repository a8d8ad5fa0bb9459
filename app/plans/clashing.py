"""Support that two courses begin in the same week: people should coordinate it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import combinations

from app.plans.plan import Intervention, Plan


@dataclass(frozen=True)
class SupportClash:
    """A course wrote support that begins in the same week as another course's; for the courses to act on."""

    citizen_key: int
    course_key: int
    on: date
    what: str = "Støtte fra to forløb begynder i samme uge"


def clashes(plan: Plan) -> list[tuple[Intervention, Intervention]]:
    """Return the pairs of interventions of different courses that begin in the same calendar week."""
    begun = [one for one in plan.interventions if one.start is not None]
    return [
        (one, other)
        for one, other in combinations(begun, 2)
        if one.course_key != other.course_key and _week(one) == _week(other)
    ]


def _week(one: Intervention) -> tuple[int, int] | None:
    return None if one.start is None else one.start.isocalendar()[:2]
