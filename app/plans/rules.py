"""What a plan and a decision must hold before they count: pure rules over values, answered in Danish."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from app.plans.plan import Goal, Intervention, Plan

_QUARTERS = 4
MOST_HOURS = 168


def wrong_dates_and_hours(interventions: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Return what contradicts itself in interventions that are to be written, by field."""
    wrong = {}
    for number, one in enumerate(interventions):
        if one["ends"] and one["start"] and one["ends"] < one["start"]:
            wrong[f"interventions[{number}].ends"] = "Støtten kan ikke slutte, før den begynder."
        hours = one["hours_per_week"]
        if hours is not None and not 0 <= hours <= MOST_HOURS:
            wrong[f"interventions[{number}].hours_per_week"] = "Skriv mellem 0 og 168 timer."
        elif hours is not None and hours * _QUARTERS % 1:
            wrong[f"interventions[{number}].hours_per_week"] = "Skriv timerne i kvarter."
    return wrong


def obstacles(plan: Plan, today: date) -> list[str]:
    """Return why a version cannot be put in force yet; empty where it can.

    A goal counts only if one can see that it is reached: by a measure in words, a level that moves (or a goal of
    keeping one), and a date that has not passed. A step of a support ladder says when one goes on from it.
    """
    found = [text for goal in plan.goals if not goal.done for text in _unmeasurable(goal, today)]
    for one in plan.interventions:
        found += _without_criterion(one)
    return found


def _unmeasurable(goal: Goal, today: date) -> list[str]:
    name = f"»{goal.citizen_words}«"
    found = []
    if not any(character.isalnum() for character in goal.measure):
        found.append(f"Målet {name} kan ikke måles: skriv, hvordan man kan se det.")
    if goal.goal_type == "develop" and goal.target == goal.baseline:
        found.append(f"Målet {name} skal udvikle noget, men slutter, hvor det begynder.")
    if goal.target_date <= today and not goal.reviews:
        found.append(f"Målet {name} skulle være nået før i dag: vælg en senere dato.")
    return found


def _without_criterion(one: Intervention) -> list[str]:
    return [
        f"Støttetrappen hos {one.provider or 'en udfører'} mangler på trin {number},"
        " hvornår man går et trin ned."
        for number, step in enumerate(one.ladder[:-1], start=1)
        if not step.step_down_criterion
    ]


def unscored(goals: Iterable[Goal], course_key: int) -> list[Goal]:
    """Return the goals of a course that nobody has given a level at a follow-up."""
    return [
        goal
        for goal in goals
        if goal.course_key in {None, course_key} and (not goal.reviews or goal.level is None)
    ]


def missing_in_decision(said: dict[str, Any]) -> dict[str, str]:
    """Return what a decision lacks, by field (forvaltningsloven §§ 19, 22, 24 and 25).

    Args:
        said: the values of `DecideIn`.
    """
    full = said["decision_result"] == "granted"
    burdens = said["decision_burdens"] or not full
    heard = said["party_heard"] == "yes" or said["hearing_sent"] is not None
    wrong = {}
    if not said["decision_basis"]:
        wrong["decision_basis"] = "Skriv hjemlen: hvilken lov og paragraf bygger afgørelsen på?"
    if not full and not said["reasoning"]:
        wrong["reasoning"] = "Skriv begrundelsen: borgeren får ikke det hele."
    if burdens and not heard and said["party_heard"] != "exempt":
        wrong["party_heard"] = "Hør borgeren først, eller skriv, hvorfor det ikke er nødvendigt."
    if burdens and not heard and said["party_heard"] == "exempt" and not said["hearing_exemption"]:
        wrong["hearing_exemption"] = "Skriv, hvorfor borgeren ikke skal høres."
    if not full and not said["complaint_guidance"]:
        wrong["complaint_guidance"] = "Giv klagevejledning: borgeren får ikke det hele."
    return wrong
