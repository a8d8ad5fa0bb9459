"""Writing a version of a plan: its words, its goals (old ones go on, new ones begin) and its interventions."""

from __future__ import annotations

from sqlalchemy import func, or_, select, text

from app.connectors import OperationContext, Values
from app.plans.plan import ENDED
from app.plans.queries import whose
from app.plans.rows import GoalRow, GoalStandRow, InterventionRow, PlanRow, VersionRow
from app.storage import UnitOfWork

_BEGIN = text(
    "INSERT INTO plan (key, citizen_key, step) VALUES (:key, :citizen, 0)"
    " ON CONFLICT (citizen_key) DO NOTHING"
)


def plan_of(work: UnitOfWork, citizen_key: int) -> PlanRow:
    """Return the citizen's one plan, begun now where there is none; other courses of theirs wait until the commit."""
    query = select(PlanRow).where(whose(citizen_key)).with_for_update()
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
        objective=values["objective"],
        objective_kind=values["objective_kind"],
        existing_plans=_existing(work, plan, context, values["existing_plans"]),
        drafted_at=context.at,
        drafted_by=context.actor,
    )
    work.session.add(row)
    work.session.flush()
    _write_goals(work, row, values["goals"])
    work.session.add_all(
        InterventionRow(
            plan_key=plan.key, version=row.version, seq=seq, course_key=context.course_key, **one
        )
        for seq, one in enumerate(values["interventions"])
    )
    _carry_interventions(work, row, len(values["interventions"]))
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
        same = _same(goal, [row for row in known if row.key not in taken])
        if same is None:
            key, owner = work.next_key(), version.course_key
            work.session.add(GoalStandRow(goal_key=key, reviews=0, status="continue"))
        else:
            key, owner = same.key, same.course_key or version.course_key
        taken.add(key)
        words = {name: value for name, value in goal.items() if name != "key"}
        work.session.add(
            GoalRow(
                key=key,
                version=version.version,
                plan_key=version.plan_key,
                seq=seq,
                course_key=owner,
                **words,
            )
        )
    _carry_goals(work, version, [row for row in known if row.key not in taken], len(goals))


_OF_GOAL = (
    "citizen_words",
    "goal",
    "goal_type",
    "theme",
    "measure",
    "baseline",
    "target",
    "target_date",
    "responsible",
    "legal_basis",
    "person",
    "subgoals",
    "course_key",
)
_OF_INTERVENTION = (
    "intervention_type",
    "provider",
    "start",
    "ends",
    "hours_per_week",
    "ladder",
    "legal_basis",
    "course_key",
)


def _carry_goals(work: UnitOfWork, version: VersionRow, known: list[GoalRow], seq: int) -> None:
    """Take the citizen's other courses' goals along, as long as they run: each course writes only its own."""
    taken: set[int] = set()
    for row in known:
        if row.course_key in {None, version.course_key} or row.key in taken:
            continue
        if work.session.get_one(GoalStandRow, row.key).status in ENDED:
            continue
        copy = GoalRow(key=row.key, version=version.version, plan_key=row.plan_key, seq=seq)
        for name in _OF_GOAL:
            setattr(copy, name, getattr(row, name))
        work.session.add(copy)
        taken.add(row.key)
        seq += 1


def _carry_interventions(work: UnitOfWork, version: VersionRow, seq: int) -> None:
    """Take the citizen's other courses' interventions along from the version before."""
    before = work.session.scalars(
        select(InterventionRow)
        .where(
            InterventionRow.plan_key == version.plan_key,
            InterventionRow.version == version.version - 1,
            InterventionRow.course_key != version.course_key,
        )
        .order_by(InterventionRow.seq)
    ).all()
    for number, row in enumerate(before, start=seq):
        copy = InterventionRow(plan_key=row.plan_key, version=version.version, seq=number)
        for name in _OF_INTERVENTION:
            setattr(copy, name, getattr(row, name))
        work.session.add(copy)


def _existing(
    work: UnitOfWork, plan: PlanRow, context: OperationContext, named: list[Values]
) -> list[Values]:
    """Return the plans that the citizen had before: those named now, and those that another course registered."""
    last = work.session.scalar(
        select(VersionRow)
        .where(VersionRow.plan_key == plan.key)
        .order_by(VersionRow.version.desc())
        .limit(1)
    )
    there = {(one["area"], one["law"], one["owner"]) for one in named}
    if last is None or last.course_key == context.course_key:
        return named
    return named + [
        one for one in last.existing_plans if (one["area"], one["law"], one["owner"]) not in there
    ]


def _same(goal: Values, known: list[GoalRow]) -> GoalRow | None:
    """Return the goal that goes on: the one named, else the latest in the same words."""
    for row in known:
        if goal["key"] == row.key:
            return row
    for row in known:
        if (goal["citizen_words"], goal["goal"]) == (row.citizen_words, row.goal):
            return row
    return None
