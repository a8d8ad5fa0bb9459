"""Going on only where the person at the page may see the course, and the words where they may not."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app import courses
from app.access import Principal
from app.courses import Course
from app.errors import Refused
from app.sight import Ground
from app.web.i18n import gettext as _
from app.web.site.visits import denied


def need_ground(session: Session, who: Principal, course: Course, at: datetime) -> Ground:
    """Go on only with a ground.

    Raises:
        Refused: the person has none (any longer).
    """
    found = courses.ground_for(session, who, course, at)
    if found is None:
        raise no_ground(course)
    return found


def need_ground_for_task(session: Session, who: Principal, key: int, at: datetime) -> None:
    """Go on only with a ground to see whom an open task is about; to be a candidate for it is none.

    One that is closed is let through: that it is, is what the person is then told.

    Raises:
        NotFound: no such task.
        Refused: the person has no ground (any longer).
    """
    task = courses.get(session, key)
    if task.status == "open":
        need_ground(session, who, session.get_one(Course, task.course_key), at)


def need_work(ground: Ground) -> None:
    """Go on only for who works with the citizen.

    Raises:
        Refused: an emergency and an audit let one read, and nothing else.
    """
    if not ground.works:
        text = _(
            "Du kan læse om borgeren, men ikke ændre noget. Det gør dem, der arbejder i sagen."
        )
        raise Refused("sight:only-read", text)


def not_this_page(course: Course) -> Refused:
    """Return the refusal of who sees something of the course by a consent or custody, but not this."""
    denied(course.citizen_key, course.key)
    text = _(
        "Samtykket åbner ikke den side for dig. Spørg tovholderen, hvis du har brug for noget."
    )
    return Refused("sight:not-this-page", text)


def no_ground(course: Course | None = None) -> Refused:
    """Return the refusal of who has no ground; the access log tells whose course it was, where that is said."""
    if course is not None:
        denied(course.citizen_key, course.key)
    text = _("Du arbejder ikke med borgeren, så forløbet kan ikke vises for dig.")
    return Refused("sight:no-ground", text)
