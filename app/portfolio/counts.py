"""Running courses counted by kind, phase and breach: one question to the database."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from app import units
from app.courses import Course, standing
from app.storage import Base

_tables = Base.metadata.tables


@dataclass(frozen=True)
class PhaseCount:
    """Courses in one phase; `version_key` is a version that has it, for its name."""

    phase: str
    version_key: int
    running: int
    breached: int


@dataclass(frozen=True)
class KindCount:
    """Courses of one kind, and their phases in no order of their own."""

    process_id: str
    name: str
    phases: tuple[PhaseCount, ...]

    @property
    def running(self) -> int:
        """All of them."""
        return sum(phase.running for phase in self.phases)

    @property
    def breached(self) -> int:
        """Those with a broken deadline."""
        return sum(phase.breached for phase in self.phases)


@dataclass(frozen=True)
class UnitCount:
    """Courses of one unit, those of the units below it among them."""

    unit: str
    name: str
    running: int
    breached: int


def counts(session: Session, scope: Select[int] | None, at: datetime) -> tuple[KindCount, ...]:
    """Return the running courses by kind, the largest first.

    Args:
        session: a read session.
        scope: keys of the courses that the person may see; None means all.
        at: the instant.
    """
    broken = case((standing("breach", at), 1), else_=0)
    query = (
        select(
            Course.process_id,
            Course.phase,
            func.max(Course.name).label("name"),
            func.max(Course.version_key).label("version_key"),
            func.count().label("running"),
            func.sum(broken).label("breached"),
        )
        .where(Course.status == "running")
        .group_by(Course.process_id, Course.phase)
    )
    if scope is not None:
        query = query.where(Course.key.in_(scope))
    kinds: dict[str, list[PhaseCount]] = {}
    names: dict[str, str] = {}
    for row in session.execute(query):
        found = PhaseCount(row.phase, row.version_key, row.running, int(row.breached))
        kinds.setdefault(row.process_id, []).append(found)
        names[row.process_id] = max(names.get(row.process_id, ""), row.name)
    counted = [KindCount(kind, names[kind], tuple(phases)) for kind, phases in kinds.items()]
    return tuple(sorted(counted, key=lambda one: (-one.running, one.name)))


def by_unit(session: Session, scope: Select[int] | None, at: datetime) -> tuple[UnitCount, ...]:
    """Return the running courses by the unit that they belong to, the largest first; arguments as for `counts`."""
    broken = func.sum(case((standing("breach", at), 1), else_=0)).label("breached")
    belongs = _tables["course_unit"].c
    query = (
        select(belongs.unit, func.count().label("running"), broken)
        .join(Course, Course.key == belongs.course_key)
        .where(Course.status == "running", belongs.valid_to.is_(None))
        .group_by(belongs.unit)
    )
    if scope is not None:
        query = query.where(Course.key.in_(scope))
    known = {one.code: one for one in units.all_units(session)}
    running: Counter[str] = Counter()
    breached: Counter[str] = Counter()
    for row in session.execute(query):
        code: str | None = row.unit
        while code is not None:
            running[code] += row.running
            breached[code] += int(row.breached)
            code = known[code].parent if code in known else None
    found = [
        UnitCount(code, known[code].name if code in known else code, count, breached[code])
        for code, count in running.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.running, one.name)))
