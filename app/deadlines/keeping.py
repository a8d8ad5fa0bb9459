"""The only writer of deadlines: start, pause, resume, meet, waive, and what comes by itself, reminders and breaches.

Each change is a row in `deadline_event` too, and a fact for those above: a task follows its deadline, a course hears of
a breach.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app import jobs
from app.deadlines.calendar import Unit, due_after, moved
from app.deadlines.deadline import OPEN, Deadline, next_moment, of_row
from app.deadlines.rows import DeadlineEventRow, DeadlineRow
from app.deadlines.rules import Rule
from app.errors import DomainError, NotFound
from app.storage import UnitOfWork

WATCH = "deadline"
"""The name under which a deadline's next moment stands in the list of due work; `ref` is its key."""


_STANDS_OR_RUNS = ("paused", "resumed")


@dataclass(frozen=True)
class DeadlineChanged:
    """Fact: a deadline runs until another instant, stands still, or runs no more."""

    deadline: Deadline


@dataclass(frozen=True)
class DeadlineReminded:
    """Fact: a deadline comes near."""

    deadline: Deadline
    at: datetime


@dataclass(frozen=True)
class DeadlineBreached:
    """Fact: a deadline is broken; `closing` says that it was found so when it ended."""

    deadline: Deadline
    at: datetime
    closing: bool = False


@dataclass(frozen=True)
class NewDeadline:
    """A deadline to start.

    Attributes:
        course_key, citizen_key: whose.
        rule: the table's, in force now.
        since: from when it runs.
        due: a decided end instead of the rule's length.
        task_key: the task that it is about, which meets it.
        note: why, or from what it runs.
    """

    course_key: int
    citizen_key: int | None
    rule: Rule
    since: datetime
    due: datetime | None = None
    task_key: int | None = None
    note: str = ""


def due_of(rule: Rule, since: datetime) -> datetime:
    """Return when a deadline ends that runs from an instant."""
    return due_after(since, rule.count, rule.unit, roll=rule.roll)


def start(work: UnitOfWork, new: NewDeadline, *, at: datetime, by: str) -> Deadline:
    """Start a deadline. One whose end has passed already is broken at once, by the due work that follows."""
    rule = new.rule
    due = new.due or due_of(rule, new.since)
    row = DeadlineRow(
        key=work.next_key(),
        course_key=new.course_key,
        citizen_key=new.citizen_key,
        task_key=new.task_key,
        code=rule.code,
        name=rule.name,
        kind=rule.kind,
        source=rule.source,
        legal_basis=rule.legal_basis,
        count=rule.count,
        unit=rule.unit.value,
        roll=rule.roll,
        warn_before=list(rule.warn_before),
        on_breach=rule.on_breach,
        escalate_to=rule.escalate_to,
        rule=rule.row,
        table_digest=rule.digest,
        status="running",
        starts_at=new.since,
        due=due,
    )
    work.session.add(row)
    work.session.flush()
    _note(work, row, "started", at, by, new.note)
    _plan(work, row, at)
    return of_row(row)


def broken_task(work: UnitOfWork, new: NewDeadline, *, at: datetime) -> Deadline:
    """Keep the breach of a due date that a model itself sets: a deadline of the municipality's own, broken already."""
    row = _row(work, start(work, new, at=at, by="system").key)
    jobs.withdraw(work, WATCH, str(row.key))
    _break(work, row, at)
    return of_row(row)


def pause(work: UnitOfWork, key: int, reason: str, *, at: datetime, by: str) -> Deadline:
    """Let a deadline stand still while the municipality waits for somebody else.

    Raises:
        DomainError: it does not run.
    """
    row = _open(work, key)
    if row.status != "running":
        raise DomainError("deadline:not-running", "Fristen er allerede sat på pause.")
    row.status, row.paused_at, row.next_at = "paused", at, None
    jobs.withdraw(work, WATCH, str(key))
    return _changed(work, row, "paused", at, by, reason)


def resume(work: UnitOfWork, key: int, *, at: datetime, by: str) -> Deadline:
    """Let a paused deadline run on; its end moves by the pause.

    Raises:
        DomainError: it is not paused.
    """
    row = _open(work, key)
    if row.status != "paused" or row.paused_at is None:
        raise DomainError("deadline:not-paused", "Fristen er ikke sat på pause.")
    if row.breached_at is None:
        row.due = moved(row.due, row.paused_at, at, Unit(row.unit), roll=row.roll)
    row.status, row.paused_at = "running", None
    _plan(work, row, at)
    return _changed(work, row, "resumed", at, by)


def meet(work: UnitOfWork, key: int, *, at: datetime, by: str) -> Deadline:
    """End a deadline: what it is about is done; whether in time shows from the breach."""
    return _close(work, _open(work, key), "met", at, by)


def waive(work: UnitOfWork, key: int, reason: str, *, at: datetime, by: str) -> Deadline:
    """End a deadline that the citizen has given up, with the reason."""
    return _close(work, _open(work, key), "waived", at, by, reason)


def lapse_course(work: UnitOfWork, course_key: int, *, at: datetime) -> None:
    """End the deadlines of a course that has ended; those without a rule end with their tasks."""
    rows = work.session.scalars(
        select(DeadlineRow).where(
            DeadlineRow.course_key == course_key,
            DeadlineRow.status.in_(OPEN),
            DeadlineRow.code != "",
        )
    )
    for row in list(rows):
        _close(work, row, "lapsed", at, "system", "Forløbet er afsluttet.")


def end_of_task(
    work: UnitOfWork, task_key: int, *, done: bool, at: datetime, by: str
) -> Deadline | None:
    """End the deadline that was started for a task: met when the task is done, lapsed when it is cancelled."""
    row = work.session.scalar(
        select(DeadlineRow).where(DeadlineRow.task_key == task_key, DeadlineRow.status.in_(OPEN))
    )
    return _close(work, row, "met" if done else "lapsed", at, by) if row is not None else None


def reopen_of_task(
    work: UnitOfWork, task_key: int, lapsed_at: datetime, *, at: datetime, by: str
) -> Deadline | None:
    """Let the deadline that lapsed with a task at an instant go on as if it had not, to the end that it had.

    One that stood still stands still again, since when it did. Returns None where no deadline lapsed so.
    """
    row = work.session.scalar(
        select(DeadlineRow).where(
            DeadlineRow.task_key == task_key,
            DeadlineRow.status == "lapsed",
            DeadlineRow.closed_at == lapsed_at,
        )
    )
    if row is None:
        return None
    still = work.session.scalar(
        select(DeadlineEventRow)
        .where(DeadlineEventRow.deadline_key == row.key, DeadlineEventRow.what.in_(_STANDS_OR_RUNS))
        .order_by(DeadlineEventRow.seq.desc())
        .limit(1)
    )
    row.status, row.closed_at = "running", None
    if still is not None and still.what == "paused":
        row.status, row.paused_at = "paused", still.at
    else:
        _plan(work, row, at)
    return _changed(work, row, "reopened", at, by)


def acknowledge(work: UnitOfWork, key: int, note: str, *, by: str) -> Deadline:
    """Note that a team leader has seen a breach, and what is done about it.

    Raises:
        NotFound: no such deadline.
        DomainError: it is not broken, or seen already, or nothing is said.
    """
    row = _row(work, key)
    if row.breached_at is None:
        raise DomainError("deadline:not-breached", "Fristen er ikke overskredet.")
    if row.acknowledged_at is not None:
        raise DomainError("deadline:acknowledged", "Nogen har allerede taget sig af det.")
    if not note.strip():
        text = "Skriv, hvad der sker nu."
        raise DomainError("deadline:no-note", text, fields={"note": text})
    row.acknowledged_at = work.now
    return _changed(work, row, "acknowledged", work.now, by, note.strip()[:2000])


def watch(work: UnitOfWork, ref: str) -> None:
    """Do what falls due of a deadline by itself: break it where its end has passed, remind of it otherwise."""
    row = work.session.get(DeadlineRow, int(ref))
    if row is None or row.status != "running" or row.breached_at is not None:
        return
    if row.due < work.now:
        _break(work, row, work.now)
    else:
        _note(work, row, "reminded", work.now, "system")
        work.record(DeadlineReminded(of_row(row), work.now))
        _plan(work, row, work.now)


def _plan(work: UnitOfWork, row: DeadlineRow, at: datetime) -> None:
    """Put the deadline's next moment on the list of due work."""
    if row.breached_at is not None:
        row.next_at = None
        return
    row.next_at = next_moment(row.due, row.warn_before, at) or at
    jobs.schedule(work, WATCH, str(row.key), row.next_at)


def _break(work: UnitOfWork, row: DeadlineRow, at: datetime, *, closing: bool = False) -> None:
    row.breached_at, row.next_at = at, None
    _note(work, row, "breached", at, "system", row.on_breach)
    work.record(DeadlineBreached(of_row(row), at, closing))


def _close(
    work: UnitOfWork, row: DeadlineRow, status: str, at: datetime, by: str, note: str = ""
) -> Deadline:
    if row.status == "running" and row.breached_at is None and row.due < at:
        # Nobody has looked since its end: it is broken all the same, and not in silence.
        _break(work, row, at, closing=True)
    row.status, row.closed_at, row.next_at, row.paused_at = status, at, None, None
    jobs.withdraw(work, WATCH, str(row.key))
    return _changed(work, row, status, at, by, note)


def _changed(
    work: UnitOfWork, row: DeadlineRow, what: str, at: datetime, by: str, note: str = ""
) -> Deadline:
    _note(work, row, what, at, by, note)
    changed = of_row(row)
    work.record(DeadlineChanged(changed))
    return changed


def _row(work: UnitOfWork, key: int) -> DeadlineRow:
    row = work.session.get(DeadlineRow, key)
    if row is None:
        raise NotFound("deadline:unknown", "Fristen findes ikke.")
    return row


def _open(work: UnitOfWork, key: int) -> DeadlineRow:
    row = _row(work, key)
    if row.status not in OPEN:
        raise DomainError("deadline:ended", "Fristen løber ikke længere.")
    return row


def _note(
    work: UnitOfWork, row: DeadlineRow, what: str, at: datetime, by: str, note: str = ""
) -> None:
    last = work.session.scalar(
        select(func.max(DeadlineEventRow.seq)).where(DeadlineEventRow.deadline_key == row.key)
    )
    work.session.add(
        DeadlineEventRow(
            deadline_key=row.key, seq=(last or 0) + 1, at=at, actor=by, what=what, note=note
        )
    )
    work.session.flush()
