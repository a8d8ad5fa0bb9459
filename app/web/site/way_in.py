"""The way left for somebody who has no ground to see a citizen: emergency access, offered where they were refused."""

from __future__ import annotations

from flask import url_for

from app.access.session import current_principal

_OF_COURSE = frozenset(
    {
        "courses.overview",
        "courses.plan",
        "courses.team",
        "courses.meetings",
        "courses.consents",
        "courses.timeline",
        "diagrams.diagram",
    }
)


def way_in(endpoint: str, key: object) -> str:
    """Return where the person who was just refused may open an emergency access; "" where there is no such way.

    Args:
        endpoint: of the page that was refused.
        key: what its address named: a course's key, or a citizen's.
    """
    if not isinstance(key, int) or not current_principal().may("emergency:open"):
        return ""
    if endpoint in _OF_COURSE:
        return url_for("emergencies.ask_course", key=key)
    return url_for("emergencies.ask_citizen", key=key) if endpoint == "citizens.show" else ""
