"""What the pickers of a task's form offer: colleagues, the course's people, and what is in force on the day.

Legal bases and code lists are rows of decision tables (`workflows/shared/legal_bases.dmn`, `code_lists.dmn`), each with
the days that it holds: a form offers what holds when it is filled in, and nobody writes a paragraph from memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app import access, citizens, deadlines, dmn, documents, feel, teams
from app.clock import LOCAL
from app.courses.rows import Course
from app.courses.runtime.held import HeldCourse
from app.definitions import library

Options = list[tuple[str, str]]

CODE_LIST = "code_list"
"""The decision that gives the rows of a code list in force on a day, and what a picker of one begins with."""


@dataclass(frozen=True)
class CourseChoices:
    """The options of pickers, in one course at one instant."""

    session: Session
    course: Course | HeldCourse
    at: datetime

    def options(self, picker: str, query: str, /) -> Options:
        """Return (value, label) pairs for a picker; none for one that is not known."""
        if picker == "user":
            return [(one.username, one.name) for one in access.staff(self.session, text=query)]
        return [pair for pair in self._all(picker) if query.casefold() in pair[1].casefold()]

    def label(self, picker: str, value: str, /) -> str | None:
        """Return the label of one value, or None where it may not be chosen."""
        if picker == "user":
            found = access.person(self.session, value)
            return found.name if found is not None and found.active else None
        return dict(self._all(picker)).get(value)

    def document(self, key: str, /) -> Mapping[str, Any] | None:
        """Return the reference of a document of this course, or None where it has none of that key."""
        found = documents.get(self.session, int(key))
        return (
            found.reference if found is not None and found.course_key == self.course.key else None
        )

    def _all(self, picker: str) -> Options:
        kind, _, name = picker.partition(":")
        if kind == "document":
            kept = documents.usable(self.session, self.course.key)
            return [(str(one.key), one.name) for one in kept]
        if kind == "team_member":
            members = teams.members(self.session, self.course.key, self.at)
            return [(member.name, member.name) for member in members]
        if kind == "citizen":
            return self._citizens()
        if kind == "guardian":
            return self._guardians()
        if kind == "legal_basis":
            in_force = deadlines.legal_bases(self.session, self.at)
            return [(basis.code, f"{basis.words}: {basis.title}") for basis in in_force]
        return self._code_list(name) if kind == CODE_LIST else []

    def _citizens(self) -> Options:
        """Return the course's citizen and those they live with; a course about nobody offers none."""
        if self.course.citizen_key is None:
            return []
        found = {self.course.citizen_key: citizens.citizen(self.session, self.course.citizen_key)}
        home = citizens.household(self.session, self.course.citizen_key, self.at)
        found |= {member.key: member for member in home.members} if home else {}
        return [(str(key), one.name) for key, one in found.items()]

    def _guardians(self) -> Options:
        """Return the registered parents and guardians by name; who has no custody is said to have none."""
        if self.course.citizen_key is None:
            return []
        day = self.at.astimezone(LOCAL).date()
        found = citizens.guardians(self.session, self.course.citizen_key)
        return [
            (
                one.name,
                one.name if one.custody else f"{one.name} (har ikke forældremyndigheden)",
            )
            for one in found
            if one.valid(day)
        ]

    def _code_list(self, name: str) -> Options:
        published = library.latest_resource(self.session, "dmn", CODE_LIST)
        if published is None:
            return []
        model = library.decision_model(self.session, published.digest)
        asked = {"list_name": name, "on": deadlines.local_day(self.at).isoformat()}
        rows = feel.to_json(dmn.evaluate(model, CODE_LIST, asked, now=self.at).value)
        return [(row["code"], row["title"]) for row in rows or []]
