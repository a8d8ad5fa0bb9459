"""What changed between two versions of a plan, as people would tell it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from app.plans.plan import CHANNELS, Goal, Intervention, Plan


@dataclass(frozen=True)
class Part:
    """Some words: `kind` is same, old (taken out) or new (put in)."""

    kind: str
    text: str


@dataclass(frozen=True)
class Difference:
    """One thing that changed: a code for what (`field`), whose it is (a goal or an intervention), and the words."""

    field: str
    about: str
    parts: tuple[Part, ...]


_PLAN = ("objective", "dreams", "wishes_education_job", "strengths", "worries")
_GOAL = (
    "citizen_words",
    "goal",
    "measure",
    "baseline",
    "target",
    "target_date",
    "responsible",
    "legal_basis",
    "person",
    "subgoals",
)
_INTERVENTION = ("provider", "start", "ends", "hours_per_week", "legal_basis", "ladder")


def difference(old: Plan, new: Plan) -> list[Difference]:
    """Return what the newer version says otherwise: words of the plan, goals, then interventions."""
    found = list(_fields(old, new, _PLAN, ""))
    before = {goal.key: goal for goal in old.goals}
    after = {goal.key: goal for goal in new.goals}
    for key, goal in after.items():
        if key in before:
            found += _fields(before[key], goal, _GOAL, goal.citizen_words)
        else:
            found.append(Difference("new_goal", "", (Part("new", goal.citizen_words),)))
    found += [
        Difference("ended_goal", "", (Part("old", goal.citizen_words),))
        for key, goal in before.items()
        if key not in after
    ]
    return found + _support(old, new)


def _support(old: Plan, new: Plan) -> list[Difference]:
    found: list[Difference] = []
    left = list(old.interventions)
    for one in new.interventions:
        was = next(
            (
                it
                for it in left
                if it.intervention_type == one.intervention_type and it.provider == one.provider
            ),
            None,
        )
        was = was or next(
            (it for it in left if it.intervention_type == one.intervention_type), None
        )
        if was is None:
            found.append(
                Difference("new_support", one.intervention_type, (Part("new", one.provider),))
            )
        else:
            left.remove(was)
            found += _fields(was, one, _INTERVENTION, one.intervention_type)
    ended = [
        Difference("ended_support", one.intervention_type, (Part("old", one.provider),))
        for one in left
    ]
    return found + ended


def _fields(
    old: Plan | Goal | Intervention,
    new: Plan | Goal | Intervention,
    names: tuple[str, ...],
    about: str,
) -> Iterator[Difference]:
    for name in names:
        before, after = _text(getattr(old, name)), _text(getattr(new, name))
        if before != after:
            yield Difference(name, about, tuple(words(before, after)))


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(
            one
            if isinstance(one, str)
            else f"{CHANNELS.get(one.channel, one.channel)} {one.per_week}"
            for one in value
        )
    if isinstance(value, date):
        return f"{value.day}.{value.month}.{value.year}"
    return "" if value is None else str(value)


def words(old: str, new: str) -> Iterator[Part]:
    """Compare two texts word by word."""
    before, after = old.split(), new.split()
    for act, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if act == "equal":
            yield Part("same", " ".join(before[i:j]))
            continue
        if i < j:
            yield Part("old", " ".join(before[i:j]))
        if k < m:
            yield Part("new", " ".join(after[k:m]))
