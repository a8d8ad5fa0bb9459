"""Reading the organisation: units, what stands above and below one, and the unit of a course at an instant."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from app.units.organisation import Unit
from app.units.rows import CourseUnitRow, UnitRow


@dataclass(frozen=True)
class Belonging:
    """A course's time with one unit; `assumed` where nobody kept it then."""

    unit: str
    valid_from: datetime
    valid_to: datetime | None
    assumed: bool


def all_units(session: Session) -> list[Unit]:
    """Return every unit, by name."""
    rows = session.scalars(select(UnitRow).order_by(UnitRow.name, UnitRow.code))
    return [Unit(row.code, row.name, row.parent, row.uuid) for row in rows]


def belonged_to(session: Session) -> list[Unit]:
    """Return the units that courses belong or have belonged to, by name."""
    codes = session.scalars(select(CourseUnitRow.unit).distinct())
    called = names(session, codes)
    return [Unit(code, name) for code, name in sorted(called.items(), key=lambda one: one[1])]


def names(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """Return the names of units by code; one that nobody has told of is called by its code."""
    wanted = set(codes)
    rows = session.execute(select(UnitRow.code, UnitRow.name).where(UnitRow.code.in_(wanted)))
    return {code: code for code in wanted} | {row.code: row.name for row in rows}


def above(session: Session, code: str) -> set[str]:
    """Return a unit and all that stand above it."""
    up = select(UnitRow.code, UnitRow.parent).where(UnitRow.code == code).cte(recursive=True)
    up = up.union(select(UnitRow.code, UnitRow.parent).where(UnitRow.code == up.c.parent))
    return {code, *session.scalars(select(up.c.code))}


def below(session: Session, code: str) -> set[str]:
    """Return a unit and all that stand below it."""
    down = select(UnitRow.code).where(UnitRow.code == code).cte(recursive=True)
    down = down.union(select(UnitRow.code).where(UnitRow.parent == down.c.code))
    return {code, *session.scalars(select(down.c.code))}


def regrouped_since(session: Session, code: str, at: datetime) -> bool:
    """Tell whether the unit, or one above it, has come to stand below another since an instant."""
    moved = select(UnitRow.code).where(
        UnitRow.code.in_(above(session, code)), UnitRow.parent_since > at
    )
    return session.scalar(moved.limit(1)) is not None


def unit_of(session: Session, course_key: int, at: datetime | None = None) -> Belonging | None:
    """Return the unit that a course belongs to now, or belonged to at an instant."""
    query = select(CourseUnitRow).where(CourseUnitRow.course_key == course_key, *_at(at))
    row = session.scalar(query)
    return None if row is None else _belonging(row)


def of_courses(session: Session, course_keys: Collection[int]) -> dict[int, str]:
    """Return the codes of the units that courses belong to now, by the courses' keys."""
    rows = session.execute(
        select(CourseUnitRow.course_key, CourseUnitRow.unit).where(
            CourseUnitRow.course_key.in_(course_keys), CourseUnitRow.valid_to.is_(None)
        )
    )
    return {row.course_key: row.unit for row in rows}


def history(session: Session, course_key: int) -> list[Belonging]:
    """Return the units that a course has belonged to, the first one first."""
    query = select(CourseUnitRow).where(CourseUnitRow.course_key == course_key)
    rows = session.scalars(query.order_by(CourseUnitRow.valid_from))
    return [_belonging(row) for row in rows]


def courses_of(codes: Iterable[str], at: datetime | None = None) -> Select[int]:
    """Select the keys of the courses that belong to one of these units now, or did at an instant."""
    query: Select[int] = select(CourseUnitRow.course_key)
    return query.where(CourseUnitRow.unit.in_(set(codes)), *_at(at))


def _at(at: datetime | None) -> list[ColumnElement[bool]]:
    until = CourseUnitRow.valid_to
    if at is None:
        return [until.is_(None)]
    return [CourseUnitRow.valid_from <= at, or_(until.is_(None), until > at)]


def _belonging(row: CourseUnitRow) -> Belonging:
    return Belonging(row.unit, row.valid_from, row.valid_to, row.assumed)
