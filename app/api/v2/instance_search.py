"""Searching courses: what they can be narrowed to and sorted by, and how one looks to a program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields
from sqlalchemy import ColumnElement, Integer, Select, and_, case, false, literal, select
from sqlalchemy.orm import Session

from app.api import search
from app.api.body import TENANT, KeyText, Moment, Text, Truth, Whole, Wire
from app.api.search import Column, Sorting, Wanted, page_of, request_of
from app.api.v2.element_keys import own_id
from app.api.v2.scopes import VariableValue
from app.courses import SUSPENDED, Course, CourseJob, Incident
from app.definitions import library
from app.storage import Instant, Key

Version = library.DefinitionVersion


class InstanceSchema(Wire):
    """A course."""

    process_definition_id = fields.String()
    process_definition_name = fields.String(allow_none=True)
    process_definition_version = fields.Integer()
    process_definition_version_tag = fields.String(allow_none=True)
    start_date = Moment()
    end_date = Moment(allow_none=True)
    state = fields.String()
    suspended_date = Moment(allow_none=True)
    has_incident = fields.Boolean()
    tenant_id = fields.String()
    process_instance_key = fields.String()
    process_definition_key = fields.String()
    parent_process_instance_key = fields.String(allow_none=True)
    parent_element_instance_key = fields.String(allow_none=True)
    root_process_instance_key = fields.String()
    tags = fields.List(fields.String())
    business_id = fields.String(allow_none=True)


class InstanceFilterFields(Wire):
    """What courses can be narrowed to."""

    process_definition_id = Wanted(Text())
    process_definition_name = Wanted(Text())
    process_definition_version = Wanted(Whole(), ordered=True)
    process_definition_version_tag = Wanted(Text())
    process_definition_key = Wanted(KeyText())
    process_instance_key = Wanted(KeyText())
    parent_process_instance_key = Wanted(KeyText())
    parent_element_instance_key = Wanted(KeyText())
    start_date = Wanted(Moment(), ordered=True)
    end_date = Wanted(Moment(), ordered=True)
    suspended_date = Wanted(Moment(), ordered=True)
    state = Wanted(Text())
    has_incident = Truth()
    tenant_id = Wanted(Text())
    business_id = Wanted(Text())
    tags = fields.List(Text(), load_default=list)
    batch_operation_id = Wanted(Text())
    batch_operation_key = Wanted(KeyText())
    error_message = Wanted(Text(10_000))
    incident_error_hash_code = Wanted(Whole(-(2**31)), ordered=True)
    has_retries_left = Truth()


class InstanceFilter(InstanceFilterFields):
    """The same, with what is not asked of the database: elements and variables; and alternatives."""

    element_id = Wanted(Text())
    element_instance_state = Wanted(Text())
    has_element_instance_incident = Truth()
    variables = fields.List(fields.Nested(VariableValue), load_default=list)
    or_ = fields.List(fields.Nested(InstanceFilterFields), data_key="$or")


InstanceSearch = request_of(InstanceFilter)
InstancePage = page_of(InstanceSchema)


_BROKEN = (
    select(Incident.key)
    .where(Incident.course_key == Course.key, Incident.resolved_at.is_(None))
    .exists()
)
_TRIES_AGAIN = (
    select(CourseJob.key)
    .where(
        CourseJob.course_key == Course.key,
        CourseJob.retries > 0,
        CourseJob.error_message != "",
    )
    .exists()
)
_STATE = case(
    (Course.status == "running", literal("ACTIVE")),
    (Course.status == SUSPENDED, literal("SUSPENDED")),
    (Course.outcome == "cancelled", literal("TERMINATED")),
    else_=literal("COMPLETED"),
)
COLUMNS: dict[str, Column] = {
    "process_definition_id": Version.process_id,
    "process_definition_name": Version.name,
    "process_definition_version": Version.version,
    "process_definition_version_tag": Version.version_tag,
    "process_definition_key": Version.key,
    "process_instance_key": Course.key,
    "parent_process_instance_key": search.nothing(Key),
    "parent_element_instance_key": search.nothing(Key),
    "start_date": Course.started_at,
    "end_date": Course.ended_at,
    "suspended_date": search.nothing(Instant()),
    "state": _STATE,
    "tenant_id": literal(TENANT),
    "business_id": search.nothing(),
    "batch_operation_id": search.nothing(),
    "batch_operation_key": search.nothing(Key),
    "incident_error_hash_code": search.nothing(Integer()),
}
"""Column by the name of its filter."""

SORTING = Sorting(
    {
        "businessId": search.nothing(),
        "endDate": Course.ended_at,
        "hasIncident": _BROKEN,
        "parentElementInstanceKey": search.nothing(),
        "parentProcessInstanceKey": search.nothing(),
        "processDefinitionId": Version.process_id,
        "processDefinitionKey": Version.key,
        "processDefinitionName": Version.name,
        "processDefinitionVersion": Version.version,
        "processDefinitionVersionTag": Version.version_tag,
        "processInstanceKey": Course.key,
        "startDate": Course.started_at,
        "state": _STATE,
        "suspendedDate": search.nothing(),
        "tenantId": search.nothing(),
    },
    COLUMNS["process_instance_key"],
)


def query() -> Select[Course, library.DefinitionVersion, bool]:
    """Select courses with their version, and whether an incident holds one up."""
    return select(Course, Version, _BROKEN).join(Version, Version.key == Course.version_key)


def conditions(wanted: Mapping[str, Any]) -> ColumnElement[bool]:
    """Return the condition of a loaded `InstanceFilter`, but for its variables."""
    met = [search.conditions(wanted, COLUMNS)]
    if "has_incident" in wanted:
        met.append(_BROKEN if wanted["has_incident"] else ~_BROKEN)
    if "has_retries_left" in wanted:
        met.append(_TRIES_AGAIN if wanted["has_retries_left"] else ~_TRIES_AGAIN)
    if "error_message" in wanted:
        said = search.condition(Incident.message, wanted["error_message"])
        query = select(Incident.key).where(
            Incident.course_key == Course.key, Incident.resolved_at.is_(None), said
        )
        met.append(query.exists())
    if wanted.get("tags"):
        met.append(false())  # no course has any
    if wanted.get("or_"):
        met.append(search.any_of(conditions(one) for one in wanted["or_"]))
    return and_(*met)


def looks_inside(wanted: Mapping[str, Any]) -> bool:
    """Tell whether a loaded `InstanceFilter` asks for what courses hold, so that a hit alone tells of it."""
    inner = {
        "element_id", "element_instance_state", "has_element_instance_incident", "has_incident",
        "error_message", "has_retries_left",
    }  # fmt: skip
    asked = bool(wanted["variables"]) if "variables" in wanted else False
    return asked or bool(inner & wanted.keys()) or any(map(looks_inside, wanted.get("or_") or ()))


def has_element(session: Session, course: Course, wanted: Mapping[str, Any]) -> bool:
    """Tell whether an element that a loaded `InstanceFilter` asks for has been in the course, and as it says.

    What was cancelled is not kept by element, so `TERMINATED` finds nothing.
    """
    asked = [name for name in wanted if name in {"element_id", "element_instance_state"}]
    asked += [name for name in wanted if name == "has_element_instance_incident"]
    if not asked:
        return True
    query = select(Incident.element).where(
        Incident.course_key == course.key, Incident.resolved_at.is_(None)
    )
    stopped = {own_id(element) for element in session.scalars(query)}
    states = {
        "ACTIVE": course.progress.get("here", {}),
        "COMPLETED": course.progress.get("done", {}),
    }
    return any(
        search.holds(own_id(element), wanted.get("element_id", {}))
        and search.holds(state, wanted.get("element_instance_state", {}))
        and wanted.get("has_element_instance_incident", own_id(element) in stopped)
        == (own_id(element) in stopped)
        for state, elements in states.items()
        for element in elements
    )


def result(course: Course, version: library.DefinitionVersion, *, broken: bool) -> dict[str, Any]:
    """Return a course as `InstanceSchema` writes it."""
    ended = "TERMINATED" if course.outcome == "cancelled" else "COMPLETED"
    states = {"running": "ACTIVE", SUSPENDED: "SUSPENDED", "ended": ended}
    return {
        "process_definition_id": version.process_id,
        "process_definition_name": version.name or None,
        "process_definition_version": version.version,
        "process_definition_version_tag": version.version_tag or None,
        "start_date": course.started_at,
        "end_date": course.ended_at,
        "state": states[course.status],
        "has_incident": bool(broken),
        "tenant_id": TENANT,
        "process_instance_key": course.key,
        "process_definition_key": version.key,
        "root_process_instance_key": course.key,
        "tags": [],
    }
