"""Searching incidents: what they can be narrowed to and sorted by, and how one looks to a program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields
from sqlalchemy import ColumnElement, Select, and_, case, literal, select, true

from app.api import search
from app.api.body import TENANT, KeyText, Moment, Text, Wire
from app.api.search import Column, Sorting, Wanted, page_of, request_of
from app.api.seen import Eyes
from app.api.v2 import element_keys
from app.api.v2.element_keys import near_element, of_element, own_id
from app.courses import Course, CourseJob, Incident
from app.definitions import library

Version = library.DefinitionVersion
Hit = tuple[Course, dict[str, Any]]

_TYPES = {
    "engine:job-failed": "JOB_NO_RETRIES",
    "engine:error-uncaught": "UNHANDLED_ERROR_EVENT",
    "engine:no-path": "CONDITION_ERROR",
    "engine:condition": "CONDITION_ERROR",
    "engine:call": "CALLED_ELEMENT_ERROR",
    "engine:callee": "CALLED_ELEMENT_ERROR",
    "engine:call-depth": "CALLED_ELEMENT_ERROR",
    "engine:decision": "DECISION_EVALUATION_ERROR",
    "engine:decision-missing": "CALLED_DECISION_ERROR",
    "engine:form-missing": "FORM_NOT_FOUND",
    "engine:expression": "EXTRACT_VALUE_ERROR",
    "engine:value": "EXTRACT_VALUE_ERROR",
    "engine:retries": "EXTRACT_VALUE_ERROR",
    "engine:timer": "EXTRACT_VALUE_ERROR",
    "engine:assignment": "EXTRACT_VALUE_ERROR",
    "engine:priority": "EXTRACT_VALUE_ERROR",
    "engine:collection": "EXTRACT_VALUE_ERROR",
}
"""Our code → the published type; the others are UNKNOWN."""


class IncidentSchema(Wire):
    """An incident."""

    process_definition_id = fields.String()
    error_type = fields.String()
    error_message = fields.String()
    element_id = fields.String()
    creation_time = Moment()
    state = fields.String()
    tenant_id = fields.String()
    incident_key = fields.String()
    process_definition_key = fields.String()
    process_instance_key = fields.String()
    root_process_instance_key = fields.String()
    element_instance_key = fields.String()
    job_key = fields.String(allow_none=True)


class IncidentFilter(Wire):
    """What incidents can be narrowed to."""

    process_definition_id = Wanted(Text())
    error_type = Wanted(Text())
    error_message = Wanted(Text(2_000))
    element_id = Wanted(Text())
    creation_time = Wanted(Moment(), ordered=True)
    state = Wanted(Text())
    tenant_id = Wanted(Text())
    incident_key = Wanted(KeyText())
    process_definition_key = Wanted(KeyText())
    process_instance_key = Wanted(KeyText())
    element_instance_key = Wanted(KeyText())
    job_key = Wanted(KeyText())


IncidentSearch = request_of(IncidentFilter)
IncidentPage = page_of(IncidentSchema)


_STATE = case((Incident.resolved_at.is_(None), literal("ACTIVE")), else_=literal("RESOLVED"))
_TYPE = case(
    *((Incident.code == ours, literal(theirs)) for ours, theirs in _TYPES.items()),
    else_=literal("UNKNOWN"),
)
_COLUMNS: dict[str, Column] = {
    "process_definition_id": Version.process_id,
    "error_type": _TYPE,
    "error_message": Incident.message,
    "creation_time": Incident.raised_at,
    "state": _STATE,
    "tenant_id": literal(TENANT),
    "incident_key": Incident.key,
    "process_definition_key": Version.key,
    "process_instance_key": Incident.course_key,
    "job_key": CourseJob.key,
}
_SORTING = Sorting(
    {
        "creationTime": Incident.raised_at,
        "elementId": Incident.element,
        "elementInstanceKey": Incident.address,
        "errorMessage": Incident.message,
        "errorType": _TYPE,
        "incidentKey": Incident.key,
        "jobKey": CourseJob.key,
        "processDefinitionId": Version.process_id,
        "processDefinitionKey": Version.key,
        "processInstanceKey": Incident.course_key,
        "state": _STATE,
        "tenantId": search.nothing(),
    },
    _COLUMNS["incident_key"],
)


def found(eyes: Eyes, asked: Mapping[str, Any], course_key: int | None) -> tuple[list[Hit], bool]:
    """Return incidents as `IncidentSchema` writes them, with their courses, and whether there are more.

    Who operates finds all of them, as on the page; others those of the courses that they see.

    Args:
        eyes: the caller's.
        asked: a loaded `IncidentSearch`.
        course_key: only of this course.

    Raises:
        DomainError: they cannot be sorted as asked.
    """
    operates, place = eyes.who.may("operate"), asked["filter"].get("element_instance_key", {})
    query = (
        _query()
        .where(true() if operates else eyes.near(), _conditions(asked["filter"]))
        .order_by(*_SORTING.order(asked["sort"]))
    )
    if course_key is not None:
        query = query.where(Incident.course_key == course_key)
    hits: list[Hit] = []
    for incident, course, version, job_key in eyes.session.execute(query):
        if len(hits) == search.MOST:
            return hits, True
        shown = _result(incident, version, job_key)
        if not search.holds(shown["element_instance_key"], place):
            continue
        if operates or eyes.inside(course) is not None:
            hits.append((course, shown))
    return hits, False


def one(eyes: Eyes, key: int) -> Hit | None:
    """Return the incident with this key, as `found` would, or None."""
    hit = eyes.session.execute(_query().where(Incident.key == key)).one_or_none()
    if hit is None:
        return None
    incident, course, version, job_key = hit
    if not eyes.who.may("operate"):
        eyes.need_inside(course)
    return course, _result(incident, version, job_key)


def _query() -> Select[Incident, Course, library.DefinitionVersion, int | None]:
    its_job = and_(
        CourseJob.course_key == Incident.course_key,
        CourseJob.address == Incident.address,
        Incident.resolved_at.is_(None),
    )
    return (
        select(Incident, Course, Version, CourseJob.key)
        .join(Course, Course.key == Incident.course_key)
        .join(Version, Version.key == Course.version_key)
        .outerjoin(CourseJob, its_job)
    )


def _conditions(wanted: Mapping[str, Any]) -> ColumnElement[bool]:
    met = [search.conditions(wanted, _COLUMNS)]
    if "element_id" in wanted:
        met.append(of_element(Incident.element, wanted["element_id"]))
    if "element_instance_key" in wanted:
        met.append(near_element(Incident.course_key, wanted["element_instance_key"]))
    return and_(*met)


def _result(
    incident: Incident, version: library.DefinitionVersion, job_key: int | None
) -> dict[str, Any]:
    return {
        "process_definition_id": version.process_id,
        "error_type": _TYPES.get(incident.code, "UNKNOWN"),
        "error_message": incident.message,
        "element_id": own_id(incident.element),
        "creation_time": incident.raised_at,
        "state": "ACTIVE" if incident.resolved_at is None else "RESOLVED",
        "tenant_id": TENANT,
        "incident_key": incident.key,
        "process_definition_key": version.key,
        "process_instance_key": incident.course_key,
        "root_process_instance_key": incident.course_key,
        "element_instance_key": element_keys.key_of_element(incident.course_key, incident.address),
        "job_key": job_key,
    }
