"""What the plans' operations take in and give back."""

from __future__ import annotations

from marshmallow import fields as plain

from app.connectors import (
    Choice,
    Day,
    Flag,
    Input,
    Items,
    Moment,
    Names,
    Number,
    Output,
    Part,
    Ref,
    Text,
    Whole,
)
from app.plans.plan import OBJECTIVES, RESULTS, REVIEW_STATUS


class ExistingPlanIn(Input):
    """A plan that the citizen has already."""

    area = Text(load_default="")
    law = Text(load_default="")
    owner = Text(load_default="")
    merge = Flag(load_default=False)
    contradicts = Text(load_default="")


class GoalIn(Input):
    """A row of the form's goals; with `key` (or the same words) it goes on with a goal of the version before."""

    key = Ref(load_default=None)
    citizen_words = Text(required=True)
    goal = Text(required=True)
    goal_type = Text(required=True)
    theme = Text(required=True)
    measure = Text(required=True)
    baseline = Whole(0, 4, required=True)
    target = Whole(0, 4, required=True)
    target_date = Day(required=True)
    responsible = Text(required=True)
    legal_basis = Text(load_default="")
    person = Text(load_default="")
    subgoals = Names(load_default=list)


class StepIn(Input):
    """A step of a support ladder."""

    channel = Text(required=True)
    per_week = Whole(0, 168, load_default=0)
    step_down_criterion = Text(load_default="")


class InterventionIn(Input):
    """A row of the form's interventions."""

    intervention_type = Text(required=True)
    provider = Text(load_default="")
    start = Day(load_default=None)
    ends = Day(load_default=None)
    hours_per_week = Number(load_default=None)
    legal_basis = Text(load_default="")
    ladder = Items(StepIn, load_default=list)


class MemberIn(Input):
    """Somebody of the household."""

    key = Ref(required=True)


class DraftIn(Input):
    """Of the forms that make a plan together with the citizen."""

    dreams = Text(required=True)
    wishes_education_job = Text(required=True)
    strengths = Text(load_default="")
    worries = Text(load_default="")
    objective = Text(load_default="")
    objective_kind = Choice(*OBJECTIVES, "", load_default="")
    existing_plans = Items(ExistingPlanIn, load_default=list)
    goals = Items(GoalIn, required=True)
    interventions = Items(InterventionIn, load_default=list)


class FindIn(Input):
    """Nothing: whose plan it is, the course says."""


class _ExistingValue(Output):
    area = plain.String()
    law = plain.String()
    owner = plain.String()
    merge = plain.String()
    contradicts = plain.String()


class FindOut(Output):
    """What the citizen's plan says already, for a form to begin with; null where there is no plan."""

    dreams = plain.String(allow_none=True)
    wishes_education_job = plain.String(allow_none=True)
    strengths = plain.String(allow_none=True)
    worries = plain.String(allow_none=True)
    objective = plain.String(allow_none=True)
    objective_kind = plain.String(allow_none=True)
    existing_plans = plain.List(Part(_ExistingValue))


class _PlanValue(Output):
    key = Ref()
    version = plain.Integer()
    status = plain.String()


class _GoalValue(Output):
    key = Ref()
    citizen_words = plain.String()
    goal = plain.String()
    baseline = plain.Integer()
    target = plain.Integer()
    target_date = Day()
    level = plain.Integer(allow_none=True)
    status = plain.String()


class DraftOut(Output):
    """The version drafted, and its goals with the level at which each stands."""

    plan = Part(_PlanValue)
    goals = plain.List(Part(_GoalValue))


class ShareIn(Input):
    """Who else of the household has the plan. `own_plans`: who has one already is refused, or left out."""

    members = Items(MemberIn, load_default=list)
    own_plans = Choice("refuse", "leave_out", load_default="refuse")


class ShareOut(Output):
    """How many share the plan with the citizen, and the first names of those left out because they have their own."""

    plan_shared = plain.Integer()
    own_plans_of = plain.List(plain.String())


class DecideIn(Input):
    """Of the forms in which the authority decides and hears the citizen."""

    decision_result = Choice(*RESULTS, required=True)
    reasoning = Text(load_default="")
    decision_basis = Text(load_default="")
    decision_burdens = Flag(load_default=False)
    hearing_sent = Day(load_default=None)
    party_heard = Choice("yes", "exempt", load_default="")
    hearing_exemption = Text(load_default="")
    complaint_guidance = Flag(load_default=False)
    decision_valid_from = Day(required=True)


class _DecisionValue(Output):
    key = Ref()
    result = plain.String()
    valid_from = Day()


class DecideOut(Output):
    """The decision as it is kept."""

    decision = Part(_DecisionValue)


class PlanRef(Input):
    """Which version of which plan."""

    key = Ref(required=True)
    version = Whole(1, load_default=None)


class AdoptIn(Input):
    """What the citizen says to a version."""

    plan = Part(PlanRef, required=True)
    approved = Choice("yes", "partly", "no", required=True)
    comment = Text(load_default="")
    approval_form = Text(load_default="")


class AdoptOut(Output):
    """The version, active if the citizen said yes."""

    plan = Part(_PlanValue)


class ReviewIn(Input):
    """A row of the form that follows up on goals; no level: not assessed."""

    goal = Ref(required=True)
    current_level = Whole(0, 4, load_default=None)
    citizen_view = Text(load_default="")
    professional_view = Text(load_default="")
    status = Choice(*REVIEW_STATUS, required=True)
    new_target_date = Day(load_default=None)


class ReviewsIn(Input):
    """A follow-up."""

    plan = Part(PlanRef, required=True)
    reviews = Items(ReviewIn, required=True)
    support_step = Choice("down", "hold", "up", load_default="hold")


class ReviewsOut(Output):
    """Whether all goals are done, whether one is to be changed, and all goals as they stand."""

    all_reached = plain.Boolean()
    changed = plain.Boolean()
    goals = plain.List(Part(_GoalValue))


class CloseIn(Input):
    """How a course ended."""

    outcome = Choice(
        "self_supporting",
        "job",
        "education",
        "well_being",
        "at_home",
        "maintained",
        "declined",
        "moved",
        "deceased",
        "other",
        required=True,
    )
    goals_result = plain.Raw(load_default=None)
    citizen_evaluation = Whole(1, 5, load_default=None)
    aftercare = Flag(load_default=None)
    handover_to = Text(load_default="")
    lessons = Text(load_default="")


class CloseOut(Output):
    """When it was closed."""

    closed_at = Moment()
