"""A course gets another responsible person: the open tasks and what its called processes know go with it.

The team's posts move in the transaction in which it is decided, so there is no gap. What follows here is a piece of
work of its own right after it: the operation that moves the posts is performed inside a command of the same course.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, select

from app import jobs, teams
from app.courses.rows import Task, TaskCandidate
from app.courses.running.run import Step, instant, run, stream
from app.courses.runtime import Runtime
from app.courses.runtime.callees import Calling
from app.courses.runtime.held import HeldCourse, hold
from app.definitions import Kind
from app.engine import SetVariables, live, variables_at
from app.journal import NewEntry, append
from app.storage import UnitOfWork
from app.teams import HandedOver

HANDOVER = "handover"
"""The handler of due work that moves tasks and variables after a handover."""
_SYSTEM = "system"


def schedule(work: UnitOfWork, fact: HandedOver) -> None:
    """Have tasks and variables moved as soon as the transaction is over."""
    shares = "pair" if fact.pair else "one"
    jobs.schedule(work, HANDOVER, f"{fact.course_key}:{shares}:{','.join(fact.before)}", work.now)


def move(work: UnitOfWork, runtime: Runtime, ref: str) -> None:
    """Give the open tasks of those who had the responsibility to those who have it, and tell the called processes."""
    key, shares, names = ref.split(":", 2)
    course = hold(work, int(key))
    if course.status == "ended":
        return
    before = names.split(",")
    after = [
        post.username
        for post in teams.members(work.session, course.key)
        if post.post in {"coordinator", "deputy"} and post.username
    ]
    pair = after if shares == "pair" else None
    for task in _open_tasks(work, course):
        _move_task(work, runtime, course, task, before, after)
    _tell(
        work,
        runtime,
        course,
        before[0],
        {"coordinator": after[0], "deputy": after[-1], "pair": pair},
    )


def _open_tasks(work: UnitOfWork, course: HeldCourse) -> Iterable[Task]:
    query = select(Task).where(Task.course_key == course.key, Task.status == "open")
    return work.session.scalars(query.order_by(Task.key)).all()


def _move_task(
    work: UnitOfWork,
    runtime: Runtime,
    course: HeldCourse,
    task: Task,
    before: list[str],
    after: list[str],
) -> None:
    """Move a task that the former responsible person had, or that the former pair shared."""
    shared = None
    if task.users and set(task.users) <= set(before):
        shared = task.users = list(after)
        work.session.execute(
            delete(TaskCandidate).where(
                TaskCandidate.task_key == task.key, TaskCandidate.kind == "user"
            )
        )
        work.session.add_all(
            TaskCandidate(task_key=task.key, kind="user", value=name) for name in after
        )
        left = task.assignee if task.assignee in after else None
    elif task.assignee == before[0]:
        left = after[0]
    else:
        return
    if task.assignee == left and shared is None:
        return
    task.assignee = left
    append(
        work,
        NewEntry(
            stream=stream(course.key),
            at=instant(work, course.key),
            actor=_SYSTEM,
            kind="course:task-assigned" if left else "course:task-released",
            element=task.element,
            payload={"task": task.address, "assignee": left}
            | ({"users": shared} if shared is not None else {}),
        ),
        runtime.keyring,
    )


def _tell(
    work: UnitOfWork, runtime: Runtime, course: HeldCourse, before: str, known: dict[str, Any]
) -> None:
    """Write who is responsible into every called process that was given the names when it began."""
    version = runtime.models.get(work.session, course.version_key)
    callees = Calling(work.session, runtime.models, version)
    called = [
        one
        for one in live(version.model, course.state or b"", callees)
        if one.kind is Kind.CALL and one.address and not one.body
    ]
    for one in called:
        seen = variables_at(version.model, course.state or b"", one.address, callees)
        told = {
            name: value for name, value in known.items() if name in seen and seen[name] != value
        }
        if seen.get("responsible") == before:
            told["responsible"] = known["coordinator"]
        if told:
            command = SetVariables(instant(work, course.key), one.address, told, local=True)
            run(work, runtime, course, Step(command, _SYSTEM, one.element))
