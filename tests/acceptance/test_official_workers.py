"""Models shaped as public Zeebe ones, deployed, begun and worked by the official Python client at a real server.

The server is `forloeb serve` in a process of its own (on PostgreSQL with a `forloeb worker` beside it): timers,
back-offs and long polling run by the real clock. A registered outside system starts the courses, does their jobs and
publishes their messages; a designer deploys the models and answers the one task that is a person's.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from camunda_orchestration_sdk import CamundaAsyncClient, WorkerConfig
from camunda_orchestration_sdk import models as m
from camunda_orchestration_sdk.runtime.job_worker import JobError, JobFailure

from app import access, audit
from tests.acceptance import public_models
from tests.acceptance.conftest import free_port
from tests.acceptance.contended import Contended

PASSWORD = "en lang adgangskode"
SYSTEM = "client.workshop"
PROCESSES = ("ten_tasks", "one_line", "all_lines", "parcels", "payment", "callback")
EACH = 4
"""Courses of each model."""

A_MINUTE = 60_000
PATIENCE = 150
FILES = {
    "ten_tasks.bpmn": public_models.ten_tasks,
    "one_line.bpmn": public_models.called,
    "all_lines.bpmn": public_models.calling,
    "how_urgent.dmn": lambda: public_models.DECISION,
    "parcels.bpmn": public_models.parcels,
    "payment.bpmn": public_models.payment,
    "callback.bpmn": public_models.callback,
}


@pytest.fixture(params=["sqlite", "postgresql"])
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Contended]:
    """The real programs on a database of its own, with a designer."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'forloeb.sqlite'}"
    else:
        url = request.getfixturevalue("postgres_database_url")
    made = Contended(tmp_path, url)
    made.prepare(0)
    roles = ("process_designer", "operator")
    new = access.NewPerson("dorte", "Dorte Dahl", roles=roles, password=PASSWORD)
    made.house.database.run(lambda work: access.add_person(work, new))
    yield made
    made.close()


@dataclass
class Workshop:
    """The outside system: its client, and what it has seen."""

    client: CamundaAsyncClient
    courses: list[str] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)
    tries: Counter[str] = field(default_factory=Counter)

    def work(self) -> None:
        """Begin to do all kinds of jobs."""
        handlers: dict[str, Callable[[Any], Any]] = {
            "benchmark-a": self.task,
            "handle-line": lambda job: None,
            "use-credit": lambda job: {"rest": job.variables.to_dict()["price"] - 10},
            "charge-card": self.charge,
            "send-and-wait": self.send,
        }
        for kind, handler in handlers.items():
            config = WorkerConfig(
                job_type=kind,
                job_timeout_milliseconds=A_MINUTE,
                request_timeout_milliseconds=1_500,
                max_concurrent_jobs=8,
            )
            self.client.create_job_worker(config, handler)

    async def task(self, job: Any) -> dict[str, Any]:
        """One of ten; every first attempt at the fourth fails and is tried again a little later."""
        self.tries[job.element_id] += 1
        if job.element_id == "task4" and job.job_key not in self.failed:
            self.failed.add(job.job_key)
            raise JobFailure("nede", retries=job.retries - 1, retry_back_off=300)
        await asyncio.sleep(0)
        return {"done": job.variables.to_dict()["done"] + 1}

    def charge(self, job: Any) -> dict[str, Any]:
        """The card is refused until somebody has mended it."""
        self.tries["card"] += 1
        seen = job.variables.to_dict()
        assert seen["amount"] == seen["rest"]
        if not seen.get("mended"):
            raise JobError("cardRefused", "gammelt kort", {"errorMessage": "gammelt kort"})
        return {"rest": 0}

    async def send(self, job: Any) -> dict[str, Any]:
        """Answered through `job.client`, before the course has come to wait: the first time that it failed."""
        self.tries["send"] += 1
        seen = job.variables.to_dict()
        name = "SUCCEEDED" if seen.get("sent", 0) else "FAILED"
        key = f"{job.process_instance_key}-{seen.get('sent', 0)}"
        said = m.MessagePublicationRequest(name, key, time_to_live=A_MINUTE)
        await job.client.publish_message(data=said)
        return {"sent": seen.get("sent", 0) + 1, "callback_id": key}

    async def begin(self, process_id: str, **given: Any) -> str:
        body = m.ProcessCreationById(
            process_definition_id=process_id,
            variables=m.ProcessInstanceCreationInstructionBaseVariables.from_dict(given),
        )
        done = await self.client.create_process_instance(data=body)
        self.courses.append(done.process_instance_key)
        return done.process_instance_key

    async def tell(self, name: str, key: str, **given: Any) -> None:
        said = m.MessagePublicationRequest(
            name=name,
            correlation_key=key,
            time_to_live=A_MINUTE,
            variables=m.MessagePublicationRequestVariables.from_dict(given),
        )
        await self.client.publish_message(data=said)

    async def variables(self, course: str) -> dict[str, str]:
        wanted = m.VariableSearchQueryFilter(process_instance_key=course, scope_key=course)
        found = await self.client.search_variables(data=m.VariableSearchQuery(filter_=wanted))
        return {one.name: one.value for one in found.items}

    async def orders(self) -> None:
        """Order twice, send, miss one parcel and send it again; call the last order off."""
        for number in range(EACH):
            items = [f"{number}-kept", f"{number}-missed"]
            for _ in range(2):
                await self.tell("ORDERED", f"order-{number}", number=f"order-{number}", items=items)
            if number == EACH - 1:
                await self.tell("CANCELLED", f"order-{number}")
                continue
            for item in items:
                await self.tell("SENT", item)
            await self.tell("MISSED", items[1])
            await self.tell("SENT", items[1])
        for number in range(EACH - 1):
            for kind in ("kept", "missed"):
                await self.tell("CAME", f"{number}-{kind}")


async def until(found: Callable[[], Awaitable[Any]], what: str) -> Any:
    end = time.monotonic() + PATIENCE
    while not (answer := await found()):
        assert time.monotonic() < end, what
        await asyncio.sleep(0.3)
    return answer


def signed_in(base: str, username: str, password: str) -> CamundaAsyncClient:
    return CamundaAsyncClient(
        configuration={
            "CAMUNDA_REST_ADDRESS": base,
            "CAMUNDA_AUTH_STRATEGY": "BASIC",
            "CAMUNDA_BASIC_AUTH_USERNAME": username,
            "CAMUNDA_BASIC_AUTH_PASSWORD": password,
        }
    )


async def mend(designer: CamundaAsyncClient, count: int) -> None:
    """Answer the tasks of people, until so many are done: the last payment is given up."""
    done: set[str] = set()
    wanted = m.UserTaskSearchQueryFilter(state=m.UserTaskStateExactMatch.CREATED)
    query = m.UserTaskSearchQuery(filter_=wanted)
    while len(done) < count:
        found = await until(lambda: _tasks(designer, query), "a task to mend")
        for task in found:
            if task.user_task_key in done:
                continue
            answer = m.UserTaskCompletionRequestVariables.from_dict(
                {"mended": len(done) < count - 1}
            )
            await designer.complete_user_task(
                user_task_key=task.user_task_key,
                data=m.UserTaskCompletionRequest(variables=answer),
            )
            done.add(task.user_task_key)


async def _tasks(designer: CamundaAsyncClient, query: m.UserTaskSearchQuery) -> list[Any]:
    return (await designer.search_user_tasks(data=query)).items


async def scenario(base: str, secret: str, folder: Path) -> Workshop:
    async with signed_in(base, "dorte", PASSWORD) as designer:
        for name, make in FILES.items():
            (folder / name).write_bytes(make())
        deployed = await designer.deploy_resources_from_files([folder / name for name in FILES])
        assert {one.process_definition_id for one in deployed.processes} == set(PROCESSES)
        async with signed_in(base, SYSTEM, secret) as client:
            workshop = Workshop(client)
            workshop.work()
            for number in range(EACH):
                await workshop.begin("ten_tasks", starter="a", goes_on=number != EACH - 1)
                await workshop.begin("all_lines", lines=[1, 2, 3, 4])
                await workshop.begin("payment", price=10 if number == 0 else 25)
                await workshop.begin("callback")
            await workshop.orders()
            await mend(designer, EACH - 1)
            await until(lambda: _all_ended(workshop), "all courses to end")
            for worker in client._workers:
                await worker.aclose()
            await check(workshop, designer)
            return workshop


async def _all_ended(workshop: Workshop) -> bool:
    found = await workshop.client.search_process_instances(
        data=m.ProcessInstanceSearchQuery(page=m.LimitBasedPagination(limit=200))
    )
    assert not any(one.has_incident for one in found.items)
    return len(found.items) == 5 * EACH and {one.state for one in found.items} == {"COMPLETED"}


async def check(workshop: Workshop, designer: CamundaAsyncClient) -> None:
    """What each course holds at its end."""
    seen = [await workshop.variables(course) for course in workshop.courses]
    tens, lines, paid, called = (seen[kind::4] for kind in range(4))
    assert [one["done"] for one in tens] == ["10"] * (EACH - 1) + ["3"]
    assert all(one["results"] == '["low","low","high","high"]' for one in lines)
    assert [one["rest"] for one in paid].count("15") == 1
    assert [one["rest"] for one in paid].count("0") == EACH - 1
    assert [one.get("why") for one in paid] == [None, *['"gammelt kort"'] * (EACH - 1)]
    assert all(one["sent"] == "2" for one in called)
    assert workshop.tries["task4"] == 2 * (EACH - 1)
    assert workshop.tries["task5"] == EACH - 1
    assert workshop.tries["send"] == 2 * EACH
    incidents = await designer.search_incidents(data=m.IncidentSearchQuery())
    assert incidents.items == []


def test_public_models_run_with_workers_of_the_official_client(installation: Contended) -> None:
    new = access.NewClient(
        SYSTEM,
        "Værkstedet",
        PROCESSES,
        ["job:work", "course:start", "course:read", "message:publish"],
        "Serviceloven § 11",
    )
    house = installation.house
    secret = house.database.run(lambda work: access.register_client(work, new, "grete"))
    port = free_port()
    installation.serve(port).until_ready()
    if not installation.url.startswith("sqlite"):
        installation.worker(1).until_ready()
    models = installation.folder / "models"
    models.mkdir()
    # In a thread: the browser of other tests has left a loop running in this one.
    with ThreadPoolExecutor(1) as aside:
        aside.submit(
            lambda: asyncio.run(scenario(f"http://127.0.0.1:{port}", secret, models))
        ).result()
    with house.database.read() as session:
        report = audit.verify(session, house.runtime)
    assert report.ok, report.broken
