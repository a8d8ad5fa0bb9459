"""Admission: from which day, and how many at once, people may begin courses of a kind (properties of the process)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from app.definitions.model.findings import Finding, error
from app.definitions.rules.view import View

BEGINS_ON = "begins_on"
"""The first day on which people may begin a course, as `2027-01-01`."""
AT_MOST = "at_most"
"""How many courses may run at once."""


def check(view: View) -> Iterator[Finding]:
    """Find a day that is none, and a number that is none."""
    asked = dict(view.process.properties)
    if BEGINS_ON in asked and not _is_day(asked[BEGINS_ON]):
        yield error(
            "process:begins-on",
            view.process.id,
            f"Egenskaben begins_on er ikke en dato: {asked[BEGINS_ON]!r}.",
            "Skriv den som 2027-01-01.",
        )
    if AT_MOST in asked and not asked[AT_MOST].isdigit():
        yield error(
            "process:at-most",
            view.process.id,
            f"Egenskaben at_most er ikke et helt tal: {asked[AT_MOST]!r}.",
            "Skriv, hvor mange forløb der højst kan være i gang, fx 150.",
        )


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == len("2027-01-01")
