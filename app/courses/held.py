"""A course held for one transaction: locked and read with one statement, written back with two.

Core statements on values, not mapped objects: every completion passes here (docs/performance.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, case, select, text, update

from app.courses.rows import Task, tables
from app.errors import NotFound
from app.storage import UnitOfWork

_course = tables["course"]
_state = tables["course_state"]
_task = tables["task"]

_HELD = (
    select(
        _course.c.key,
        _course.c.process_id,
        _course.c.version_key,
        _course.c.citizen_key,
        _course.c.status,
        _course.c.phase,
        _course.c.last_at,
        _course.c.ended_at,
        _course.c.progress,
        _state.c.seq,
        _state.c.state,
    )
    .join_from(_course, _state)
    # All rows are locked: PostgreSQL reads none that is as it was before it had to wait.
    .with_for_update()
)
_COLUMNS = len(_HELD.selected_columns)
_BY_KEY = _HELD.where(_course.c.key == bindparam("course"))
_BY_TASK = (
    _HELD.add_columns(*_task.c)
    .join(_task, _task.c.course_key == _course.c.key)
    .where(_task.c.key == bindparam("task"))
)
_KEEP = (
    update(_course)
    .where(_course.c.key == bindparam("course"))
    .values(
        status=bindparam("status"),
        phase=bindparam("phase"),
        last_at=bindparam("last_at"),
        ended_at=bindparam("ended_at"),
        progress=bindparam("progress"),
        # What an operation said of the outcome stands before what the model's end is called.
        outcome=case((_course.c.outcome == "", bindparam("ended_with")), else_=_course.c.outcome),
    )
)
_KEEP_STATE = text(
    "INSERT INTO course_state (course_key, seq, state) VALUES (:course, :seq, :state)"
    " ON CONFLICT (course_key) DO UPDATE SET seq = excluded.seq, state = excluded.state"
)


@dataclass
class HeldCourse:
    """What running a course reads and changes of its rows.

    Attributes:
        progress: the counts of `app.courses.rows.Course`.
        seq: how many commands have been decided.
        state: the marking after the last one; None before the first.
        ended_with: how the model ended, once it has.
    """

    key: int
    process_id: str
    version_key: int
    citizen_key: int | None
    status: str
    phase: str
    last_at: datetime
    ended_at: datetime | None
    progress: dict[str, dict[str, int]]
    seq: int = 0
    state: bytes | None = None
    ended_with: str = ""


def hold(work: UnitOfWork, course_key: int) -> HeldCourse:
    """Take the course for this transaction: nobody else changes it before the commit.

    Raises:
        NotFound: no such course.
    """
    row = work.session.connection().execute(_BY_KEY, {"course": course_key}).one_or_none()
    if row is None:
        raise NotFound("course:unknown", "Forløbet findes ikke.")
    return HeldCourse(*row)


def hold_with_task(work: UnitOfWork, task_key: int) -> tuple[HeldCourse, Task]:
    """Take a task's course; the task comes as a copy that the session does not watch.

    Raises:
        NotFound: no such task.
    """
    row = work.session.connection().execute(_BY_TASK, {"task": task_key}).one_or_none()
    if row is None:
        raise NotFound("task:unknown", "Opgaven findes ikke.")
    task = Task(
        **{column.key: value for column, value in zip(_task.c, row[_COLUMNS:], strict=True)}
    )
    return HeldCourse(*row[:_COLUMNS]), task


def keep(work: UnitOfWork, course: HeldCourse) -> None:
    """Write a held course back."""
    connection = work.session.connection()
    connection.execute(
        _KEEP,
        {
            "course": course.key,
            "status": course.status,
            "phase": course.phase,
            "last_at": course.last_at,
            "ended_at": course.ended_at,
            "progress": course.progress,
            "ended_with": course.ended_with,
        },
    )
    connection.execute(
        _KEEP_STATE, {"course": course.key, "seq": course.seq, "state": course.state}
    )
