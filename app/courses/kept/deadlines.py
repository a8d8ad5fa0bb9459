"""Deadlines of user tasks, as their properties name them: started or joined when a task opens, met when it is done.

`deadline` is the code of a rule in the table over deadlines, or several with commas between: the first of them that
runs in the course holds, or the first starts. `meets` are the codes of deadlines of the course that completing the task
meets, `waives` of those that have no meaning from then on. A task without `deadline` has the due date that its model
gives it, if any.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from app import deadlines, log
from app.courses.rows import Task
from app.courses.runtime.held import HeldCourse
from app.deadlines import Deadline, DeadlineChanged, NewDeadline
from app.engine import TaskClosed, TaskOpened
from app.errors import DomainError
from app.storage import UnitOfWork

DEADLINE = "deadline"
"""Property of a user task: the code of its deadline, or of those of which one holds."""

MEETS = "meets"
"""Property of a user task: codes of deadlines that are met when it is done, with commas between."""

WAIVES = "waives"
"""Property of a user task: codes of deadlines that nobody waits for any longer when it is done, with commas between."""

_NO_LONGER = "Der er ikke længere noget at vente på."


def opened(work: UnitOfWork, course: HeldCourse, task_key: int, event: TaskOpened) -> None:
    """Put a task under its deadline: the course's own of that code, or one that starts with the task."""
    named = dict(event.properties).get(DEADLINE, "")
    codes = [code.strip() for code in named.split(",") if code.strip()]
    if not codes:
        return
    running = (deadlines.open_of_code(work.session, course.key, code) for code in codes)
    found = next((one for one in running if one is not None), None)
    found = found or _started(work, course, task_key, event, codes[0])
    if found is not None:
        work.session.execute(
            update(Task)
            .where(Task.key == task_key)
            .values(deadline_key=found.key, due=_due(found))
            .execution_options(synchronize_session=False)
        )


def closed(work: UnitOfWork, course: HeldCourse, event: TaskClosed, by: str) -> None:
    """End the deadline that started with the task, and those that the task meets or makes meaningless."""
    named = dict(event.properties)
    if DEADLINE in named:
        key = work.session.scalar(
            select(Task.key).where(
                Task.course_key == course.key,
                Task.address == event.address,
                Task.status == "open",
            )
        )
        if key is not None:
            done = not event.cancelled
            deadlines.end_of_task(work, key, done=done, at=course.last_at, by=by)
    if event.cancelled:
        return
    for found in _open(work, course, named.get(MEETS, "")):
        deadlines.meet(work, found.key, at=course.last_at, by=by)
    for found in _open(work, course, named.get(WAIVES, "")):
        deadlines.waive(work, found.key, _NO_LONGER, at=course.last_at, by=by)


def _open(work: UnitOfWork, course: HeldCourse, codes: str) -> list[Deadline]:
    found = (
        deadlines.open_of_code(work.session, course.key, code.strip()) for code in codes.split(",")
    )
    return [one for one in found if one is not None]


def reopened(work: UnitOfWork, course: HeldCourse, task: Task, lapsed_at: datetime) -> None:
    """Put a task that is open again under the deadline that it had: its own, or the course's where that is open yet."""
    found = deadlines.reopen_of_task(work, task.key, lapsed_at, at=course.last_at, by="system")
    if found is None and task.deadline_key is not None:
        joined = deadlines.deadline(work.session, task.deadline_key)
        found = joined if joined is not None and joined.is_open else None
    task.deadline_key = found.key if found is not None else None
    if found is not None:
        task.due = _due(found)
    work.session.flush()


def forget(work: UnitOfWork, course: HeldCourse, task: Task, since: datetime) -> None:
    """End the deadline that an open task got at an instant, when the migration of that instant is taken back."""
    found = deadlines.deadline(work.session, task.deadline_key) if task.deadline_key else None
    if found is None or found.task_key != task.key or found.starts_at != since:
        return
    deadlines.end_of_task(work, task.key, done=False, at=course.last_at, by="system")
    task.deadline_key = None
    work.session.flush()


def follow(work: UnitOfWork, fact: DeadlineChanged) -> None:
    """Let the open tasks of a deadline be due when it is; while it stands still, or is over, they are not due."""
    changed = fact.deadline
    work.session.execute(
        update(Task)
        .where(Task.deadline_key == changed.key, Task.status == "open")
        .values(due=_due(changed))
        .execution_options(synchronize_session=False)
    )


def _due(deadline: Deadline) -> datetime | None:
    return deadline.due if deadline.status == "running" else None


def _started(
    work: UnitOfWork, course: HeldCourse, task_key: int, event: TaskOpened, code: str
) -> Deadline | None:
    at = course.last_at
    try:
        rule = deadlines.rule_at(work.session, code, at)
    except DomainError as broken:
        rule, said = None, broken.message
    else:
        said = "Tabellen har ingen regel, der gælder nu."
    if rule is None:
        # Publishing refuses such a task, so the table has changed since: the task must open all the same.
        log.error("deadline without a rule", code=code, course=course.key, reason=said)
        return None
    new = NewDeadline(
        course.key, course.citizen_key, rule, since=at, due=event.due, task_key=task_key
    )
    return deadlines.start(work, new, at=at, by="system")
