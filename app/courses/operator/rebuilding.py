"""A course's rows made anew from its journal, where they are not what it leads to.

For what a hand in the database, or half a backup, has made of them. What fits keeps its key, and with it its drafts.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app import jobs, units
from app.courses.kept.caches import TIMER, task_row, timer_ref
from app.courses.operator.comparing import Difference, compared
from app.courses.operator.led_to import LedTo, TaskLife, led_to
from app.courses.operator.relocating import Relocation, relocate
from app.courses.rows import Course, CourseSnapshot, CourseState, Task, TaskCandidate
from app.courses.runtime import Runtime
from app.courses.runtime.held import HeldCourse, hold, keep
from app.storage import UnitOfWork


def rebuild(work: UnitOfWork, runtime: Runtime, course_key: int) -> list[Difference]:
    """Make a course's rows what its journal leads to, and return what they were not.

    Raises:
        NotFound: no such course, or a version is gone.
        DomainError: personal data in it has been erased ("migrate:sealed").
    """
    known = work.session.get(Course, course_key) is not None
    if known and work.session.get(CourseState, course_key) is None:
        work.session.execute(insert(CourseState).values(course_key=course_key, seq=0, state=b""))
    course = hold(work, course_key)
    to = led_to(work.session, runtime, course_key)
    found = compared(work.session, runtime, course_key, to)
    if found:
        _mend(work, runtime, course, to)
    return found


def _mend(work: UnitOfWork, runtime: Runtime, course: HeldCourse, to: LedTo) -> None:
    here, version = timer_ref(course.key, ""), to.told.version
    for address, _ in jobs.scheduled(work.session, TIMER, here):
        jobs.withdraw(work, TIMER, here + address)
    _reopen(work.session, course.key, to)
    course.status, course.ended_at = to.status, to.ended_at
    course.state, course.seq, course.version_key = to.standing.state, to.seq, version.key
    standing = to.standing
    parts = (standing.tasks, standing.subscriptions, standing.jobs, standing.incidents)
    same = {address: address for part in parts for address in part}
    relocate(work, runtime, course, Relocation(version, (), standing, same, version), "system")
    course.phase, course.progress = to.phase, to.progress
    keep(work, course)
    session = work.session
    session.execute(update(Course).where(Course.key == course.key).values(version_key=version.key))
    session.execute(delete(CourseSnapshot).where(CourseSnapshot.course_key == course.key))
    _tasks(work, course.key, to)
    units.retell(work, course.key, to.units.items())
    session.expire_all()


def _reopen(session: Session, course_key: int, to: LedTo) -> None:
    """Open the tasks that the journal never closed, so that they keep their keys, and with them their drafts."""
    for life in to.tasks:
        if life.status == "open":
            session.execute(
                update(Task)
                .where(
                    Task.course_key == course_key,
                    Task.address == life.opened.address,
                    Task.opened_at == life.opened_at,
                )
                .values(status="open", closed_at=None, closed_by="")
            )


def _tasks(work: UnitOfWork, course_key: int, to: LedTo) -> None:
    """Say who has the open tasks and how the others ended."""
    session, meant = work.session, set()
    for life in to.tasks:
        is_open = life.status == "open"
        if to.migrated and not is_open:
            continue
        which = [Task.course_key == course_key, Task.address == life.opened.address]
        which.append(Task.status == "open" if is_open else Task.opened_at == life.opened_at)
        key = session.scalar(select(Task.key).where(*which))
        if key is None:
            key = work.next_key()
            session.execute(
                insert(Task).values(task_row(key, course_key, life.opened, life.opened_at))
            )
        meant.add(key)
        if to.migrated:
            continue
        session.execute(update(Task).where(Task.key == key).values(_fate(life)))
        named = TaskCandidate.task_key == key
        session.execute(delete(TaskCandidate).where(named, TaskCandidate.kind == "user"))
        for name in dict.fromkeys(life.users) if is_open else ():
            session.execute(insert(TaskCandidate).values(task_key=key, kind="user", value=name))
    if not to.migrated:
        others = select(Task.key).where(Task.course_key == course_key, Task.key.not_in(meant))
        session.execute(delete(TaskCandidate).where(TaskCandidate.task_key.in_(others)))
        session.execute(delete(Task).where(Task.course_key == course_key, Task.key.not_in(meant)))


def _fate(life: TaskLife) -> dict[str, Any]:
    return {
        "status": life.status,
        "opened_at": life.opened_at,
        "closed_at": life.closed_at,
        "closed_by": life.closed_by,
        "assignee": life.assignee,
        "users": list(life.users),
    }
