"""The whole app on a real SQLite file, with a small course, its form, citizens and people, asked over HTTP."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import access, citizens, courses, create_app, house_of
from app.access import NewPerson
from app.access.passwords import stamp
from app.access.rows import PersonRow
from app.citizens import Citizen, NewCitizen
from app.clock import SetClock, to_text
from app.courses import StartRequest, Task
from app.definitions import library
from app.house import House
from app.settings import Settings
from app.storage import Base
from tests.web.browser import PASSWORD, Browser

MONDAY = datetime(2026, 11, 23, 9, 42, tzinfo=UTC)
"""Monday 23 November 2026, 10.42 in Denmark."""


MODEL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t" id="d">
<process id="small" name="Lille forløb" isExecutable="true">
  <startEvent id="start" name="Begynd"/>
  <sequenceFlow id="f1" sourceRef="start" targetRef="ask"/>
  <userTask id="ask" name="Spørg borgeren">
    <documentation>Borgeren skal selv sige, hvad der er vigtigt.</documentation>
    <extensionElements><zeebe:userTask/><zeebe:formDefinition formId="ask" bindingType="deployment"/>
      <zeebe:assignmentDefinition candidateGroups="youth"/>
      <zeebe:taskSchedule dueDate="=now() + duration(&quot;P14D&quot;)"/></extensionElements></userTask>
  <sequenceFlow id="f2" sourceRef="ask" targetRef="agreed"/>
  <exclusiveGateway id="agreed" name="Siger borgeren ja?" default="no"/>
  <sequenceFlow id="yes" name="Ja" sourceRef="agreed" targetRef="thank">
    <conditionExpression>=answer = "yes"</conditionExpression></sequenceFlow>
  <sequenceFlow id="no" name="Nej" sourceRef="agreed" targetRef="end"/>
  <userTask id="thank" name="Sig tak">
    <extensionElements><zeebe:userTask/><zeebe:assignmentDefinition assignee="=sender"/></extensionElements></userTask>
  <sequenceFlow id="f3" sourceRef="thank" targetRef="end"/>
  <endEvent id="end" name="Borgeren er hørt"/>
</process></definitions>"""

FORM = {
    "type": "default",
    "id": "ask",
    "schemaVersion": 16,
    "components": [
        {
            "type": "textfield",
            "id": "c1",
            "key": "wish",
            "label": "Hvad er vigtigt?",
            "validate": {"required": True},
        },
        {
            "type": "radio",
            "id": "c2",
            "key": "answer",
            "label": "Siger borgeren ja?",
            "values": [{"label": "Ja", "value": "yes"}, {"label": "Nej", "value": "no"}],
            "validate": {"required": True},
        },
        {
            "type": "textfield",
            "id": "c3",
            "key": "why_not",
            "label": "Hvorfor ikke?",
            "conditional": {"hide": '=answer != "no"'},
            "validate": {"required": True},
        },
        {
            "type": "dynamiclist",
            "id": "c4",
            "path": "people",
            "label": "Hvem skal med?",
            "components": [{"type": "textfield", "id": "c5", "key": "name", "label": "Navn"}],
        },
    ],
}


@dataclass
class Town:
    """What a test works with."""

    app: Flask
    house: House
    clock: SetClock

    def browser(self, username: str = "") -> Browser:
        """A browser, signed in already if a username is given: what the login would have put into the session."""
        browser = Browser(self.app.test_client())
        if username:
            with self.house.database.read() as session:
                password = session.scalars(
                    select(PersonRow.password).filter_by(username=username)
                ).one()
            with browser.client.session_transaction() as cookie:
                cookie["username"], cookie["stamp"] = username, stamp(password)
                cookie["since"] = to_text(self.clock.now())
        return browser

    def person(
        self,
        username: str,
        name: str,
        *roles: str,
        groups: tuple[str, ...] = (),
        unit: str = "Unge",
    ) -> None:
        new = NewPerson(username, name, roles, groups, password=PASSWORD, unit=unit)
        self.house.database.run(lambda work: access.add_person(work, new))

    def citizen(self, first: str, last: str, cpr: str, **more: Any) -> Citizen:
        new, keyring = NewCitizen(cpr, first, last, **more), self.house.runtime.keyring
        return self.house.database.run(
            lambda work: citizens.find_or_register(work, keyring, new, "mette")
        )

    def start(self, citizen: Citizen | None = None, **variables: Any) -> int:
        request = StartRequest("small", citizen, {"sender": "mette", **variables})
        runtime = self.house.runtime
        return self.house.database.run(
            lambda work: courses.start(work, runtime, request, "mette").key
        )

    def task_of(self, key: int) -> Task:
        """The task with a key, as it is now."""
        with self.house.database.read() as session:
            return session.get_one(Task, key)

    def task(self, course: int, element: str) -> Task:
        """The latest task at an element of a course."""
        with self.house.database.read() as session:
            found = session.scalars(
                select(Task)
                .where(Task.course_key == course, Task.element == element)
                .order_by(Task.key.desc())
            ).first()
        assert found is not None
        return found


def open_town(folder: Path) -> Town:
    """Open the app on the database in a folder."""
    clock = SetClock(MONDAY)
    settings = Settings(
        database_url=f"sqlite:///{folder / 'web.sqlite'}",
        secret_key="prøve",
        master_key=base64.b64encode(bytes(32)).decode(),
        var=str(folder),
    )
    app = create_app(settings, clock)
    app.config["TESTING"] = True
    return Town(app, house_of(app), clock)


@pytest.fixture(scope="session")
def built_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the people and the small course: made once, since hashing passwords is slow on purpose."""
    folder = tmp_path_factory.mktemp("town")
    town = open_town(folder)
    house = town.house
    Base.metadata.create_all(house.database.engine)
    files = {"small.bpmn": MODEL.encode(), "ask.form": json.dumps(FORM).encode()}
    house.database.run(lambda work: library.publish(work, files, "designer", house.runtime.keyring))
    town.person("mette", "Mette Kragh", "caseworker", groups=("youth",))
    town.person("jonas", "Jonas Lind", "caseworker", groups=("youth",))
    town.person("lone", "Lone Holt", "intake", groups=("intake",))
    town.person("karen", "Karen Bjerre", "auditor")
    house.database.engine.dispose()
    return folder


@pytest.fixture
def town(built_town: Path, tmp_path: Path) -> Iterator[Town]:
    for file in built_town.glob("web.sqlite*"):
        shutil.copy(file, tmp_path)
    opened = open_town(tmp_path)
    yield opened
    opened.house.database.engine.dispose()


@pytest.fixture
def anna(town: Town) -> Citizen:
    return town.citizen("Anna", "Sø", "120388-1111", address="Åvej 1")
