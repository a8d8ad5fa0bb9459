"""User tasks: found, looked at, taken, given away and completed, by the same rules as on the pages."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from app import access, courses, house_of, inbox
from app.access.closed import permit
from app.access.session import current_principal
from app.api import search, seen
from app.api.body import Resource, Text, Truth, Variables, Wire, key_of
from app.api.search import SearchRequest, Wanted
from app.api.seen import Eyes
from app.api.v2 import scopes, task_search
from app.api.v2.forms import FormSchema, as_result
from app.api.v2.scopes import ValuesQuery
from app.api.v2.task_search import TaskPage, TaskSchema, TaskSearch
from app.api.v2.variables import VariablePage
from app.courses import Course, HeldCourse, HeldTask, Task
from app.errors import Conflict, DomainError
from app.storage import UnitOfWork

resource = Resource("user-tasks", __name__, "User tasks, with their forms.")

_WORKERS = ("task:work", "operate")
"""Caseworkers, and operators: these may work the tasks of technical courses."""


class AssignmentRequest(Wire):
    """Who shall have the task."""

    assignee = fields.String(required=True, validate=validate.Length(1, 100, error="1–100 tegn."))
    allow_override = Truth(load_default=True, allow_none=True)
    action = Text(allow_none=True)


class CompletionRequest(Wire):
    """The form's answers, by field key."""

    variables = Variables(load_default=dict, allow_none=True)
    action = Text(allow_none=True)


class TaskVariableFilter(Wire):
    """What the variables of a task can be narrowed to."""

    name = Wanted(Text())


class TaskVariableSearch(SearchRequest):
    """A search for what a task sees."""

    filter = fields.Nested(TaskVariableFilter, load_default=dict)


@resource.route("/user-tasks/search", methods=["POST"])
@resource.arguments(TaskSearch, required=False)
@resource.response(200, TaskPage)
@permit(*_WORKERS, "course:read")
def find(asked: dict[str, Any]) -> dict[str, Any]:
    """Search the tasks of the courses that the caller sees."""
    house = house_of(current_app)
    with house.database.read() as session:
        eyes = Eyes(session, current_principal(), house.clock.now())
        found, more = task_search.found(eyes, house.runtime, asked)
        page = search.page(found, asked["page"], more=more)
        results = task_search.results(session, house.runtime, page["items"])
    about = [hit.course for hit in page["items"]]
    seen.shown("task:search", about, "Søgning efter opgaver")
    return {**page, "items": results}


@resource.route("/user-tasks/<user_task_key>")
@resource.response(200, TaskSchema)
@permit(*_WORKERS, "course:read")
def get(user_task_key: str) -> dict[str, Any]:
    """Return a task."""
    house = house_of(current_app)
    with house.database.read() as session:
        task, _ = _seen(session, user_task_key)
        return task_search.results(session, house.runtime, [task_search.hit(session, task)])[0]


@resource.route("/user-tasks/<user_task_key>/form")
@resource.response(200, FormSchema)
@resource.alt_response(204, description="The task has no form", success=True)
@permit(*_WORKERS, "course:read")
def form(user_task_key: str) -> dict[str, Any] | Response:
    """Return the form of a task, in the version that its course is pinned to."""
    house = house_of(current_app)
    with house.database.read() as session:
        task, _ = _seen(session, user_task_key)
        pinned = task_search.form_of(session, task_search.hit(session, task))
        return as_result(session, pinned) if pinned is not None else Response(status=204)


@resource.route("/user-tasks/<user_task_key>/variables/search", methods=["POST"])
@resource.arguments(ValuesQuery, location="query")
@resource.arguments(TaskVariableSearch, required=False)
@resource.response(200, VariablePage)
@permit(*_WORKERS, "course:read")
def variables(query: dict[str, str], asked: dict[str, Any], user_task_key: str) -> dict[str, Any]:
    """Search what a task sees: its own variables, then those of the scopes around it."""
    return _variables(user_task_key, query, asked)


@resource.route("/user-tasks/<user_task_key>/effective-variables/search", methods=["POST"])
@resource.arguments(ValuesQuery, location="query")
@resource.arguments(TaskVariableSearch, required=False)
@resource.response(200, VariablePage)
@permit(*_WORKERS, "course:read")
def effective_variables(
    query: dict[str, str], asked: dict[str, Any], user_task_key: str
) -> dict[str, Any]:
    """Search what a task sees, each name once: an inner variable hides an outer one."""
    return _variables(user_task_key, query, asked)


@resource.route("/user-tasks/<user_task_key>/assignment", methods=["POST"])
@resource.arguments(AssignmentRequest)
@resource.response(204)
@permit(*_WORKERS)
def assign(asked: dict[str, Any], user_task_key: str) -> Response:
    """Take the task, or give it to a colleague."""
    runtime, who = house_of(current_app).runtime, current_principal()
    name = asked["assignee"]

    def act(work: UnitOfWork) -> None:
        task, course = _seen(work.session, user_task_key)
        person = access.person(work.session, name)
        if person is None or not person.active:
            text = "Der er ingen medarbejder med det brugernavn."
            raise DomainError("task:no-such-person", text, fields={"assignee": text})
        if asked["allow_override"] is False and task.assignee not in {None, name}:
            raise Conflict("task:taken", f"{task.assignee} har taget opgaven.")
        may_take_from_others = who.may("task:assign") or courses.works_technically(course, who)
        if name == who.username and not may_take_from_others:
            courses.claim(work, runtime, task.key, who)
        else:
            courses.assign(work, runtime, task.key, name, who)

    house_of(current_app).database.run(act)
    return Response(status=204)


@resource.route("/user-tasks/<user_task_key>/assignee", methods=["DELETE"])
@resource.response(204)
@permit(*_WORKERS)
def unassign(user_task_key: str) -> Response:
    """Give the task back to its group."""
    runtime, who = house_of(current_app).runtime, current_principal()

    def act(work: UnitOfWork) -> None:
        task, _ = _seen(work.session, user_task_key)
        courses.release(work, runtime, task.key, who)

    house_of(current_app).database.run(act)
    return Response(status=204)


@resource.route("/user-tasks/<user_task_key>/completion", methods=["POST"])
@resource.arguments(CompletionRequest, required=False)
@resource.response(204)
@permit(*_WORKERS)
def complete(asked: dict[str, Any], user_task_key: str) -> Response:
    """Complete the task; its form decides what is missing or wrong, in the words of the page."""
    runtime, who = house_of(current_app).runtime, current_principal()

    def act(work: UnitOfWork) -> None:
        course, task = courses.hold_with_task(work, key_of(user_task_key, "Opgaven"))
        if task.status != "open" and courses.is_candidate(task, who):
            # Who worked on it may have lost sight of the course by its being closed.
            by = f" af {task.closed_by}" if task.closed_by else ""
            raise Conflict("task:closed", f"Opgaven er allerede lukket{by}. Intet er gemt.")
        _shown(work.session, task, course)
        courses.complete_held(work, runtime, (course, task), asked["variables"] or {}, who)
        inbox.discard(work, task.key)

    house_of(current_app).database.run(act)
    return Response(status=204)


def _seen(session: Session, text: str) -> tuple[Task, Course]:
    """Return a task that the caller sees, with its course, and note for the access log that they did.

    Raises:
        DomainError: the text is no key.
        NotFound: there is no such task.
        Refused: the caller may not see it.
    """
    task = courses.get(session, key_of(text, "Opgaven"))
    course = session.get_one(Course, task.course_key)
    _shown(session, task, course)
    return task, course


def _shown(session: Session, task: Task | HeldTask, course: Course | HeldCourse) -> None:
    """Go on only where the caller sees the task, and note for the access log that they did.

    Raises:
        Refused: the caller may not see it.
    """
    eyes = Eyes(session, current_principal(), house_of(current_app).clock.now())
    ground = eyes.need_task(task, course)
    seen.shown("task:read", [course], f"{task.name}: {ground.words}")


def _variables(text: str, query: dict[str, str], asked: dict[str, Any]) -> dict[str, Any]:
    whole, runtime = scopes.shows_whole(query), house_of(current_app).runtime
    with house_of(current_app).database.read() as session:
        task, course = _seen(session, text)
        own = scopes.of_course(session, runtime, course)
        values = scopes.of_task(session, runtime, task)
    outer = {name: value for name, value in values.items() if own.get(name, ...) == value}
    inner = {name: value for name, value in values.items() if name not in outer}
    everything = [
        *scopes.named(outer, course.key, course.key),
        *scopes.named(inner, course.key, task.key),
    ]
    found = [one for one in everything if one.fulfils(asked["filter"])]
    page = search.page(scopes.ordered(found, asked["sort"]), asked["page"])
    return {**page, "items": [one.result(whole=whole) for one in page["items"]]}
