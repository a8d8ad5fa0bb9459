"""A plan as a value, and the rules of when a goal is reached and where one stands on the support ladder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

STATUS = {"draft": "Kladde", "active": "Gælder", "retired": "Udgået"}
"""Status of a version → Danish."""

RESULTS = {"granted": "Bevilget", "partly": "Bevilget delvist", "rejected": "Afslag"}
"""What was decided → Danish."""

OBJECTIVES = {
    "job": "Job",
    "education": "Uddannelse",
    "self_supporting": "Selvforsørgelse på anden måde",
    "everyday_life": "En hverdag, der hænger sammen",
}
"""What all the support of a plan is for in the end, work first → Danish."""

REVIEW_STATUS = {
    "continue": "Fortsætter",
    "change": "Ændres",
    "end": "Afsluttes",
    "end_and_refer": "Afsluttes, og der visiteres til noget nyt",
}
"""What a follow-up decides about a goal → Danish."""

ENDED = frozenset({"end", "end_and_refer"})

CHANNELS = {"in_person": "Personligt", "call": "Opkald", "sms": "Sms", "none": "Ingen kontakt"}
"""How support is given → Danish."""


@dataclass(frozen=True)
class Goal:
    """A goal as it stands.

    Attributes:
        level: at the latest follow-up; the baseline before the first; None where it was not assessed.
        status: of the latest follow-up, `continue` before the first.
        reviews: how many follow-ups there were.
        person: whose goal it is, in a plan of a household; empty where it is the citizen's.
        course_key: the course that wrote it first; None for goals older than that was kept.
    """

    key: int
    citizen_words: str
    goal: str
    goal_type: str
    theme: str
    measure: str
    baseline: int
    target: int
    target_date: date
    responsible: str
    legal_basis: str
    level: int | None
    status: str
    reviews: int
    person: str = ""
    subgoals: tuple[str, ...] = ()
    course_key: int | None = None

    @property
    def reached(self) -> bool:
        """Tell whether the level has come to the target, from whichever side it started.

        A goal of keeping a level (target = baseline) is never reached by it: only people can say when it is over.
        """
        if self.level is None or self.target == self.baseline:
            return False
        return (
            self.level <= self.target if self.target < self.baseline else self.level >= self.target
        )

    @property
    def done(self) -> bool:
        """Tell whether it is over: ended at a follow-up, or reached and not to be changed."""
        return self.status in ENDED or (self.reached and self.status != "change")


@dataclass(frozen=True)
class Review:
    """A goal at one follow-up."""

    at: datetime
    by: str
    level: int | None
    citizen_view: str
    professional_view: str
    status: str
    new_target_date: date | None


@dataclass(frozen=True)
class Step:
    """A step of a support ladder: how, how often, and when one can go a step down."""

    channel: str
    per_week: int
    step_down_criterion: str


@dataclass(frozen=True)
class Intervention:
    """Something that is done for the citizen. `hours_per_week` is None where it was not said."""

    intervention_type: str
    provider: str
    start: date | None
    hours_per_week: Decimal | None
    ladder: tuple[Step, ...]
    ends: date | None = None
    legal_basis: str = ""
    course_key: int | None = None

    def today(self, step: int) -> int:
        """Return the index of today's step on this ladder, when the plan is `step` steps down."""
        return max(0, min(step, len(self.ladder) - 1))


@dataclass(frozen=True)
class ExistingPlan:
    """A plan that the citizen had before; `merge`: it becomes part of this one.

    `contradicts` says what in it goes against the others; empty where nothing does.
    """

    area: str
    law: str
    owner: str
    merge: bool
    contradicts: str = ""


@dataclass(frozen=True)
class Approval:
    """What the citizen said to a version: yes, partly or no."""

    approved: str
    comment: str
    form: str
    at: datetime
    by: str


@dataclass(frozen=True)
class Decision:
    """What the authority decided about support. `heard`: yes, exempt or ""; `result`: granted, partly or rejected."""

    key: int
    course_key: int
    result: str
    reasoning: str
    legal_basis: str
    heard: str
    hearing_exemption: str
    complaint_guidance: bool
    valid_from: date
    at: datetime
    by: str


@dataclass(frozen=True)
class Plan:
    """One version of a citizen's plan, with goals as they stand now. `step` counts from the top of the ladders.

    `objective` is what all goals and support are for, in the citizen's words, `objective_kind` one of `OBJECTIVES`;
    `shared_with` are the keys of others in the household whose plan it is, too.
    """

    key: int
    citizen_key: int
    version: int
    course_key: int
    status: str
    dreams: str
    wishes_education_job: str
    strengths: str
    worries: str
    existing_plans: tuple[ExistingPlan, ...]
    goals: tuple[Goal, ...]
    interventions: tuple[Intervention, ...]
    step: int
    approvals: tuple[Approval, ...]
    drafted_at: datetime
    drafted_by: str
    adopted_at: datetime | None
    retired_at: datetime | None
    objective: str = ""
    objective_kind: str = ""
    shared_with: tuple[int, ...] = ()
