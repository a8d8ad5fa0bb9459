"""Which unit a course belongs to: one at its start, then its responsible person's, or the one that somebody says.

Every change is an entry in the course's journal, so the rows of `app.units` can be made anew from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import access, teams, units
from app.access import PersonMoved, Principal
from app.courses.rows import Course
from app.courses.running.run import instant, stream
from app.courses.runtime import Runtime
from app.courses.runtime.held import hold
from app.errors import Conflict, DomainError
from app.journal import NewEntry, append
from app.storage import UnitOfWork
from app.units import UnitFollowed

UNIT_SET = "course:unit-set"
"""The kind of entry that says to which unit a course has gone over."""

PROPERTY = "unit"
"""Property of a process: the code of the unit that its courses begin in."""

PARENT = "parent_course"
"""Start variable of a course that came out of another one: {key, kind} of that one."""

LONGEST_REASON = 2_000
"""Characters of a reason."""


def parent_key(variables: object) -> int | None:
    """Return the key of the course that start variables name as the one they came out of."""
    parent = variables.get(PARENT) if isinstance(variables, Mapping) else None
    key = parent.get("key") if isinstance(parent, Mapping) else None
    return int(key) if isinstance(key, str) and key.isascii() and key.isdigit() else None


def first_unit(
    session: Session, runtime: Runtime, course: Course, variables: Mapping[str, Any]
) -> str:
    """Return the code of the unit in which a course begins, or "" for none.

    It is the one that the model names, if there is such a unit; else that of the course it came out of; else that of
    who starts it.
    """
    process = runtime.models.get(session, course.version_key).bundle.process
    named = dict(process.properties).get(PROPERTY, "")
    if named and any(one.code == named for one in units.all_units(session)):
        return named
    key = parent_key(variables)
    before = units.unit_of(session, key) if key is not None else None
    if before is not None:
        return before.unit
    person = access.person(session, course.started_by)
    return person.unit if person is not None else ""


def write_down(work: UnitOfWork, runtime: Runtime, fact: UnitFollowed) -> None:
    """Write into the journal that a course has gone over to its responsible person's unit."""
    told = {"unit": fact.unit, "coordinator": fact.coordinator}
    new = NewEntry(stream(fact.course_key), UNIT_SET, fact.by, told, at=fact.at)
    append(work, new, runtime.keyring)


def follow_person(work: UnitOfWork, fact: PersonMoved) -> None:
    """Let the courses that a person coordinates go over to their new unit with them; those that have ended stay."""
    led = teams.led_by(work.session, {fact.username}, work.now)
    query = select(Course.key).where(Course.key.in_(led), Course.status != "ended")
    for key in work.session.scalars(query.order_by(Course.key)).all():
        hold(work, key)
        at = instant(work, key)
        units.follow(work, UnitFollowed(key, fact.unit, fact.username, "system", at))


def move_to_unit(
    work: UnitOfWork, runtime: Runtime, course_key: int, unit: str, by: Principal, reason: str
) -> None:
    """Let a course go over to another unit because somebody says so; its responsible person stays.

    Raises:
        NotFound: no such course.
        Refused: the person may not.
        Conflict: the course has ended.
        DomainError: there is no such unit, it is there already, or the reason is missing or too long.
    """
    by.require("course:place")
    course = hold(work, course_key)
    if course.status == "ended":
        raise Conflict("course:ended", "Forløbet er afsluttet.")
    if all(one.code != unit for one in units.all_units(work.session)):
        text = "Vælg en enhed."
        raise DomainError("unit:unknown", text, fields={"unit": text})
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        text = (
            f"Skriv det kortere: højst {LONGEST_REASON} tegn."
            if reason
            else "Skriv, hvorfor forløbet skal høre til en anden enhed."
        )
        raise DomainError("unit:reason", text, fields={"reason": text})
    at = instant(work, course_key)
    if not units.belong(work, course_key, unit, at):
        text = "Forløbet hører allerede til den enhed. Vælg en anden."
        raise DomainError("unit:same", text, fields={"unit": text})
    told = {"unit": unit, "reason": reason}
    new = NewEntry(stream(course_key), UNIT_SET, by.username, told, at=at)
    append(work, new, runtime.keyring)
