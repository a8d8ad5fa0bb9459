"""The organisation behind the courses: its units, and which of them each course belongs to."""

from __future__ import annotations

from app.units.keeping import STREAM, Loaded, UnitFollowed, belong, follow, load, retell
from app.units.organisation import Unit, read_units
from app.units.queries import (
    Belonging,
    above,
    all_units,
    belonged_to,
    below,
    courses_of,
    history,
    names,
    of_courses,
    regrouped_since,
    unit_of,
)

__all__ = [
    "STREAM",
    "Belonging",
    "Loaded",
    "Unit",
    "UnitFollowed",
    "above",
    "all_units",
    "belong",
    "belonged_to",
    "below",
    "courses_of",
    "follow",
    "history",
    "load",
    "names",
    "of_courses",
    "read_units",
    "regrouped_since",
    "retell",
    "unit_of",
]
