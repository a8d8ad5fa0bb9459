"""Searching service work: what it can be narrowed to and sorted by, and how one job looks to a program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields
from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, true

from app.api import search
from app.api.body import TENANT, KeyText, Moment, Text, Truth, Whole, Wire
from app.api.search import Column, Sorting, Wanted, page_of, request_of
from app.api.seen import Eyes
from app.api.v2.element_keys import key_of_element, near_element, of_element, own_id
from app.courses import Course, CourseJob
from app.definitions import library

Version = library.DefinitionVersion
KIND, EVENT_TYPE = "BPMN_ELEMENT", "UNSPECIFIED"


class JobSchema(Wire):
    """A job found."""

    custom_headers = fields.Dict()
    deadline = Moment(allow_none=True)
    denied_reason = fields.String(allow_none=True)
    element_id = fields.String()
    element_instance_key = fields.String()
    end_time = Moment(allow_none=True)
    error_code = fields.String(allow_none=True)
    error_message = fields.String(allow_none=True)
    has_failed_with_retries_left = fields.Boolean()
    is_denied = fields.Boolean(allow_none=True)
    job_key = fields.String()
    kind = fields.String()
    listener_event_type = fields.String()
    process_definition_id = fields.String()
    process_definition_key = fields.String()
    process_instance_key = fields.String()
    root_process_instance_key = fields.String()
    business_id = fields.String(allow_none=True)
    retries = fields.Integer()
    state = fields.String()
    tenant_id = fields.String()
    type = fields.String()
    worker = fields.String()
    creation_time = Moment()
    last_update_time = Moment()
    priority = fields.Integer()


class JobFilter(Wire):
    """What jobs can be narrowed to."""

    deadline = Wanted(Moment(allow_none=True), ordered=True)
    denied_reason = Wanted(Text())
    element_id = Wanted(Text())
    element_instance_key = Wanted(KeyText())
    end_time = Wanted(Moment(), ordered=True)
    error_code = Wanted(Text())
    error_message = Wanted(Text(2_000))
    has_failed_with_retries_left = Truth()
    is_denied = Truth(allow_none=True)
    job_key = Wanted(KeyText())
    kind = Wanted(Text())
    listener_event_type = Wanted(Text())
    priority = Wanted(Whole(), ordered=True)
    process_definition_id = Wanted(Text())
    process_definition_key = Wanted(KeyText())
    process_instance_key = Wanted(KeyText())
    retries = Wanted(Whole(), ordered=True)
    state = Wanted(Text())
    tenant_id = Wanted(Text())
    type = Wanted(Text())
    worker = Wanted(Text())
    creation_time = Wanted(Moment(), ordered=True)
    last_update_time = Wanted(Moment(), ordered=True)


JobSearch = request_of(JobFilter)
JobPage = page_of(JobSchema)


_TRIED = (CourseJob.status == "open") & (CourseJob.error_message != "")
_STATE = case(
    (CourseJob.status == "error", literal("ERROR_THROWN")),
    (or_(CourseJob.status == "failed", _TRIED), literal("FAILED")),
    else_=literal("CREATED"),
)
_COLUMNS: dict[str, Column] = {
    "deadline": CourseJob.deadline,
    "denied_reason": search.nothing(),
    "end_time": search.nothing(),
    "error_code": func.nullif(CourseJob.error_code, ""),
    "error_message": func.nullif(CourseJob.error_message, ""),
    "job_key": CourseJob.key,
    "kind": literal(KIND),
    "listener_event_type": literal(EVENT_TYPE),
    "priority": literal(0),
    "process_definition_id": Version.process_id,
    "process_definition_key": Version.key,
    "process_instance_key": CourseJob.course_key,
    "retries": CourseJob.retries,
    "state": _STATE,
    "tenant_id": literal(TENANT),
    "type": CourseJob.type,
    "worker": CourseJob.worker,
    "creation_time": CourseJob.created_at,
    "last_update_time": CourseJob.updated_at,
}
_SORTING = Sorting(
    {
        "creationTime": CourseJob.created_at,
        "deadline": CourseJob.deadline,
        "deniedReason": search.nothing(),
        "elementId": CourseJob.element,
        "elementInstanceKey": CourseJob.address,
        "endTime": search.nothing(),
        "errorCode": CourseJob.error_code,
        "errorMessage": CourseJob.error_message,
        "hasFailedWithRetriesLeft": _TRIED,
        "isDenied": search.nothing(),
        "jobKey": CourseJob.key,
        "kind": search.nothing(),
        "listenerEventType": search.nothing(),
        "priority": search.nothing(),
        "processDefinitionId": Version.process_id,
        "processDefinitionKey": Version.key,
        "processInstanceKey": CourseJob.course_key,
        "retries": CourseJob.retries,
        "state": _STATE,
        "tenantId": search.nothing(),
        "type": CourseJob.type,
        "worker": CourseJob.worker,
    },
    _COLUMNS["job_key"],
)


def found(eyes: Eyes, asked: Mapping[str, Any]) -> tuple[list[tuple[Course, dict[str, Any]]], bool]:
    """Return jobs with their courses, and whether there are more.

    Who operates finds all of them, without their variables; others those of the courses that they see.

    Raises:
        DomainError: they cannot be sorted as asked.
    """
    operates, place = eyes.who.may("operate"), asked["filter"].get("element_instance_key", {})
    query = (
        select(CourseJob, Course, Version)
        .join(Course, Course.key == CourseJob.course_key)
        .join(Version, Version.key == Course.version_key)
        .where(true() if operates else eyes.near(), _conditions(asked["filter"]))
        .order_by(*_SORTING.order(asked["sort"]))
    )
    hits: list[tuple[Course, dict[str, Any]]] = []
    for job, course, version in eyes.session.execute(query):
        if len(hits) == search.MOST:
            return hits, True
        shown = _result(job, version)
        if not search.holds(shown["element_instance_key"], place):
            continue
        if operates or eyes.inside(course) is not None:
            hits.append((course, shown))
    return hits, False


def _conditions(wanted: Mapping[str, Any]) -> ColumnElement[bool]:
    met = [search.conditions(wanted, _COLUMNS)]
    if "element_id" in wanted:
        met.append(of_element(CourseJob.element, wanted["element_id"]))
    if "element_instance_key" in wanted:
        met.append(near_element(CourseJob.course_key, wanted["element_instance_key"]))
    if "has_failed_with_retries_left" in wanted:
        met.append(_TRIED if wanted["has_failed_with_retries_left"] else ~_TRIED)
    if wanted.get("is_denied") is not None:
        met.append(literal(False))  # nobody denies work here
    return and_(*met)


def _result(job: CourseJob, version: library.DefinitionVersion) -> dict[str, Any]:
    tried = job.status == "open" and bool(job.error_message)
    state = "ERROR_THROWN" if job.status == "error" else "FAILED"
    return {
        "custom_headers": job.headers,
        "deadline": job.deadline,
        "element_id": own_id(job.element),
        "element_instance_key": key_of_element(job.course_key, job.address),
        "error_code": job.error_code or None,
        "error_message": job.error_message or None,
        "has_failed_with_retries_left": tried,
        "job_key": job.key,
        "kind": KIND,
        "listener_event_type": EVENT_TYPE,
        "process_definition_id": version.process_id,
        "process_definition_key": version.key,
        "process_instance_key": job.course_key,
        "root_process_instance_key": job.course_key,
        "retries": job.retries,
        "state": "CREATED" if job.status == "open" and not tried else state,
        "tenant_id": TENANT,
        "type": job.type,
        "worker": job.worker,
        "creation_time": job.created_at,
        "last_update_time": job.updated_at,
        "priority": 0,
    }
