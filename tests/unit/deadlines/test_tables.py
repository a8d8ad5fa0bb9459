"""The municipality's decision tables: what the law says on a date, and that the tables hold together."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from app import deadlines, dmn, feel
from app.deadlines import Unit
from app.errors import DefinitionError, DomainError
from app.house import House, build
from app.settings import Settings, with_secrets
from tests.unit.deadlines.conftest import HEAD, SHARED, Desk, line, local, task

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
LAW_CHANGES = (date(2026, 12, 31), date(2027, 1, 1))


def table(name: str) -> dmn.Model:
    return dmn.read((SHARED / name).read_bytes())


def decide(name: str, decision: str, at: datetime = NOW, **inputs: Any) -> Any:
    return feel.to_json(dmn.evaluate(table(name), decision, inputs, now=at).value)


def codes() -> list[str]:
    """Every code in the two tables over deadlines, read from their first column."""
    rows = [
        rule.tests[0].text.strip('"')
        for each in table("deadlines.dmn").definitions.elements
        if isinstance(each, dmn.Decision) and hasattr(each.logic, "rules")
        for rule in each.logic.rules
    ]
    return sorted(set(rows))


@pytest.mark.parametrize("name", ["deadlines.dmn", "legal_bases.dmn", "authority.dmn"])
def test_a_table_has_no_findings_and_is_drawn(name: str) -> None:
    model = table(name)
    assert model.findings == ()
    text = (SHARED / name).read_text()
    for each in model.definitions.elements:
        assert f'dmnElementRef="{each.id}"' in text


def test_every_deadline_can_be_used_and_rests_on_a_legal_basis_in_force() -> None:
    assert len(codes()) > 40
    for code in codes():
        rule = decide("deadlines.dmn", "deadline_rule", deadline_code=code)
        assert rule is not None, code
        assert Unit(rule["unit"])
        assert rule["on_breach"]
        basis = decide("legal_bases.dmn", "legal_basis", legal_basis_code=rule["legal_basis"])
        assert basis is not None, (code, rule["legal_basis"])


def test_a_law_goes_before_the_municipalitys_own() -> None:
    law = decide("deadlines.dmn", "deadline_rule", deadline_code="drug_treatment")
    own = decide("deadlines.dmn", "deadline_rule", deadline_code="call_back")
    assert (law["kind"], law["count"], law["unit"]) == ("lov", 14, "dage")
    assert (own["kind"], own["source"]) == ("kommunens egen frist", "Kommunens egen frist")


def test_no_rule_holds_before_its_law_did() -> None:
    asked = {"deadline_code": "child_plan", "on": "2023-12-31"}
    assert decide("deadlines.dmn", "deadline_rule", **asked) is None
    asked["on"] = "2024-01-01"
    assert decide("deadlines.dmn", "deadline_rule", **asked)["count"] == 3


@pytest.mark.parametrize(
    ("level", "before", "after"),
    [
        ("general_basic", "municipality", "municipality"),
        ("general_advanced", "municipality", "municipality"),
        ("specialised_training", "region", "region"),
        ("specialised_rehabilitation", "municipality", "region"),
    ],
)
def test_specialised_rehabilitation_goes_to_the_region(level: str, before: str, after: str) -> None:
    found = [
        decide(
            "authority.dmn",
            "responsible_authority",
            rehabilitation_level=level,
            on=day.isoformat(),
        )["authority"]
        for day in LAW_CHANGES
    ]
    assert found == [before, after]


def test_a_running_course_is_routed_to_the_region_once_the_clock_has_passed_midnight(
    desk: Desk,
) -> None:
    """Given a course that asks the table when it comes to it, and no date of its own."""
    called = (
        '<zeebe:calledDecision decisionId="responsible_authority" bindingType="latest" '
        'resultVariable="responsible_authority"/>'
    )
    desk.publish(
        '<process id="p" isExecutable="true"><startEvent id="s"/>'
        + task("ready")
        + f'<businessRuleTask id="who"><extensionElements>{called}</extensionElements></businessRuleTask>'
        '<exclusiveGateway id="g" default="own"/>'
        + task("region")
        + task("municipality")
        + '<endEvent id="e1"/><endEvent id="e2"/>'
        '<sequenceFlow id="a" sourceRef="s" targetRef="ready"/>'
        '<sequenceFlow id="b" sourceRef="ready" targetRef="who"/>'
        '<sequenceFlow id="c" sourceRef="who" targetRef="g"/>'
        '<sequenceFlow id="own" sourceRef="g" targetRef="municipality"/>'
        '<sequenceFlow id="other" sourceRef="g" targetRef="region"><conditionExpression>'
        '=responsible_authority.authority = "region"</conditionExpression></sequenceFlow>'
        '<sequenceFlow id="x" sourceRef="region" targetRef="e1"/>'
        '<sequenceFlow id="y" sourceRef="municipality" targetRef="e2"/></process>'
    )
    early, late = (desk.start(rehabilitation_level="specialised_rehabilitation") for _ in range(2))
    desk.go_to("2026-12-31T23:59")
    desk.complete(early, "ready")
    assert desk.task(early, "municipality").status == "open"

    desk.go_to("2027-01-01T00:00")
    desk.complete(late, "ready")
    assert desk.task(late, "region").status == "open"
    assert desk.task(early, "municipality").status == "open"  # what is begun stays where it is


def test_a_legal_basis_has_a_first_and_a_last_day() -> None:
    for code, day, holds in (
        ("sul_140_spec", "2026-12-31", True),
        ("sul_140_spec", "2027-01-01", False),
        ("sul_region_2027", "2026-12-31", False),
        ("sul_region_2027", "2027-01-01", True),
        ("frikommune", "2021-12-31", True),
        ("frikommune", "2022-01-01", False),
    ):
        asked = {"legal_basis_code": code, "on": day}
        found = decide("legal_bases.dmn", "legal_basis", **asked)
        assert (found is not None) == holds, (code, day)
        if found:
            assert found["valid_from"] <= day <= (found["valid_to"] or day)


def test_a_running_deadline_keeps_its_rule_when_the_table_changes(desk: Desk) -> None:
    desk.publish(line(task("assess", deadline="call_back")))
    before = desk.start()
    content = (SHARED / "deadlines.dmn").read_bytes()
    row = content.index(b'id="egenfrist_call_back_out_2"')
    changed = content[:row] + content[row:].replace(b"<text>1</text>", b"<text>2</text>", 1)
    desk.publish(deadlines_dmn=changed)
    after = desk.start()
    assert desk.deadlines(before)[0].due == deadlines.end_of(date(2026, 11, 3))
    assert desk.deadlines(after)[0].due == deadlines.end_of(date(2026, 11, 4))


def test_a_table_that_burns_its_fuel_stops_no_course(desk: Desk) -> None:
    """Given a table that somebody has made endless, when a task opens, then it opens without a deadline."""
    desk.publish(line(task("assess", deadline="call_back")))
    burning = (SHARED / "deadlines.dmn").read_text()
    burning = burning.replace("if lovfrist != null", "if count(for i in 1..90000 return i) = 0", 1)
    desk.publish(deadlines_dmn=burning.encode())
    with desk.database.read() as session, pytest.raises(DomainError, match="kan ikke regnes ud"):
        deadlines.rule_at(session, "call_back", NOW)
    assert desk.deadlines(desk.start()) == []


def test_legal_bases_in_force_can_be_listed(desk: Desk) -> None:
    with desk.database.read() as session:
        now = {one.code: one for one in deadlines.legal_bases(session, NOW)}
        then = {one.code for one in deadlines.legal_bases(session, local("2027-01-01T08:00"))}
    assert now["sel_101"].words == "Serviceloven § 101"
    assert "sul_region_2027" not in now
    assert "sul_region_2027" in then


@pytest.fixture
def house(desk: Desk, tmp_path: Path) -> House:
    settings = with_secrets(Settings(var=str(tmp_path)))
    return build(desk.database.engine, settings, desk.clock)


def test_a_model_whose_deadline_no_table_knows_is_refused(desk: Desk, house: House) -> None:
    body = line(task("assess", deadline="drug_treatement"))
    files = {"model.bpmn": (HEAD + body + "</definitions>").encode()}
    with pytest.raises(DefinitionError) as refused:
        desk.database.run(lambda work: house.publish(work, files, "designer"))
    found = [one for one in refused.value.findings if one.code == "deadline:unknown"]
    assert [one.element for one in found] == ["assess"]
    assert "drug_treatement" in found[0].message
