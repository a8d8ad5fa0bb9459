"""How courses stand, as conditions that a list of them can be narrowed by: what is broken, and what is lacking.

The nouns' tables are read by name here: a condition is one question to the database, whatever the number of courses.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    distinct,
    exists,
    func,
    or_,
    select,
)

from app.clock import LOCAL
from app.courses.rows import Course, Task, tables
from app.deadlines import OPEN, DeadlineRow

STANDINGS = {
    "breach": "En frist er overskredet",
    "no_coordinator": "Ingen tovholder",
    "changed_coordinator": "Har skiftet tovholder det sidste år",
    "no_plan": "Ingen plan, som borgeren har sagt ja til",
    "no_consent": "Intet gyldigt samtykke",
    "late_goal": "Et mål er ikke fulgt op i tide",
    "not_called": "Der er ikke ringet tilbage",
    "many_professionals": "Borgeren har flere end fem fagpersoner",
    "no_intervention": "Ingen indsats er begyndt",
    "stepped_down": "Støtten er trappet ned",
    "relief": "Har aflastning eller botilbud",
    "great_need": "Stort behov for støtte ved visitationen (3-4)",
}
"""Code of a standing → Danish."""

A_YEAR = timedelta(days=365)

MANY_PROFESSIONALS = 5
"""A citizen with more professionals than this has many: our measure of "så få kontaktpersoner som muligt"."""

GREAT_NEED = 3
"""From this measure of need (0 to 4, written when an inquiry is treated) on, it is great."""

RELIEF = ("relief", "housing")
"""Codes of the interventions that better help at home is to make fewer of: respite and residential care."""


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
        "not_called": _not_called_back,
        "many_professionals": _with_many_professionals,
        "no_intervention": _without_intervention,
        "stepped_down": _stepped_down,
        "relief": _with_relief,
        "great_need": _with_great_need,
    }[code](at)


def _breached(_: datetime) -> ColumnElement[bool]:
    return Course.key.in_(
        select(DeadlineRow.course_key).where(
            DeadlineRow.breached_at.is_not(None), DeadlineRow.status.in_(OPEN)
        )
    )


def _with_great_need(_: datetime) -> ColumnElement[bool]:
    inquiry = tables["inquiry"]
    return Course.key.in_(select(inquiry.c.course_key).where(inquiry.c.need >= GREAT_NEED))


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


def _not_called_back(_: datetime) -> ColumnElement[bool]:
    inquiry = tables["inquiry"]
    wanted = select(inquiry.c.course_key).where(inquiry.c.callback_wanted)
    done = select(Task.course_key).where(Task.form_id == "call_back", Task.status == "completed")
    return and_(Course.key.in_(wanted), Course.key.not_in(done))


def _with_many_professionals(at: datetime) -> ColumnElement[bool]:
    post = tables["team_post"]
    many = (
        select(post.c.citizen_key)
        .where(
            post.c.citizen_key.is_not(None),
            post.c.party_kind.in_(["authority", "provider"]),
            post.c.valid_from <= at,
            or_(post.c.valid_to.is_(None), post.c.valid_to > at),
        )
        .group_by(post.c.citizen_key)
        .having(func.count(distinct(post.c.name)) > MANY_PROFESSIONALS)
    )
    return Course.citizen_key.in_(many)


def _interventions(at: datetime) -> tuple[FromClause, Select[int]]:
    """Return the interventions, and whose plans in force at an instant have them."""
    plan, version = tables["plan"], tables["plan_version"]
    intervention = tables["plan_intervention"]
    whose = (
        select(plan.c.citizen_key)
        .join(version, version.c.plan_key == plan.c.key)
        .join(
            intervention,
            and_(
                intervention.c.plan_key == plan.c.key, intervention.c.version == version.c.version
            ),
        )
        .where(
            version.c.adopted_at <= at,
            or_(version.c.retired_at.is_(None), version.c.retired_at > at),
        )
    )
    return intervention, whose


def _without_intervention(at: datetime) -> ColumnElement[bool]:
    today = at.astimezone(LOCAL).date()
    intervention, whose = _interventions(at)
    begun = whose.where(intervention.c.start <= today)
    return and_(Course.citizen_key.is_not(None), Course.citizen_key.not_in(begun))


def _stepped_down(_: datetime) -> ColumnElement[bool]:
    plan = tables["plan"]
    return Course.citizen_key.in_(select(plan.c.citizen_key).where(plan.c.step > 0))


def _with_relief(at: datetime) -> ColumnElement[bool]:
    return Course.citizen_key.in_(with_relief(at))


def with_relief(at: datetime) -> Select[int]:
    """Return the citizens who had respite or residential care at an instant, by the plan in force then."""
    today = at.astimezone(LOCAL).date()
    intervention, whose = _interventions(at)
    return whose.where(
        intervention.c.intervention_type.in_(RELIEF),
        or_(intervention.c.start.is_(None), intervention.c.start <= today),
        or_(intervention.c.ends.is_(None), intervention.c.ends >= today),
    )
