"""Steps of courses, incidents and expressions, as the official client sees them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from camunda_orchestration_sdk import models as m
from camunda_orchestration_sdk.errors import ApiError, NotFoundError

from app.citizens import Citizen
from tests.api.conftest import Town
from tests.api.test_client import answers, tasks
from tests.api.test_client import start as start_small
from tests.api.test_jobs import order, start, take

__all__ = ["order"]


def elements(town: Town, name: str = "dorte", **wanted: Any) -> list[Any]:
    query = m.ElementInstanceSearchQuery(filter_=m.ElementInstanceSearchQueryFilter(**wanted))
    return town.client(name).search_element_instances(data=query).items


class TestElementInstances:
    def test_a_course_shows_where_it_has_been_and_where_it_stands(
        self, town: Town, small: str
    ) -> None:
        course = start_small(town.client("dorte"), small)
        (task,) = tasks(town.client("dorte"), process_instance_key=course)
        found = elements(town, process_instance_key=course)
        seen = [(one.element_id, one.type_.value, one.state.value) for one in found]
        assert seen == [
            ("small", "PROCESS", "ACTIVE"),
            ("start", "START_EVENT", "COMPLETED"),
            ("ask", "USER_TASK", "ACTIVE"),
        ]
        assert found[0].element_instance_key == course
        assert found[2].element_instance_key == task.user_task_key
        assert (found[1].element_name, found[1].has_incident) == ("Begynd", False)
        assert found[1].end_date is not None
        # Each is found again by its key, and by the scope that it lies in.
        for one in found:
            got = town.client("dorte").get_element_instance(
                element_instance_key=one.element_instance_key
            )
            assert got == one
        inside = elements(town, element_instance_scope_key=course)
        assert [one.element_id for one in inside] == ["start", "ask"]

    def test_it_ends_as_it_ended(self, town: Town, order: str) -> None:
        course = start(town, order)
        town.client("bo").cancel_process_instance(
            process_instance_key=course, data=m.CancelProcessInstanceRequest()
        )
        states = {one.element_id: one.state.value for one in elements(town)}
        assert states["price"] == states["order"] == "TERMINATED"
        assert states["start"] == "COMPLETED"

    def test_a_job_and_its_incident_name_the_same_step(self, town: Town, order: str) -> None:
        start(town, order)
        client = town.client("bo")
        (job,) = take(client)
        client.fail_job(job_key=job.job_key, data=m.JobFailRequest(error_message="Slut"))
        (step,) = elements(town, has_incident=True)
        assert step.element_instance_key == job.element_instance_key
        (incident,) = client.search_element_instance_incidents(
            element_instance_key=step.element_instance_key, data=m.IncidentSearchQuery()
        ).items
        assert incident.incident_key == step.incident_key
        assert incident.element_instance_key == step.element_instance_key
        assert client.get_incident(incident_key=incident.incident_key) == incident
        (same,) = client.search_process_instance_incidents(
            process_instance_key=job.process_instance_key, data=m.IncidentSearchQuery()
        ).items
        assert same == incident

    def test_an_operator_mends_the_variables_of_a_step(self, town: Town, order: str) -> None:
        start(town, order)
        client = town.client("bo")
        (job,) = take(client, timeout=1_000)
        mended = m.SetVariableRequest(
            variables=m.SetVariableRequestVariables.from_dict({"item": "blyant"}), local=True
        )
        client.create_element_instance_variables(
            element_instance_key=job.element_instance_key, data=mended
        )
        town.clock.advance(timedelta(seconds=2))
        (again,) = take(client)
        assert again.variables.to_dict()["item"] == "blyant"

    def test_others_find_nothing(self, town: Town, small: str, anna: Citizen) -> None:
        course = start_small(town.client("lone"), small, citizen_key=str(anna.key))
        assert elements(town, "frede") == []
        with pytest.raises(ApiError) as refused:
            town.client("frede").get_element_instance(element_instance_key=course)
        assert refused.value.status_code == 403
        with pytest.raises(NotFoundError):
            town.client("dorte").get_element_instance(element_instance_key="4611686018427387905")


class TestIncidents:
    def test_those_who_work_in_a_course_see_its_incidents_and_operators_all(
        self, town: Town, order: str
    ) -> None:
        start(town, order)
        client = town.client("bo")
        (job,) = take(client)
        client.fail_job(job_key=job.job_key, data=m.JobFailRequest())
        assert len(client.search_incidents(data=m.IncidentSearchQuery()).items) == 1
        assert town.client("frede").search_incidents(data=m.IncidentSearchQuery()).items == []

        def count(**wanted: Any) -> int:
            answer = town.http("bo").post("/incidents/search", json={"filter": wanted})
            assert answer.status_code == 200, answer.text
            return int(answer.json()["page"]["totalItems"])

        assert count(state="ACTIVE") == count(errorType="JOB_NO_RETRIES") == 1
        assert count(jobKey=job.job_key) == count(elementId="price") == 1
        assert count(elementInstanceKey=job.element_instance_key) == 1
        assert count(state="RESOLVED") == count(elementId="send") == 0

    @pytest.mark.parametrize("name", ["mette", "frede"])
    def test_only_who_operates_resolves_them(self, town: Town, order: str, name: str) -> None:
        with pytest.raises(ApiError) as refused:
            town.client(name).resolve_incident(incident_key="2251799813685300")
        assert refused.value.status_code == 403


class TestExpressions:
    def evaluate(self, town: Town, expression: str, **more: Any) -> Any:
        body = {"expression": expression, **more}
        answer = town.http("dorte").post("/expression/evaluation", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()["result"]

    def test_with_variables_of_the_callers(self, town: Town) -> None:
        assert self.evaluate(town, "=x + y", variables={"x": 10, "y": 0.5}) == 10.5
        assert self.evaluate(town, '= {a: "b"}.a') == "b"
        assert self.evaluate(town, "=missing") is None

    def test_with_those_of_a_course_that_the_caller_sees(self, town: Town, small: str) -> None:
        course = start_small(town.client("dorte"), small, reason="prøve")
        assert self.evaluate(town, "=upper case(reason)", scopeKey=course) == "PRØVE"

    def test_the_official_client_reads_the_answer(self, town: Town) -> None:
        body = m.ExpressionEvaluationRequest(expression="=1 + nothing")
        found = town.client("dorte").evaluate_expression(data=body)
        assert found.result is None
        assert found.warnings[0].message

    def test_one_that_cannot_be_read_is_refused(self, town: Town) -> None:
        answer = town.http("dorte").post("/expression/evaluation", json={"expression": "=1 +"})
        assert answer.status_code == 400
        assert "expression" in answer.json()["fields"]


def test_a_finished_step_keeps_its_key(town: Town, small: str) -> None:
    course = start_small(town.client("dorte"), small)
    (task,) = tasks(town.client("dorte"), process_instance_key=course)
    town.client("dorte").complete_user_task(
        user_task_key=task.user_task_key, data=answers(wish="x", hours=1)
    )
    done = town.client("dorte").get_element_instance(element_instance_key=task.user_task_key)
    assert (done.element_id, done.state.value) == ("ask", "COMPLETED")
