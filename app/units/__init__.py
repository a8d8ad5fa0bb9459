"""The organisation behind the courses: its units, and which of them each course belongs to."""

from __future__ import annotations

from app.units.rows import CourseUnitRow

__all__ = ["CourseUnitRow"]
