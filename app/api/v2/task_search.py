"""Searching user tasks: what they can be narrowed to and sorted by, and how one looks to a program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import fields, validate
from sqlalchemy import ColumnElement, and_, case, func, literal, not_, or_, select
from sqlalchemy.orm import Session

from app.api import search
from app.api.body import TENANT, KeyText, Moment, Text, Whole, Wire
from app.api.search import Column, Criteria, Sorting, Wanted, page_of, request_of
from app.api.seen import Eyes
from app.api.v2 import scopes
from app.api.v2.scopes import VariableValue
from app.courses import Course, Runtime, Task, TaskCandidate, called_version
from app.definitions import library

_STATES = {"open": "CREATED", "completed": "COMPLETED", "cancelled": "CANCELED"}
Version = library.DefinitionVersion
Form = library.DefinitionResource


class TaskSchema(Wire):
    """A user task."""

    name = fields.String(allow_none=True)
    state = fields.String()
    assignee = fields.String(allow_none=True)
    element_id = fields.String()
    candidate_groups = fields.List(fields.String())
    candidate_users = fields.List(fields.String())
    process_definition_id = fields.String()
    creation_date = Moment()
    completion_date = Moment(allow_none=True)
    follow_up_date = Moment(allow_none=True)
    due_date = Moment(allow_none=True)
    tenant_id = fields.String()
    external_form_reference = fields.String(allow_none=True)
    process_definition_version = fields.Integer()
    custom_headers = fields.Dict()
    priority = fields.Integer()
    user_task_key = fields.String()
    element_instance_key = fields.String()
    process_name = fields.String(allow_none=True)
    process_definition_key = fields.String()
    process_instance_key = fields.String()
    root_process_instance_key = fields.String()
    business_id = fields.String(allow_none=True)
    form_key = fields.String(allow_none=True)
    tags = fields.List(fields.String())


class TaskFilterFields(Wire):
    """What tasks can be narrowed to."""

    state = Wanted(Text())
    assignee = Wanted(Text())
    business_id = Wanted(Text())
    priority = Wanted(Whole(), ordered=True)
    element_id = Text()
    name = Wanted(Text())
    candidate_group = Wanted(Text())
    candidate_user = Wanted(Text())
    tenant_id = Wanted(Text())
    process_definition_id = Wanted(Text())
    creation_date = Wanted(Moment(), ordered=True)
    completion_date = Wanted(Moment(), ordered=True)
    follow_up_date = Wanted(Moment(), ordered=True)
    due_date = Wanted(Moment(), ordered=True)
    user_task_key = Wanted(KeyText())
    process_definition_key = Wanted(KeyText())
    process_instance_key = Wanted(KeyText())
    element_instance_key = Wanted(KeyText())
    tags = fields.List(Text(), validate=validate.Length(max=0, error="Forløb har ingen tags."))


class TaskFilter(TaskFilterFields):
    """The same, with variables and alternatives."""

    process_instance_variables = fields.List(fields.Nested(VariableValue), load_default=list)
    local_variables = fields.List(fields.Nested(VariableValue), load_default=list)
    or_ = fields.List(fields.Nested(TaskFilterFields), data_key="$or")


TaskSearch = request_of(TaskFilter)
TaskPage = page_of(TaskSchema)


@dataclass(frozen=True)
class Hit:
    """A task with its course and the version that this runs on."""

    task: Task
    course: Course
    version: library.DefinitionVersion


_STATE = case(
    *((Task.status == ours, literal(theirs)) for ours, theirs in _STATES.items()),
    else_=literal("CREATED"),
)
COLUMNS: dict[str, Column] = {
    "state": _STATE,
    "assignee": Task.assignee,
    "business_id": search.nothing(),
    "priority": Task.priority,
    "name": func.nullif(Task.name, ""),
    "tenant_id": literal(TENANT),
    "process_definition_id": Version.process_id,
    "creation_date": Task.opened_at,
    "completion_date": Task.closed_at,
    "follow_up_date": Task.follow_up,
    "due_date": Task.due,
    "user_task_key": Task.key,
    "process_definition_key": Version.key,
    "process_instance_key": Task.course_key,
    "element_instance_key": Task.key,
}
"""Column by the name of its filter; an element instance of a task has the task's key."""

_SORTING = Sorting(
    {
        "businessId": search.nothing(),
        "completionDate": Task.closed_at,
        "creationDate": Task.opened_at,
        "dueDate": Task.due,
        "followUpDate": Task.follow_up,
        "name": Task.name,
        "priority": Task.priority,
    },
    COLUMNS["user_task_key"],
)


def found(eyes: Eyes, runtime: Runtime, asked: Mapping[str, Any]) -> tuple[list[Hit], bool]:
    """Return the tasks that fulfil a loaded `TaskSearch` and that the person sees, and whether there are more.

    Raises:
        DomainError: they cannot be sorted as asked.
    """
    wanted = asked["filter"]
    hits: list[Hit] = []
    query = (
        select(Task, Course, Version)
        .join(Course, Course.key == Task.course_key)
        .join(Version, Version.key == Course.version_key)
        .where(eyes.near(), _conditions(wanted))
        .order_by(*_SORTING.order(asked["sort"]))
    )
    for task, course, version in eyes.session.execute(query):
        if len(hits) == search.MOST:
            return hits, True
        sees = eyes.sees_task(task, course) and (
            not wanted["process_instance_variables"] or eyes.inside(course) is not None
        )
        if sees and _has_variables(eyes, runtime, task, course, wanted):
            hits.append(Hit(task, course, version))
    return hits, False


def hit(session: Session, task: Task) -> Hit:
    """Return a task with its course and version."""
    course = session.get_one(Course, task.course_key)
    return Hit(task, course, session.get_one(Version, course.version_key))


def form_of(session: Session, at: Hit) -> library.DefinitionResource | None:
    """Return the published form that the task is pinned to, or None."""
    manifest = at.version.manifest
    if at.task.version:  # of a version that the course called by `latest` or by tag
        called = select(Version.manifest).where(Version.bundle_digest == at.task.version)
        manifest = session.scalars(called.limit(1)).first() or manifest
    digest = manifest["forms"].get(at.task.form_id)
    return session.scalar(
        select(Form)
        .where(Form.kind == "form", Form.name == at.task.form_id, Form.digest == digest)
        .order_by(Form.version)
        .limit(1)
    )


def results(session: Session, runtime: Runtime, hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """Return tasks as `TaskSchema` writes them."""
    pinned: dict[tuple[int, str, str], library.DefinitionResource | None] = {}
    for at in hits:
        place = (at.version.key, at.task.version, at.task.form_id)
        if place not in pinned:
            pinned[place] = form_of(session, at) if at.task.form_id else None
    return [
        _result(
            at,
            pinned[at.version.key, at.task.version, at.task.form_id],
            _headers(session, runtime, at),
        )
        for at in hits
    ]


def _headers(session: Session, runtime: Runtime, at: Hit) -> dict[str, str]:
    """Return the headers that the model gives the task; none where the version of now has no such task."""
    own = runtime.models.get(session, at.version.key)
    model = called_version(session, runtime.models, own, at.task.version).model
    plan = model.elements.get(at.task.element)
    return {} if plan is None else dict(plan.node.headers)


def _result(
    at: Hit, form: library.DefinitionResource | None, headers: dict[str, str]
) -> dict[str, Any]:
    task = at.task
    return {
        "name": task.name or None,
        "state": _STATES[task.status],
        "assignee": task.assignee,
        "element_id": task.element.rpartition("/")[2],
        "candidate_groups": task.groups,
        "candidate_users": task.users,
        "process_definition_id": at.version.process_id,
        "creation_date": task.opened_at,
        "completion_date": task.closed_at,
        "follow_up_date": task.follow_up,
        "due_date": task.due,
        "tenant_id": TENANT,
        "process_definition_version": at.version.version,
        "custom_headers": headers,
        "priority": task.priority,
        "user_task_key": task.key,
        "element_instance_key": task.key,
        "process_name": at.version.name or None,
        "process_definition_key": at.version.key,
        "process_instance_key": at.course.key,
        "root_process_instance_key": at.course.key,
        "form_key": None if form is None else form.key,
        "tags": [],
    }


def _conditions(wanted: Mapping[str, Any]) -> ColumnElement[bool]:
    """Return the condition of a filter: what is a column, and what is asked of other tables."""
    plain = {name: rule for name, rule in wanted.items() if name != "or_"}
    met = [search.conditions(plain, COLUMNS)]
    if "element_id" in wanted:
        own = wanted["element_id"]  # inside a called process, that one's id stands before it
        inner = Task.element.endswith(f"/{own}", autoescape=True)
        met.append(or_(Task.element == own, inner))
    for name, kind in (("candidate_group", "group"), ("candidate_user", "user")):
        if name in wanted:
            met.append(_offered_to(kind, wanted[name]))
    if wanted.get("or_"):
        met.append(search.any_of(_conditions(one) for one in wanted["or_"]))
    return and_(*met)


def _offered_to(kind: str, criteria: Criteria) -> ColumnElement[bool]:
    """Return the condition on who may take the task."""
    offered = select(TaskCandidate.task_key).where(TaskCandidate.kind == kind)
    if criteria.get("$exists") is False:
        return not_(Task.key.in_(offered))
    return Task.key.in_(offered.where(search.condition(TaskCandidate.value, criteria)))


def _has_variables(
    eyes: Eyes, runtime: Runtime, task: Task, course: Course, wanted: Mapping[str, Any]
) -> bool:
    of_course, local = wanted["process_instance_variables"], wanted["local_variables"]
    if of_course and not scopes.has_all(scopes.of_course(eyes.session, runtime, course), of_course):
        return False
    return not local or scopes.has_all(scopes.of_task(eyes.session, runtime, task), local)
