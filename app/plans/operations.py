"""The only writer of plans: drafting, the citizen's answer, follow-up, and how a course ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app import teams
from app.clock import LOCAL
from app.connectors import OperationContext, Registry, Values, operation
from app.errors import DomainError
from app.plans.beginning import find_plan
from app.plans.clashing import SupportClash, clashes
from app.plans.deciding import decide
from app.plans.drafting import plan_of, write_version
from app.plans.plan import Goal
from app.plans.queries import current, goals_of, plan_key_of
from app.plans.queries import plan as read
from app.plans.rows import (
    ApprovalRow,
    GoalRow,
    GoalStandRow,
    InterventionRow,
    PlanRow,
    ReviewRow,
    VersionRow,
)
from app.plans.rules import obstacles, unscored, wrong_dates_and_hours
from app.plans.schemas import (
    AdoptIn,
    AdoptOut,
    CloseIn,
    CloseOut,
    DraftIn,
    DraftOut,
    ReviewsIn,
    ReviewsOut,
)
from app.plans.sharing import share_plan
from app.storage import UnitOfWork

NOBODY_TO_ASK = frozenset({"declined", "moved", "deceased"})
"""Outcomes of courses whose goals need no level at the end."""


@dataclass(frozen=True)
class CourseOutcome:
    """How a course ended, as the people in it see it; recorded before the course itself reaches its end."""

    course_key: int
    citizen_key: int | None
    outcome: str
    goals_result: Any
    citizen_evaluation: int | None
    aftercare: bool | None
    handover_to: str
    lessons: str
    by: str
    at: datetime


@operation(
    "plan:draft",
    DraftIn,
    DraftOut,
    title="Skriv planen",
    description="Skriver en ny udgave af borgerens ene plan som kladde. Mål fra før går videre med deres niveau.",
)
def draft_plan(work: UnitOfWork, context: OperationContext, values: Values) -> Values:
    """Write the next version of the citizen's one plan; the one in force stays so until this one is adopted.

    What the citizen's other courses have written goes along unchanged.

    Raises:
        DomainError: support that ends before it begins, or hours that cannot be.
    """
    wrong = wrong_dates_and_hours(values["interventions"])
    if wrong:
        raise DomainError("plan:contradiction", next(iter(wrong.values())), fields=wrong)
    plan = plan_of(work, context.citizen)
    version = write_version(work, context, plan, values)
    written = read(work.session, plan.key, version.version)
    for pair in clashes(written):
        start = next((one.start for one in pair if one.course_key == context.course_key), None)
        if start is not None:
            work.record(SupportClash(context.citizen, context.course_key, start))
            break
    return {
        "plan": _value(version),
        "goals": _own(context, written.goals),
    }


@operation(
    "plan:adopt",
    AdoptIn,
    AdoptOut,
    title="Sæt planen i kraft",
    description="Gemmer borgerens svar. Et ja sætter planen i kraft; et delvist ja eller et nej lader den være kladde.",
)
def adopt_plan(work: UnitOfWork, context: OperationContext, values: Values) -> Values:
    """Record the citizen's answer; on a yes the version is in force and the one before retired.

    Raises:
        DomainError: no such plan, a newer draft has replaced this version, or a goal in it cannot be measured.
    """
    plan = _plan(work, context, values)
    version = _version(work, plan, values["plan"]["version"])
    if version.status == "retired":
        text = "Der er skrevet en nyere udgave af planen. Vis borgeren den nyeste."
        raise DomainError("plan:superseded", text, fields={"plan": text})
    if values["approved"] == "yes" and version.status == "draft":
        written = read(work.session, plan.key, version.version)
        found = obstacles(written, context.at.astimezone(LOCAL).date())
        if found:
            text = " ".join(found) + " Svar nej, og ret planen, før borgeren siger ja."
            raise DomainError("plan:unmeasurable", text, fields={"approved": text})
    work.session.add(
        ApprovalRow(
            key=work.next_key(),
            plan_key=plan.key,
            version=version.version,
            approved=values["approved"],
            comment=values["comment"],
            form=values["approval_form"],
            at=context.at,
            by=context.actor,
        )
    )
    if values["approved"] == "yes" and version.status == "draft":
        _adopt(work, context, plan, version)
    work.session.flush()
    return {"plan": _value(version)}


@operation(
    "plan:review",
    ReviewsIn,
    ReviewsOut,
    title="Følg op på målene",
    description="Gemmer hvert måls niveau og beslutning og støttens trin, og siger, om alle mål er nået.",
)
def review_goals(work: UnitOfWork, context: OperationContext, values: Values) -> Values:
    """Record a follow-up. What it costs does not grow with the number of follow-ups before.

    Raises:
        DomainError: no such plan, or a goal that is not in it.
    """
    plan = _plan(work, context, values)
    in_force = current(work.session, plan.citizen_key)
    version = _version(work, plan, in_force.version if in_force else values["plan"]["version"])
    named = {review["goal"] for review in values["reviews"]}
    known = set(
        work.session.scalars(
            select(GoalRow.key).where(GoalRow.key.in_(named), GoalRow.plan_key == plan.key)
        )
    )
    for number, review in enumerate(values["reviews"]):
        if review["goal"] not in known:
            text = "Målet findes ikke i planen."
            raise DomainError("plan:goal", text, fields={f"reviews[{number}].goal": text})
        _review(work, context, plan, review, f"reviews[{number}]")
    plan.step = _step(work, plan, version, values["support_step"])
    work.session.flush()
    goals = _own(context, goals_of(work.session, plan.key, version.version))
    return {
        "all_reached": all(goal.done for goal in goals),
        "changed": any(review["status"] == "change" for review in values["reviews"]),
        "goals": goals,
    }


@operation(
    "course:close",
    CloseIn,
    CloseOut,
    title="Afslut forløbet",
    description="Gemmer, hvordan forløbet endte, og lukker teammedlemmernes adgang.",
)
def close_course(work: UnitOfWork, context: OperationContext, values: Values) -> Values:
    """Record how the course ended; the courses keep it with the course.

    Raises:
        DomainError: a goal of the course has no level, though the citizen was there to be asked.
    """
    in_force = current(work.session, context.citizen_key) if context.citizen_key else None
    if in_force is not None and values["outcome"] not in NOBODY_TO_ASK:
        left = unscored(in_force.goals, context.course_key)
        if left:
            named = ", ".join(f"»{goal.citizen_words}«" for goal in left)
            text = f"Sæt niveau på målene ved en opfølgning, før forløbet afsluttes: {named}."
            raise DomainError("plan:unscored", text, fields={"outcome": text})
    work.record(
        CourseOutcome(
            context.course_key, context.citizen_key, by=context.actor, at=context.at, **values
        )
    )
    teams.end_access(work, context.course_key, context.at)
    return {"closed_at": context.at}


def register(registry: Registry) -> None:
    """Add the plans' operations."""
    registry.add(find_plan, draft_plan, share_plan, adopt_plan, review_goals, decide, close_course)


def _own(context: OperationContext, goals: Sequence[Goal]) -> list[Goal]:
    """Return the goals that a course follows up: its own, or all where none is."""
    own = [goal for goal in goals if goal.course_key in {None, context.course_key}]
    return own or list(goals)


def _plan(work: UnitOfWork, context: OperationContext, values: Values) -> PlanRow:
    row = work.session.get(PlanRow, values["plan"]["key"], with_for_update=True)
    if row is None or plan_key_of(work.session, context.citizen) != row.key:
        text = "Planen er ikke borgerens."
        raise DomainError("plan:unknown", text, fields={"plan": text})
    return row


def _version(work: UnitOfWork, plan: PlanRow, number: int | None) -> VersionRow:
    if number is None:
        number = work.session.scalar(
            select(func.max(VersionRow.version)).where(VersionRow.plan_key == plan.key)
        )
    row = work.session.get(VersionRow, (plan.key, number or 0))
    if row is None:
        text = f"Planen har ingen udgave {number}."
        raise DomainError("plan:version", text, fields={"plan": text})
    return row


def _adopt(work: UnitOfWork, context: OperationContext, plan: PlanRow, version: VersionRow) -> None:
    in_force = select(VersionRow).where(
        VersionRow.plan_key == plan.key, VersionRow.status == "active"
    )
    before = work.session.scalar(in_force)
    if before is not None:
        before.status, before.retired_at = "retired", context.at
    if before is None or _ladders(work, before) != _ladders(work, version):
        plan.step = 0
    goals = select(GoalStandRow).where(
        GoalStandRow.goal_key.in_(
            select(GoalRow.key).where(
                GoalRow.plan_key == plan.key, GoalRow.version == version.version
            )
        )
    )
    for stand in work.session.scalars(goals):  # what the last follow-up decided has been done
        stand.status, stand.target_date = "continue", None
    version.status, version.adopted_at = "active", context.at


def _review(
    work: UnitOfWork, context: OperationContext, plan: PlanRow, review: Values, row: str
) -> None:
    new_date = review["new_target_date"]
    if new_date is not None and new_date <= context.at.astimezone(LOCAL).date():
        text = "Vælg en måldato efter i dag."
        raise DomainError("plan:target-date", text, fields={f"{row}.new_target_date": text})
    stand = work.session.get_one(GoalStandRow, review["goal"])
    stand.reviews += 1
    stand.level = review["current_level"]
    stand.status = review["status"]
    stand.target_date = review["new_target_date"] or stand.target_date
    work.session.add(
        ReviewRow(
            goal_key=stand.goal_key,
            seq=stand.reviews,
            plan_key=plan.key,
            course_key=context.course_key,
            at=context.at,
            by=context.actor,
            level=review["current_level"],
            citizen_view=review["citizen_view"],
            professional_view=review["professional_view"],
            status=review["status"],
            new_target_date=review["new_target_date"],
        )
    )


def _step(work: UnitOfWork, plan: PlanRow, version: VersionRow, way: str) -> int:
    """Return the step of the ladders after a follow-up: never above the first, never below the longest's last."""
    lowest = max((len(ladder) - 1 for ladder in _ladders(work, version)), default=0)
    moved = plan.step + {"down": 1, "hold": 0, "up": -1}[way]
    return max(0, min(moved, max(lowest, 0)))


def _ladders(work: UnitOfWork, version: VersionRow) -> list[list[dict[str, Any]]]:
    return list(
        work.session.scalars(
            select(InterventionRow.ladder)
            .where(
                InterventionRow.plan_key == version.plan_key,
                InterventionRow.version == version.version,
            )
            .order_by(InterventionRow.seq)
        )
    )


def _value(version: VersionRow) -> Values:
    return {"key": version.plan_key, "version": version.version, "status": version.status}
