"""The guard of messages between courses: by statute inside the municipality, else by a valid consent, else held back.

A message about a citizen passes where nobody from outside would read it and a statute gives the receiving area its work
with the citizen, or where a valid consent covers who would read it (forvaltningsloven §§ 27–28). Some messages a
statute opens whoever receives them: a concern for a child is not asked about. Anonymous courses neither send nor
receive (sundhedsloven § 141, serviceloven § 101 a).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app import access, consents, deadlines, teams
from app.clock import Clock
from app.courses.rows import Course, tables
from app.courses.runtime.guard import Delivery
from app.courses.runtime.held import HeldCourse
from app.deadlines import LegalBasis
from app.definitions import library
from app.storage import Statement
from app.teams import Post

ANONYMOUS = "anonymous"
"""The property `kind` of a process for people who are not known by name."""

_versions = tables[library.DefinitionVersion.__tablename__]
_KIND = Statement(select(_versions.c.course_kind).where(_versions.c.key == bindparam("version")))

ALWAYS = {"concern_raised": "bl_136", "concern_to_assess": "bl_136"}
"""Messages that a statute opens whoever receives them → its code in the table of legal bases."""

AREAS = {
    "family": ("family", "social"),
    "youth": ("school", "education", "employment", "social"),
    "brain_injury": ("health", "social"),
    "substance_use": ("substance_use", "health", "social"),
}
"""What a kind of course works with → the areas by which legal bases and consents name it."""


@dataclass(frozen=True)
class Passage:
    """Whether a message passes, and on what.

    Attributes:
        objection: why it is held back, in words; "" where it passes.
        statute: the paragraph that opens it, in words; "" where none does.
        consent_key: the consent that opens it, where one does.
    """

    objection: str = ""
    statute: str = ""
    consent_key: int | None = None


@dataclass(frozen=True)
class ConsentGuard:
    """Asks consents and legal bases about each message, as they are at the clock's instant."""

    clock: Clock

    def objection(self, session: Session, delivery: Delivery, /) -> str | None:
        """Return why the message is held back, or None."""
        return passage(session, delivery, self.clock.now()).objection or None

    def hears(self, session: Session, delivery: Delivery, /) -> bool:
        """Tell whether a signal passes: neither from an anonymous course to others nor from others to one."""
        return not _touches_anonymous(session, delivery)


def passage(
    session: Session, delivery: Delivery, at: datetime, *, without: Collection[int] = ()
) -> Passage:
    """Decide whether a message from one course may reach another.

    Args:
        session: any session.
        delivery: the message, from where and to where.
        at: the instant.
        without: consents to leave out of account, by key: what their withdrawal would hold back.
    """
    sender = session.get(Course, delivery.from_course) if delivery.from_course else None
    receiver = session.get(Course, delivery.to_course) if delivery.to_course else None
    kind = _kind_of(session, delivery, receiver)
    if _touches_anonymous(session, delivery):
        return Passage("Et anonymt forløb hverken sender beskeder til andre forløb eller får dem.")
    if sender is None or sender.citizen_key is None:
        return Passage()
    if receiver is not None and receiver.citizen_key is None:
        return Passage("Modtageren handler ikke om en borger og må ikke få noget at vide om en.")
    return _about_citizen(session, sender.citizen_key, delivery, kind, at, without)


def is_anonymous(session: Session, course: Course | HeldCourse) -> bool:
    """Tell whether a course is about somebody who is not known by name."""
    if course.citizen_key is not None:
        return False
    return _KIND.first(session, {"version": course.version_key}) == (ANONYMOUS,)


def _touches_anonymous(session: Session, delivery: Delivery) -> bool:
    sender = session.get(Course, delivery.from_course) if delivery.from_course else None
    receiver = session.get(Course, delivery.to_course) if delivery.to_course else None
    kind = _kind_of(session, delivery, receiver)
    return kind == ANONYMOUS or (sender is not None and is_anonymous(session, sender))


def _about_citizen(
    session: Session,
    citizen_key: int,
    delivery: Delivery,
    kind: str,
    at: datetime,
    without: Collection[int],
) -> Passage:
    bases = deadlines.legal_bases(session, at)
    always = next((one for one in bases if one.code == ALWAYS.get(delivery.name)), None)
    if always is not None:
        return Passage(statute=always.words)
    readers = _outside(session, delivery.to_course, at)
    tellers = _outside(session, delivery.from_course, at)
    areas = areas_of(kind)
    statute = next((one for one in bases if one.area in areas), None)
    if not readers and not tellers and statute is not None:
        return Passage(statute=statute.words)
    valid = [
        one for one in consents.valid_consents(session, citizen_key, at) if one.key not in without
    ]
    asked = [(post.name, names_of(post)) for post in readers] or [("det modtagende område", areas)]
    consent_key = None
    for name, called in asked:
        found = consents.open_to(session, citizen_key, called, valid, at)
        if found is None:
            return Passage(f"Der er intet samtykke, som dækker modtageren ({name}).")
        consent_key = found.key
    return Passage(consent_key=consent_key)


def statutes(session: Session, course: Course, at: datetime) -> list[LegalBasis]:
    """Return the legal bases on which the municipality's own people work in a course, whatever is consented to."""
    areas = areas_of(_kind(library.version(session, course.version_key)))
    return [one for one in deadlines.legal_bases(session, at) if one.area == next(iter(areas), "")]


def areas_of(kind: str) -> tuple[str, ...]:
    """Return the areas by which legal bases and consents name a kind of course, its own first."""
    return AREAS.get(kind, (kind,) if kind else ())


def names_of(post: Post) -> tuple[str, ...]:
    """Return by what a consent may cover a member of a team: name, area, role, kind of party."""
    return tuple(name for name in (post.name, post.area, post.role, post.party_kind) if name)


def _outside(session: Session, course_key: int | None, at: datetime) -> list[Post]:
    """Return the members of a course's team who are not the municipality's own."""
    if course_key is None:
        return []
    return [post for post in teams.members(session, course_key, at) if not _is_ours(session, post)]


def _is_ours(session: Session, post: Post) -> bool:
    if post.post != "member":
        return True
    person = access.person(session, post.username) if post.username else None
    return person.is_staff if person is not None else False


def _kind_of(session: Session, delivery: Delivery, receiver: Course | None) -> str:
    if receiver is not None:
        return _kind(library.version(session, receiver.version_key))
    return _kind(library.latest(session, delivery.process_id))


def _kind(version: library.DefinitionVersion | None) -> str:
    return version.course_kind if version is not None else ""
