"""User tasks: who may take one, taking and giving back, and completing. The same rules for page and API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import documents, forms
from app.access import Principal
from app.courses.kept.caches import ANYONE
from app.courses.rows import SUSPENDED, Course, CourseState, Task
from app.courses.running.run import Step, instant, run, stream
from app.courses.runtime import Runtime
from app.courses.runtime.callees import Calling, called_version, version_of_task
from app.courses.runtime.held import HeldCourse, HeldTask, hold_with_task
from app.courses.tasks.choices import CourseChoices
from app.engine import CompleteTask, Event, variables_at
from app.errors import Conflict, NotFound, Refused
from app.journal import NewEntry, append
from app.storage import UnitOfWork

STANDS_STILL = (
    "Forløbet er sat i bero. Opgaven kan læses, men først sendes, når forløbet går videre."
)
"""What who completes a task of a suspended course is told."""


def get(session: Session, key: int) -> Task:
    """Return the task.

    Raises:
        NotFound: no such task.
    """
    task = session.get(Task, key)
    if task is None:
        code, text = "task:unknown", "Opgaven findes ikke."
        raise NotFound(code, text)
    return task


class Offer(NamedTuple):
    """Whom a task is offered to: its columns of these names."""

    assignee: str | None
    groups: list[str]
    users: list[str]


def is_candidate(task: Task | HeldTask | Offer, person: Principal) -> bool:
    """Tell whether the person may take the task: named, in a group of it, or it is anyone's."""
    if person.username == task.assignee or person.username in task.users:
        return True
    return bool(set(task.groups) & (set(person.groups) | {ANYONE}))


def may_work(task: Task | HeldTask, person: Principal, *, technical: bool = False) -> bool:
    """Tell whether the person may complete the task as it stands: it is theirs, or nobody's and they may take it.

    Who works technically does it whoever has it, as in Camunda 8: a model's `assignee` may be nobody here.

    Args:
        task: the task.
        person: the person.
        technical: the person works in the course as `works_technically` says.
    """
    if task.status != "open" or not (technical or "task:work" in person.permits):
        return False
    if technical or task.assignee == person.username:
        return True
    return task.assignee is None and is_candidate(task, person)


def works_technically(course: Course | HeldCourse, person: Principal) -> bool:
    """Tell whether the course is about nobody, and the person one who may work all tasks of such a course."""
    return course.citizen_key is None and bool({"operator", "process_designer"} & person.roles)


def claim(work: UnitOfWork, runtime: Runtime, key: int, person: Principal) -> None:
    """Take the task.

    Raises:
        Conflict: it is closed, or someone else has it.
        Refused: the person is not among its candidates.
    """
    task, course = _open(work, key)
    if task.assignee not in {None, person.username}:
        raise Conflict("task:taken", f"{task.assignee} har taget opgaven.")
    candidate = "task:work" in person.permits and is_candidate(task, person)
    if not candidate and not works_technically(course, person):
        raise Refused("task:not-candidate", "Opgaven hører til en anden gruppe.")
    _assign(work, runtime, course, task, person.username, "course:task-claimed", person)


def release(work: UnitOfWork, runtime: Runtime, key: int, person: Principal) -> None:
    """Give the task back to its group.

    Raises:
        Conflict: it is closed, or it is not the person's.
    """
    task, course = _open(work, key)
    may_assign = "task:assign" in person.permits or works_technically(course, person)
    if task.assignee != person.username and not may_assign:
        raise Conflict("task:not-yours", "Opgaven ligger ikke hos dig længere.")
    _assign(work, runtime, course, task, None, "course:task-released", person)


def assign(
    work: UnitOfWork, runtime: Runtime, key: int, username: str | None, person: Principal
) -> None:
    """Give the task to a colleague, or to nobody.

    Raises:
        Conflict: it is closed.
        Refused: the person may not assign tasks.
    """
    task, course = _open(work, key)
    mine = username == person.username and is_candidate(task, person)
    may_assign = "task:assign" in person.permits or works_technically(course, person)
    if not may_assign and not mine and task.assignee != person.username:
        raise Refused("task:may-not-assign", "Du kan ikke tildele opgaven til andre.")
    _assign(work, runtime, course, task, username, "course:task-assigned", person)


def visible_variables(session: Session, runtime: Runtime, task: Task) -> dict[str, Any]:
    """Return what the task sees: its own variables, then those of the scopes around it."""
    course = session.get_one(Course, task.course_key)
    version = runtime.models.get(session, course.version_key)
    state = session.scalar(
        select(CourseState.state).where(CourseState.course_key == task.course_key)
    )
    callees = Calling(session, runtime.models, version)
    return variables_at(version.model, state, task.address, callees) if state else {}


def form_of(session: Session, runtime: Runtime, task: Task) -> tuple[forms.Form | None, str]:
    """Return the task's form as pinned by its version, and its digest; (None, "") where it has none."""
    return version_of_task(session, runtime.models, task).form(session, task.form_id)


def complete(
    work: UnitOfWork, runtime: Runtime, key: int, answers: Mapping[str, Any], person: Principal
) -> tuple[Event, ...]:
    """Complete the task with the form's answers (JSON values by field key).

    Raises:
        Conflict: it is closed: someone else was first, or the course has moved on or stands still.
        Refused: it is another's.
        DomainError: answers are missing or wrong, by field; or an operation refuses them.
    """
    return complete_held(work, runtime, hold_with_task(work, key), answers, person)


def complete_held(
    work: UnitOfWork,
    runtime: Runtime,
    held: tuple[HeldCourse, HeldTask],
    answers: Mapping[str, Any],
    person: Principal,
) -> tuple[Event, ...]:
    """Complete a task that is held already (`hold_with_task`); otherwise as `complete`."""
    course, task = held
    _need_open(task)
    if course.status == SUSPENDED:
        raise Conflict("course:suspended", STANDS_STILL)
    if not may_work(task, person, technical=works_technically(course, person)):
        raise Refused("task:not-yours", _held_by(task))
    version = runtime.models.get(work.session, course.version_key)
    called = called_version(work.session, runtime.models, version, task.version)
    form, digest = called.form(work.session, task.form_id)
    values, subjects = dict(answers), {}
    if form is not None and course.state is not None:
        callees = Calling(work.session, runtime.models, version)
        seen = variables_at(version.model, course.state, task.address, callees)
        choices = CourseChoices(work.session, course, work.now)
        values = forms.validate(form, answers, variables=seen, now=work.now, choices=choices)
        if form.takes_files:
            _take_documents(work, runtime, task, values, person)
        subjects = {
            f"/variables{pointer}": f"citizen:{subject}"
            for pointer, subject in forms.subjects(form, values, seen).items()
        }
    step = Step(
        CompleteTask(instant(work, course.key), task.address, values),
        person.username,
        task.element,
        digest,
        subjects=subjects,
    )
    return run(work, runtime, course, step)


def _take_documents(
    work: UnitOfWork,
    runtime: Runtime,
    task: HeldTask,
    values: Mapping[str, Any],
    person: Principal,
) -> None:
    """Let the documents that the answers name be the course's own, and throw away what was left in drafts."""
    named = {int(one["key"]) for one in documents.references_in(values)}
    documents.send(work, task.course_key, named, by=person.username)
    documents.discard(work, runtime.keyring, task.key)


def _held_by(task: HeldTask) -> str:
    if task.assignee:
        return f"Opgaven ligger hos {task.assignee}."
    return "Opgaven hører til en anden gruppe."


def _open(work: UnitOfWork, key: int) -> tuple[HeldTask, HeldCourse]:
    """Return an open task and its course, held."""
    course, task = hold_with_task(work, key)
    _need_open(task)
    return task, course


def _need_open(task: HeldTask) -> None:
    if task.status != "open":
        who = f" af {task.closed_by}" if task.closed_by else ""
        raise Conflict("task:closed", f"Opgaven er allerede lukket{who}. Intet er gemt.")


def _assign(
    work: UnitOfWork,
    runtime: Runtime,
    course: HeldCourse,
    task: HeldTask,
    username: str | None,
    kind: str,
    person: Principal,
) -> None:
    work.session.execute(update(Task).where(Task.key == task.key).values(assignee=username))
    append(
        work,
        NewEntry(
            stream=stream(course.key),
            at=instant(work, course.key),
            actor=person.username,
            kind=kind,
            element=task.element,
            payload={"task": task.address, "assignee": username},
        ),
        runtime.keyring,
    )
