"""What somebody was allowed to see at an instant that has gone by, and what of it nobody can know any longer.

The same rules as today's (`sees`), asked with the roles, posts, consents, blocks and custody that held then. What the
house keeps only as it is now is named in `gaps`, never guessed at in silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app import access, citizens, intake, units
from app.access import Principal, Was
from app.sight.ground import Ground
from app.sight.sees import Subject, sees

GAPS = {
    "roles": "Roller, grupper og enhed blev først gemt med dato senere. De regnes for at have været, som de var da.",
    "unit": "Forløbets enhed blev først gemt med dato senere. Den regnes for at have været tovholderens.",
    "hierarchy": "Enheden er senere kommet under en anden. Den regnes for at have hørt til dér også dengang.",
    "inquiry": "Henvendelsen har skiftet ansvarlig siden. Hvem der var ansvarlig dengang, står i forløbets journal.",
    "concern": "En bekymring er lukket siden. Hvornår ses ikke her, så den regnes for lukket også dengang.",
    "custody": "Forældremyndighed regnes fra den dato, der er registreret, også hvis den er skrevet ind senere.",
    "blocks": "Blokeringer gælder hele dage. På dagen, hvor en blokering begyndte eller endte, kan timen ikke ses.",
}
"""What cannot be reconstructed, where it could have mattered → how it was taken, in Danish."""


@dataclass(frozen=True)
class Saw:
    """What somebody was allowed to see then.

    Attributes:
        was: what they were; without a principal their access was closed, or had not begun.
        ground: on which ground they were let in; None where there was none.
        gaps: codes of `GAPS` that could have mattered.
    """

    was: Was
    ground: Ground | None
    gaps: tuple[str, ...] = ()


def saw(session: Session, username: str, subject: Subject, at: datetime) -> Saw:
    """Return what a person was allowed to see at an instant in the past.

    Args:
        session: a read session.
        username: whose eyes.
        subject: what; its tasks are those that were open then.
        at: the instant.
    """
    was = access.as_of(session, username, at)
    if was.principal is None:
        return Saw(was, None, ("roles",) if was.assumed else ())
    found = sees(session, was.principal, subject, at, past=True)
    return Saw(was, found, tuple(_gaps(session, was, subject, at)))


def _gaps(session: Session, was: Was, subject: Subject, at: datetime) -> list[str]:
    gaps = ["roles"] if was.assumed else []
    citizen, who = subject.citizen_key, was.principal
    if citizen is None or who is None:
        return gaps
    if "team_leader" in who.roles and subject.course_key is not None:
        gaps += _of_unit(session, subject.course_key, at)
    inquiries = intake.inquiries_then(session, citizen, at)
    if any(one.status == "assigned" and one.responsible is None for one in inquiries):
        gaps.append("inquiry")
    if any(
        one.status != "open" and one.opened_at <= at and one.responsible == who.username
        for one in intake.concerns(session, citizen)
    ):
        gaps.append("concern")
    if citizens.was_guardian(session, who.username, citizen):
        gaps.append("custody")
    if _block_changed(session, citizen, at, who):
        gaps.append("blocks")
    return gaps


def _of_unit(session: Session, course_key: int, at: datetime) -> list[str]:
    """Name what is not known of the unit whose leaders saw the course then."""
    belonged = units.unit_of(session, course_key, at)
    if belonged is None:
        return []
    gaps = ["unit"] if belonged.assumed else []
    return gaps + (["hierarchy"] if units.regrouped_since(session, belonged.unit, at) else [])


def _block_changed(session: Session, citizen_key: int, at: datetime, who: Principal) -> bool:
    """Tell whether a block against a person began or ended on the instant's day."""
    days = [
        {
            one.key
            for one in citizens.barred(session, citizen_key, day)
            if one.username == who.username or one.name == who.name
        }
        for day in (at - timedelta(days=1), at)
    ]
    return days[0] != days[1]
