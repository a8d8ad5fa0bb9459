"""Service work over /v2: workers of the official client at models of ours, and each answer that a job may get."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import Any

import httpx
import pytest
from camunda_orchestration_sdk import CamundaClient
from camunda_orchestration_sdk import models as m
from camunda_orchestration_sdk.errors import ApiError, ConflictError, NotFoundError
from camunda_orchestration_sdk.runtime.job_worker import JobError, JobFailure

from app import audit, courses
from app.access import Principal
from app.citizens import Citizen
from tests.api.conftest import Town, deployment
from tests.api.worker import until, working

HEAD = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t" id="d">"""
ORDER = f"""{HEAD}<process id="order" isExecutable="true">
  <startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="price"/>
  <serviceTask id="price" name="Find prisen"><extensionElements>
    <zeebe:taskDefinition type="price" retries="2"/>
    <zeebe:taskHeaders><zeebe:header key="list" value="2026"/></zeebe:taskHeaders>
    <zeebe:ioMapping><zeebe:input source="=goods[1]" target="item"/>
      <zeebe:output source="=amount * 2" target="total"/></zeebe:ioMapping></extensionElements></serviceTask>
  <boundaryEvent id="sold_out" attachedToRef="price"><errorEventDefinition errorRef="gone"/></boundaryEvent>
  <sequenceFlow id="f2" sourceRef="price" targetRef="send"/>
  <serviceTask id="send"><extensionElements><zeebe:taskDefinition type="send"/></extensionElements></serviceTask>
  <sequenceFlow id="f3" sourceRef="send" targetRef="sent"/><endEvent id="sent"/>
  <sequenceFlow id="f4" sourceRef="sold_out" targetRef="sorry"/><endEvent id="sorry"/>
</process><error id="gone" name="gone" errorCode="SOLD_OUT"/></definitions>"""


@pytest.fixture
def order(town: Town) -> str:
    """The key of the order model."""
    done = town.client("dorte").create_deployment(data=deployment({"order.bpmn": ORDER.encode()}))
    return str(done.deployments[0].process_definition.process_definition_key)


def start(town: Town, key: str, **variables: Any) -> str:
    given = {"goods": ["bog", "pen"], **variables}
    body = m.ProcessCreationByKey(
        process_definition_key=key,
        variables=m.ProcessInstanceCreationInstructionBaseVariables.from_dict(given),
    )
    return town.client("dorte").create_process_instance(data=body).process_instance_key


def take(client: CamundaClient, kind: str = "price", **more: Any) -> list[Any]:
    """Take jobs at once, or nothing."""
    said = {"timeout": 60_000, "max_jobs_to_activate": 10, "request_timeout": -1} | more
    return client.activate_jobs(data=m.JobActivationRequest(type_=kind, **said)).jobs


def found(client: CamundaClient, **wanted: Any) -> list[Any]:
    query = m.JobSearchQuery(filter_=m.JobSearchQueryFilter(**wanted))
    return client.search_jobs(data=query).items


def values(**given: Any) -> m.JobCompletionRequest:
    return m.JobCompletionRequest(variables=m.JobCompletionRequestVariables.from_dict(given))


def state(town: Town, course: str) -> str:
    return town.client("dorte").get_process_instance(process_instance_key=course).state


def variables(town: Town, course: str) -> dict[str, str]:
    wanted = m.VariableSearchQueryFilter(process_instance_key=course, scope_key=course)
    query = m.VariableSearchQuery(filter_=wanted)
    return {one.name: one.value for one in town.client("dorte").search_variables(data=query).items}


def verify(town: Town, course: str) -> None:
    """The course, decided again from its journal, is as it was recorded."""
    with town.house.database.read() as session:
        report = audit.verify(session, town.house.runtime, int(course))
    assert report.ok, report.broken


class TestWorkers:
    def test_workers_of_the_official_client_drive_a_course_to_its_end(
        self, town: Town, order: str
    ) -> None:
        tries: list[int] = []

        def price(job: Any) -> dict[str, Any]:
            tries.append(job.retries)
            if len(tries) == 1:
                raise JobFailure("Prislisten svarer ikke", retry_back_off=0)
            return {"amount": 2.5}

        async def send(job: Any) -> None:
            assert job.variables.to_dict()["total"] == 5

        with working(town, {"price": price, "send": send}):
            course = start(town, order)
            until(lambda: state(town, course) == "COMPLETED")
        assert tries == [2, 1]
        assert variables(town, course)["total"] == "5"
        assert "amount" not in variables(town, course)
        verify(town, course)

    def test_an_error_that_a_worker_throws_takes_the_modelled_path(
        self, town: Town, order: str
    ) -> None:
        def price(job: Any) -> None:
            raise JobError("SOLD_OUT", "Ikke flere", {"left": 0})

        with working(town, {"price": price}):
            course = start(town, order)
            until(lambda: state(town, course) == "COMPLETED")
        assert variables(town, course)["left"] == "0"
        verify(town, course)


class TestActivation:
    def test_a_job_says_all_that_its_worker_needs(self, town: Town, order: str) -> None:
        course = start(town, order)
        (job,) = take(town.client("bo"), worker="priser", timeout=30_000)
        assert (job.type_, job.worker, job.retries, job.element_id) == (
            "price",
            "priser",
            2,
            "price",
        )
        assert job.custom_headers.to_dict() == {"list": "2026"}
        assert job.variables.to_dict()["item"] == "bog"
        assert (job.process_instance_key, job.process_definition_key) == (course, order)
        assert (job.process_definition_id, job.process_definition_version) == ("order", 1)
        due = town.clock.now() + timedelta(seconds=30)
        assert job.deadline == int(due.timestamp() * 1000)
        assert (job.kind.value, job.tenant_id, job.job_lease_token) == (
            "BPMN_ELEMENT",
            "<default>",
            None,
        )

    def test_only_the_variables_asked_for(self, town: Town, order: str) -> None:
        start(town, order, secret="x")
        (job,) = take(town.client("bo"), fetch_variable=["item", "nothing"])
        assert job.variables.to_dict() == {"item": "bog"}

    def test_a_job_is_handed_out_once_until_its_time_is_over(self, town: Town, order: str) -> None:
        start(town, order)
        client = town.client("bo")
        (job,) = take(client, timeout=60_000)
        assert take(client) == []
        town.clock.advance(timedelta(seconds=61))
        (again,) = take(client)
        assert again.job_key == job.job_key

    def test_no_more_than_asked_for_the_oldest_first(self, town: Town, order: str) -> None:
        keys = [start(town, order) for _ in range(3)]
        client = town.client("bo")
        assert [one.process_instance_key for one in take(client, max_jobs_to_activate=2)] == keys[
            :2
        ]
        assert [one.process_instance_key for one in take(client)] == keys[2:]
        assert take(client, "other") == []

    def test_a_request_waits_for_work_and_holds_up_nobody(self, town: Town, order: str) -> None:
        got: list[Any] = []

        def wait() -> None:
            got.extend(take(town.client("bo"), request_timeout=20_000))

        thread = threading.Thread(target=wait)
        thread.start()
        time.sleep(0.3)
        # While it waits others write: it holds no transaction and no writer's lock.
        before = time.monotonic()
        course = start(town, order)
        assert time.monotonic() - before < 5
        thread.join(20)
        assert [one.process_instance_key for one in got] == [course]

    def test_it_waits_as_long_as_asked_and_no_longer(self, town: Town, order: str) -> None:
        before = time.monotonic()
        assert take(town.client("bo"), request_timeout=700) == []
        assert 0.6 < time.monotonic() - before < 5

    @pytest.mark.parametrize(
        "wrong",
        [
            {},
            {"type": "", "timeout": 1, "maxJobsToActivate": 1},
            {"type": "x", "timeout": 0, "maxJobsToActivate": 1},
            {"type": "x", "timeout": 1, "maxJobsToActivate": 0},
            {"type": "x", "timeout": 1, "maxJobsToActivate": 1, "tenantIds": ["other"]},
            {"type": "x", "timeout": "1", "maxJobsToActivate": 1},
        ],
    )
    def test_a_wrong_request_is_refused(self, town: Town, wrong: dict[str, Any]) -> None:
        answer = town.http("bo").post("/jobs/activation", json=wrong)
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"


class TestAnswers:
    def test_completing_twice_is_told(self, town: Town, order: str) -> None:
        start(town, order)
        client = town.client("bo")
        (job,) = take(client)
        client.complete_job(job_key=job.job_key, data=values(amount=1))
        with pytest.raises(NotFoundError):
            client.complete_job(job_key=job.job_key, data=values(amount=1))

    def test_a_failure_waits_for_its_back_off_and_keeps_variables_with_the_job(
        self, town: Town, order: str
    ) -> None:
        course = start(town, order)
        client = town.client("bo")
        (job,) = take(client)
        kept = m.JobFailRequestVariables.from_dict({"tried": "mandag"})
        failed = m.JobFailRequest(
            retries=1, error_message="Optaget", retry_back_off=60_000, variables=kept
        )
        client.fail_job(job_key=job.job_key, data=failed)
        (seen,) = found(client, job_key=job.job_key)
        assert (seen.state.value, seen.error_message, seen.retries) == ("FAILED", "Optaget", 1)
        assert seen.has_failed_with_retries_left
        assert take(client) == []
        town.clock.advance(timedelta(seconds=60))
        (again,) = take(client)
        assert (again.job_key, again.retries) == (job.job_key, 1)
        assert again.variables.to_dict()["tried"] == "mandag"
        assert "tried" not in variables(town, course)
        verify(town, course)

    def test_without_retries_it_is_an_incident_that_new_retries_and_a_resolution_end(
        self, town: Town, order: str
    ) -> None:
        course = start(town, order)
        client = town.client("bo")
        (job,) = take(client)
        client.fail_job(job_key=job.job_key, data=m.JobFailRequest(error_message="Slut"))
        assert take(client) == []
        (incident,) = client.search_incidents(data=m.IncidentSearchQuery()).items
        assert (incident.job_key, incident.error_type.value) == (job.job_key, "JOB_NO_RETRIES")
        assert incident.error_message == "Slut"
        with pytest.raises(ConflictError):
            client.complete_job(job_key=job.job_key, data=values(amount=1))
        client.update_job(
            job_key=job.job_key, data=m.JobUpdateRequest(changeset=m.JobChangeset(retries=3))
        )
        assert take(client) == []
        client.resolve_incident(incident_key=incident.incident_key)
        (again,) = take(client)
        assert (again.job_key, again.retries) == (job.job_key, 3)
        client.complete_job(job_key=again.job_key, data=values(amount=1))
        verify(town, course)

    def test_an_error_that_nobody_catches_is_an_incident(self, town: Town, order: str) -> None:
        course = start(town, order)
        client = town.client("bo")
        (job,) = take(client)
        client.throw_job_error(
            job_key=job.job_key, data=m.JobErrorRequest(error_code="OTHER", error_message="Uventet")
        )
        (seen,) = found(client, process_instance_key=course)
        assert (seen.state.value, seen.error_code) == ("ERROR_THROWN", "OTHER")
        (incident,) = client.search_incidents(data=m.IncidentSearchQuery()).items
        assert incident.error_type.value == "UNHANDLED_ERROR_EVENT"
        client.resolve_incident(incident_key=incident.incident_key)
        (again,) = take(client)
        assert again.job_key == job.job_key
        verify(town, course)

    def test_a_worker_gets_more_time(self, town: Town, order: str) -> None:
        start(town, order)
        client = town.client("bo")
        (job,) = take(client, timeout=10_000)
        more = m.JobUpdateRequest(changeset=m.JobChangeset(timeout=60_000))
        client.update_job(job_key=job.job_key, data=more)
        town.clock.advance(timedelta(seconds=30))
        assert take(client) == []
        town.clock.advance(timedelta(seconds=31))
        assert len(take(client)) == 1

    def test_a_lease_keeps_a_worker_out_whose_time_was_over(self, town: Town, order: str) -> None:
        start(town, order)
        client = town.client("bo")
        (first,) = take(client, with_lease=True, timeout=1_000)
        town.clock.advance(timedelta(seconds=2))
        (second,) = take(client, with_lease=True)
        assert first.job_lease_token != second.job_lease_token
        late = m.JobCompletionRequest(job_lease_token=first.job_lease_token)
        with pytest.raises(ConflictError):
            client.complete_job(job_key=first.job_key, data=late)
        with pytest.raises(ConflictError):
            client.complete_job(job_key=first.job_key)
        own = values(amount=1)
        own.job_lease_token = second.job_lease_token
        client.complete_job(job_key=second.job_key, data=own)

    def test_jobs_of_cancelled_and_suspended_courses_are_not_handed_out(
        self, town: Town, order: str
    ) -> None:
        client = town.client("bo")
        gone, still = start(town, order), start(town, order)
        client.cancel_process_instance(
            process_instance_key=gone, data=m.CancelProcessInstanceRequest()
        )
        bo = Principal(9, "bo", "Bo Strøm", frozenset({"operator"}))
        wait = courses.Order(bo, "Prislisten er forkert")
        runtime = town.house.runtime
        town.house.database.run(lambda work: courses.suspend(work, runtime, int(still), wait))
        assert take(client) == []
        town.house.database.run(lambda work: courses.resume(work, runtime, int(still), wait))
        assert [one.process_instance_key for one in take(client)] == [still]


class TestWhoMay:
    @pytest.mark.parametrize("name", ["mette", "karen", "sofie"])
    def test_people_at_desks_are_no_workers(self, town: Town, order: str, name: str) -> None:
        with pytest.raises(ApiError) as refused:
            take(town.client(name))
        assert refused.value.status_code == 403

    def test_work_about_a_citizen_is_not_handed_to_operators(
        self, town: Town, order: str, anna: Citizen
    ) -> None:
        body = m.ProcessCreationByKey(
            process_definition_key=order,
            variables=m.ProcessInstanceCreationInstructionBaseVariables.from_dict(
                {"citizen_key": str(anna.key), "goods": ["bog"]}
            ),
        )
        town.client("lone").create_process_instance(data=body)
        assert take(town.client("bo")) == []
        # They see that it waits, as in the list of incidents, and may give it new retries.
        (job,) = found(town.client("bo"))
        more = m.JobUpdateRequest(changeset=m.JobChangeset(retries=5))
        town.client("bo").update_job(job_key=job.job_key, data=more)
        with pytest.raises(ApiError) as refused:
            town.client("bo").complete_job(job_key=job.job_key)
        assert refused.value.status_code == 403

    def test_without_a_name(self, town: Town) -> None:
        assert isinstance(answer := town.http().post("/jobs/activation", json={}), httpx.Response)
        assert answer.status_code == 401
