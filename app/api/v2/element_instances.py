"""Element instances: where courses stand and what they have been through; an operator mends their variables."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Response, current_app
from marshmallow import fields
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import courses, house_of
from app.access.closed import permit
from app.access.session import current_principal
from app.api import search, seen
from app.api.body import Resource, Text, Truth, Variables, Wire, key_of
from app.api.seen import Eyes
from app.api.v2 import element_keys, element_search, looked_through
from app.api.v2.element_search import ElementPage, ElementSchema, ElementSearch
from app.api.v2.incidents import OVER_API
from app.courses import Course, Order, Task
from app.errors import NotFound
from app.storage import UnitOfWork

resource = Resource("element-instances", __name__, "Steps of courses.")


class VariablesRequest(Wire):
    """Variables to set at an element, or in the outermost scope that has them."""

    variables = Variables(required=True)
    local = Truth(load_default=False)
    operation_reference = fields.Integer(allow_none=True)
    reason = Text(2_000, load_default=OVER_API, metadata={"description": "why (ours)"})


@resource.route("/element-instances/search", methods=["POST"])
@resource.arguments(ElementSearch, required=False)
@resource.response(200, ElementPage)
@permit("course:read", "task:work", "operate")
def find(asked: dict[str, Any]) -> dict[str, Any]:
    """Search the steps of the courses that the caller sees: those of one course, or of the latest started."""
    house, wanted = house_of(current_app), asked["filter"]
    with house.database.read() as session:
        eyes = Eyes(session, current_principal(), house.clock.now())
        looked = _courses(session, eyes, wanted)
        steps = partial(element_search.occurrences, session, house.runtime)
        hits, more = looked_through.gather(eyes, looked, steps, wanted)
    found = element_search.ordered(hits[: search.MOST], asked["sort"])
    page = search.page(found, asked["page"], more=more)
    seen.shown("course:search", [one.course for one in page["items"]], "Søgning i forløbs trin")
    return {**page, "items": [one.shown() for one in page["items"]]}


@resource.route("/element-instances/<element_instance_key>")
@resource.response(200, ElementSchema)
@permit("course:read", "task:work", "operate")
def get(element_instance_key: str) -> dict[str, Any]:
    """Return one step of a course."""
    house = house_of(current_app)
    key = key_of(element_instance_key, "Elementet")
    with house.database.read() as session:
        eyes = Eyes(session, current_principal(), house.clock.now())
        course = session.get(Course, _course_of(session, key))
        if course is not None:
            ground = eyes.need_inside(course)
            for one in element_search.occurrences(session, house.runtime, course):
                if key in {one.key, element_keys.key_of_element(course.key, one.address)}:
                    seen.shown("course:read", [course], ground.words)
                    return one.shown()
    raise _unknown()


@resource.route("/element-instances/<element_instance_key>/variables", methods=["PUT"])
@resource.arguments(VariablesRequest)
@resource.response(204)
@permit("operate", "model:publish")
def set_variables(asked: dict[str, Any], element_instance_key: str) -> Response:
    """Mend variables: of a course, or as a step that is under way sees them."""
    house, who = house_of(current_app), current_principal()
    key = key_of(element_instance_key, "Elementet")

    def act(work: UnitOfWork) -> None:
        course_key, address = _address(work, key)
        courses.set_variables(
            work,
            house.runtime,
            course_key,
            asked["variables"],
            Order(who, asked["reason"]),
            scope=address,
            local=asked["local"],
        )

    house.database.run(act)
    return Response(status=204)


def _courses(session: Session, eyes: Eyes, wanted: dict[str, Any]) -> list[Course]:
    """Return the courses to look through: those that the filter names, else the latest started."""
    query = select(Course).where(eyes.near())
    named = [
        _course_of(session, key)
        for name in ("element_instance_key", "element_instance_scope_key")
        for key in [wanted.get(name, {}).get("$eq")]
        if key is not None
    ]
    if named:
        query = query.where(Course.key.in_(named))
    if "process_definition_id" in wanted:
        query = query.where(search.condition(Course.process_id, wanted["process_definition_id"]))
    return looked_through.latest(session, query, wanted)


def _course_of(session: Session, key: int) -> int:
    """Return the course that an element instance's key lies in: its own, a task's, or one with the course in it."""
    inside = element_keys.course_of(key)
    if inside is not None:
        return inside
    return session.scalar(select(Task.course_key).where(Task.key == key)) or key


def _address(work: UnitOfWork, key: int) -> tuple[int, str]:
    """Return where an element instance is that is under way.

    Raises:
        NotFound: it is not, or never was.
    """
    task = work.session.get(Task, key)
    if task is not None:
        return task.course_key, task.address
    course = work.session.get(Course, _course_of(work.session, key))
    if course is None:
        raise _unknown()
    if course.key == key:
        return key, ""
    runtime = house_of(current_app).runtime
    for one in element_search.occurrences(work.session, runtime, course):
        if one.state == "ACTIVE" and one.key == key:
            return course.key, one.address
    raise _unknown()


def _unknown() -> NotFound:
    return NotFound("element:unknown", "Elementet findes ikke, eller det er ikke i gang.")
