"""The whole app behind a real socket, on an SQLite file, and the official Camunda 8 client in front of it."""

from __future__ import annotations

import base64
import io
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from camunda_orchestration_sdk import CamundaClient
from camunda_orchestration_sdk.models.create_deployment_data import CreateDeploymentData
from camunda_orchestration_sdk.types import File
from flask import Flask

from app import access, citizens, create_app, house_of
from app.access import NewPerson
from app.citizens import Citizen, NewCitizen
from app.clock import SetClock
from app.house import House
from app.settings import Settings
from app.storage import schema
from tests.serving import Served

PASSWORD = "korrekt hest batteri"
MONDAY = datetime(2026, 8, 3, 7, 0, tzinfo=UTC)
"""Monday 3 August 2026, 9.00 in Denmark."""

PEOPLE = (
    ("mette", "Mette Kragh", ["coordinator", "caseworker"], ["youth"]),
    ("jonas", "Jonas Lind", ["caseworker"], ["youth"]),
    ("lone", "Lone Holt", ["intake"], ["intake"]),
    ("tina", "Tina Lund", ["team_leader"], ["team_leader"]),
    ("frede", "Frede Friis", ["caseworker"], ["elders"]),
    ("dorte", "Dorte Dahl", ["process_designer"], []),
    ("bo", "Bo Strøm", ["operator"], []),
    ("karen", "Karen Bjerre", ["auditor"], []),
    ("sofie", "Sofie Sø", ["citizen"], []),
)

MODEL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t" id="d">
<process id="small" name="Lille forløb" isExecutable="true">
  <startEvent id="start" name="Begynd"/>
  <sequenceFlow id="f1" sourceRef="start" targetRef="ask"/>
  <userTask id="ask" name="Spørg borgeren">
    <extensionElements><zeebe:userTask/><zeebe:formDefinition formId="ask" bindingType="deployment"/>
      <zeebe:assignmentDefinition candidateGroups="youth"/>
      <zeebe:priorityDefinition priority="70"/>
      <zeebe:taskSchedule dueDate="=now() + duration(&quot;P14D&quot;)"/></extensionElements></userTask>
  <sequenceFlow id="f2" sourceRef="ask" targetRef="hear"/>
  <intermediateCatchEvent id="hear" name="Svar fra skolen">
    <messageEventDefinition messageRef="answered"/></intermediateCatchEvent>
  <sequenceFlow id="f3" sourceRef="hear" targetRef="thank"/>
  <userTask id="thank" name="Sig tak">
    <extensionElements><zeebe:userTask/><zeebe:assignmentDefinition candidateGroups="youth"/></extensionElements>
  </userTask>
  <sequenceFlow id="f4" sourceRef="thank" targetRef="end"/>
  <endEvent id="end" name="Borgeren er hørt"/>
</process>
<message id="answered" name="school_answered"><extensionElements>
  <zeebe:subscription correlationKey="=course.key"/></extensionElements></message>
</definitions>"""

FORM = {
    "type": "default",
    "id": "ask",
    "schemaVersion": 16,
    "components": [
        {"type": "textfield", "id": "c1", "key": "wish", "label": "Hvad er vigtigt?", "validate": {"required": True}},
        {"type": "number", "id": "c2", "key": "hours", "label": "Timer om ugen", "decimalDigits": 2},
    ],
}  # fmt: skip

FILES = {"small.bpmn": MODEL.encode(), "ask.form": json.dumps(FORM).encode()}


@dataclass
class Town:
    """What a test works with: the served app, and clients of its people."""

    app: Flask
    house: House
    clock: SetClock
    served: Served
    _open: list[Any] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.served.base

    def client(self, username: str, password: str = PASSWORD) -> CamundaClient:
        """The official client, unchanged, with Basic authentication."""
        client = CamundaClient(
            configuration={
                "CAMUNDA_REST_ADDRESS": self.url,
                "CAMUNDA_AUTH_STRATEGY": "BASIC",
                "CAMUNDA_BASIC_AUTH_USERNAME": username,
                "CAMUNDA_BASIC_AUTH_PASSWORD": password,
            }
        )
        self._open.append(client)
        return client

    def http(self, username: str = "", password: str = PASSWORD) -> httpx.Client:
        """A plain HTTP client, for what the official one cannot send."""
        auth = (username, password) if username else None
        client = httpx.Client(base_url=f"{self.url}/v2", auth=auth)
        self._open.append(client)
        return client

    def citizen(self, first: str, last: str, cpr: str) -> Citizen:
        new, keyring = NewCitizen(cpr, first, last), self.house.runtime.keyring
        return self.house.database.run(
            lambda work: citizens.find_or_register(work, keyring, new, "lone")
        )

    def close(self) -> None:
        for client in self._open:
            client.close()
        self.served.close()
        self.house.database.engine.dispose()


def deployment(files: dict[str, bytes]) -> CreateDeploymentData:
    """Files as the official client sends them."""
    return CreateDeploymentData(
        resources=[File(io.BytesIO(content), name) for name, content in files.items()]
    )


def open_town(folder: Path, *, demo: bool = True) -> Town:
    """Serve the app on the database in a folder, in a thread of this process."""
    clock = SetClock(MONDAY)
    settings = Settings(
        database_url=f"sqlite:///{folder / 'api.sqlite'}",
        secret_key="prøve",
        master_key=base64.b64encode(bytes(32)).decode(),
        var=str(folder),
        demo=demo,
    )
    app = create_app(settings, clock)
    return Town(app, house_of(app), clock, Served(app))


@pytest.fixture(scope="session")
def peopled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the people: made once, since hashing passwords is slow on purpose."""
    folder = tmp_path_factory.mktemp("api")
    town = open_town(folder)
    schema.upgrade(town.house.database.engine)
    for username, name, roles, groups in PEOPLE:
        new = NewPerson(username, name, roles, groups, password=PASSWORD, unit="Unge")
        town.house.database.run(lambda work, new=new: access.add_person(work, new))
    town.close()
    return folder


@pytest.fixture(scope="session")
def peopled_with_small(peopled: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The same with the small model, as the designer deployed it: its key."""
    folder = tmp_path_factory.mktemp("small")
    _copy(peopled, folder)
    town = open_town(folder)
    done = town.client("dorte").create_deployment(data=deployment(FILES))
    town.close()
    return folder, str(done.deployments[0].process_definition.process_definition_key)


def _copy(source: Path, target: Path) -> None:
    for file in source.glob("api*.sqlite*"):
        shutil.copy(file, target)


@pytest.fixture
def town(request: pytest.FixtureRequest, peopled: Path, tmp_path: Path) -> Iterator[Town]:
    """The served app with its people, and with the small model where the test asks for it."""
    with_small = "small" in request.fixturenames
    _copy(request.getfixturevalue("peopled_with_small")[0] if with_small else peopled, tmp_path)
    opened = open_town(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def anna(town: Town) -> Citizen:
    return town.citizen("Anna", "Sø", "120388-1111")


@pytest.fixture
def small(peopled_with_small: tuple[Path, str]) -> str:
    """The key of the small model."""
    return peopled_with_small[1]
