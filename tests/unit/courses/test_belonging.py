"""Which unit a course belongs to: from its start, with its responsible person, by a person's word; kept with days."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app import access, audit, courses, teams, units
from app.access import NewPerson, Principal
from app.courses import StartRequest
from app.errors import DomainError, Refused
from app.storage import UnitOfWork
from app.units import Unit
from tests.unit.courses.conftest import BO, Desk

TINA = Principal(9, "tina", "Tina Lund", frozenset({"team_leader"}), unit="uc")

MODEL = """<process id="p" isExecutable="true"><startEvent id="s"/>
  <sequenceFlow id="f0" sourceRef="s" targetRef="who"/><userTask id="who"><extensionElements><zeebe:userTask/>
    <zeebe:assignmentDefinition candidateGroups="youth"/></extensionElements></userTask>
  <sequenceFlow id="f1" sourceRef="who" targetRef="appoint"/>
  <serviceTask id="appoint"><extensionElements>
    <zeebe:taskDefinition type="team:appoint"/></extensionElements></serviceTask>
  <sequenceFlow id="f2" sourceRef="appoint" targetRef="who"/></process>"""

NAMED = """<process id="p" isExecutable="true"><extensionElements><zeebe:properties>
    <zeebe:property name="unit" value="fr"/></zeebe:properties></extensionElements>
  <startEvent id="s"/><sequenceFlow id="f0" sourceRef="s" targetRef="who"/>
  <userTask id="who"><extensionElements><zeebe:userTask/></extensionElements></userTask></process>"""


@pytest.fixture
def office(desk: Desk) -> Desk:
    """A desk with an organisation, people in it, and teams."""
    teams.register(desk.runtime.operations)
    courses.listen(desk.database.facts, desk.runtime)

    def act(work: UnitOfWork) -> None:
        found = [Unit("bu", "Børn og Unge"), Unit("uc", "Unge", "bu"), Unit("fr", "Familie", "bu")]
        units.load(work, desk.runtime.keyring, found, "bo")
        for name, unit in (("mette", "uc"), ("ida", "uc"), ("helle", "fr"), ("nis", "")):
            access.add_person(work, NewPerson(name, name.title(), ["coordinator"], unit=unit))

    desk.database.run(act)
    return desk


def belonged(desk: Desk, course: int) -> list[str]:
    with desk.database.read() as session:
        return [one.unit for one in units.history(session, course)]


def appoint(desk: Desk, course: int, coordinator: str) -> None:
    desk.clock.advance(timedelta(days=1))
    desk.complete(
        course, "who", coordinator=coordinator, deputy="mette", handover_note="Ring om morgenen."
    )


def differences(desk: Desk, course: int) -> list[str]:
    with desk.database.read() as session:
        found = courses.differences(session, desk.runtime, course)
    return [f"{one.what} {one.expected or '-'} {one.found or '-'}" for one in found]


def test_a_course_begins_in_the_unit_of_who_starts_it(office: Desk) -> None:
    office.publish(MODEL)
    assert belonged(office, office.start("p")) == ["uc"]


def test_the_model_may_name_the_unit_if_there_is_such_a_one(office: Desk) -> None:
    office.publish(NAMED)
    assert belonged(office, office.start("p")) == ["fr"]
    office.publish(NAMED.replace('value="fr"', 'value="closed"'))
    assert belonged(office, office.start("p")) == ["uc"]


def test_a_course_that_came_out_of_another_begins_in_its_unit(office: Desk) -> None:
    office.publish(MODEL)
    first = office.start("p")
    appoint(office, first, "helle")
    said = {"parent_course": {"key": str(first), "kind": "p"}}
    request = StartRequest("p", variables=said)
    second = office.database.run(
        lambda work: courses.start(work, office.runtime, request, courses.SYSTEM).key
    )
    assert belonged(office, second) == ["fr"]


def test_a_course_goes_over_with_its_responsible_person(office: Desk) -> None:
    office.publish(MODEL)
    course = office.start("p")
    for name in ("ida", "helle", "nis"):
        appoint(office, course, name)
    assert belonged(office, course) == ["uc", "fr"], "who has no unit takes it nowhere"
    office.database.run(lambda work: access.set_unit(work, "nis", "uc"))
    assert belonged(office, course) == ["uc", "fr", "uc"], "it follows when the person moves"
    ended = office.start("p")
    appoint(office, ended, "nis")
    order = courses.Order(BO, "Slut")
    office.database.run(lambda work: courses.cancel(work, office.runtime, ended, order))
    office.database.run(lambda work: access.set_unit(work, "nis", "fr"))
    assert belonged(office, ended) == ["uc"], "what has ended stays where it was"
    assert differences(office, course) == []


def test_a_team_leader_moves_it_with_a_reason_that_stands_in_the_journal(office: Desk) -> None:
    office.publish(MODEL)
    course = office.start("p")
    office.clock.advance(timedelta(days=1))
    before = office.clock.now()
    office.clock.advance(timedelta(days=1))

    def move(unit: str, reason: str, by: Principal = TINA) -> None:
        office.database.run(
            lambda work: courses.move_to_unit(work, office.runtime, course, unit, by, reason)
        )

    for unit, reason, field in (("x", "?", "unit"), ("uc", "?", "unit"), ("fr", " ", "reason")):
        with pytest.raises(DomainError) as refused:
            move(unit, reason)
        assert list(refused.value.fields) == [field]
    with pytest.raises(Refused):
        move("fr", "Jeg vil", BO)
    move("fr", "Familien flyttede.")
    assert belonged(office, course) == ["uc", "fr"]
    with office.database.read() as session:
        then = units.unit_of(session, course, before)
        found = audit.latest_acts(session, office.runtime, courses.course(session, course), 1)
        assert audit.verify(session, office.runtime).ok
    assert then is not None
    assert then.unit == "uc"
    (act,) = found
    assert (act.kind, act.actor, act.unit, act.reason) == (
        "course:unit-set",
        "tina",
        "fr",
        "Familien flyttede.",
    )


def test_the_rows_are_made_anew_from_the_journal(office: Desk) -> None:
    office.publish(MODEL)
    course = office.start("p")
    appoint(office, course, "helle")
    with office.database.read() as session:
        whole = units.history(session, course)
    for change in (
        lambda work: units.retell(work, course, []),
        lambda work: units.belong(work, course, "bu", work.now),
    ):
        office.clock.advance(timedelta(hours=1))
        office.database.run(change)
        found = differences(office, course)
        assert found
        assert all(one.startswith("unit ") for one in found)
        office.database.run(lambda work: courses.rebuild(work, office.runtime, course))
        with office.database.read() as session:
            assert units.history(session, course) == whole
        assert differences(office, course) == []
