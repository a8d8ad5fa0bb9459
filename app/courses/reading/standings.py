"""How courses stand, as conditions that a list of them can be narrowed by: what is broken, and what is lacking.

The nouns' tables are read by name here: a condition is one question to the database, whatever the number of courses.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, FromClause, and_, exists, func, or_, select

from app.clock import LOCAL
from app.courses.rows import Course, tables
from app.deadlines import OPEN, DeadlineRow

STANDINGS = {
    "breach": "En frist er overskredet",
    "no_coordinator": "Ingen tovholder",
    "changed_coordinator": "Har skiftet tovholder det sidste år",
    "no_plan": "Ingen plan, som borgeren har sagt ja til",
    "no_consent": "Intet gyldigt samtykke",
    "late_goal": "Et mål er ikke fulgt op i tide",
}
"""Code of a standing → Danish."""

A_YEAR = timedelta(days=365)


def standing(code: str, at: datetime) -> ColumnElement[bool]:
    """Return the condition of a standing, as of an instant.

    Raises:
        KeyError: no such code.
    """
    return {
        "breach": _breached,
        "no_coordinator": _without_coordinator,
        "changed_coordinator": _changed_coordinator,
        "no_plan": _without_plan,
        "no_consent": _without_consent,
        "late_goal": _with_late_goal,
    }[code](at)


def _breached(_: datetime) -> ColumnElement[bool]:
    return Course.key.in_(
        select(DeadlineRow.course_key).where(
            DeadlineRow.breached_at.is_not(None), DeadlineRow.status.in_(OPEN)
        )
    )


def _posts(at: datetime) -> tuple[FromClause, ColumnElement[bool]]:
    """Return the table of posts, and the condition that one holds at the instant and is the coordinator's."""
    post = tables["team_post"]
    holds = and_(
        post.c.post == "coordinator",
        post.c.valid_from <= at,
        or_(post.c.valid_to.is_(None), post.c.valid_to > at),
    )
    return post, holds


def _without_coordinator(at: datetime) -> ColumnElement[bool]:
    post, holds = _posts(at)
    return ~exists(select(post.c.key).where(post.c.course_key == Course.key, holds))


def _changed_coordinator(at: datetime) -> ColumnElement[bool]:
    post = tables["team_post"]
    several = (
        select(post.c.course_key)
        .where(post.c.post == "coordinator", post.c.valid_from <= at)
        .group_by(post.c.course_key)
        .having(func.count() > 1, func.max(post.c.valid_from) > at - A_YEAR)
    )
    return Course.key.in_(several)


def _without_plan(_: datetime) -> ColumnElement[bool]:
    plan, version = tables["plan"], tables["plan_version"]
    active = (
        select(plan.c.citizen_key)
        .join(version, version.c.plan_key == plan.c.key)
        .where(version.c.status == "active")
    )
    return and_(Course.citizen_key.is_not(None), Course.citizen_key.not_in(active))


def _without_consent(at: datetime) -> ColumnElement[bool]:
    consent, end = tables["consent"], tables["consent_end"]
    today = at.astimezone(LOCAL).date()
    valid = select(consent.c.citizen_key).where(
        consent.c.decision != "refused",
        consent.c.given_at <= today,
        consent.c.valid_until >= today,
        consent.c.key.not_in(select(end.c.consent_key)),
    )
    return and_(Course.citizen_key.is_not(None), Course.citizen_key.not_in(valid))


def _with_late_goal(at: datetime) -> ColumnElement[bool]:
    plan, version = tables["plan"], tables["plan_version"]
    goal, stand = tables["plan_goal"], tables["goal_stand"]
    today = at.astimezone(LOCAL).date()
    late = (
        select(plan.c.citizen_key)
        .join(version, version.c.plan_key == plan.c.key)
        .join(goal, and_(goal.c.plan_key == plan.c.key, goal.c.version == version.c.version))
        .outerjoin(stand, stand.c.goal_key == goal.c.key)
        .where(
            version.c.status == "active",
            func.coalesce(stand.c.target_date, goal.c.target_date) < today,
            func.coalesce(stand.c.status, "").not_in(["end", "end_and_refer"]),
        )
    )
    return Course.citizen_key.in_(late)
