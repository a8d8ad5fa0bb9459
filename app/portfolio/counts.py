"""Running courses counted by kind, phase and breach: one question to the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from app.courses import Course, standing


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
