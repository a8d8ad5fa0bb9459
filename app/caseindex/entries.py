"""What the index says of a course: a case (OIO Sag) without a word about whom."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from app.clock import LOCAL

KLE = re.compile(r"\d{2}\.\d{2}\.\d{2}")
"""A subject of KLE: group, main subject, subject."""

_OURS = uuid5(NAMESPACE_URL, "urn:forloeb:sag")


@dataclass(frozen=True)
class Case:
    """A course as the index knows it.

    Attributes:
        course_key: key of the course.
        title: the name of its kind.
        kle: subject in KLE.
        unit: FK Organisation's UUID of its unit; None where it has none.
        responsible: username of its coordinator; None while it has none.
        started_at, ended_at: from when to when.
    """

    course_key: int
    title: str
    kle: str
    unit: str | None
    responsible: str | None
    started_at: datetime
    ended_at: datetime | None

    def entry(self, municipality: str) -> dict[str, Any]:
        """Return what is said of it, as JSON with the names of OIO Sag.

        Args:
            municipality: three-digit code, which with the key makes the case's UUID.
        """
        return {
            "uuid": case_uuid(municipality, self.course_key),
            "brugervendtNoegle": str(self.course_key),
            "titel": self.title,
            "kleEmne": self.kle,
            "fremdrift": "Opstaaet" if self.ended_at is None else "Afsluttet",
            "ansvarligEnhed": self.unit,
            "primaerBehandler": self.responsible,
            "startdato": _day(self.started_at),
            "slutdato": _day(self.ended_at) if self.ended_at else None,
        }


def case_uuid(municipality: str, course_key: int) -> str:
    """Return the UUID of a course's case: the same whenever it is asked for."""
    return str(uuid5(_OURS, f"{municipality}:{course_key}"))


def _day(at: datetime) -> str:
    return at.astimezone(LOCAL).date().isoformat()
