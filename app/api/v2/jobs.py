"""Jobs: service work for workers outside, taken for a while and answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Response, current_app
from marshmallow import fields, validate

from app import courses, house_of
from app.access import Principal
from app.access.closed import permit
from app.access.session import current_principal
from app.api import search, seen
from app.api.body import TENANT, Resource, Text, Truth, Variables, Whole, Wire, key_of
from app.api.seen import Eyes
from app.api.v2 import job_search
from app.api.v2.element_keys import key_of_element, own_id
from app.api.v2.job_search import JobPage, JobSearch
from app.courses import Failure, JobsWanted, Runtime, TakenJob
from app.errors import DomainError
from app.storage import UnitOfWork

USUAL_PATIENCE = timedelta(seconds=10)
"""For how long a request waits for jobs where it does not say."""

LONGEST_PATIENCE = timedelta(seconds=60)

_LONGEST = 30 * 24 * 3600 * 1000
"""Milliseconds: for how long a job may be taken or put off."""

resource = Resource("jobs", __name__, "Service work for workers outside.")


class JobActivationRequest(Wire):
    """What a worker asks for; times are in milliseconds."""

    type = fields.String(required=True, validate=validate.Length(1, 200, error="1–200 tegn."))
    timeout = Whole(1, _LONGEST, required=True)
    max_jobs_to_activate = Whole(1, required=True)
    worker = Text(load_default="")
    fetch_variable = fields.List(Text(), load_default=list)
    request_timeout = Whole(-(2**31), load_default=0)
    tenant_ids = fields.List(
        fields.String(validate=validate.Equal(TENANT, error=f"Der er kun én kommune: {TENANT}.")),
        load_default=list,
    )
    tenant_filter = fields.String(
        validate=validate.OneOf(["PROVIDED", "ASSIGNED"], error="PROVIDED eller ASSIGNED.")
    )
    with_lease = Truth(load_default=False, allow_none=True)


class ActivatedJobSchema(Wire):
    """A job that the worker has until `deadline` (milliseconds since 1970)."""

    type = fields.String()
    process_definition_id = fields.String()
    process_definition_version = fields.Integer()
    element_id = fields.String()
    custom_headers = fields.Dict()
    worker = fields.String()
    retries = fields.Integer()
    deadline = fields.Integer()
    variables = Variables()
    tenant_id = fields.String()
    physical_tenant_id = fields.String()
    job_key = fields.String()
    process_instance_key = fields.String()
    process_definition_key = fields.String()
    element_instance_key = fields.String()
    kind = fields.String()
    listener_event_type = fields.String()
    user_task = fields.Dict(allow_none=True)
    tags = fields.List(fields.String())
    root_process_instance_key = fields.String()
    business_id = fields.String(allow_none=True)
    priority = fields.Integer()
    job_lease_token = fields.String(allow_none=True)


class JobActivationSchema(Wire):
    """The jobs that the worker has now."""

    jobs = fields.List(fields.Nested(ActivatedJobSchema))


class JobAnswerRequest(Wire):
    """What every answer to a job may carry."""

    variables = Variables(load_default=dict, allow_none=True)
    job_lease_token = Text(allow_none=True, load_default="")


class JobCompletionRequest(JobAnswerRequest):
    """The job is done."""

    result = fields.Dict(allow_none=True)
    business_id = Text(allow_none=True)


class JobFailureRequest(JobAnswerRequest):
    """An attempt failed."""

    retries = Whole(load_default=0)
    error_message = Text(10_000, load_default="", allow_none=True)
    retry_back_off = Whole(0, _LONGEST, load_default=0)


class JobErrorRequest(JobAnswerRequest):
    """The job is answered with a BPMN error."""

    error_code = fields.String(required=True, validate=validate.Length(1, 200, error="1–200 tegn."))
    error_message = Text(10_000, load_default="", allow_none=True)


class JobChangeset(Wire):
    """What is to be changed of a job."""

    retries = Whole(1, allow_none=True, load_default=None)
    timeout = Whole(0, _LONGEST, allow_none=True, load_default=None)
    priority = Whole(allow_none=True, load_default=None)


class JobUpdateRequest(Wire):
    """A job is to be changed."""

    changeset = fields.Nested(JobChangeset, required=True)
    operation_reference = fields.Integer(allow_none=True)
    job_lease_token = Text(allow_none=True, load_default="")


@resource.route("/jobs/activation", methods=["POST"])
@resource.arguments(JobActivationRequest)
@resource.response(200, JobActivationSchema)
@permit("job:work")
def activate(asked: dict[str, Any]) -> dict[str, Any]:
    """Take jobs of a type that nobody has; wait for some where there are none, unless `requestTimeout` is negative."""
    house, who = house_of(current_app), current_principal()
    wanted = JobsWanted(
        asked["type"],
        asked["worker"],
        timedelta(milliseconds=asked["timeout"]),
        asked["max_jobs_to_activate"],
        frozenset(asked["fetch_variable"]),
        lease=bool(asked["with_lease"]),
    )
    taken = courses.take_jobs(
        house.database,
        house.runtime,
        who,
        wanted,
        _patience(asked["request_timeout"]),
    )
    basis = f" ({who.basis})" if who.basis else ""
    about = [one.course for one in taken]
    seen.shown("job:take", about, f"Automatisk arbejde: {wanted.type}{basis}")
    return {"jobs": [_activated(one) for one in taken]}


@resource.route("/jobs/search", methods=["POST"])
@resource.arguments(JobSearch, required=False)
@resource.response(200, JobPage)
@permit("job:work", "operate")
def find(asked: dict[str, Any]) -> dict[str, Any]:
    """Search the jobs that are not done, of the courses that the caller sees."""
    house = house_of(current_app)
    with house.database.read() as session:
        eyes = Eyes(session, current_principal(), house.clock.now())
        found, more = job_search.found(eyes, asked)
    page = search.page(found, asked["page"], more=more)
    seen.shown("job:search", [course for course, _ in page["items"]], "Søgning efter jobs")
    return {**page, "items": [result for _, result in page["items"]]}


@resource.route("/jobs/<job_key>/completion", methods=["POST"])
@resource.arguments(JobCompletionRequest, required=False)
@resource.response(204)
@permit("job:work")
def complete(asked: dict[str, Any], job_key: str) -> Response:
    """Say that the job is done, with its results."""
    if asked.get("result"):
        text = "Forløb har ingen jobs, der svarer med et »result«. Udelad feltet."
        raise DomainError("request:invalid", text, fields={"result": text})
    variables, lease = asked["variables"] or {}, asked["job_lease_token"] or ""
    return _answer(
        job_key,
        lambda work, runtime, key, who: courses.complete_job(
            work, runtime, key, variables, who, lease
        ),
    )


@resource.route("/jobs/<job_key>/failure", methods=["POST"])
@resource.arguments(JobFailureRequest, required=False)
@resource.response(204)
@permit("job:work")
def fail(asked: dict[str, Any], job_key: str) -> Response:
    """Say that an attempt failed: another follows after the back-off, or with no retries left an incident."""
    failure = Failure(
        asked["retries"],
        asked["error_message"] or "",
        timedelta(milliseconds=asked["retry_back_off"]),
        asked["variables"] or {},
    )
    lease = asked["job_lease_token"] or ""
    return _answer(
        job_key,
        lambda work, runtime, key, who: courses.fail_job(work, runtime, key, failure, who, lease),
    )


@resource.route("/jobs/<job_key>/error", methods=["POST"])
@resource.arguments(JobErrorRequest)
@resource.response(204)
@permit("job:work")
def throw_error(asked: dict[str, Any], job_key: str) -> Response:
    """Answer the job with a BPMN error; where nobody catches it there is an incident."""
    return _answer(
        job_key,
        lambda work, runtime, key, who: courses.throw_job_error(
            work,
            runtime,
            key,
            asked["error_code"],
            who,
            message=asked["error_message"] or "",
            variables=asked["variables"],
            lease=asked["job_lease_token"] or "",
        ),
    )


@resource.route("/jobs/<job_key>", methods=["PATCH"])
@resource.arguments(JobUpdateRequest)
@resource.response(204)
@permit("job:work", "operate")
def update(asked: dict[str, Any], job_key: str) -> Response:
    """Change the retries that a job has left, or for how long its worker has it."""
    changes = asked["changeset"]
    if changes["priority"] is not None:
        text = "Jobs har ingen prioritet i Forløb: det ældste tages først."
        raise DomainError("request:invalid", text, fields={"changeset.priority": text})
    timeout = changes["timeout"]
    hold = None if timeout is None else timedelta(milliseconds=timeout)
    return _answer(
        job_key,
        lambda work, runtime, key, who: courses.update_job(
            work,
            runtime,
            key,
            who,
            retries=changes["retries"],
            hold=hold,
            lease=asked["job_lease_token"] or "",
        ),
    )


def _answer(text: str, act: Callable[[UnitOfWork, Runtime, int, Principal], None]) -> Response:
    house, who = house_of(current_app), current_principal()
    key = key_of(text, "Arbejdet")
    house.database.run(lambda work: act(work, house.runtime, key, who))
    return Response(status=204)


def _patience(milliseconds: int) -> timedelta:
    """Return for how long to wait: not at all if negative, as long as usual if 0."""
    if milliseconds < 0:
        return timedelta(0)
    asked = timedelta(milliseconds=milliseconds) or USUAL_PATIENCE
    return min(asked, LONGEST_PATIENCE)


def _activated(one: TakenJob) -> dict[str, Any]:
    job, version = one.job, one.version
    return {
        "type": job.type,
        "process_definition_id": version.process_id,
        "process_definition_version": version.version,
        "element_id": own_id(job.element),
        "custom_headers": job.headers,
        "worker": job.worker,
        "retries": job.retries,
        "deadline": int(job.deadline.timestamp() * 1000) if job.deadline else 0,
        "variables": one.variables,
        "tenant_id": TENANT,
        "physical_tenant_id": "default",
        "job_key": job.key,
        "process_instance_key": job.course_key,
        "process_definition_key": version.key,
        "element_instance_key": key_of_element(job.course_key, job.address),
        "kind": job_search.KIND,
        "listener_event_type": job_search.EVENT_TYPE,
        "tags": [],
        "root_process_instance_key": job.course_key,
        "priority": 0,
        "job_lease_token": job.lease or None,
    }
