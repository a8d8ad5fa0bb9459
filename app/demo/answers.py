"""What is answered in a form: the usual (`usual.toml`), with what is special about the course laid over it.

Dates are told as days from the day of the answer, and `{first_name}` stands for the citizen's.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from app.clock import LOCAL
from app.demo.citizens import CourseLife, Life
from app.demo.stories import Step
from app.invented import NAMES

_USUAL = Path(__file__).parent / "usual.toml"
_DAYS = {
    "first_contact_due", "given_at", "valid_until", "access_until", "due", "next_meeting", "target_date",
    "start", "new_target_date", "discharge_date", "rehabilitation_start", "treatment_started", "first_job_meeting",
    "work_follow_up", "driving_review", "decision_valid_from",
}  # fmt: skip
_OF_AGE = 18


@dataclass(frozen=True)
class Occasion:
    """A form to be filled in: whose, in which course, at which step, and what the task sees."""

    life: Life
    course: CourseLife
    step: Step
    seen: Mapping[str, Any]

    @property
    def at(self) -> datetime:
        """The local time."""
        return self.step.at.astimezone(LOCAL)


def answers(occasion: Occasion) -> dict[str, Any]:
    """Return the answers to the form of the step's task."""
    form = occasion.step.what
    said: dict[str, Any] = dict(_usual().get(form, {}))
    known = _KNOWN.get(form)
    if known is not None:
        said |= known(occasion)
    said |= occasion.course.special(form, occasion.step.visit)
    completed = _COMPLETED.get(form)
    if completed is not None:
        said = completed(occasion, said)
    told: dict[str, Any] = _told(said, occasion)
    return told


@cache
def _usual() -> dict[str, Any]:
    return tomllib.loads(_USUAL.read_text("utf-8"))


def _told(value: Any, occasion: Occasion, name: str = "") -> Any:
    """Return an answer with its days as dates and the citizen's name filled in."""
    if isinstance(value, Mapping):
        return {key: _told(one, occasion, key) for key, one in value.items()}
    if isinstance(value, list):
        return [_told(one, occasion, name) for one in value]
    if isinstance(value, str):
        return value.replace("{first_name}", occasion.life.first_name)
    if name in _DAYS and isinstance(value, int):
        return (occasion.at + timedelta(days=value)).date().isoformat()
    return value


def _ago(occasion: Occasion, minutes: int) -> str:
    return (occasion.at - timedelta(minutes=minutes)).isoformat(timespec="minutes")


def _inquiry(occasion: Occasion) -> dict[str, Any]:
    return {"received_at": _ago(occasion, 10), "sender_contact": occasion.life.phone}


def _treatment(occasion: Occasion) -> dict[str, Any]:
    return {"responsible": occasion.course.coordinator}


def _call(occasion: Occasion) -> dict[str, Any]:
    return {"called_at": _ago(occasion, 5)}


def _information(occasion: Occasion) -> dict[str, Any]:
    age = int(occasion.seen["citizen"]["age"])
    grown = age >= _OF_AGE or occasion.step.visit
    parents = [f"guardian_{n}" for n, _ in enumerate(occasion.life.guardians, start=1)]
    return {"consent_givers": ["citizen", *([] if grown else parents)]}


def _appointment(occasion: Occasion) -> dict[str, Any]:
    return {"coordinator": occasion.course.coordinator, "deputy": occasion.course.deputy}


def _meeting(occasion: Occasion) -> dict[str, Any]:
    called = [_called(member) for member in occasion.seen["team_members"]]
    return {
        "starts_at": occasion.step.meeting.isoformat(timespec="minutes"),
        "participants": called,
    }


def _called(member: Mapping[str, Any]) -> dict[str, Any]:
    """Return a member of the team as somebody to call to the meeting."""
    kind = member["party_kind"]
    who = member.get("person") or member["name"]
    party = "school" if member["area"] == "school" and kind == "provider" else kind
    called = {"name": NAMES.get(who, who), "party_kind": kind, "why": member["role"]}
    return called if kind == "authority" else {**called, "party": party}


def _minutes(occasion: Occasion) -> dict[str, Any]:
    return {"attended": [one["name"] for one in occasion.seen["participants"]]}


def _follow_up(occasion: Occasion) -> dict[str, Any]:
    return {"next_follow_up": occasion.step.follow_up.isoformat()}


def _with_responsible(occasion: Occasion, said: dict[str, Any]) -> dict[str, Any]:
    goals = [{"responsible": occasion.course.coordinator, **goal} for goal in said["goals"]]
    return {**said, "goals": goals}


def _with_goals(occasion: Occasion, said: dict[str, Any]) -> dict[str, Any]:
    """Say which goal each review is about: they stand in the order of the plan's goals."""
    known = occasion.seen["current_goals"]
    told = said["reviews"]
    reviews = [
        {"goal": goal["key"], **told[min(number, len(told) - 1)]}
        for number, goal in enumerate(known)
    ]
    return {**said, "reviews": reviews}


def _with_agreements(occasion: Occasion, said: dict[str, Any]) -> dict[str, Any]:
    """Answer the agreements that are open when the course is closed: they have all been done."""
    left = occasion.seen["open_agreements"]
    settled = [{"agreement": one["key"], "result": "done"} for one in left]
    return {**said, "settled": settled} if settled else said


_KNOWN: dict[str, Callable[[Occasion], dict[str, Any]]] = {
    "register_inquiry": _inquiry,
    "treat_inquiry": _treatment,
    "call_back": _call,
    "inform_citizen": _information,
    "appoint_coordinator": _appointment,
    "convene_meeting": _meeting,
    "record_minutes": _minutes,
    "approve_plan": _follow_up,
    "revise_goals": _follow_up,
}
"""What follows from the course, form by form."""

_COMPLETED: dict[str, Callable[[Occasion, dict[str, Any]], dict[str, Any]]] = {
    "draft_goals": _with_responsible,
    "revise_goals": _with_goals,
    "close_course": _with_agreements,
}
"""What is added to the rows that a course tells."""
