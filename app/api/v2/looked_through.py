"""Searches for what is stored nowhere and is told by deciding courses again: in which courses, and how many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import Session

from app.api import search
from app.api.seen import Eyes
from app.courses import Course

MOST_COURSES = 100
"""How many courses a search looks through that names none: each is decided again from its journal."""


class Told(Protocol):
    """Something that a course's history tells of."""

    def fulfils(self, wanted: Mapping[str, Any]) -> bool:
        """Tell whether a loaded filter lets it through."""


T = TypeVar("T", bound=Told)


def latest(session: Session, query: Select[Course], wanted: Mapping[str, Any]) -> list[Course]:
    """Return the courses to look through: of the query, in the named instances and versions, the latest started."""
    for name, column in (
        ("process_instance_key", Course.key),
        ("process_definition_key", Course.version_key),
    ):
        if name in wanted:
            query = query.where(search.condition(column, wanted[name]))
    query = query.order_by(Course.started_at.desc(), Course.key.desc())
    return list(session.scalars(query.limit(MOST_COURSES)))


def gather(
    eyes: Eyes,
    looked: Sequence[Course],
    told: Callable[[Course], Iterable[T]],
    wanted: Mapping[str, Any],
) -> tuple[list[T], bool]:
    """Return what the filter lets through of the courses that the caller sees, and whether there may be more."""
    hits: list[T] = []
    for course in looked:
        if len(hits) > search.MOST:
            break
        if eyes.inside(course) is not None:
            hits += [one for one in told(course) if one.fulfils(wanted)]
    return hits, len(hits) > search.MOST or len(looked) == MOST_COURSES
