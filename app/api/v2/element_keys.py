"""How programs name the occurrence of an element: a key made from its course and its address, with no row behind it.

The one sequence of keys (`app.storage.keys`) stays far below 2^62. Here that bit is set; then come 30 bits for how
many keys had been taken before the course's own, and 32 bits of a digest of the address. User tasks have rows, and
there the occurrence is named by the task's key.
"""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import ColumnElement, or_, true

from app.api import search
from app.api.search import Column
from app.storage.keys import FIRST

_MADE = 1 << 62
_COURSES, _ADDRESSES = 30, 32


def key_of_element(course_key: int, address: str) -> int:
    """Return the key of an element occurrence."""
    place = int.from_bytes(sha256(address.encode()).digest()[: _ADDRESSES // 8])
    return _MADE | ((course_key - FIRST) % (1 << _COURSES)) << _ADDRESSES | place


def course_of(key: int) -> int | None:
    """Return the key of the course that an element occurrence is in; None for a key that was not made here."""
    return FIRST + (key & ~_MADE) // (1 << _ADDRESSES) if key & _MADE else None


def own_id(element: str) -> str:
    """Return an element's own id: inside a called process that one's id stands before it."""
    return element.rpartition("/")[2]


def of_element(column: Column, criteria: search.Criteria) -> ColumnElement[bool]:
    """Return the condition on an element's own id, wherever it stands."""
    if set(criteria) == {"$eq"}:
        own = criteria["$eq"]
        return or_(column == own, column.endswith(f"/{own}", autoescape=True))
    return search.condition(column, criteria)


def near_element(course_key: Column, criteria: search.Criteria) -> ColumnElement[bool]:
    """Narrow to the courses in which element occurrences with these keys are; which they are is asked afterwards."""
    keys = criteria.get("$in", [criteria["$eq"]] if "$eq" in criteria else None)
    if keys is None:
        return true()
    return course_key.in_([found for key in keys if (found := course_of(key)) is not None])
