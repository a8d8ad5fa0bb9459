"""A goal's levels over time as a small drawing: places on a canvas, worked out here so that no script is needed.

Level 0 is best, so the axis is turned: up is progress. Only what was sent is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_date

from app.clock import LOCAL
from app.plans import Goal, Review
from app.web.i18n import current
from app.web.i18n import gettext as _

WIDTH, HEIGHT = 232, 76
LEFT, RIGHT, TOP, BOTTOM = 20, 188, 7, 56
MOST = 12
"""Points of a curve: the baseline and the latest follow-ups."""


@dataclass(frozen=True)
class Curve:
    """What the template draws.

    Attributes:
        points: x and y of each level; the last one is today's.
        path: the line through them, as an SVG path.
        target: y of the target.
        lines: y of each level.
        first, last: months beneath the ends; `last` is empty where there is one point.
        words: the same for those who cannot see it.
    """

    points: tuple[tuple[float, float], ...]
    path: str
    target: float
    lines: tuple[float, ...]
    first: str
    last: str
    words: str


def curve(goal: Goal, since: datetime, reviews: Sequence[Review]) -> Curve:
    """Draw a goal: its baseline when the plan was made, then each follow-up that gave a level."""
    levels = [(since, goal.baseline)]
    levels += [(one.at, one.level) for one in reviews if one.level is not None]
    levels = [levels[0], *levels[1:][-(MOST - 1) :]]
    step = (RIGHT - LEFT) / max(1, len(levels) - 1)
    points = tuple(
        (round(LEFT + number * step, 1), _height(level))
        for number, (_at, level) in enumerate(levels)
    )
    said = ", ".join(
        _("%(level)s i %(month)s") % {"level": level, "month": _month(at)} for at, level in levels
    )
    return Curve(
        points,
        "M" + " L".join(f"{x} {y}" for x, y in points),
        _height(goal.target),
        tuple(_height(level) for level in range(5)),
        _month(levels[0][0]),
        _month(levels[-1][0]) if len(levels) > 1 else "",
        _("%(levels)s. Målet er %(target)s.") % {"levels": said, "target": goal.target},
    )


def _height(level: int) -> float:
    return round(TOP + level * (BOTTOM - TOP) / 4, 1)


def _month(at: datetime) -> str:
    language = current().code
    return format_date(at.astimezone(LOCAL), "MMM y", locale=language)
