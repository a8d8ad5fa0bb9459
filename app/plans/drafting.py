"""Writing a version of a plan: its words, its goals (old ones go on, new ones begin) and its interventions."""

from __future__ import annotations

from sqlalchemy import func, or_, select, text

from app.connectors import OperationContext, Values
from app.plans.rows import GoalRow, GoalStandRow, InterventionRow, PlanRow, VersionRow
from app.storage import UnitOfWork

_BEGIN = text(
    "INSERT INTO plan (key, citizen_key, step) VALUES (:key, :citizen, 0)"
    " ON CONFLICT (citizen_key) DO NOTHING"
)


def plan_of(work: UnitOfWork, citizen_key: int) -> PlanRow:
    """Return the citizen's one plan, begun now where there is none; other courses of theirs wait until the commit."""
    query = select(PlanRow).where(PlanRow.citizen_key == citizen_key).with_for_update()
    row = work.session.scalar(query)
    if row is None:
        work.session.connection().execute(
            _BEGIN, {"key": work.next_key(), "citizen": citizen_key}
        )  # another course may have begun it just now, and is waited for here
        row = work.session.scalars(query).one()
    return row


def write_version(
    work: UnitOfWork, context: OperationContext, plan: PlanRow, values: Values
) -> VersionRow:
    """Write the next version as a draft; an earlier draft of the plan is retired by it."""
    last = work.session.scalar(
        select(func.max(VersionRow.version)).where(VersionRow.plan_key == plan.key)
    )
    waiting = select(VersionRow).where(
        VersionRow.plan_key == plan.key, VersionRow.status == "draft"
    )
    for earlier in work.session.scalars(waiting):
        earlier.status, earlier.retired_at = "retired", context.at
    row = VersionRow(
        plan_key=plan.key,
        version=(last or 0) + 1,
        course_key=context.course_key,
        status="draft",
        dreams=values["dreams"],
        wishes_education_job=values["wishes_education_job"],
        strengths=values["strengths"],
        worries=values["worries"],
        existing_plans=values["existing_plans"],
        drafted_at=context.at,
        drafted_by=context.actor,
    )
    work.session.add(row)
    work.session.flush()
    _write_goals(work, row, values["goals"])
    _write_interventions(work, row, values["interventions"])
    work.session.flush()
    return row


def _write_goals(work: UnitOfWork, version: VersionRow, goals: list[Values]) -> None:
    in_force = select(VersionRow.version).where(
        VersionRow.plan_key == version.plan_key, VersionRow.status == "active"
    )
    known = list(
        work.session.scalars(
            select(GoalRow)
            .where(
                GoalRow.plan_key == version.plan_key,
                or_(GoalRow.version == version.version - 1, GoalRow.version.in_(in_force)),
            )
            .order_by(GoalRow.version.desc(), GoalRow.seq)
        )
    )
    taken: set[int] = set()
    for seq, goal in enumerate(goals):
        key = _same(goal, [row for row in known if row.key not in taken])
        if key is None:
            key = work.next_key()
            work.session.add(GoalStandRow(goal_key=key, reviews=0, status="continue"))
        taken.add(key)
        words = {name: value for name, value in goal.items() if name != "key"}
        work.session.add(
            GoalRow(key=key, version=version.version, plan_key=version.plan_key, seq=seq, **words)
        )


def _same(goal: Values, known: list[GoalRow]) -> int | None:
    """Return the key of the goal that goes on: the one named, else the latest in the same words."""
    for row in known:
        if goal["key"] == row.key:
            return row.key
    for row in known:
        if (goal["citizen_words"], goal["goal"]) == (row.citizen_words, row.goal):
            return row.key
    return None


def _write_interventions(
    work: UnitOfWork, version: VersionRow, interventions: list[Values]
) -> None:
    work.session.add_all(
        InterventionRow(plan_key=version.plan_key, version=version.version, seq=seq, **one)
        for seq, one in enumerate(interventions)
    )
