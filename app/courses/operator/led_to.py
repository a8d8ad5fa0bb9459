"""Where a course's journal leads: the rows that it must have, told without looking at any of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from app.courses.kept.caches import is_phase
from app.courses.kept.progress import counted
from app.courses.operator.relocating import Standing
from app.courses.rows import SUSPENDED
from app.courses.running.belonging import UNIT_SET
from app.courses.running.history import MIGRATIONS, Told, tell
from app.courses.running.run import KINDS, UNIT, stream
from app.courses.runtime import Runtime
from app.engine import (
    CourseEnded,
    CourseResumed,
    CourseSuspended,
    ElementEntered,
    Event,
    TaskClosed,
    TaskOpened,
    decide,
)
from app.journal import Entry, read

HELD_BY = frozenset({"course:task-claimed", "course:task-released", "course:task-assigned"})
"""Kinds of entry that say who has a task; no state follows from them."""


@dataclass
class TaskLife:
    """A task from its opening to its end, `assignee` and `users` as they are at last.

    Attributes:
        status: open, completed or cancelled.
        closed_by: who completed it.
    """

    opened: TaskOpened
    opened_at: datetime
    assignee: str | None
    users: tuple[str, ...]
    status: str = "open"
    closed_at: datetime | None = None
    closed_by: str = ""


@dataclass
class LedTo:
    """What a course's rows must say.

    Attributes:
        told: its history, on the version in force.
        standing: its state, and what stands open.
        tasks: every task, in the order of opening.
        seq: how many commands, migrations included, have been decided.
        migrated: it was moved to another version, be it that this was taken back: what a migration opened and closed
            stands in no command, so closed tasks, and who has the open ones, are not told.
        units: from when it belonged to which unit.
    """

    told: Told
    standing: Standing = field(default_factory=Standing)
    tasks: list[TaskLife] = field(default_factory=list)
    seq: int = 0
    migrated: bool = False
    status: str = "running"
    phase: str = ""
    ended_at: datetime | None = None
    progress: dict[str, dict[str, int]] = field(default_factory=dict)
    units: dict[datetime, str] = field(default_factory=dict)

    def take(self, event: Event, at: datetime, by: str) -> None:
        """Follow one event of a command."""
        self.standing.take(event)
        if isinstance(event, TaskOpened):
            self.tasks.append(TaskLife(event, at, event.assignee, event.candidate_users))
        elif isinstance(event, TaskClosed):
            self._close(event, at, by)
        elif isinstance(event, ElementEntered):
            if is_phase(self.told.version, event):
                self.phase = event.element
        elif isinstance(event, CourseEnded):
            self.status, self.ended_at = "ended", at
        elif isinstance(event, CourseSuspended | CourseResumed):
            self.status = SUSPENDED if isinstance(event, CourseSuspended) else "running"

    def open_at(self, address: str) -> TaskLife | None:
        """Return the open task at an address."""
        alive = (one for one in reversed(self.tasks) if one.opened.address == address)
        return next((one for one in alive if one.status == "open"), None)

    def _close(self, event: TaskClosed, at: datetime, by: str) -> None:
        life = self.open_at(event.address)
        if life is None:
            return
        life.status, life.closed_at = "cancelled" if event.cancelled else "completed", at
        if not event.cancelled:
            life.closed_by = life.assignee = by


def led_to(session: Session, runtime: Runtime, course_key: int) -> LedTo:
    """Decide a course's whole journal again.

    Raises:
        NotFound: the course has no entry, or a version is gone.
        DomainError: personal data in it has been erased ("migrate:sealed").
    """
    told = tell(session, runtime, course_key)
    found = LedTo(told)
    entries = list(read(session, stream(course_key), runtime.keyring))
    found.seq = sum(1 for entry in entries if entry.state_digest)
    found.migrated = any(entry.kind in MIGRATIONS for entry in entries)
    decided = dict(zip(told.seqs, told.past, strict=True))
    state: bytes | None = None
    for entry in entries:
        past = decided.get(entry.seq)
        if past is not None:
            decision = decide(told.version.model, state, past.command, past.callees)
            state = decision.state
            for event in decision.events:
                found.take(event, past.command.at, entry.actor)
            found.progress = counted(found.progress, decision.events)
            if UNIT in entry.payload and entry.kind == KINDS["start"]:
                found.units[entry.at] = entry.payload[UNIT]
        elif entry.kind == UNIT_SET:
            found.units[entry.at] = entry.payload["unit"]
        elif entry.kind in HELD_BY:
            _hand(found, entry)
    found.standing.state = told.state or state or b""
    return found


def _hand(found: LedTo, entry: Entry) -> None:
    """Say who has a task now."""
    life = found.open_at(entry.payload["task"])
    if life is not None:
        life.assignee = entry.payload["assignee"]
        users: Sequence[str] | None = entry.payload.get("users")
        life.users = life.users if users is None else tuple(users)
