"""The only writer of the organisation, and of which unit a course belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from app.journal import Keyring, NewEntry, append
from app.storage import UnitOfWork
from app.units.organisation import Unit, put_together
from app.units.queries import all_units
from app.units.rows import CourseUnitRow, UnitRow

STREAM = "organisation"
"""The journal of the organisation: what each file changed."""


@dataclass(frozen=True)
class Loaded:
    """What a file of units changes: codes, by what becomes of them; `missing` are known and not named, and stay."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class UnitFollowed:
    """A course went over to another unit with the person who is responsible for it."""

    course_key: int
    unit: str
    coordinator: str
    by: str
    at: datetime


def load(work: UnitOfWork, keyring: Keyring, new: Iterable[Unit], by: str) -> Loaded:
    """Take units in: new ones are added, known ones changed, and nobody is taken away.

    Raises:
        DomainError: they do not fit together with those that are known; nothing is written.
    """
    named = list(new)
    known = {one.code: one for one in all_units(work.session)}
    together = put_together(known.values(), named)
    codes = [one.code for one in named]
    added = tuple(code for code in codes if code not in known)
    changed = tuple(code for code in codes if code in known and together[code] != known[code])
    for code in added:
        _add(work, together[code])
    for code in changed:
        _change(work, known[code], together[code])
    work.session.flush()
    touched = [together[code] for code in (*added, *changed)]
    if touched:
        told = [
            {"code": one.code, "name": one.name, "parent": one.parent, "uuid": one.uuid}
            for one in touched
        ]
        append(work, NewEntry(STREAM, "organisation:loaded", by, {"units": told}), keyring)
    same = tuple(code for code in codes if code not in {*added, *changed})
    return Loaded(added, changed, same, tuple(sorted(known.keys() - set(codes))))


def belong(work: UnitOfWork, course_key: int, unit: str, at: datetime) -> bool:
    """Let a course belong to a unit from an instant on, and tell whether it did not already.

    Who calls it writes it into the course's journal.
    """
    here = CourseUnitRow.course_key == course_key
    row = work.session.scalar(select(CourseUnitRow).where(here, CourseUnitRow.valid_to.is_(None)))
    if row is not None and row.unit == unit:
        return False
    if row is not None and row.valid_from >= at:
        row.unit, row.assumed = unit, False
    else:
        if row is not None:
            row.valid_to = at
        work.session.add(CourseUnitRow(course_key=course_key, valid_from=at, unit=unit))
    work.session.flush()
    return True


def follow(work: UnitOfWork, fact: UnitFollowed) -> None:
    """Let a course go over to the unit of who is responsible for it; who has no unit changes nothing."""
    if fact.unit and belong(work, fact.course_key, fact.unit, fact.at):
        work.record(fact)


def retell(work: UnitOfWork, course_key: int, told: Iterable[tuple[datetime, str]]) -> None:
    """Make a course's units those that its journal tells; what was assumed before that stays."""
    here = CourseUnitRow.course_key == course_key
    session = work.session
    session.execute(delete(CourseUnitRow).where(here, CourseUnitRow.assumed.is_(False)))
    starts = list(told)
    ends = [*(at for at, _ in starts), None][1:]
    for (at, unit), after in zip(starts, ends, strict=True):
        session.execute(
            update(CourseUnitRow)
            .where(here, CourseUnitRow.valid_from < at, CourseUnitRow.valid_to.is_(None))
            .values(valid_to=at)
        )
        session.add(CourseUnitRow(course_key=course_key, valid_from=at, unit=unit, valid_to=after))
        session.flush()


def _add(work: UnitOfWork, unit: Unit) -> None:
    work.session.add(
        UnitRow(
            key=work.next_key(),
            code=unit.code,
            name=unit.name,
            parent=unit.parent,
            uuid=unit.uuid,
            parent_since=work.now,
        )
    )


def _change(work: UnitOfWork, was: Unit, unit: Unit) -> None:
    row = work.session.scalars(select(UnitRow).where(UnitRow.code == unit.code)).one()
    row.name, row.uuid = unit.name, unit.uuid
    if was.parent != unit.parent:
        row.parent, row.parent_since = unit.parent, work.now
