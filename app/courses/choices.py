"""What the pickers of a task's form offer: colleagues and the course's team."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app import access, teams
from app.courses.held import HeldCourse
from app.courses.rows import Course


@dataclass(frozen=True)
class CourseChoices:
    """The options of pickers, in one course."""

    session: Session
    course: Course | HeldCourse

    def options(self, picker: str, query: str, /) -> list[tuple[str, str]]:
        """Return (value, label) pairs for a picker; none for one that is not known."""
        if picker == "user":
            return [(one.username, one.name) for one in access.staff(self.session, text=query)]
        if picker == "team_member":
            return [(name, name) for name in self._team() if query.casefold() in name.casefold()]
        return []

    def label(self, picker: str, value: str, /) -> str | None:
        """Return the label of one value, or None where it may not be chosen."""
        if picker == "user":
            found = access.person(self.session, value)
            return found.name if found is not None and found.active else None
        if picker == "team_member":
            return value if value in self._team() else None
        return None

    def _team(self) -> list[str]:
        at = self.course.last_at
        return [member.name for member in teams.members(self.session, self.course.key, at)]
