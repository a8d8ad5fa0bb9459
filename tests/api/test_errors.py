"""What goes wrong is told as a problem document (RFC 9457), and never as a 500."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from camunda_orchestration_sdk import models as m
from camunda_orchestration_sdk.errors import BadRequestError, ConflictError, NotFoundError

from app.access import PERMITS
from app.citizens import Citizen
from tests.api.conftest import FILES, Town, deployment, open_town
from tests.api.test_client import answers, start, tasks


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The problem document, complete."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail", "instance", "code"} <= set(found)
    assert found["status"] == status
    assert found["instance"] == answer.url.path
    return found


class TestWhoAsks:
    @pytest.mark.parametrize("header", [None, "Basic", "Basic !!!", "Bearer x", "Basic bWV0dGU="])
    def test_without_a_name_nothing_is_told(self, town: Town, header: str | None) -> None:
        headers = {"Authorization": header} if header else {}
        answer = town.http().get("/topology", headers=headers)
        problem(answer, 401)
        assert answer.headers["www-authenticate"].startswith("Basic ")

    def test_a_wrong_password(self, town: Town) -> None:
        assert problem(town.http("mette", "forkert").get("/topology"), 401)["code"] == "login:wrong"

    def test_after_too_many_tries_the_right_one_does_not_help(self, town: Town) -> None:
        client = town.http("mette", "forkert")
        for _ in range(10):
            problem(client.get("/topology"), 401)
        problem(town.http("mette").get("/topology"), 429)

    def test_a_session_cookie_counts_for_nothing(self, town: Town) -> None:
        browser = town.app.test_client()
        with browser.session_transaction() as cookie:
            cookie["username"] = "mette"
        assert browser.get("/v2/authentication/me").status_code == 401

    def test_outside_the_demo_there_is_no_basic_authentication(
        self, town: Town, tmp_path: Path
    ) -> None:
        folder = tmp_path / "plain"
        folder.mkdir()
        for file in tmp_path.glob("api*.sqlite*"):
            shutil.copy(file, folder)
        plain = open_town(folder, demo=False)
        answer = plain.http("mette").get("/topology")
        plain.close()
        assert problem(answer, 401)["code"] == "login:basic-off"

    def test_every_resource_names_its_permit_and_is_closed(self, town: Town) -> None:
        client, open_to_all = town.http(), set()
        for rule in town.app.url_map.iter_rules():
            if not rule.rule.startswith("/v2"):
                continue
            assert town.app.view_functions[rule.endpoint].permit in {"", *PERMITS}
            method = min((rule.methods or set()) - {"HEAD", "OPTIONS"})
            path = re.sub("<.*?>", "12", rule.rule.removeprefix("/v2"))
            if client.request(method, path).status_code != 401:
                open_to_all.add(rule.rule)
        assert open_to_all == {"/v2/status", "/v2/openapi.json"}

    def test_a_role_without_the_permit_is_refused(self, town: Town) -> None:
        assert (
            problem(town.http("sofie").post("/user-tasks/search"), 403)["code"] == "access:permit"
        )
        problem(town.http("karen").post("/messages/publication", json={"name": "x"}), 403)


class TestUnknown:
    @pytest.mark.parametrize(
        "path",
        [
            "/user-tasks/{}",
            "/user-tasks/{}/form",
            "/process-instances/{}",
            "/process-definitions/{}",
            "/process-definitions/{}/xml",
            "/forms/{}",
        ],
    )
    def test_a_key_that_nothing_has(self, town: Town, path: str) -> None:
        client = town.http("mette")
        for key in ("12", "-1", "9" * 25):
            problem(client.get(path.format(key)), 404)
        for key in ("abc", "1" * 26, "1.5", "%C2%B2"):
            problem(client.get(path.format(key)), 400)

    def test_commands_about_it(self, town: Town) -> None:
        client = town.http("mette")
        problem(client.post("/user-tasks/12/completion"), 404)
        problem(client.post("/user-tasks/12/assignment", json={"assignee": "mette"}), 404)
        problem(client.delete("/user-tasks/12/assignee"), 404)
        nobody = {"processDefinitionId": "nothing"}
        problem(client.post("/process-instances", json=nobody), 404)
        problem(client.post("/process-instances", json={"processDefinitionKey": "12"}), 404)

    def test_paths_and_methods(self, town: Town) -> None:
        client = town.http("mette")
        problem(client.get("/nowhere"), 404)
        problem(client.post("/batch-operations", json={}), 404)
        problem(client.put("/topology"), 405)


BODIES = [
    "{",
    "null",
    "[]",
    '"x"',
    "1",
    '{"filter": []}',
    '{"filter": {"nothing": 1}}',
    '{"nothing": 1}',
    '{"filter": {"priority": "high"}}',
    '{"filter": {"priority": 1.5}}',
    '{"filter": {"priority": 99999999999999999999}}',
    '{"filter": {"priority": true}}',
    '{"filter": {"priority": {"$like": "x"}}}',
    '{"filter": {"name": {"$gt": "x"}}}',
    '{"filter": {"name": {"$in": "x"}}}',
    '{"filter": {"name": {}, "state": null}}',
    '{"filter": {"name": "a\\u0000b"}}',
    '{"filter": {"name": "\\ud800"}}',
    '{"filter": {"userTaskKey": "x"}}',
    '{"filter": {"userTaskKey": 12}}',
    '{"filter": {"dueDate": "tomorrow"}}',
    '{"filter": {"dueDate": "0001-01-01T00:00:00+14:00"}}',
    '{"filter": {"localVariables": [{"name": "x"}]}}',
    '{"filter": {"$or": {}}}',
    '{"page": {"limit": 0}}',
    '{"page": {"limit": 1e999999999}}',
    '{"page": {"limit": NaN}}',
    '{"page": {"from": -1}}',
    '{"page": {"after": "?"}}',
    '{"page": {"after": "WzIyNTE3OTk4MTM2ODcxMDJd"}}',
    '{"sort": [{"field": "nothing"}]}',
    '{"sort": [{"field": "name", "order": "UP"}]}',
    '{"~d": "1"}',
    "[" * 100_000,
    "\xff",
]


@pytest.fixture(scope="module")
def plain(peopled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A caseworker at an app that many requests share, since none of them changes anything."""
    folder = tmp_path_factory.mktemp("bodies")
    for file in peopled.glob("api*.sqlite*"):
        shutil.copy(file, folder)
    opened = open_town(folder)
    yield opened.http("mette")
    opened.close()


class TestBodies:
    @pytest.mark.parametrize("body", BODIES, ids=lambda body: body[:40])
    def test_what_is_no_search(self, plain: httpx.Client, body: str) -> None:
        headers = {"Content-Type": "application/json"}
        answer = plain.post("/user-tasks/search", content=body.encode("latin-1"), headers=headers)
        problem(answer, 400)

    def test_what_is_wrong_is_told_by_field_in_danish(self, plain: httpx.Client) -> None:
        body = {"filter": {"priority": "high", "nothing": 1}, "page": {"limit": 0}}
        assert problem(plain.post("/user-tasks/search", json=body), 400)["fields"] == {
            "filter.priority": "Skal være et helt tal.",
            "filter.nothing": "Feltet kendes ikke.",
            "page.limit": "Skal være fra 1 til 10000.",
        }

    def test_another_type_of_content(self, plain: httpx.Client) -> None:
        headers = {"Content-Type": "text/plain"}
        problem(plain.post("/user-tasks/search", content="x", headers=headers), 415)

    def test_a_huge_body(self, plain: httpx.Client) -> None:
        body = {"name": "x", "variables": {"x": "x" * 6_000_000}}
        problem(plain.post("/messages/publication", json=body), 413)

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"name": ""},
            {"name": "x", "timeToLive": -1},
            {"name": "x", "timeToLive": 10**30},
            {"name": "x", "variables": []},
            {"name": "x", "tenantId": "other"},
            {"name": "x" * 201},
            {"name": "x", "correlationKey": 7},
        ],
    )
    def test_what_is_no_message(self, plain: httpx.Client, body: Any) -> None:
        problem(plain.post("/messages/publication", json=body), 400)

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"processDefinitionId": 7},
            {"processDefinitionKey": "x"},
            {"processDefinitionId": "small", "runtimeInstructions": [{"type": "TERMINATE"}]},
            {"processDefinitionId": "small", "awaitCompletion": "yes"},
            {"processDefinitionId": "small", "startInstructions": [{"elementId": "x"}]},
            {"processDefinitionId": "small", "variables": {"citizen": {"key": "1"}}},
            {"processDefinitionId": "small", "variables": {"course": 1}},
        ],
    )
    def test_what_is_no_start(self, plain: httpx.Client, body: Any) -> None:
        problem(plain.post("/process-instances", json=body), 400)


class TestStart:
    @pytest.mark.parametrize(("key", "status"), [(7, 400), ("x", 400), ("12", 404), ("", 400)])
    def test_about_a_citizen_who_is_none(
        self, town: Town, small: str, key: Any, status: int
    ) -> None:
        body = {"processDefinitionKey": small, "variables": {"citizen_key": key}}
        problem(town.http("lone").post("/process-instances", json=body), status)
        assert tasks(town.client("karen")) == []

    def test_a_designer_starts_none_about_a_citizen(
        self, town: Town, small: str, anna: Citizen
    ) -> None:
        body = {"processDefinitionKey": small, "variables": {"citizen_key": str(anna.key)}}
        problem(town.http("dorte").post("/process-instances", json=body), 403)


class TestDeployment:
    def test_nothing_sent(self, town: Town) -> None:
        client = town.http("dorte")
        problem(client.post("/deployments"), 400)
        problem(client.post("/deployments", json={}), 400)
        files = {"resources": ("small.bpmn", FILES["small.bpmn"])}
        problem(client.post("/deployments", files=files, data={"tenantId": "x"}), 400)

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("small.bpmn", b"<no"),
            ("small.bpmn", b'<!DOCTYPE x [<!ENTITY y "z">]><x>&y;</x>'),
            ("ask.form", b"{"),
            ("ask.form", b"[" * 100_000),
            ("small.exe", b"MZ"),
            ("x" * 500 + ".bpmn", FILES["small.bpmn"]),
        ],
    )
    def test_files_that_are_broken_or_hostile(self, town: Town, name: str, content: bytes) -> None:
        answer = town.http("dorte").post("/deployments", files={"resources": (name, content)})
        assert problem(answer, 400)["findings"]
        with pytest.raises(BadRequestError):
            town.client("dorte").create_deployment(data=deployment({name: content}))


class TestTasks:
    @pytest.fixture
    def task(self, town: Town, small: str, anna: Citizen) -> str:
        start(town.client("lone"), small, citizen_key=str(anna.key))
        (found,) = tasks(town.client("mette"))
        return str(found.user_task_key)

    def test_completed_twice(self, town: Town, task: str) -> None:
        client = town.client("mette")
        client.complete_user_task(user_task_key=task, data=answers(wish="x"))
        with pytest.raises(ConflictError) as late:
            client.complete_user_task(user_task_key=task, data=answers(wish="y"))
        assert "allerede lukket" in late.value.parsed.detail

    def test_taken_by_another(self, town: Town, task: str) -> None:
        mine = m.UserTaskAssignmentRequest(assignee="jonas")
        town.client("jonas").assign_user_task(user_task_key=task, data=mine)
        again = m.UserTaskAssignmentRequest(assignee="mette", allow_override=False)
        with pytest.raises(ConflictError):
            town.client("mette").assign_user_task(user_task_key=task, data=again)
        problem(town.http("mette").post(f"/user-tasks/{task}/completion", json={}), 403)
        problem(town.http("mette").delete(f"/user-tasks/{task}/assignee"), 409)

    def test_given_to_nobody_one_knows_or_by_who_may_not(self, town: Town, task: str) -> None:
        client = town.http("mette")
        body = {"assignee": "nobody"}
        found = problem(client.post(f"/user-tasks/{task}/assignment", json=body), 400)
        assert found["fields"] == {"assignee": "Der er ingen medarbejder med det brugernavn."}
        body = {"assignee": "jonas"}
        problem(client.post(f"/user-tasks/{task}/assignment", json=body), 403)
        problem(client.post(f"/user-tasks/{task}/assignment", json={"assignee": ""}), 400)

    def test_the_form_says_what_is_wrong_as_on_the_page(self, town: Town, task: str) -> None:
        client = town.http("mette")
        path = f"/user-tasks/{task}/completion"
        found = problem(client.post(path, json={"variables": {"hours": "many"}}), 400)
        assert set(found["fields"]) == {"wish", "hours"}
        problem(client.post(path, json={"variables": {"wish": "x", "nothing": 1}}), 400)
        problem(client.post(path, json={"variables": {"wish": {"deep": []}}}), 400)
        problem(client.post(path, json={"variables": []}), 400)
        problem(client.post(path), 400)
        # and the task is still open
        assert client.get(f"/user-tasks/{task}").json()["state"] == "CREATED"

    @pytest.mark.parametrize("name", ["frede", "dorte", "bo"])
    def test_for_who_does_not_see_the_citizen(self, town: Town, task: str, name: str) -> None:
        client = town.http(name)
        problem(client.post(f"/user-tasks/{task}/completion", json={}), 403)
        problem(client.post(f"/user-tasks/{task}/variables/search", json={}), 403)
        body = {"assignee": name}
        problem(client.post(f"/user-tasks/{task}/assignment", json=body), 403)
        if name != "bo":
            problem(client.get(f"/user-tasks/{task}/form"), 403)

    def test_numbers_arrive_as_they_were_sent(self, town: Town, task: str) -> None:
        path = f"/user-tasks/{task}/completion"
        headers = {"Content-Type": "application/json"}
        body = '{"variables": {"wish": "x", "hours": 0.10}}'
        assert town.http("mette").post(path, content=body, headers=headers).status_code == 204

    def test_an_unknown_task_for_the_client(self, town: Town) -> None:
        with pytest.raises(NotFoundError):
            town.client("mette").get_user_task(user_task_key="12")


def test_a_bug_has_a_number_and_tells_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("app.api.v2.cluster.house_of", break_down)
    found = problem(town.http("mette").get("/topology"), 500)
    assert found["code"] == "bug"
    assert found["incident"]
    assert "secret" not in str(found)
