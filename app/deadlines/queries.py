"""Reading deadlines: of a course, of tasks, those that are broken, and how well each rule is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from app.deadlines.deadline import OPEN, Deadline, of_row
from app.deadlines.rows import DeadlineEventRow, DeadlineRow
from app.storage import PAGE_ROWS, Page, nearest_page, rows_before

STATES = {
    "breached": "Overskredne, ikke set",
    "seen": "Overskredne, set",
    "running": "Løber",
    "paused": "Sat på pause",
    "met": "Overholdt",
    "late": "Gjort for sent",
}
"""What a list of deadlines can be narrowed to → Danish."""


@dataclass(frozen=True)
class DeadlineEvent:
    """What happened to a deadline."""

    at: datetime
    actor: str
    what: str
    note: str


@dataclass(frozen=True)
class Kept:
    """How well a rule is kept: deadlines that ended in time, that were broken, and breaches that nobody was told of."""

    code: str
    name: str
    source: str
    in_time: int
    breached: int
    silent: int

    @property
    def share(self) -> int | None:
        """Per cent kept of those that are decided; None where none is."""
        total = self.in_time + self.breached
        return round(100 * self.in_time / total) if total else None


def deadline(session: Session, key: int) -> Deadline | None:
    """Return a deadline by its key."""
    row = session.get(DeadlineRow, key)
    return of_row(row) if row is not None else None


def by_keys(session: Session, keys: Iterable[int]) -> dict[int, Deadline]:
    """Return deadlines by their keys."""
    wanted = set(keys)
    if not wanted:
        return {}
    rows = session.scalars(select(DeadlineRow).where(DeadlineRow.key.in_(wanted)))
    return {row.key: of_row(row) for row in rows}


def of_course(session: Session, course_key: int) -> list[Deadline]:
    """Return all deadlines of a course: those that run first, by their end, then the ended ones, newest first."""
    rows = session.scalars(select(DeadlineRow).where(DeadlineRow.course_key == course_key))
    found = [of_row(row) for row in rows]
    running = sorted((one for one in found if one.is_open), key=lambda one: (one.due, one.key))
    ended = [one for one in found if not one.is_open]
    return running + sorted(ended, key=lambda one: (one.closed_at or one.due, one.key))[::-1]


def open_of_code(session: Session, course_key: int, code: str) -> Deadline | None:
    """Return the course's deadline of this code that is not ended, the oldest one."""
    row = session.scalar(
        select(DeadlineRow)
        .where(
            DeadlineRow.course_key == course_key,
            DeadlineRow.status.in_(OPEN),
            DeadlineRow.code == code,
        )
        .order_by(DeadlineRow.key)
        .limit(1)
    )
    return of_row(row) if row is not None else None


def events(session: Session, key: int) -> list[DeadlineEvent]:
    """Return what happened to a deadline, in order."""
    rows = session.scalars(
        select(DeadlineEventRow)
        .where(DeadlineEventRow.deadline_key == key)
        .order_by(DeadlineEventRow.seq)
    )
    return [DeadlineEvent(row.at, row.actor, row.what, row.note) for row in rows]


def listing(
    session: Session, courses: Select[int] | None, *, state: str, code: str, number: int
) -> Page[Deadline]:
    """Return one page of deadlines, those first where something is still to be done, by their ends.

    Args:
        session: a read session.
        courses: keys of the courses to look in; None means all.
        state: a code of `STATES`, or "" for all.
        code: only of this rule, or "" for all.
        number: which page, from 1.
    """
    query = select(DeadlineRow.key).where(*_narrowed(courses, state, code))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    number = nearest_page(number, total)
    undone = case((DeadlineRow.status.in_(OPEN), 0), else_=1)
    ordered = query.order_by(undone, DeadlineRow.due, DeadlineRow.key)
    keys = list(session.scalars(ordered.limit(PAGE_ROWS).offset(rows_before(number))))
    found = by_keys(session, keys)
    return Page(tuple(found[key] for key in keys), total, number)


def unseen_breaches(session: Session, courses: Select[int] | None) -> int:
    """Count the breaches that no team leader has taken up."""
    query = select(func.count(DeadlineRow.key)).where(*_narrowed(courses, "breached", ""))
    return session.scalar(query) or 0


def kept(session: Session, courses: Select[int] | None) -> list[Kept]:
    """Return how well each rule is kept, by law first, then by name."""
    broken = DeadlineRow.breached_at.is_not(None)
    told = select(DeadlineEventRow.deadline_key).where(DeadlineEventRow.what == "breached")
    rows = session.execute(
        select(
            DeadlineRow.code,
            func.max(DeadlineRow.name).label("name"),
            func.max(DeadlineRow.source).label("source"),
            func.max(case((DeadlineRow.kind == "lov", 1), else_=0)).label("by_law"),
            func.count().filter(~broken, DeadlineRow.status == "met").label("in_time"),
            func.count().filter(broken).label("breached"),
            func.count().filter(broken, DeadlineRow.key.not_in(told)).label("silent"),
        )
        .where(*_narrowed(courses, "", ""))
        .group_by(DeadlineRow.code)
    ).all()
    ordered = sorted(rows, key=lambda row: (-row.by_law, row.name))
    return [
        Kept(row.code, row.name, row.source, row.in_time, row.breached, row.silent)
        for row in ordered
    ]


def _narrowed(courses: Select[int] | None, state: str, code: str) -> list[ColumnElement[bool]]:
    broken, seen = DeadlineRow.breached_at.is_not(None), DeadlineRow.acknowledged_at
    by_state: dict[str, list[ColumnElement[bool]]] = {
        "breached": [broken, seen.is_(None)],
        "seen": [broken, seen.is_not(None)],
        "running": [DeadlineRow.status == "running"],
        "paused": [DeadlineRow.status == "paused"],
        "met": [DeadlineRow.status == "met", ~broken],
        "late": [DeadlineRow.status == "met", broken],
    }
    wanted = by_state.get(state, [])
    if courses is not None:
        wanted.append(DeadlineRow.course_key.in_(courses))
    if code:
        wanted.append(DeadlineRow.code == code)
    return wanted
