"""What comes of deadlines by itself: reminders and breaches of those that run, and of due dates that models set.

Each is an entry in the course's journal and a message to the course, and no breach is silent: a deadline that a model
sets without a rule is found by a round that looks for open tasks whose date has passed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from app import deadlines, jobs
from app.courses.rows import Course, Task
from app.courses.running.run import instant, stream
from app.courses.runtime import Runtime
from app.courses.runtime.held import hold
from app.deadlines import (
    Deadline,
    NewDeadline,
    Rule,
    Unit,
)
from app.journal import NewEntry, append
from app.storage import UnitOfWork

OVERDUE = "overdue-tasks"
"""The name under which the round stands in the list of due work."""

_PAUSE = timedelta(minutes=5)
_BATCH = 200


def watch_deadline(work: UnitOfWork, ref: str) -> None:
    """Do what falls due of a deadline by itself; its course is held first, as in every other command."""
    found = deadlines.deadline(work.session, int(ref))
    if found is not None:
        hold(work, found.course_key)
        deadlines.watch(work, ref)


def record(work: UnitOfWork, runtime: Runtime, about: Deadline, kind: str) -> None:
    """Write into the course's journal what came of its deadline."""
    at = instant(work, about.course_key)
    reason = f"{about.name}. {about.source}"
    payload = {"deadline_key": str(about.key), **said_of(about), "reason": reason}
    append(
        work,
        NewEntry(stream(about.course_key), kind, "system", payload, at=at),
        runtime.keyring,
    )


def said_of(about: Deadline) -> dict[str, Any]:
    """Return what a message tells a course of its deadline."""
    return {
        "deadline_code": about.code,
        "deadline_name": about.name,
        "deadline_source": about.source,
        "deadline_due": about.due.isoformat(),
    }


def begin_rounds(work: UnitOfWork) -> None:
    """Put the first round on the list of due work; one that is there already stays."""
    if not jobs.is_scheduled(work.session, OVERDUE, ""):
        jobs.schedule(work, OVERDUE, "", work.now)


def make_round(work: UnitOfWork) -> int:
    """Keep the breach of each open task whose date has passed without anyone being told; return how many there were."""
    _end_done(work)
    query = (
        select(Task)
        .join(Course, Course.key == Task.course_key)
        .where(Task.status == "open", Task.due < work.now, Task.deadline_key.is_(None))
        .order_by(Task.due, Task.key)
        .limit(_BATCH)
    )
    late = list(work.session.scalars(query))
    for key in sorted({task.course_key for task in late}):
        hold(work, key)
    for task in late:
        course = work.session.get_one(Course, task.course_key)
        broken = deadlines.broken_task(work, _own(task, course), at=work.now)
        task.deadline_key = broken.key
    work.session.flush()
    again = work.now if len(late) == _BATCH else work.now + _PAUSE
    jobs.schedule(work, OVERDUE, "", again)
    return len(late)


def _own(task: Task, course: Course) -> NewDeadline:
    assert task.due is not None  # noqa: S101 -- the query asks for tasks with a date
    rule = Rule(
        code="",
        name=task.name,
        kind="kommunens egen frist",
        source="Kommunens egen frist",
        legal_basis="municipal_own",
        count=0,
        unit=Unit.DAYS,
        counts_from="Opgaven kom",
        roll=False,
        warn_before=(),
        on_breach="Teamlederen får besked.",
        escalate_to="team_leader",
        row="",
        digest="",
    )
    return NewDeadline(
        course.key, course.citizen_key, rule, since=task.opened_at, due=task.due, task_key=task.key
    )


def _end_done(work: UnitOfWork) -> None:
    """End the breaches of tasks that are done by now: completing a task does not look for one."""
    rows = deadlines.DeadlineRow
    done = work.session.execute(
        select(rows.key, Task.status, Task.closed_at)
        .join(Task, Task.key == rows.task_key)
        .where(rows.code == "", rows.status == "running", Task.status != "open")
        .limit(_BATCH)
    ).all()
    for key, status, closed_at in done:
        work.session.execute(
            update(rows)
            .where(rows.key == key)
            .values(status="met" if status == "completed" else "lapsed", closed_at=closed_at)
        )
