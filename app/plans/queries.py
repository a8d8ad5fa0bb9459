"""Reading plans: the one in force, any version, and a goal's levels over time."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.plans.plan import (
    Approval,
    Decision,
    ExistingPlan,
    Goal,
    Intervention,
    Plan,
    Review,
    Step,
)
from app.plans.rows import (
    ApprovalRow,
    DecisionRow,
    GoalRow,
    GoalStandRow,
    InterventionRow,
    PlanMemberRow,
    PlanRow,
    ReviewRow,
    VersionRow,
)


def whose(citizen_key: int) -> ColumnElement[bool]:
    """Return the condition on plans that finds a citizen's one plan: their own, or the household's."""
    shared = select(PlanMemberRow.plan_key).where(PlanMemberRow.citizen_key == citizen_key)
    return or_(PlanRow.citizen_key == citizen_key, PlanRow.key.in_(shared))


def plan_key_of(session: Session, citizen_key: int) -> int | None:
    """Return the key of a citizen's one plan, or None before there is one."""
    return session.scalar(select(PlanRow.key).where(whose(citizen_key)))


def decisions(session: Session, citizen_key: int) -> list[Decision]:
    """Return what was decided about a citizen's support, the latest first."""
    rows = session.scalars(
        select(DecisionRow)
        .where(DecisionRow.citizen_key == citizen_key)
        .order_by(DecisionRow.at.desc(), DecisionRow.key.desc())
    )
    return [
        Decision(
            row.key,
            row.course_key,
            row.result,
            row.reasoning,
            row.legal_basis,
            row.heard,
            row.hearing_exemption,
            row.complaint_guidance,
            row.valid_from,
            row.at,
            row.by,
        )
        for row in rows
    ]


def current(session: Session, citizen_key: int) -> Plan | None:
    """Return a citizen's plan that is in force, or None."""
    return _latest(session, whose(citizen_key), VersionRow.status == "active")


def draft(session: Session, citizen_key: int) -> Plan | None:
    """Return the draft of a citizen's plan that waits for an answer, or None."""
    return _latest(session, whose(citizen_key), VersionRow.status == "draft")


def plan(session: Session, key: int, version: int | None = None) -> Plan:
    """Return a version of a plan: the one asked for, else the one in force, else the latest.

    Raises:
        NotFound: no such plan or version.
    """
    of_key = PlanRow.key == key
    if version is not None:
        found = _latest(session, of_key, VersionRow.version == version)
    else:
        found = _latest(session, of_key, VersionRow.status == "active") or _latest(session, of_key)
    if found is None:
        raise NotFound("plan:unknown", "Planen findes ikke.")
    return found


def versions(session: Session, key: int) -> list[Plan]:
    """Return all versions of a plan, the latest first."""
    rows = session.execute(
        select(PlanRow, VersionRow)
        .join(VersionRow, VersionRow.plan_key == PlanRow.key)
        .where(PlanRow.key == key)
        .order_by(VersionRow.version.desc())
    ).all()
    return [_plan(session, row, version) for row, version in rows]


def goals_of(session: Session, plan_key: int, version: int) -> list[Goal]:
    """Return the goals of one version, each as it stands now."""
    rows = session.execute(
        select(GoalRow, GoalStandRow)
        .join(GoalStandRow, GoalStandRow.goal_key == GoalRow.key)
        .where(GoalRow.plan_key == plan_key, GoalRow.version == version)
        .order_by(GoalRow.seq)
    ).all()
    return [
        Goal(
            key=row.key,
            citizen_words=row.citizen_words,
            goal=row.goal,
            goal_type=row.goal_type,
            theme=row.theme,
            measure=row.measure,
            baseline=row.baseline,
            target=row.target,
            target_date=stand.target_date or row.target_date,
            responsible=row.responsible,
            legal_basis=row.legal_basis,
            level=stand.level if stand.reviews else row.baseline,
            status=stand.status,
            reviews=stand.reviews,
            person=row.person,
            subgoals=tuple(row.subgoals),
            course_key=row.course_key,
        )
        for row, stand in rows
    ]


def reviews(session: Session, goal_key: int, *, limit: int = 100) -> list[Review]:
    """Return a goal's latest follow-ups, the oldest of them first: the points of its curve."""
    rows = session.scalars(
        select(ReviewRow)
        .where(ReviewRow.goal_key == goal_key)
        .order_by(ReviewRow.seq.desc())
        .limit(limit)
    ).all()
    return [
        Review(
            row.at,
            row.by,
            row.level,
            row.citizen_view,
            row.professional_view,
            row.status,
            row.new_target_date,
        )
        for row in reversed(rows)
    ]


def _latest(session: Session, *conditions: ColumnElement[bool]) -> Plan | None:
    found = session.execute(
        select(PlanRow, VersionRow)
        .join(VersionRow, VersionRow.plan_key == PlanRow.key)
        .where(*conditions)
        .order_by(VersionRow.version.desc())
        .limit(1)
    ).one_or_none()
    return None if found is None else _plan(session, *found)


def _plan(session: Session, row: PlanRow, version: VersionRow) -> Plan:
    interventions = session.scalars(
        select(InterventionRow)
        .where(InterventionRow.plan_key == row.key, InterventionRow.version == version.version)
        .order_by(InterventionRow.seq)
    )
    approvals = session.scalars(
        select(ApprovalRow)
        .where(ApprovalRow.plan_key == row.key, ApprovalRow.version == version.version)
        .order_by(ApprovalRow.key)
    )
    return Plan(
        key=row.key,
        citizen_key=row.citizen_key,
        version=version.version,
        course_key=version.course_key,
        status=version.status,
        dreams=version.dreams,
        wishes_education_job=version.wishes_education_job,
        strengths=version.strengths,
        worries=version.worries,
        existing_plans=tuple(ExistingPlan(**one) for one in version.existing_plans),
        goals=tuple(goals_of(session, row.key, version.version)),
        interventions=tuple(
            Intervention(
                one.intervention_type,
                one.provider,
                one.start,
                one.hours_per_week,
                tuple(Step(**step) for step in one.ladder),
                one.ends,
                one.legal_basis,
                one.course_key,
            )
            for one in interventions
        ),
        step=row.step,
        approvals=tuple(
            Approval(one.approved, one.comment, one.form, one.at, one.by) for one in approvals
        ),
        drafted_at=version.drafted_at,
        drafted_by=version.drafted_by,
        adopted_at=version.adopted_at,
        retired_at=version.retired_at,
        objective=version.objective,
        objective_kind=version.objective_kind,
        shared_with=tuple(
            session.scalars(
                select(PlanMemberRow.citizen_key)
                .where(PlanMemberRow.plan_key == row.key)
                .order_by(PlanMemberRow.citizen_key)
            )
        ),
    )
