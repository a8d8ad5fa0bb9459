"""Starting a course and waiting for its end in the same call (`awaitCompletion`), with the official client."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from camunda_orchestration_sdk import models as m
from camunda_orchestration_sdk.errors import (
    ApiError,
    ConflictError,
    GatewayTimeoutError,
    ServiceUnavailableError,
)

from app import courses
from app.access import Principal
from app.courses import Order
from tests.api.conftest import PASSWORD, Town
from tests.api.modeler import flow, job
from tests.api.test_jobs import order, verify
from tests.api.test_public_models import published
from tests.api.test_registered import NAME, register
from tests.api.worker import until, working

__all__ = ["order"]
COMPLETED = m.ProcessInstanceStateExactMatch.COMPLETED


def wait(town: Town, key: str, who: tuple[str, str] = ("dorte", PASSWORD), **said: Any) -> Any:
    """Start an order and wait for its end."""
    body = m.ProcessCreationByKey(
        process_definition_key=key,
        variables=m.ProcessInstanceCreationInstructionBaseVariables.from_dict({"goods": ["bog"]}),
        await_completion=True,
        **{"request_timeout": 30_000} | said,
    )
    return town.client(*who).create_process_instance(data=body)


def begun(town: Town) -> int:
    """Return how many courses there are."""
    query = m.ProcessInstanceSearchQuery()
    return len(town.client("dorte").search_process_instances(data=query).items)


def test_the_answer_comes_with_what_the_course_ended_with(town: Town, order: str) -> None:
    done = {"price": lambda job: {"amount": 2.5}, "send": lambda job: {"sent": True}}
    with working(town, done):
        ended = wait(town, order)
        asked = wait(town, order, fetch_variables=["total", "nothing"])
    assert ended.variables.to_dict()["total"] == 5
    assert ended.variables.to_dict()["sent"] is True
    assert asked.variables.to_dict() == {"total": 5}
    verify(town, ended.process_instance_key)


def test_a_handler_publishes_the_message_that_its_course_waits_for(town: Town) -> None:
    """As workers of the official client do with `job.client`: message name and correlation key are variables."""
    published(
        town,
        f"""<bpmn:process id="hears" isExecutable="true"><bpmn:startEvent id="s"/>{job("publish", "=kind")}
        <bpmn:intermediateCatchEvent id="catch"><bpmn:messageEventDefinition id="d1" messageRef="ack"/>
        </bpmn:intermediateCatchEvent><bpmn:endEvent id="e"/>{flow("s", "publish", "catch", "e")}</bpmn:process>
        <bpmn:message id="ack" name="=message"><bpmn:extensionElements>
          <zeebe:subscription correlationKey="=key" /></bpmn:extensionElements></bpmn:message>""",
    )

    def told(job: Any) -> m.MessagePublicationRequest:
        seen = job.variables.to_dict()
        return m.MessagePublicationRequest(
            name=seen["message"], correlation_key=seen["key"], time_to_live=60_000
        )

    async def publish(job: Any) -> dict[str, Any]:
        await asyncio.sleep(0)
        await job.client.publish_message(data=told(job))
        return {"by": "async"}

    def publish_in_thread(job: Any) -> dict[str, Any]:
        job.client.publish_message(data=told(job))
        return {"by": "thread"}

    kinds = {"async": publish, "thread": publish_in_thread}
    with working(town, {f"publish-{name}": act for name, act in kinds.items()}):
        for name in kinds:
            given = {"kind": f"publish-{name}", "message": f"msg-{name}", "key": f"corr-{name}"}
            body = m.ProcessCreationById(
                process_definition_id="hears",
                variables=m.ProcessInstanceCreationInstructionBaseVariables.from_dict(given),
                await_completion=True,
                request_timeout=30_000,
            )
            ended = town.client("dorte").create_process_instance(data=body)
            assert ended.variables.to_dict()["by"] == name
            verify(town, ended.process_instance_key)


def test_patience_ends_and_the_course_goes_on(town: Town, order: str) -> None:
    with pytest.raises(GatewayTimeoutError):
        wait(town, order, request_timeout=300)
    with working(town, {"price": lambda job: {"amount": 1}, "send": lambda job: None}):
        wanted = m.ProcessInstanceSearchQueryFilter(state=COMPLETED)
        query = m.ProcessInstanceSearchQuery(filter_=wanted)
        until(lambda: town.client("dorte").search_process_instances(data=query).items)


def test_a_course_that_is_cancelled_has_no_end_to_tell_of(town: Town, order: str) -> None:
    def cancel(job: Any) -> None:
        who = Principal(1, "bo", "Bo", frozenset({"operator"}))
        key, act = int(job.process_instance_key), Order(who, "prøve")
        house = town.house
        house.database.run(lambda work: courses.cancel(work, house.runtime, key, act))

    with working(town, {"price": cancel}), pytest.raises(ConflictError):
        wait(town, order)


def test_where_too_many_wait_nothing_is_begun(town: Town, order: str) -> None:
    from app.courses.runtime.bell import FOR_END, MOST_WAITING

    lines = [courses.waiting_line(town.house.runtime) for _ in range(MOST_WAITING[FOR_END])]
    for line in lines:
        assert line.__enter__()
    with pytest.raises(ServiceUnavailableError):
        wait(town, order)
    for line in lines:
        line.__exit__(None, None, None)
    assert begun(town) == 0


def test_who_may_not_read_courses_may_not_wait_for_them(town: Town, order: str) -> None:
    secret = register(town, scopes=["course:start"])
    with pytest.raises(ApiError) as refused:
        wait(town, order, (NAME, secret))
    assert refused.value.status_code == 403
    assert begun(town) == 0
