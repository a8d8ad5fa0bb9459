"""The outbox of the case index: every course that may be known, as it stands, and nobody's name or number."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app import access, caseindex, citizens, courses, jobs, units
from app.access import NewPerson, Principal
from app.citizens import Citizen, NewCitizen
from app.cli.index import index
from app.clock import SetClock
from app.courses import Order, StartRequest
from app.house import House, open_house
from app.settings import Settings
from app.storage import schema

MODEL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t" id="d">
<process id="{id}" name="Ungeforløb" isExecutable="true">
  <extensionElements><zeebe:properties>{kle}
    <zeebe:property name="unit" value="unge"/></zeebe:properties></extensionElements>
  <startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="wait"/>
  <userTask id="wait" name="Tal sammen"><extensionElements><zeebe:userTask/>
    <zeebe:assignmentDefinition candidateGroups="youth"/></extensionElements></userTask>
  <sequenceFlow id="f2" sourceRef="wait" targetRef="end"/><endEvent id="end"/>
</process></definitions>"""
KLE = '<zeebe:property name="kle" value="27.00.00"/>'
UNITS = b"code;name;parent;uuid\nunge;Ungecentret;;5b1f0c64-6f0e-4a57-9d0b-2f6a3c1e7a02\n"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    url = f"sqlite:///{tmp_path / 'index.sqlite'}"
    master = base64.b64encode(bytes(32)).decode()
    for name, value in (("DATABASE_URL", url), ("MASTER_KEY", master), ("VAR", str(tmp_path))):
        monkeypatch.setenv(f"FORLOEB_{name}", value)
    settings = Settings(database_url=url, master_key=master, var=str(tmp_path))
    built = open_house(settings, SetClock(datetime(2026, 11, 2, 11, tzinfo=UTC)))
    schema.upgrade(built.database.engine)
    keyring = built.runtime.keyring
    built.database.run(
        lambda work: units.load(work, keyring, units.read_units(UNITS), "shell:drift")
    )
    mette = NewPerson("mette", "Mette Kragh", ["caseworker", "coordinator"], ["youth"])
    built.database.run(lambda work: access.add_person(work, mette))
    for name, kle in (("indexed", KLE), ("unnamed", "")):
        files = {f"{name}.bpmn": MODEL.format(id=name, kle=kle).encode()}
        built.database.run(lambda work, files=files: built.publish(work, files, "designer"))
    yield built
    built.close()


@pytest.fixture
def noah(house: House) -> Citizen:
    new = NewCitizen("140309-4003", "Noah", "Ågård")
    keyring = house.runtime.keyring
    return house.database.run(lambda work: citizens.find_or_register(work, keyring, new, "mette"))


def start(house: House, citizen: Citizen | None, process_id: str = "indexed") -> int:
    request = StartRequest(process_id, citizen)
    return house.database.run(lambda work: courses.start(work, house.runtime, request, "mette").key)


def told(house: House, since: int = 0) -> list[dict[str, Any]]:
    """Let a minute pass, and read what the outbox says after a number."""
    house.database.run(caseindex.begin)
    assert isinstance(house.clock, SetClock)
    house.clock.advance(timedelta(minutes=1))
    jobs.run_due(house.database, house.handlers)
    with house.database.read() as session:
        return caseindex.said_since(session, "999", since)


def test_a_course_that_begins_is_a_case_with_subject_unit_and_day_and_without_a_citizen(
    house: House, noah: Citizen
) -> None:
    key = start(house, noah)

    (line,) = told(house)

    assert line["operation"] == "put"
    assert line["case"] == {
        "uuid": caseindex.case_uuid("999", key),
        "brugervendtNoegle": str(key),
        "titel": "Ungeforløb",
        "kleEmne": "27.00.00",
        "fremdrift": "Opstaaet",
        "ansvarligEnhed": "5b1f0c64-6f0e-4a57-9d0b-2f6a3c1e7a02",
        "primaerBehandler": None,
        "startdato": "2026-11-02",
        "slutdato": None,
    }
    assert not {"Noah", "Ågård", "140309"} & set(json.dumps(line, ensure_ascii=False).split('"'))


def test_what_does_not_change_is_said_once_and_an_end_is_said_after_it(
    house: House, noah: Citizen
) -> None:
    key = start(house, noah)
    (first,) = told(house)
    assert told(house, int(first["number"])) == []

    with house.database.read() as session:
        (task,) = courses.tasks_of(session, key)
        mette = access.acting(session, "mette")
    assert mette is not None
    house.database.run(lambda work: courses.complete(work, house.runtime, task.key, {}, mette))

    (ended,) = told(house, int(first["number"]))
    assert (ended["case"]["fremdrift"], ended["case"]["slutdato"]) == ("Afsluttet", "2026-11-02")
    assert ended["uuid"] == first["uuid"]
    assert told(house, int(ended["number"])) == []


def test_a_course_without_a_subject_or_about_nobody_is_never_said(
    house: House, noah: Citizen
) -> None:
    start(house, noah, "unnamed")
    start(house, None)

    assert told(house) == []


def test_an_address_that_becomes_protected_takes_the_case_out_and_says_nothing_of_it_again(
    house: House, noah: Citizen
) -> None:
    key = start(house, noah)
    (first,) = told(house)
    keyring = house.runtime.keyring
    house.database.run(
        lambda work: citizens.set_address_protection(
            work, keyring, noah.key, protected=True, by="mette"
        )
    )

    (gone,) = told(house, int(first["number"]))
    assert gone["operation"] == "delete"
    assert gone["uuid"] == caseindex.case_uuid("999", key)
    assert "case" not in gone
    assert told(house, int(gone["number"])) == []


def test_a_course_that_moves_to_a_version_without_a_subject_is_taken_out(
    house: House, noah: Citizen
) -> None:
    key = start(house, noah)
    (first,) = told(house)
    files = {"indexed.bpmn": MODEL.format(id="indexed", kle="").encode()}
    (version,) = house.database.run(lambda work: house.publish(work, files, "designer")).versions
    bo = Principal(1, "bo", "Bo Strøm", frozenset({"operator"}))
    order = Order(bo, "Forløbet skal ikke i indekset.")
    house.database.run(
        lambda work: courses.migrate(work, house.runtime, key, version.key, {}, order)
    )

    (gone,) = told(house, int(first["number"]))
    assert gone["operation"] == "delete"


def test_an_erased_citizens_case_is_taken_out_also_after_its_end(
    house: House, noah: Citizen
) -> None:
    start(house, noah)
    (first,) = told(house)
    house.database.run(lambda work: house.runtime.keyring.destroy(work, f"citizen:{noah.key}"))

    (gone,) = told(house, int(first["number"]))
    assert gone["operation"] == "delete"


def test_the_command_prints_a_line_for_each(house: House, noah: Citizen) -> None:
    start(house, noah)
    (line,) = told(house)

    ran = CliRunner().invoke(index, ["--since", "0"], catch_exceptions=False)

    assert [json.loads(text) for text in ran.output.splitlines()] == [line]
    assert CliRunner().invoke(index, ["--since", line["number"]]).output == ""
