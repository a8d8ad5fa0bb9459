"""Registered outside systems: what a client may do, and whose courses it sees."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from camunda_orchestration_sdk import models as m
from camunda_orchestration_sdk.errors import ApiError

from app import access
from app.access import NewClient
from app.citizens import Citizen
from app.errors import Conflict, DomainError
from tests.api.conftest import Town, deployment, open_town
from tests.api.test_jobs import order, start, state, take, values
from tests.api.worker import until, working

__all__ = ["order"]
NAME = "client.priser"


def register(town: Town, **changed: Any) -> str:
    said: dict[str, Any] = {
        "name": NAME,
        "title": "Prislisten",
        "processes": ["order"],
        "scopes": ["job:work", "course:start", "course:read"],
        "basis": "Serviceloven § 11",
    }
    new = NewClient(**said | changed)
    return town.house.database.run(lambda work: access.register_client(work, new, "bo"))


def about(town: Town, key: str, anna: Citizen, name: str, secret: str) -> str:
    body = m.ProcessCreationByKey(
        process_definition_key=key,
        variables=m.ProcessInstanceCreationInstructionBaseVariables.from_dict(
            {"citizen_key": str(anna.key), "goods": ["bog"]}
        ),
    )
    return town.client(name, secret).create_process_instance(data=body).process_instance_key


def test_a_worker_of_a_registered_system_works_in_courses_about_citizens(
    town: Town, order: str, anna: Citizen
) -> None:
    secret = register(town)
    course = about(town, order, anna, NAME, secret)
    done = {"price": lambda job: {"amount": 1}, "send": lambda job: None}
    client = town.client(NAME, secret)
    with working(town, done, username=NAME, password=secret):
        until(lambda: client.get_process_instance(process_instance_key=course).state == "COMPLETED")
    # Who has seen the citizen, and on which ground, stands in the access log.
    log = access.open_access_log(town.house.settings.database, town.clock)
    seen = {(row.actor, row.action) for row in log.of_citizen(anna.key)}
    log.database.engine.dispose()
    assert (NAME, "job:take") in seen
    # What it did stands in the journal under its name.
    from app.journal import read

    with town.house.database.read() as session:
        entries = list(read(session, f"course:{course}", town.house.runtime.keyring))
    assert {one.actor for one in entries} == {NAME}


def test_it_sees_only_the_courses_of_its_processes(town: Town, order: str, anna: Citizen) -> None:
    secret = register(town, processes=["another"])
    course = start(town, order)
    client = town.client(NAME, secret)
    assert take(client) == []
    assert client.search_jobs(data=m.JobSearchQuery()).items == []
    with pytest.raises(ApiError) as refused:
        client.get_process_instance(process_instance_key=course)
    assert refused.value.status_code == 403
    (job,) = take(town.client("bo"))
    with pytest.raises(ApiError) as refused:
        client.complete_job(job_key=job.job_key, data=values())
    assert refused.value.status_code == 403
    with pytest.raises(ApiError) as refused:
        about(town, order, anna, NAME, secret)
    assert refused.value.status_code == 403


def test_it_does_no_more_than_its_scopes_say(town: Town, order: str) -> None:
    secret = register(town, scopes=["course:read"])
    start(town, order)
    with pytest.raises(ApiError) as refused:
        take(town.client(NAME, secret))
    assert refused.value.status_code == 403


HEARS = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t" id="d">
<process id="{id}" isExecutable="true">
  <startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="hear"/>
  <startEvent id="called"><messageEventDefinition messageRef="call"/></startEvent>
  <sequenceFlow id="f3" sourceRef="called" targetRef="hear"/>
  <receiveTask id="hear" messageRef="paid"/><sequenceFlow id="f2" sourceRef="hear" targetRef="end"/>
  <endEvent id="end"/></process>
<message id="call" name="called"/>
<message id="paid" name="paid"><extensionElements><zeebe:subscription correlationKey="=number"/></extensionElements>
</message></definitions>"""


class TestMessages:
    @pytest.fixture
    def bills(self, town: Town) -> Town:
        """Given two kinds of courses that wait for the same message."""
        for name in ("bill", "another"):
            files = {f"{name}.bpmn": HEARS.format(id=name).encode()}
            town.client("dorte").create_deployment(data=deployment(files))
        return town

    def publish(self, town: Town, secret: str, **said: Any) -> None:
        body = m.MessagePublicationRequest(
            **{"name": "paid", "correlation_key": "7", "time_to_live": 60_000} | said
        )
        town.client(NAME, secret).publish_message(data=body)

    def begin(self, town: Town, name: str, number: str = "7") -> str:
        given = {"number": number}
        body = m.ProcessCreationById(
            process_definition_id=name,
            variables=m.ProcessInstanceCreationInstructionBaseVariables.from_dict(given),
        )
        return town.client("dorte").create_process_instance(data=body).process_instance_key

    def test_its_message_reaches_the_courses_of_its_processes_only(self, bills: Town) -> None:
        secret = register(bills, processes=["bill"], scopes=["message:publish"])
        mine, others = self.begin(bills, "bill"), self.begin(bills, "another")
        self.publish(bills, secret)
        assert (state(bills, mine), state(bills, others)) == ("COMPLETED", "ACTIVE")

    def test_nor_do_others_find_it_where_it_is_kept(self, bills: Town) -> None:
        secret = register(bills, processes=["bill"], scopes=["message:publish"])
        self.publish(bills, secret)
        others, mine = self.begin(bills, "another"), self.begin(bills, "bill")
        assert (state(bills, mine), state(bills, others)) == ("COMPLETED", "ACTIVE")

    def test_without_the_scope_it_publishes_nothing(self, bills: Town) -> None:
        secret = register(bills, processes=["bill"], scopes=["course:start", "job:work"])
        with pytest.raises(ApiError) as refused:
            self.publish(bills, secret)
        assert refused.value.status_code == 403

    def test_it_begins_courses_where_it_may_start_them(self, bills: Town) -> None:
        secret = register(bills, processes=["bill"], scopes=["message:publish"])
        with pytest.raises(ApiError) as refused:
            self.publish(bills, secret, name="called")
        assert refused.value.status_code == 403
        bills.house.database.run(lambda work: access.close_client(work, NAME))
        said = {"name": "client.regninger", "processes": ["bill"]}
        secret = register(bills, scopes=["message:publish", "course:start"], **said)
        body = m.MessagePublicationRequest(name="called", correlation_key="")
        bills.client("client.regninger", secret).publish_message(data=body)
        found = bills.client("dorte").search_process_instances(data=m.ProcessInstanceSearchQuery())
        assert [one.process_definition_id for one in found.items] == ["bill"]


def test_a_wrong_secret_and_a_closed_client_are_refused(town: Town) -> None:
    secret = register(town)
    assert town.http(NAME, secret).get("/topology").status_code == 200
    assert town.http(NAME, "gæt").get("/topology").status_code == 401
    town.house.database.run(lambda work: access.close_client(work, NAME))
    assert town.http(NAME, secret).get("/topology").status_code == 401


def test_it_is_let_in_where_no_demo_is(peopled: Path, tmp_path: Path) -> None:
    from tests.api.conftest import _copy

    _copy(peopled, tmp_path)
    town = open_town(tmp_path, demo=False)
    secret = register(town)
    assert town.http(NAME, secret).get("/topology").status_code == 200
    assert town.http("bo", "korrekt hest batteri").get("/topology").status_code == 401
    town.close()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": "priser"}, "name"),
        ({"title": " "}, "title"),
        ({"processes": []}, "processes"),
        ({"scopes": ["admin"]}, "scopes"),
        ({"basis": ""}, "basis"),
    ],
)
def test_what_is_missing_is_told_by_field(town: Town, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(DomainError) as wrong:
        register(town, **changed)
    assert set(wrong.value.fields) == {field}


def test_a_name_is_taken_once(town: Town) -> None:
    register(town)
    with pytest.raises(Conflict):
        register(town)
