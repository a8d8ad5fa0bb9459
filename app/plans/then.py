"""A plan as it was at an instant: which version, how its goals stood, what had been said to it by then."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.plans.plan import Goal, Plan
from app.plans.queries import versions
from app.plans.rows import GoalRow, PlanMemberRow, ReviewRow

GAPS = {
    "ladder": "Hvor langt man var på støttetrappen, gemmes kun, som det er nu. Trappen vises uden dagens trin.",
    "draft": "En kladde kan være skrevet om, efter at den blev begyndt. Den vises, som den blev til sidst.",
}
"""What of a plan's past cannot be reconstructed → how it is shown, in Danish."""


def plan_then(session: Session, key: int, at: datetime) -> Plan | None:
    """Return a plan as it was at an instant: the version in force, else the draft; None before there was one.

    What `GAPS` names is not as it was.

    Args:
        session: a read session.
        key: the plan's.
        at: the instant.
    """
    known = [one for one in versions(session, key) if one.drafted_at <= at]
    in_force = [one for one in known if one.adopted_at is not None and one.adopted_at <= at]
    if in_force:
        retired = in_force[0].retired_at
        status = "retired" if retired is not None and retired <= at else "active"
        found = in_force[0]
    elif known:
        found, status = known[0], "draft"
    else:
        return None
    members = session.scalars(
        select(PlanMemberRow.citizen_key)
        .where(PlanMemberRow.plan_key == key, PlanMemberRow.since <= at)
        .order_by(PlanMemberRow.since)
    )
    return replace(
        found,
        status=status,
        goals=tuple(_goal(session, goal, found, at) for goal in found.goals),
        approvals=tuple(one for one in found.approvals if one.at <= at),
        retired_at=found.retired_at if status == "retired" else None,
        adopted_at=None if status == "draft" else found.adopted_at,
        shared_with=tuple(members),
    )


def gaps_of(plan: Plan) -> tuple[str, ...]:
    """Return which of `GAPS` could matter to a plan."""
    ladder = ("ladder",) if any(one.ladder for one in plan.interventions) else ()
    return (*ladder, "draft") if plan.status == "draft" else ladder


def _goal(session: Session, goal: Goal, plan: Plan, at: datetime) -> Goal:
    """Return a goal with the level and the date that it had after its last follow-up by then.

    The adoption of a version settles what the follow-ups before it decided: dates and states begin anew.
    """
    written = session.get_one(GoalRow, (goal.key, plan.version)).target_date
    rows = session.scalars(
        select(ReviewRow)
        .where(ReviewRow.goal_key == goal.key, ReviewRow.at <= at)
        .order_by(ReviewRow.seq)
    ).all()
    since = [row for row in rows if plan.adopted_at is not None and row.at >= plan.adopted_at]
    moved = [row.new_target_date for row in since if row.new_target_date is not None]
    return replace(
        goal,
        level=rows[-1].level if rows else goal.baseline,
        status=since[-1].status if since else "continue",
        reviews=len(rows),
        target_date=moved[-1] if moved else written,
    )
