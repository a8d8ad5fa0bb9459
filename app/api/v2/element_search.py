"""Element instances: what a course has been through and where it stands, decided again from its journal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from marshmallow import fields
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import audit, courses
from app.api import search
from app.api.body import TENANT, KeyText, Moment, Text, Truth, Wire
from app.api.search import Wanted, page_of, request_of
from app.api.v2.element_keys import key_of_element, own_id
from app.courses import Course, Incident, Runtime, Task
from app.definitions import Kind, library
from app.engine import ElementEntered, ElementLeft

_TYPES = {
    Kind.START: "START_EVENT",
    Kind.END: "END_EVENT",
    Kind.CATCH: "INTERMEDIATE_CATCH_EVENT",
    Kind.THROW: "INTERMEDIATE_THROW_EVENT",
    Kind.BOUNDARY: "BOUNDARY_EVENT",
    Kind.TASK: "TASK",
    Kind.USER: "USER_TASK",
    Kind.MANUAL: "MANUAL_TASK",
    Kind.SERVICE: "SERVICE_TASK",
    Kind.SEND: "SEND_TASK",
    Kind.RECEIVE: "RECEIVE_TASK",
    Kind.SCRIPT: "SCRIPT_TASK",
    Kind.RULE: "BUSINESS_RULE_TASK",
    Kind.CALL: "CALL_ACTIVITY",
    Kind.SUB_PROCESS: "SUB_PROCESS",
    Kind.EVENT_SUB_PROCESS: "EVENT_SUB_PROCESS",
    Kind.EXCLUSIVE: "EXCLUSIVE_GATEWAY",
    Kind.PARALLEL: "PARALLEL_GATEWAY",
    Kind.INCLUSIVE: "INCLUSIVE_GATEWAY",
    Kind.EVENT_BASED: "EVENT_BASED_GATEWAY",
}


class ElementSchema(Wire):
    """An element instance."""

    process_definition_id = fields.String()
    start_date = Moment()
    end_date = Moment(allow_none=True)
    element_id = fields.String()
    element_name = fields.String()
    type = fields.String()
    state = fields.String()
    has_incident = fields.Boolean()
    tenant_id = fields.String()
    element_instance_key = fields.String()
    process_instance_key = fields.String()
    root_process_instance_key = fields.String()
    process_definition_key = fields.String()
    incident_key = fields.String(allow_none=True)


class ElementFilterFields(Wire):
    """What element instances can be narrowed to."""

    process_definition_id = Wanted(Text())
    state = Wanted(Text())
    type = Wanted(Text())
    element_id = Wanted(Text())
    element_name = Wanted(Text())
    has_incident = Truth()
    tenant_id = Wanted(Text())
    element_instance_key = Wanted(KeyText())
    process_instance_key = Wanted(KeyText())
    process_definition_key = Wanted(KeyText())
    incident_key = Wanted(KeyText())
    start_date = Wanted(Moment(), ordered=True)
    end_date = Wanted(Moment(), ordered=True)
    element_instance_scope_key = Wanted(KeyText())


class ElementFilter(ElementFilterFields):
    """The same, with alternatives."""

    or_ = fields.List(fields.Nested(ElementFilterFields), data_key="$or")


ElementSearch = request_of(ElementFilter)
ElementPage = page_of(ElementSchema)


@dataclass
class Occurrence:
    """One element that a course has entered; `address` is "" for the course as a whole."""

    course: Course
    version: library.DefinitionVersion
    address: str
    element: str
    name: str
    type: str
    key: int
    started: datetime
    ended: datetime | None = None
    state: str = "ACTIVE"
    incident: int | None = None
    scope: int = field(default=0)

    def shown(self) -> dict[str, Any]:
        """Return it as `ElementSchema` writes it."""
        return {
            "process_definition_id": self.version.process_id,
            "start_date": self.started,
            "end_date": self.ended,
            "element_id": own_id(self.element),
            "element_name": self.name or own_id(self.element),
            "type": self.type,
            "state": self.state,
            "has_incident": self.incident is not None,
            "tenant_id": TENANT,
            "element_instance_key": self.key,
            "process_instance_key": self.course.key,
            "root_process_instance_key": self.course.key,
            "process_definition_key": self.version.key,
            "incident_key": self.incident,
        }

    def fulfils(self, wanted: Mapping[str, Any]) -> bool:
        """Tell whether a loaded `ElementFilter` lets it through."""
        own = {**self.shown(), "element_instance_scope_key": self.scope}
        if wanted.get("has_incident", own["has_incident"]) != own["has_incident"]:
            return False
        plain = {name: rule for name, rule in wanted.items() if name not in {"has_incident", "or_"}}
        if not all(search.holds(own[name], rule) for name, rule in plain.items()):
            return False
        return not wanted.get("or_") or any(self.fulfils(one) for one in wanted["or_"])


def occurrences(session: Session, runtime: Runtime, course: Course) -> list[Occurrence]:
    """Return all that a course has entered, in order, the course itself first."""
    version = session.get_one(library.DefinitionVersion, course.version_key)
    ended = "TERMINATED" if course.outcome == "cancelled" else "COMPLETED"
    whole = Occurrence(
        course=course,
        version=version,
        address="",
        element=version.process_id,
        name=version.name,
        type="PROCESS",
        key=course.key,
        started=course.started_at,
        ended=course.ended_at,
        state="ACTIVE" if course.ended_at is None else ended,
    )
    found = {"": whole}
    tasks = dict(
        session.execute(select(Task.address, Task.key).where(Task.course_key == course.key)).all()
    )
    for moment in audit.replay(session, runtime, course.key):
        if moment.anew:
            found = {"": whole}
        for event in moment.events:
            if isinstance(event, ElementEntered):
                name, kind = _drawn(session, runtime, moment.version, course.key, event)
                found[event.address] = Occurrence(
                    course=course,
                    version=version,
                    address=event.address,
                    element=event.element,
                    name=name,
                    type=kind,
                    key=tasks.get(event.address) or key_of_element(course.key, event.address),
                    started=moment.entry.at,
                )
            elif isinstance(event, ElementLeft) and event.address in found:
                left = found[event.address]
                left.ended = moment.entry.at
                left.state = "TERMINATED" if event.cancelled else "COMPLETED"
    _place(session, found)
    return list(found.values())


def _place(session: Session, found: dict[str, Occurrence]) -> None:
    """Say of each where it lies and which incident it has; nothing outlives its course."""
    course = found[""].course
    broken = select(Incident.address, Incident.key).where(
        Incident.course_key == course.key, Incident.resolved_at.is_(None)
    )
    for address, key in session.execute(broken):
        if address in found:
            found[address].incident = key
    for one in found.values():
        if one.address:
            around = found.get(_scope(one.address))
            one.scope = around.key if around is not None else course.key
        if one.state == "ACTIVE" and course.ended_at is not None:
            one.state, one.ended = "TERMINATED", course.ended_at


def _scope(address: str) -> str:
    """Return the address around: the body of a multi-instance, or the sub-process or call; "" is the course."""
    if address.endswith("]"):
        return address.rpartition("[")[0]
    return address.rpartition("/")[0]


def _drawn(
    session: Session,
    runtime: Runtime,
    version: courses.Version,
    course_key: int,
    event: ElementEntered,
) -> tuple[str, str]:
    """Return an element's name and the published type of it."""
    at = courses.place(
        session, runtime.models, version, course_key, event.address, event.element
    ).node
    if at is None:
        return "", "UNKNOWN"
    if at.loop is not None and not event.address.endswith("]"):
        return at.name, "MULTI_INSTANCE_BODY"
    return at.name, _TYPES.get(at.kind, "UNKNOWN")


_SORTS: dict[str, Callable[[Occurrence], Any]] = {
    "elementInstanceKey": lambda one: one.key,
    "processInstanceKey": lambda one: one.course.key,
    "processDefinitionKey": lambda one: one.version.key,
    "processDefinitionId": lambda one: one.version.process_id,
    "startDate": lambda one: one.started,
    "endDate": lambda one: (one.ended is None, one.ended or one.started),
    "elementId": lambda one: one.element,
    "elementName": lambda one: one.name,
    "type": lambda one: one.type,
    "state": lambda one: one.state,
    "incidentKey": lambda one: one.incident or 0,
    "tenantId": lambda _: TENANT,
}


def ordered(found: Iterable[Occurrence], asked: Sequence[Mapping[str, str]]) -> list[Occurrence]:
    """Return occurrences in the order asked for; without one, as they were entered.

    Raises:
        DomainError: they cannot be sorted by that.
    """
    return search.in_order(found, asked, _SORTS)
