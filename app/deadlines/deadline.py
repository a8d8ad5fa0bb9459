"""A deadline as a value: how it stands at an instant, and when something of it falls due by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.deadlines.calendar import Unit, days_between, local_day
from app.deadlines.rows import DeadlineRow
from app.deadlines.rules import STATUTORY

OPEN = ("running", "paused")
"""Statuses in which something is still to be done."""

_DURATION = re.compile(r"P(?:(\d{1,4})D)?(?:T(\d{1,4})H)?")


@dataclass(frozen=True)
class Deadline:
    """One deadline of a course, with the rule that it started under.

    Attributes:
        code: of the rule; "" for a task whose due date the model itself sets.
        kind: `lov` or `kommunens egen frist`.
        status: running, paused, met, waived (the citizen gave it up) or lapsed (its course or task is over).
        due: when it ends; of a paused one, when it would have ended without the pause.
        breached_at: when it was broken; a broken one runs on until what it is about is done.
        acknowledged_at: when a team leader has seen the breach.
    """

    key: int
    course_key: int
    citizen_key: int | None
    task_key: int | None
    code: str
    name: str
    kind: str
    source: str
    legal_basis: str
    count: int
    unit: Unit
    on_breach: str
    escalate_to: str
    rule: str
    status: str
    starts_at: datetime
    due: datetime
    paused_at: datetime | None
    breached_at: datetime | None
    closed_at: datetime | None
    acknowledged_at: datetime | None

    @property
    def statutory(self) -> bool:
        """Whether a law sets it."""
        return self.kind == STATUTORY

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.status in OPEN

    def working_days_left(self, now: datetime) -> int:
        """Count the working days after today up to the last day; negative once that has passed."""
        return days_between(local_day(now), local_day(self.due), Unit.WORKING_DAYS)

    def late(self, now: datetime) -> bool:
        """Tell whether it is broken: it ran past its end."""
        if self.breached_at is not None:
            return True
        return self.status == "running" and self.due < now


def of_row(row: DeadlineRow) -> Deadline:
    """Return a row as a value."""
    return Deadline(
        key=row.key,
        course_key=row.course_key,
        citizen_key=row.citizen_key,
        task_key=row.task_key,
        code=row.code,
        name=row.name,
        kind=row.kind,
        source=row.source,
        legal_basis=row.legal_basis,
        count=row.count,
        unit=Unit(row.unit),
        on_breach=row.on_breach,
        escalate_to=row.escalate_to,
        rule=row.rule,
        status=row.status,
        starts_at=row.starts_at,
        due=row.due,
        paused_at=row.paused_at,
        breached_at=row.breached_at,
        closed_at=row.closed_at,
        acknowledged_at=row.acknowledged_at,
    )


def next_moment(due: datetime, warn_before: Sequence[str], after: datetime) -> datetime | None:
    """Return when something falls due by itself after an instant: the next reminder, else the breach, else nothing.

    The breach comes one second after the end: on time is on time.
    """
    moments = [due - length for length in map(_length, warn_before) if length is not None]
    moments.append(due + timedelta(seconds=1))
    return min((moment for moment in moments if moment > after), default=None)


def _length(text: str) -> timedelta | None:
    found = _DURATION.fullmatch(text)
    if found is None or not any(found.groups()):
        return None
    days, hours = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours)
