"""A course held for one transaction: locked and read with one statement, written back with two.

Core statements on values, not mapped objects: every completion passes here (docs/performance.md).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import bindparam, case, select, text, update

from app.courses.rows import tables
from app.errors import NotFound
from app.storage import Statement, UnitOfWork


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


@dataclass(frozen=True, slots=True)
class HeldTask:
    """What working on a task reads of its row, as it stands in this transaction."""

    key: int
    course_key: int
    address: str
    element: str
    name: str
    form_id: str
    version: str
    status: str
    assignee: str | None
    groups: list[str]
    users: list[str]
    closed_by: str


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
_BY_KEY = Statement(_HELD.where(_course.c.key == bindparam("course")))
_BY_TASK = Statement(
    _HELD.add_columns(*(_task.c[field.name] for field in fields(HeldTask)))
    .join(_task, _task.c.course_key == _course.c.key)
    .where(_task.c.key == bindparam("task"))
)
_KEEP = Statement(
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
_KEEP_STATE = Statement(
    text(
        "INSERT INTO course_state (course_key, seq, state) VALUES (:course, :seq, :state)"
        " ON CONFLICT (course_key) DO UPDATE SET seq = excluded.seq, state = excluded.state"
    )
)


def hold(work: UnitOfWork, course_key: int) -> HeldCourse:
    """Take the course for this transaction: nobody else changes it before the commit.

    Raises:
        NotFound: no such course.
    """
    row = _BY_KEY.first(work.session, {"course": course_key})
    if row is None:
        raise NotFound("course:unknown", "Forløbet findes ikke.")
    return HeldCourse(*row)


def hold_with_task(work: UnitOfWork, task_key: int) -> tuple[HeldCourse, HeldTask]:
    """Take a task and its course.

    Raises:
        NotFound: no such task.
    """
    row = _BY_TASK.first(work.session, {"task": task_key})
    if row is None:
        raise NotFound("task:unknown", "Opgaven findes ikke.")
    return HeldCourse(*row[:_COLUMNS]), HeldTask(*row[_COLUMNS:])


def keep(work: UnitOfWork, course: HeldCourse) -> None:
    """Write a held course back."""
    _KEEP.run(
        work.session,
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
    _KEEP_STATE.run(work.session, {"course": course.key, "seq": course.seq, "state": course.state})
