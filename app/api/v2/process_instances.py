"""Process instances: courses, started and looked at."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, current_app
from marshmallow import fields
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import GatewayTimeout, ServiceUnavailable

from app import citizens, courses, house_of
from app.access import Principal
from app.access.closed import permit
from app.access.session import current_principal
from app.api import search, seen
from app.api.body import (
    TENANT,
    Resource,
    Tenant,
    Text,
    Truth,
    Variables,
    Whole,
    Wire,
    key_of,
)
from app.api.seen import Eyes
from app.api.v2 import instance_search, scopes
from app.api.v2.incidents import OVER_API
from app.api.v2.instance_search import InstancePage, InstanceSchema, InstanceSearch
from app.citizens import Citizen
from app.courses import Course, Order, StartRequest
from app.definitions import library
from app.errors import Conflict, DomainError, NotFound, Refused
from app.storage import UnitOfWork

CITIZEN = "citizen_key"
"""The start variable that says whom a course is about."""

_UNSUPPORTED = {
    "start_instructions": "startInstructions",
    "runtime_instructions": "runtimeInstructions",
}
"""What a start may ask for elsewhere, by its name there; asked for here it is refused, not passed over."""

USUAL_PATIENCE = timedelta(seconds=10)
"""For how long a request waits for the end of its course where it does not say."""

LONGEST_PATIENCE = timedelta(seconds=60)

_READERS = ("course:read", "task:work", "operate")
"""Permits with which one reads courses."""

resource = Resource("process-instances", __name__, "Courses.")

Version = library.DefinitionVersion


class CreationRequest(Wire):
    """A course to start: by process id, with a version or a tag, or by a version's key."""

    process_definition_id = Text()
    process_definition_version = Whole(load_default=-1)
    process_definition_version_tag = Text()
    process_definition_key = fields.String()
    variables = Variables(load_default=dict)
    tenant_id = Tenant()
    operation_reference = fields.Integer(allow_none=True)
    start_instructions = fields.List(fields.Raw(), load_default=list)
    runtime_instructions = fields.List(fields.Raw(), load_default=list)
    await_completion = Truth(load_default=False)
    fetch_variables = fields.List(Text(), load_default=list)
    request_timeout = Whole(0, allow_none=True)
    tags = fields.List(Text(), allow_none=True)
    business_id = Text(allow_none=True)


class CreationSchema(Wire):
    """The course that was started."""

    process_definition_id = fields.String()
    process_definition_version = fields.Integer()
    tenant_id = fields.String()
    variables = Variables()
    process_definition_key = fields.String()
    process_instance_key = fields.String()
    tags = fields.List(fields.String())
    business_id = fields.String(allow_none=True)


class CancellationRequest(Wire):
    """End a course before its time."""

    operation_reference = fields.Integer(allow_none=True)
    reason = Text(2_000, load_default=OVER_API, metadata={"description": "why (ours)"})


@resource.route("/process-instances", methods=["POST"])
@resource.arguments(CreationRequest)
@resource.response(200, CreationSchema)
@permit("course:start", "model:publish", "operate")
def create(asked: dict[str, Any]) -> dict[str, Any]:
    """Start a course: about a citizen where `variables.citizen_key` names one, else a technical one.

    With `awaitCompletion` the answer comes when the course has ended, with its variables (those in `fetchVariables`, or
    all); 504 when that takes longer than `requestTimeout`, and the course goes on.
    """
    runtime, who = house_of(current_app).runtime, current_principal()
    _refuse_unsupported(asked)
    if not asked["await_completion"]:
        return _started(asked, who)
    if not any(who.may(permit_) for permit_ in _READERS):
        raise Refused(
            "permit:missing", "Du må ikke se, hvad forløb ender med. Udelad awaitCompletion."
        )
    with courses.waiting_line(runtime) as free:
        if not free:
            raise ServiceUnavailable
        begun = _started(asked, who)
        return begun | {"variables": _ended(begun["process_instance_key"], asked)}


def _started(asked: dict[str, Any], who: Principal) -> dict[str, Any]:
    house = house_of(current_app)

    def start(work: UnitOfWork) -> tuple[Course, library.DefinitionVersion]:
        version = _version(work.session, asked)
        if who.client is not None and version.process_id not in who.processes:
            text = f"{who.name} er ikke registreret til {version.process_id}."
            raise Refused("client:process", text)
        variables = dict(asked["variables"])
        citizen = _citizen(work, who, variables.pop(CITIZEN, None))
        request = StartRequest(version.process_id, citizen, variables, version.key)
        course = courses.start(work, house.runtime, request, who.username)
        return course, version

    course, version = house.database.run(start)
    seen.shown("course:start", [course], "Nyt forløb")
    return {
        "process_definition_id": version.process_id,
        "process_definition_version": version.version,
        "tenant_id": TENANT,
        "variables": {},
        "process_definition_key": version.key,
        "process_instance_key": course.key,
        "tags": [],
    }


def _ended(key: int, asked: dict[str, Any]) -> dict[str, Any]:
    """Wait for the end of a course and return what it ended with.

    Raises:
        GatewayTimeout: it takes longer than the caller waits.
        Conflict: it was cancelled.
        Refused: the caller does not see the course.
    """
    house = house_of(current_app)
    said = timedelta(milliseconds=asked.get("request_timeout") or 0)
    patience = min(said, LONGEST_PATIENCE) if said else USUAL_PATIENCE
    outcome = courses.await_end(house.database, house.runtime, key, patience)
    if outcome is None:
        raise GatewayTimeout
    if outcome == "cancelled":
        raise Conflict("course:cancelled", "Forløbet blev afbrudt, før det nåede sin ende.")
    with house.database.read() as session:
        eyes = Eyes(session, current_principal(), house.clock.now())
        course = eyes.course(key)
        seen.shown("course:read", [course], eyes.need_inside(course).words)
        values = scopes.of_course(session, house.runtime, course)
    names = asked["fetch_variables"] or values
    return {name: values[name] for name in names if name in values}


@resource.route("/process-instances/search", methods=["POST"])
@resource.arguments(InstanceSearch, required=False)
@resource.response(200, InstancePage)
@permit(*_READERS)
def find(asked: dict[str, Any]) -> dict[str, Any]:
    """Search the courses that the caller sees."""
    house, wanted = house_of(current_app), asked["filter"]
    hits: list[tuple[Course, dict[str, Any]]] = []
    order = instance_search.SORTING.order(asked["sort"])
    with house.database.read() as session:
        eyes = Eyes(session, current_principal(), house.clock.now())
        query = (
            instance_search.query()
            .where(eyes.near(), instance_search.conditions(wanted))
            .order_by(*order)
        )
        sees = eyes.inside if instance_search.looks_inside(wanted) else eyes.ground
        for course, version, broken in session.execute(query):
            if len(hits) > search.MOST:
                break
            if sees(course) is None or not instance_search.has_element(session, course, wanted):
                continue
            values = scopes.of_course(session, house.runtime, course) if wanted["variables"] else {}
            if scopes.has_all(values, wanted["variables"]):
                hits.append((course, instance_search.result(course, version, broken=broken)))
    page = search.page(hits[: search.MOST], asked["page"], more=len(hits) > search.MOST)
    seen.shown("course:search", [course for course, _ in page["items"]], "Søgning efter forløb")
    return {**page, "items": [result for _, result in page["items"]]}


@resource.route("/process-instances/<process_instance_key>")
@resource.response(200, InstanceSchema)
@permit(*_READERS)
def get(process_instance_key: str) -> dict[str, Any]:
    """Return a course."""
    house = house_of(current_app)
    key = key_of(process_instance_key, "Forløbet")
    with house.database.read() as session:
        eyes = Eyes(session, current_principal(), house.clock.now())
        course = eyes.course(key)
        seen.shown("course:read", [course], eyes.need(course).words)
        found, version, broken = session.execute(
            instance_search.query().where(Course.key == key)
        ).one()
        return instance_search.result(found, version, broken=broken)


@resource.route("/process-instances/<process_instance_key>/cancellation", methods=["POST"])
@resource.arguments(CancellationRequest, required=False)
@resource.response(204)
@permit("operate", "model:publish")
def cancel(asked: dict[str, Any], process_instance_key: str) -> Response:
    """End a course now."""
    house = house_of(current_app)
    key = key_of(process_instance_key, "Forløbet")
    order = Order(current_principal(), asked["reason"])
    house.database.run(lambda work: courses.cancel(work, house.runtime, key, order))
    return Response(status=204)


def _refuse_unsupported(asked: dict[str, Any]) -> None:
    wrong = {
        outside: "Det kan Forløb ikke. Udelad feltet."
        for name, outside in _UNSUPPORTED.items()
        if asked[name]
    }
    wrong |= {
        f"variables.{name}": "Sættes af Forløb selv."
        for name in sorted(courses.SHELLS)
        if name in asked["variables"]
    }
    if wrong:
        raise DomainError("request:invalid", "Forløbet kan ikke startes sådan.", fields=wrong)


def _version(session: Session, asked: dict[str, Any]) -> library.DefinitionVersion:
    if "process_definition_key" in asked:
        row = library.version(session, key_of(asked["process_definition_key"], "Modellen"))
    elif "process_definition_id" not in asked:
        text = "Sig, hvilken model: processDefinitionId eller processDefinitionKey."
        raise DomainError("request:invalid", text, fields={"processDefinitionId": text})
    elif "process_definition_version_tag" in asked:
        tag = asked["process_definition_version_tag"]
        row = library.tagged(session, asked["process_definition_id"], tag)
    elif asked["process_definition_version"] != -1:
        query = select(Version).where(
            Version.process_id == asked["process_definition_id"],
            Version.version == asked["process_definition_version"],
        )
        row = session.scalar(query)
    else:
        row = library.latest(session, asked["process_definition_id"])
    if row is None:
        raise NotFound("model:unknown", "Der er ikke udgivet sådan en model.")
    return row


def _citizen(work: UnitOfWork, who: Principal, key: Any) -> Citizen | None:
    """Return whom the course is about; None where it is technical.

    Raises:
        DomainError: the key is none.
        NotFound: no citizen has it.
        Refused: the caller may not start a course about this citizen.
    """
    if key is None:
        return None
    if not isinstance(key, str):
        text = "Borgerens nøgle er tekst."
        raise DomainError("request:key", text, fields={f"variables.{CITIZEN}": text})
    who.require("course:start")
    found = citizens.citizen(work.session, key_of(key, "Borgeren"))
    if who.client is None and not Eyes(work.session, who, work.now).sees_citizen(found.key):
        raise Refused("sight:no-ground", "Du arbejder ikke med borgeren.")
    return found
