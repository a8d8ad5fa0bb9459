"""The desktop Camunda Modeler's deploy and play buttons: what they send, in order, and read of each answer.

Source: app/lib/zeebe-api of camunda-modeler 5 (its REST client): it asks for the topology to learn that it may speak
REST, sends the open file and those chosen with it as one deployment, starts a course, and looks it up.
"""

from __future__ import annotations

import httpx
import pytest

from tests.api.conftest import FILES, MODEL, Town

JSON = {
    "content-type": "application/json",
    "accept": "application/json",
    "user-agent": "camunda-8-sdk-nodejs",
}
"""What its client says with each request."""


class Modeler:
    """The Modeler, connected with the kind of authentication that its dialog offers as Basic."""

    def __init__(self, town: Town, username: str) -> None:
        self.http: httpx.Client = town.http(username)

    def version(self) -> str:
        """Ask which gateway answers, as the dialog does while one types, and again before each deployment."""
        answer = self.http.get("/topology", headers=JSON)
        answer.raise_for_status()
        return str(answer.json()["gatewayVersion"])

    def deploy(self, files: dict[str, bytes], tenant: str = "") -> httpx.Response:
        """Send files as parts called resources, and the tenant where one is typed."""
        parts = [("resources", (name, content)) for name, content in files.items()]
        data = {"tenantId": tenant} if tenant else None
        headers = {"accept": "application/json", "user-agent": JSON["user-agent"]}
        return self.http.post("/deployments", files=parts, data=data, headers=headers)

    def start(self, **said: object) -> httpx.Response:
        """Start a course; what is not said is left out of the body."""
        return self.http.post("/process-instances", json=said, headers=JSON)

    def look(self, what: str, key: str) -> list[dict[str, object]]:
        """Look something of a course up, as its test tab does."""
        answer = self.http.post(f"/{what}/search", json={"filter": {"processInstanceKey": key}})
        answer.raise_for_status()
        found: list[dict[str, object]] = answer.json()["items"]
        return found


@pytest.fixture
def modeler(town: Town) -> Modeler:
    return Modeler(town, "dorte")


def test_it_learns_that_it_may_speak_rest(modeler: Modeler) -> None:
    """Given the gateway's version, the Modeler knows which properties it may offer."""
    parts = modeler.version().split(".")
    assert [part.isdigit() for part in parts] == [True, True, True]
    assert (int(parts[0]), int(parts[1])) >= (8, 8)


def test_without_a_name_or_with_a_wrong_one_it_is_told_so(town: Town) -> None:
    """Given "None" in its dialog, the answer is 401 and says how to log in; the Modeler then shows no connection."""
    for client in (town.http(), town.http("dorte", "forkert adgangskode")):
        answer = client.get("/topology", headers=JSON)
        assert answer.status_code == 401
        assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize("tenant", ["", "<default>"])
def test_deploy_and_start(modeler: Modeler, tenant: str) -> None:
    modeler.version()
    answer = modeler.deploy(FILES, tenant)
    assert answer.status_code == 200, answer.text
    done = answer.json()
    assert done["deploymentKey"].isdigit()
    assert done["tenantId"] == "<default>"
    (process,) = [
        one["processDefinition"] for one in done["deployments"] if one.get("processDefinition")
    ]
    assert process["processDefinitionId"] == "small"
    assert process["processDefinitionVersion"] == 1
    assert process["processDefinitionKey"].isdigit()
    assert process["tenantId"] == "<default>"
    (form,) = [one["form"] for one in done["deployments"] if one.get("form")]
    assert form["formId"] == "ask"
    for one in done["deployments"]:
        kinds = (
            "processDefinition",
            "decisionDefinition",
            "decisionRequirements",
            "form",
            "resource",
        )
        assert len([kind for kind in kinds if one.get(kind)]) == 1, (
            "it takes the first that is there"
        )

    for said in (
        {"processDefinitionId": "small"},
        {"processDefinitionKey": process["processDefinitionKey"], "tenantId": "<default>"},
    ):
        started = modeler.start(variables={"sender": "mette"}, **said)
        assert started.status_code == 200, started.text
        found = started.json()
        assert found["processInstanceKey"].isdigit()
        assert found["processDefinitionId"] == "small"
        assert found["processDefinitionVersion"] == 1


def test_the_same_again_makes_no_new_version(modeler: Modeler) -> None:
    first, second = (
        modeler.deploy({"small.bpmn": MODEL.encode(), **FILES}).json() for _ in range(2)
    )
    assert first["deployments"] == second["deployments"]


def test_one_file_alone(modeler: Modeler) -> None:
    """Given the form sent first and the drawing alone after it, both are there."""
    form = {name: content for name, content in FILES.items() if name.endswith(".form")}
    drawing = {name: content for name, content in FILES.items() if name.endswith(".bpmn")}
    assert modeler.deploy(form).status_code == 200
    assert modeler.deploy(drawing).status_code == 200


def test_a_model_that_cannot_run_is_refused_in_words(modeler: Modeler) -> None:
    """Given an error in the drawing, the Modeler shows the title and the detail of the answer."""
    broken = MODEL.replace('targetRef="thank"', 'targetRef="nowhere"')
    assert broken != MODEL
    answer = modeler.deploy({**FILES, "small.bpmn": broken.encode()})
    assert answer.status_code == 400
    told = answer.json()
    assert told["title"]
    assert told["detail"]
    assert told["status"] == 400


def test_who_may_not_publish_is_refused(town: Town) -> None:
    answer = Modeler(town, "mette").deploy(FILES)
    assert answer.status_code == 403


def test_its_test_tab_looks_the_course_up(town: Town, small: str) -> None:
    """Given a course that was started, its page of the Modeler finds it, its steps, variables and incidents."""
    modeler = Modeler(town, "mette")
    key = modeler.start(processDefinitionKey=small, variables={"sender": "mette"}).json()[
        "processInstanceKey"
    ]
    (course,) = modeler.look("process-instances", key)
    assert course["state"] == "ACTIVE"
    assert "ask" in {one["elementId"] for one in modeler.look("element-instances", key)}
    assert "sender" in {one["name"] for one in modeler.look("variables", key)}
    assert modeler.look("incidents", key) == []
