"""The figures that a municipality judges coherent courses by, as far as the data tells.

Deadlines kept, how fast somebody becomes responsible, one plan, continuity, consent, goals and outcomes. Each is
counted for the courses that the person may see.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from app import deadlines
from app.courses import STANDINGS, Course, standing
from app.deadlines import Kept, Unit, due_after
from app.storage import Base

_tables = Base.metadata.tables

A_YEAR = timedelta(days=365)
"""How far back what has happened is counted."""


@dataclass(frozen=True)
class Figures:
    """The figures, as of an instant.

    Attributes:
        kept: how well each rule of a deadline is kept.
        running: courses that run.
        standings: how many of them stand so, by code of `app.courses.STANDINGS`.
        inquiries: how many came the last year and have somebody responsible.
        hours_to_responsible: the median of hours until then; None where there was none.
        in_a_working_day: how many of them within one working day.
        orphans: inquiries that nobody is responsible for yet.
        goals: goals in plans in force; reached: those at their target or better.
        outcomes: courses that ended the last year, by outcome.
    """

    kept: tuple[Kept, ...]
    running: int
    standings: Mapping[str, int]
    inquiries: int
    hours_to_responsible: int | None
    in_a_working_day: int
    orphans: int
    goals: int
    reached: int
    outcomes: Mapping[str, int]


def figures(session: Session, scope: Select[int] | None, at: datetime) -> Figures:
    """Return the figures.

    Args:
        session: a read session.
        scope: keys of the courses that the person may see; None means all.
        at: the instant.
    """
    running, standings = _standings(session, scope, at)
    hours, quick, orphans = _inquiries(session, scope, at)
    goals, reached = _goals(session, scope)
    return Figures(
        kept=tuple(deadlines.kept(session, scope)),
        running=running,
        standings=standings,
        inquiries=len(hours),
        hours_to_responsible=round(median(hours)) if hours else None,
        in_a_working_day=quick,
        orphans=orphans,
        goals=goals,
        reached=reached,
        outcomes=_outcomes(session, scope, at),
    )


def _standings(
    session: Session, scope: Select[int] | None, at: datetime
) -> tuple[int, dict[str, int]]:
    sums = [
        func.coalesce(func.sum(case((standing(code, at), 1), else_=0)), 0) for code in STANDINGS
    ]
    query = select(func.count(), *sums).where(Course.status == "running")
    if scope is not None:
        query = query.where(Course.key.in_(scope))
    running, *found = session.execute(query).one()
    return running, {code: int(count) for code, count in zip(STANDINGS, found, strict=True)}


def _inquiries(
    session: Session, scope: Select[int] | None, at: datetime
) -> tuple[list[float], int, int]:
    """Return the hours from inquiry to responsible, how many took a working day at most, and the orphans."""
    inquiry, event = _tables["inquiry"], _tables["inquiry_event"]
    mine = [] if scope is None else [inquiry.c.course_key.in_(scope)]
    times = session.execute(
        select(inquiry.c.received_at, func.min(event.c.at).label("assigned_at"))
        .join(event, event.c.inquiry_key == inquiry.c.key)
        .where(event.c.what == "assigned", inquiry.c.received_at > at - A_YEAR, *mine)
        .group_by(inquiry.c.key, inquiry.c.received_at)
    ).all()
    hours, quick = [], 0
    for received_at, assigned_at in times:
        hours.append((assigned_at - received_at).total_seconds() / 3600)
        quick += assigned_at <= due_after(received_at, 1, Unit.WORKING_DAYS)
    nobody = select(func.count()).where(
        inquiry.c.status != "closed", inquiry.c.responsible.is_(None), *mine
    )
    return hours, quick, session.scalar(nobody) or 0


def _goals(session: Session, scope: Select[int] | None) -> tuple[int, int]:
    version, goal, stand = _tables["plan_version"], _tables["plan_goal"], _tables["goal_stand"]
    query = (
        select(
            func.count(),
            func.coalesce(func.sum(case((stand.c.level <= goal.c.target, 1), else_=0)), 0),
        )
        .select_from(goal)
        .join(
            version,
            (version.c.plan_key == goal.c.plan_key) & (version.c.version == goal.c.version),
        )
        .outerjoin(stand, stand.c.goal_key == goal.c.key)
        .where(version.c.status == "active")
    )
    if scope is not None:
        query = query.where(version.c.course_key.in_(scope))
    goals, reached = session.execute(query).one()
    return goals, int(reached)


def _outcomes(session: Session, scope: Select[int] | None, at: datetime) -> dict[str, int]:
    query = (
        select(Course.outcome, func.count())
        .where(Course.status == "ended", Course.ended_at > at - A_YEAR)
        .group_by(Course.outcome)
    )
    if scope is not None:
        query = query.where(Course.key.in_(scope))
    found = session.execute(query.order_by(func.count().desc(), Course.outcome))
    return {outcome: count for outcome, count in found if outcome}
