"""What the official client can narrow searches to: every field is known, and those of instances find the right."""

from __future__ import annotations

from typing import Any

import pytest
from camunda_orchestration_sdk import models as m

from app.api.v2 import (
    element_search,
    incident_search,
    instance_search,
    job_search,
    process_definitions,
    task_search,
)
from tests.api.conftest import Town
from tests.api.test_jobs import order, start, take, values

__all__ = ["order"]


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (m.ProcessInstanceSearchQueryFilter, instance_search.InstanceFilter),
        (m.UserTaskSearchQueryFilter, task_search.TaskFilter),
        (m.JobSearchQueryFilter, job_search.JobFilter),
        (m.IncidentSearchQueryFilter, incident_search.IncidentFilter),
        (m.ElementInstanceSearchQueryFilter, element_search.ElementFilterFields),
        (m.ProcessDefinitionSearchQueryFilter, process_definitions.DefinitionFilter),
    ],
)
def test_every_filter_of_the_client_is_known(theirs: Any, ours: Any) -> None:
    names = {field.name.removesuffix("_") for field in theirs.__attrs_attrs__}
    unknown = names - set(ours().fields) - {"additional_properties", "or"}
    assert unknown == set()


class TestInstances:
    @pytest.fixture
    def courses(self, town: Town, order: str) -> dict[str, str]:
        """Given courses at their first job, one that failed, one with an incident there, one further on, one over."""
        bo = town.client("bo")
        keys = {}
        for name, answer in (
            ("sent", values(amount=1)),
            ("tried", m.JobFailRequest(retries=1, error_message="nede i dag")),
            ("stopped", m.JobFailRequest(retries=0, error_message="nede i dag")),
        ):
            keys[name] = start(town, order)
            (job,) = [one for one in take(bo, "price") if one.process_instance_key == keys[name]]
            if name == "sent":
                bo.complete_job(job_key=job.job_key, data=answer)
            else:
                bo.fail_job(job_key=job.job_key, data=answer)
        return keys

    def found(self, town: Town, keys: dict[str, str], **wanted: Any) -> set[str]:
        answer = town.http("bo").post("/process-instances/search", json={"filter": wanted})
        assert answer.status_code == 200, answer.text
        hits = {one["processInstanceKey"] for one in answer.json()["items"]}
        return {name for name, key in keys.items() if key in hits}

    def test_by_element(self, town: Town, courses: dict[str, str]) -> None:
        def found(**wanted: Any) -> set[str]:
            return self.found(town, courses, **wanted)

        assert found(elementId="price") == {"sent", "tried", "stopped"}
        assert found(elementId="price", elementInstanceState="COMPLETED") == {"sent"}
        assert found(elementId="send", elementInstanceState="ACTIVE") == {"sent"}
        assert found(elementId={"$like": "se*"}) == {"sent"}
        assert found(elementId="sorry") == set()
        assert found(elementId="price", hasElementInstanceIncident=True) == {"stopped"}
        assert found(elementId="price", hasElementInstanceIncident=False) == {"sent", "tried"}
        assert found(elementInstanceState="TERMINATED") == set()

    def test_by_what_went_wrong(self, town: Town, courses: dict[str, str]) -> None:
        def found(**wanted: Any) -> set[str]:
            return self.found(town, courses, **wanted)

        assert found(hasRetriesLeft=True) == {"tried"}
        assert found(hasRetriesLeft=False) == {"sent", "stopped"}
        assert found(errorMessage={"$like": "*nede*"}) == {"stopped"}
        assert found(errorMessage="oppe") == set()

    def test_by_what_forloeb_does_not_have(self, town: Town, courses: dict[str, str]) -> None:
        everything = set(courses)
        assert self.found(town, courses, tags=["env:prod"]) == set()
        assert self.found(town, courses, batchOperationKey="7") == set()
        assert self.found(town, courses, batchOperationId={"$exists": False}) == everything
        assert self.found(town, courses, incidentErrorHashCode=12) == set()
