"""How fast help begins, by how many people, and what becomes of it over time.

Call-backs made, days until the first intervention, professionals a citizen, support stepped down, respite and
residential care now and a year ago: "så få kontaktpersoner som muligt", "vi ringer tilbage hver eneste gang".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from statistics import mean, median

from sqlalchemy import Select, case, distinct, func, or_, select
from sqlalchemy.orm import Session

from app.clock import LOCAL
from app.courses import Course, Task, with_relief
from app.portfolio.figures import A_YEAR
from app.storage import Base

_tables = Base.metadata.tables


@dataclass(frozen=True)
class Efforts:
    """The figures, as of an instant.

    Attributes:
        calls_wanted: courses of the last year's inquiries in which somebody is to be called back; calls_made: was.
        days_to_intervention: the median of days from inquiry to the first intervention's start; None: none began.
        professionals: how many a citizen with a running course has on average; None: nobody has any.
        most_professionals: how many the one with most has.
        handovers: coordinators who took over the last year; with_note: those to whom a note was written.
        improved: goals in plans in force whose level is better than at the beginning; scored: those with a level.
        relief_now: citizens with respite or residential care now; relief_then: a year ago.
    """

    calls_wanted: int
    calls_made: int
    days_to_intervention: int | None
    professionals: float | None
    most_professionals: int
    handovers: int
    with_note: int
    scored: int
    improved: int
    relief_now: int
    relief_then: int


def efforts(session: Session, scope: Select[int] | None, at: datetime) -> Efforts:
    """Return the figures of the courses that the person may see (`scope`: their keys; None means all)."""
    wanted, made = _calls(session, scope, at)
    days = _days_to_intervention(session, scope, at)
    people = _professionals(session, scope, at)
    handovers, with_note = _handovers(session, scope, at)
    scored, improved = _improved(session, scope)
    return Efforts(
        calls_wanted=wanted,
        calls_made=made,
        days_to_intervention=round(median(days)) if days else None,
        professionals=mean(people) if people else None,
        most_professionals=max(people, default=0),
        handovers=handovers,
        with_note=with_note,
        scored=scored,
        improved=improved,
        relief_now=_relief(session, scope, at),
        relief_then=_relief(session, scope, at - A_YEAR),
    )


def _calls(session: Session, scope: Select[int] | None, at: datetime) -> tuple[int, int]:
    inquiry = _tables["inquiry"]
    called = select(Task.course_key).where(Task.form_id == "call_back", Task.status == "completed")
    made = case((inquiry.c.course_key.in_(called), 1), else_=0)
    query = select(func.count(), func.coalesce(func.sum(made), 0)).where(
        inquiry.c.callback_wanted, inquiry.c.received_at > at - A_YEAR
    )
    if scope is not None:
        query = query.where(inquiry.c.course_key.in_(scope))
    wanted, done = session.execute(query).one()
    return wanted, int(done)


def _days_to_intervention(session: Session, scope: Select[int] | None, at: datetime) -> list[int]:
    """Return the days for each citizen whose first inquiry came the last two years and whose help has begun."""
    inquiry, plan = _tables["inquiry"], _tables["plan"]
    version, intervention = _tables["plan_version"], _tables["plan_intervention"]
    came = select(inquiry.c.citizen_key, func.min(inquiry.c.received_at).label("came")).where(
        inquiry.c.citizen_key.is_not(None), inquiry.c.received_at > at - 2 * A_YEAR
    )
    if scope is not None:
        came = came.where(inquiry.c.course_key.in_(scope))
    first = came.group_by(inquiry.c.citizen_key).subquery()
    begun = (
        select(first.c.came, func.min(intervention.c.start).label("start"))
        .join(plan, plan.c.citizen_key == first.c.citizen_key)
        .join(version, version.c.plan_key == plan.c.key)
        .join(
            intervention,
            (intervention.c.plan_key == plan.c.key) & (intervention.c.version == version.c.version),
        )
        .where(version.c.adopted_at.is_not(None), intervention.c.start.is_not(None))
        .group_by(first.c.citizen_key, first.c.came)
    )
    today = at.astimezone(LOCAL).date()
    rows = session.execute(begun).all()
    return [max(0, _days(came, start)) for came, start in rows if start <= today]


def _professionals(session: Session, scope: Select[int] | None, at: datetime) -> list[int]:
    """Return how many professionals each citizen with a running course has now."""
    post = _tables["team_post"]
    query = (
        select(func.count(distinct(post.c.name)))
        .join(Course, Course.key == post.c.course_key)
        .where(
            Course.status == "running",
            post.c.citizen_key.is_not(None),
            post.c.party_kind.in_(["authority", "provider"]),
            post.c.valid_from <= at,
            or_(post.c.valid_to.is_(None), post.c.valid_to > at),
        )
        .group_by(post.c.citizen_key)
    )
    if scope is not None:
        query = query.where(Course.key.in_(scope))
    return list(session.scalars(query))


def _handovers(session: Session, scope: Select[int] | None, at: datetime) -> tuple[int, int]:
    """Count the coordinators who came after another one the last year, and those who got a note."""
    post = _tables["team_post"]
    first = (
        select(post.c.course_key, func.min(post.c.valid_from).label("began"))
        .where(post.c.post == "coordinator")
        .group_by(post.c.course_key)
        .subquery()
    )
    noted = case((post.c.handover_note != "", 1), else_=0)
    query = (
        select(func.count(), func.coalesce(func.sum(noted), 0))
        .select_from(post)
        .join(first, first.c.course_key == post.c.course_key)
        .where(
            post.c.post == "coordinator",
            post.c.valid_from > first.c.began,
            post.c.valid_from > at - A_YEAR,
            post.c.valid_from <= at,
        )
    )
    if scope is not None:
        query = query.where(post.c.course_key.in_(scope))
    count, with_note = session.execute(query).one()
    return count, int(with_note)


def _improved(session: Session, scope: Select[int] | None) -> tuple[int, int]:
    version, goal, stand = _tables["plan_version"], _tables["plan_goal"], _tables["goal_stand"]
    better = case((stand.c.level < goal.c.baseline, 1), else_=0)
    query = (
        select(func.count(), func.coalesce(func.sum(better), 0))
        .select_from(goal)
        .join(
            version,
            (version.c.plan_key == goal.c.plan_key) & (version.c.version == goal.c.version),
        )
        .join(stand, stand.c.goal_key == goal.c.key)
        .where(version.c.status == "active", stand.c.level.is_not(None))
    )
    if scope is not None:
        query = query.where(version.c.course_key.in_(scope))
    scored, improved = session.execute(query).one()
    return scored, int(improved)


def _relief(session: Session, scope: Select[int] | None, at: datetime) -> int:
    had = with_relief(at).subquery()
    query = select(func.count(distinct(had.c.citizen_key)))
    if scope is not None:
        query = query.join(Course, Course.citizen_key == had.c.citizen_key).where(
            Course.key.in_(scope)
        )
    return session.scalar(query) or 0


def _days(came: datetime, start: date) -> int:
    return (start - came.astimezone(LOCAL).date()).days
