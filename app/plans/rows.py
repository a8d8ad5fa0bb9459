"""Tables of plans: one plan a citizen, its versions with goals and interventions, and the goals' levels over time."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.storage import Base, Json, Key


class PlanRow(Base):
    """A citizen's one plan, shared by all courses. `step` is how far down the support ladders one has come."""

    __tablename__ = "plan"

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    citizen_key: Mapped[int] = mapped_column(Key, unique=True)
    step: Mapped[int] = mapped_column(default=0)


class PlanMemberRow(Base):
    """Somebody else of the household whose plan it is, too."""

    __tablename__ = "plan_member"

    citizen_key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    plan_key: Mapped[int] = mapped_column(ForeignKey("plan.key"), index=True)
    since: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(100))


class VersionRow(Base):
    """One version of a plan. `status` is draft, active or retired; `objective` is what all the support is for."""

    __tablename__ = "plan_version"
    __table_args__ = (Index(None, "plan_key", "status"),)

    plan_key: Mapped[int] = mapped_column(ForeignKey("plan.key"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    course_key: Mapped[int] = mapped_column(Key)
    status: Mapped[str] = mapped_column(String(20))
    dreams: Mapped[str] = mapped_column(Text)
    wishes_education_job: Mapped[str] = mapped_column(Text)
    strengths: Mapped[str] = mapped_column(Text)
    worries: Mapped[str] = mapped_column(Text)
    objective: Mapped[str] = mapped_column(Text, default="", server_default="")
    objective_kind: Mapped[str] = mapped_column(String(20), default="", server_default="")
    existing_plans: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    drafted_at: Mapped[datetime]
    drafted_by: Mapped[str] = mapped_column(String(100))
    adopted_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]


class ApprovalRow(Base):
    """What the citizen said to a version; rows are added, never changed."""

    __tablename__ = "plan_approval"
    __table_args__ = (Index(None, "plan_key", "version"),)

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    plan_key: Mapped[int] = mapped_column(ForeignKey("plan.key"))
    version: Mapped[int]
    approved: Mapped[str] = mapped_column(String(10))
    comment: Mapped[str] = mapped_column(Text)
    form: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(100))


class GoalRow(Base):
    """A goal as one version words it. `key` is the goal's own, the same through all versions.

    `person` is whose goal it is, where the plan is a household's; `course_key` the course that wrote it.
    """

    __tablename__ = "plan_goal"
    __table_args__ = (Index(None, "plan_key", "version"),)

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    plan_key: Mapped[int] = mapped_column(ForeignKey("plan.key"))
    seq: Mapped[int]
    citizen_words: Mapped[str] = mapped_column(Text)
    goal: Mapped[str] = mapped_column(Text)
    goal_type: Mapped[str] = mapped_column(String(40))
    theme: Mapped[str] = mapped_column(String(60))
    measure: Mapped[str] = mapped_column(Text)
    baseline: Mapped[int]
    target: Mapped[int]
    target_date: Mapped[date]
    responsible: Mapped[str] = mapped_column(String(200))
    legal_basis: Mapped[str] = mapped_column(String(200))
    person: Mapped[str] = mapped_column(String(200), default="", server_default="")
    subgoals: Mapped[list[str]] = mapped_column(Json, default=list, server_default="[]")
    course_key: Mapped[int | None] = mapped_column(Key)


class ReviewRow(Base):
    """A goal's level and what was decided about it at one follow-up; rows are added, never changed."""

    __tablename__ = "goal_review"
    __table_args__ = (Index(None, "plan_key"),)

    goal_key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    plan_key: Mapped[int] = mapped_column(ForeignKey("plan.key"))
    course_key: Mapped[int] = mapped_column(Key)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(100))
    level: Mapped[int | None]
    citizen_view: Mapped[str] = mapped_column(Text)
    professional_view: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20))
    new_target_date: Mapped[date | None]


class GoalStandRow(Base):
    """Where a goal stands: its latest review, kept beside them so that the ten-thousandth costs what the first did."""

    __tablename__ = "goal_stand"

    goal_key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    reviews: Mapped[int] = mapped_column(default=0)
    level: Mapped[int | None]
    status: Mapped[str] = mapped_column(String(20))
    target_date: Mapped[date | None]


class InterventionRow(Base):
    """Something that is done for the citizen, with its support ladder from most support to least."""

    __tablename__ = "plan_intervention"

    plan_key: Mapped[int] = mapped_column(ForeignKey("plan.key"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    intervention_type: Mapped[str] = mapped_column(String(60))
    provider: Mapped[str] = mapped_column(String(200))
    start: Mapped[date | None]
    hours_per_week: Mapped[Decimal | None] = mapped_column(Json)
    ladder: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    ends: Mapped[date | None]
    legal_basis: Mapped[str] = mapped_column(String(200), default="", server_default="")
    course_key: Mapped[int | None] = mapped_column(Key)


class DecisionRow(Base):
    """What the authority decided about support, with all a decision must say; rows are added, never changed."""

    __tablename__ = "plan_decision"
    __table_args__ = (Index(None, "citizen_key"), Index(None, "course_key"))

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    citizen_key: Mapped[int | None] = mapped_column(Key)
    course_key: Mapped[int] = mapped_column(Key)
    result: Mapped[str] = mapped_column(String(20))
    reasoning: Mapped[str] = mapped_column(Text)
    legal_basis: Mapped[str] = mapped_column(String(200))
    burdens: Mapped[bool]
    heard: Mapped[str] = mapped_column(String(20))
    hearing_exemption: Mapped[str] = mapped_column(Text)
    complaint_guidance: Mapped[bool]
    valid_from: Mapped[date]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(100))
