"""The portfolio: all courses at a glance, by kind, phase and breach, and how well the municipality does.

Every number is counted from rows that the page links to; nothing is kept here.
"""

from __future__ import annotations

from app.portfolio.counts import KindCount, PhaseCount, UnitCount, by_unit, counts
from app.portfolio.efforts import Efforts, efforts
from app.portfolio.figures import Figures, figures

__all__ = [
    "Efforts",
    "Figures",
    "KindCount",
    "PhaseCount",
    "UnitCount",
    "by_unit",
    "counts",
    "efforts",
    "figures",
]
