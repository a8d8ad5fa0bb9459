"""Earlier contacts with a citizen, as far as the person at the page may see them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from sqlalchemy.orm import Session

from app import courses, house_of
from app.access.session import current_principal
from app.courses import Course


@dataclass(frozen=True)
class Earlier:
    """What there was before.

    Attributes:
        courses: those that the person may see.
        hidden: how many there are besides; of those nothing is told but that they exist.
    """

    courses: tuple[Course, ...]
    hidden: int

    @property
    def known(self) -> bool:
        """Tell whether the citizen is known from before."""
        return bool(self.courses) or self.hidden > 0


def earlier_contacts(session: Session, citizen_key: int, *, but: int) -> Earlier:
    """Return a citizen's courses other than `but`, each only where the person has a ground to see it."""
    house, person = house_of(current_app), current_principal()
    others = [one for one in courses.of_citizen(session, citizen_key) if one.key != but]
    visible = tuple(
        one
        for one in others
        if courses.ground_for(session, person, one, house.clock.now()) is not None
    )
    return Earlier(visible, len(others) - len(visible))
