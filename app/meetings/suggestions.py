"""What the next agenda could hold: goals that are due, decisions that wait, consents that run out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

AHEAD = timedelta(days=30)
"""What falls due within this time after the meeting's day belongs on its agenda."""


@dataclass(frozen=True)
class Suggestion:
    """A point that somebody may take up: `kind` is goal, decision or consent; `due` its day where it has one."""

    kind: str
    title: str
    due: date | None


def suggestions(
    on: date,
    *,
    goals: Iterable[tuple[str, date]],
    decisions: Iterable[tuple[str, date | None]],
    consents: Iterable[tuple[str, date]],
    taken: Iterable[str] = (),
) -> list[Suggestion]:
    """Return what to suggest for a meeting on a day: the earliest first, what is on the agenda left out.

    Args:
        on: the meeting's day.
        goals: the citizen's words and the target date of each goal that is not done.
        decisions: the name and due day of each decision that waits.
        consents: who gave each consent in force, and its last day.
        taken: titles on the agenda.
    """
    found = [Suggestion("goal", words, due) for words, due in goals if due <= on + AHEAD]
    found += [Suggestion("decision", name, due) for name, due in decisions]
    found += [Suggestion("consent", giver, last) for giver, last in consents if last <= on + AHEAD]
    there = {title.strip().casefold() for title in taken}
    return sorted(
        (one for one in found if one.title.strip().casefold() not in there),
        key=lambda one: (one.due or on, one.kind, one.title),
    )
