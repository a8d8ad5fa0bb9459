"""The invented citizens: who they are and what their courses went through, read from `lives/*.toml`.

Nothing there names a day: ages and days are counted back from the day on which the demo is loaded.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

_LIVES = Path(__file__).parent / "lives"

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Guardian:
    """A parent or another with custody."""

    name: str
    relation: str
    phone: str = ""


@dataclass(frozen=True)
class CourseLife:
    """What one course goes through.

    Attributes:
        began: how many days ago it was started.
        kind: id of its process.
        waits: how many days ago the last step was taken.
        path: its steps in order; "step@20" is taken 20 days ago (see `app.demo.stories`).
        coordinator: username of who is responsible.
        deputy: username of the deputy.
        follow_up: day of the next follow-up counted from today, where it does not follow from the path.
        meeting: day of a meeting whose minutes are still to be written, counted from today.
        answers: form → what is special about its answers, or a list of these, one a visit.
    """

    began: float | Decimal
    kind: str = "youth_course"
    path: tuple[str, ...] = ()
    waits: float | Decimal = 1
    coordinator: str = "mette"
    deputy: str = "jonas"
    follow_up: int = 21
    meeting: int = 4
    answers: Mapping[str, Any] = field(default_factory=dict)

    def special(self, form: str, visit: int) -> Answers:
        """Return what is special about the answers at the n-th visit (from 0) of a form."""
        said: Any = self.answers.get(form, {})
        if isinstance(said, list):
            said = said[min(visit, len(said) - 1)]
        return dict(said)


@dataclass(frozen=True)
class Life:
    """A citizen and their courses.

    Attributes:
        age: whole years.
        birthday: how many days ago the last birthday was.
        protected: the address is protected.
    """

    first_name: str
    last_name: str
    age: int
    birthday: int
    address: str
    phone: str
    protected: bool = False
    guardians: tuple[Guardian, ...] = ()
    courses: tuple[CourseLife, ...] = ()

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"

    def born(self, today: date) -> date:
        """Return the birth date; never 1 January, for which there is no synthetic CPR number."""
        last = today - timedelta(days=self.birthday)
        if (last.day, last.month) in {(1, 1), (29, 2)}:
            last += timedelta(days=1)
        return last.replace(year=last.year - self.age)


@cache
def lives() -> tuple[Life, ...]:
    """Return everybody, by first name."""
    texts = (path.read_text("utf-8") for path in sorted(_LIVES.glob("*.toml")))
    return tuple(_life(tomllib.loads(text, parse_float=Decimal)) for text in texts)


def _life(told: dict[str, Any]) -> Life:
    guardians = tuple(Guardian(**one) for one in told.pop("guardian", ()))
    courses = tuple(
        CourseLife(**{**one, "path": tuple(one.get("path", ()))}) for one in told.pop("course")
    )
    return Life(**told, guardians=guardians, courses=courses)
