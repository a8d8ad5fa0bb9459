"""The house's guard: statute inside the municipality, else a valid consent, else held; anonymous courses stay alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app import access, citizens, consents, courses, teams
from app.access import NewPerson
from app.citizens import Citizen, NewCitizen
from app.connectors import OperationContext, Registry, perform
from app.courses import ConsentGuard, StartRequest
from app.definitions import library
from tests.unit.courses.conftest import Desk

TABLE = Path(__file__).parents[3] / "workflows/shared/legal_bases.dmn"

SAME = """<process id="{id}" name="{id}" isExecutable="true">
  <extensionElements><zeebe:properties><zeebe:property name="kind" value="{kind}"/></zeebe:properties>
  </extensionElements>
  {body}</process>
  <message id="m" name="{message}"><extensionElements>
  <zeebe:subscription correlationKey="=citizen_key"/></extensionElements></message>"""
TALK = """<startEvent id="s"/><userTask id="go"><extensionElements><zeebe:userTask/></extensionElements></userTask>
  <serviceTask id="tell"><extensionElements><zeebe:taskDefinition type="message:publish"/><zeebe:ioMapping>
    <zeebe:input source="{message}" target="message_name"/><zeebe:input source="=citizen_key" target="correlation_key"/>
  </zeebe:ioMapping></extensionElements></serviceTask><endEvent id="e"/>
  <sequenceFlow id="f1" sourceRef="s" targetRef="go"/><sequenceFlow id="f2" sourceRef="go" targetRef="tell"/>
  <sequenceFlow id="f3" sourceRef="tell" targetRef="e"/>"""
WAIT = """<startEvent id="s"/><intermediateCatchEvent id="wait"><messageEventDefinition id="md" messageRef="m"/>
  </intermediateCatchEvent><userTask id="heard"><extensionElements><zeebe:userTask/></extensionElements></userTask>
  <endEvent id="e"/><sequenceFlow id="f1" sourceRef="s" targetRef="wait"/>
  <sequenceFlow id="f2" sourceRef="wait" targetRef="heard"/><sequenceFlow id="f3" sourceRef="heard" targetRef="e"/>"""


def model(kind: str, body: str, message: str) -> str:
    return SAME.format(id=kind, kind=kind, body=body.format(message=message), message=message)


@pytest.fixture
def town(desk: Desk) -> Desk:
    """The desk with the house's guard, the table of legal bases, and staff."""
    guard = ConsentGuard(desk.clock)
    desk.runtime = replace(desk.runtime, guard=guard)
    courses.listen(desk.database.facts, desk.runtime)
    consents.register(desk.runtime.operations)
    teams.register(desk.runtime.operations)
    with desk.database.write() as work:
        for new in (
            NewPerson("maja", "Maja Holm", ["coordinator"], ["youth"]),
            NewPerson("ole", "Ole Berg", ["coordinator"], ["youth"]),
            NewPerson("lars", "Lars Lærer", ["external_participant"]),
        ):
            access.add_person(work, new)
        files = {"legal_bases.dmn": TABLE.read_bytes()}
        library.publish(work, files, "designer", desk.runtime.keyring)
    return desk


@pytest.fixture
def tom(town: Desk) -> Citizen:
    with town.database.write() as work:
        new = NewCitizen("090688-4001", "Tom", "Krog")
        return citizens.find_or_register(work, town.runtime.keyring, new, "maja")


def start(town: Desk, kind: str, whom: Citizen | None, correlates: str) -> int:
    request = StartRequest(kind, whom, {"citizen_key": correlates})
    return town.database.run(lambda work: courses.start(work, town.runtime, request, "mette").key)


def do(town: Desk, course: int, whom: Citizen, name: str, **variables: object) -> None:
    registry: Registry = town.runtime.operations
    with town.database.write() as work:
        context = OperationContext(course, whom.key, "maja", work.now)
        perform(work, registry, name, context, variables)


def pair(town: Desk, tom: Citizen, message: str = "treatment_ended") -> tuple[int, int]:
    town.publish(model("substance_use", TALK, message))
    town.publish(model("youth", WAIT, message))
    waiting = start(town, "youth", tom, str(tom.key))
    return start(town, "substance_use", tom, str(tom.key)), waiting


def held(town: Desk) -> list[str]:
    with town.database.read() as session:
        return [one.receipt.held_because for one in courses.held_messages(session)]


def send(town: Desk, sender: int) -> None:
    town.complete(sender, "go")
    town.run_due()


def test_inside_the_municipality_a_statute_opens(town: Desk, tom: Citizen) -> None:
    sender, waiting = pair(town, tom)
    do(town, waiting, tom, "team:appoint", coordinator="maja", deputy="ole")
    send(town, sender)
    assert set(town.open_tasks(waiting)) == {"heard"}


def test_with_somebody_from_outside_a_consent_must_cover_them_and_a_new_one_lets_it_through(
    town: Desk, tom: Citizen
) -> None:
    """Given a teacher in the receiving team; when a consent is recorded that covers the school, it arrives."""
    sender, waiting = pair(town, tom)
    members = [{"person": "lars", "area": "school", "party_kind": "provider"}]
    do(town, waiting, tom, "team:assemble", members=members)
    send(town, sender)
    assert town.open_tasks(waiting) == {}
    assert held(town) == ["Der er intet samtykke, som dækker modtageren (Lars Lærer)."]
    with town.database.write() as work:
        courses.offer_held(work)
    town.run_due()
    assert town.open_tasks(waiting) == {}, "asked again, it is still held"
    said = {"consent_giver": "citizen", "decision": "given", "recipient_parties": ["school"]}
    do(town, waiting, tom, "consent:record", **said)
    town.run_due()
    assert set(town.open_tasks(waiting)) == {"heard"}
    assert held(town) == []


def test_a_withdrawn_consent_holds_the_next_message_back(town: Desk, tom: Citizen) -> None:
    sender, waiting = pair(town, tom)
    members = [{"person": "lars", "area": "school", "party_kind": "provider"}]
    do(town, waiting, tom, "team:assemble", members=members)
    said = {"consent_giver": "citizen", "decision": "given", "recipient_parties": ["school"]}
    do(town, waiting, tom, "consent:record", **said)
    with town.database.write() as work:
        [given] = consents.valid_consents(work.session, tom.key, work.now)
        delivery = courses.Delivery("treatment_ended", str(tom.key), sender, "youth", waiting)
        assert courses.passage(work.session, delivery, work.now).consent_key == given.key
        without = courses.passage(work.session, delivery, work.now, without=[given.key])
        assert without.objection
        consents.withdraw(work, town.runtime.keyring, given.key, by="maja")
    send(town, sender)
    assert town.open_tasks(waiting) == {}
    assert len(held(town)) == 1


def test_a_concern_for_a_child_passes_with_its_paragraph_whoever_is_in_the_team(
    town: Desk, tom: Citizen
) -> None:
    sender, waiting = pair(town, tom, "concern_raised")
    members = [{"person": "lars", "area": "school", "party_kind": "provider"}]
    do(town, waiting, tom, "team:assemble", members=members)
    with town.database.read() as session:
        delivery = courses.Delivery("concern_raised", str(tom.key), sender, "youth", waiting)
        found = courses.passage(session, delivery, town.clock.now())
    assert (found.objection, found.statute) == ("", "Barnets lov § 136")
    send(town, sender)
    assert set(town.open_tasks(waiting)) == {"heard"}


ALONE = "Et anonymt forløb hverken sender beskeder til andre forløb eller får dem."


SIGNALS = """<process id="{kind}" isExecutable="true">
  <extensionElements><zeebe:properties><zeebe:property name="kind" value="{kind}"/></zeebe:properties>
  </extensionElements>{body}</process><signal id="sig" name="alarm"/>"""
THROWS = """<startEvent id="s"/><userTask id="go"><extensionElements><zeebe:userTask/></extensionElements></userTask>
  <endEvent id="e"><signalEventDefinition signalRef="sig"/></endEvent>
  <sequenceFlow id="f1" sourceRef="s" targetRef="go"/><sequenceFlow id="f2" sourceRef="go" targetRef="e"/>"""
CATCHES = """<startEvent id="s"/><intermediateCatchEvent id="wait"><signalEventDefinition signalRef="sig"/>
  </intermediateCatchEvent><userTask id="heard"><extensionElements><zeebe:userTask/></extensionElements></userTask>
  <startEvent id="also"><signalEventDefinition signalRef="sig"/></startEvent>
  <sequenceFlow id="f0" sourceRef="also" targetRef="heard"/>
  <sequenceFlow id="f1" sourceRef="s" targetRef="wait"/><sequenceFlow id="f2" sourceRef="wait" targetRef="heard"/>"""


@pytest.mark.parametrize(
    ("throws", "catches", "passes"),
    [
        ("anonymous", "youth", False),
        ("youth", "anonymous", False),
        ("youth", "substance_use", True),
    ],
)
def test_a_signal_passes_neither_from_nor_to_an_anonymous_course(
    town: Desk, throws: str, catches: str, passes: bool
) -> None:
    """Neither to one that waits for it nor to one that it would begin."""
    town.publish(SIGNALS.format(kind=throws, body=THROWS))
    town.publish(SIGNALS.format(kind=catches, body=CATCHES))
    waiting = start(town, catches, None, "")
    course = start(town, throws, None, "")
    town.complete(course, "go")
    town.run_due()
    assert set(town.open_tasks(waiting)) == ({"heard"} if passes else set())
    with town.database.read() as session:
        count = session.query(courses.Course).where(courses.Course.process_id == catches).count()
    assert count == 1 + passes


def test_a_person_may_signal_an_anonymous_course(town: Desk) -> None:
    town.publish(SIGNALS.format(kind="anonymous", body=CATCHES))
    waiting = start(town, "anonymous", None, "")
    town.database.run(lambda work: courses.broadcast_signal(work, "alarm", {}, "bo"))
    town.run_due()
    assert set(town.open_tasks(waiting)) == {"heard"}


def test_an_anonymous_course_neither_sends_nor_receives(town: Desk, tom: Citizen) -> None:
    """Even where the model says so and the keys are alike."""
    town.publish(model("anonymous", TALK, "treatment_ended"))
    town.publish(model("youth", WAIT, "treatment_ended"))
    waiting = start(town, "youth", tom, str(tom.key))
    send(town, start(town, "anonymous", None, str(tom.key)))
    assert town.open_tasks(waiting) == {}
    assert held(town) == [ALONE]

    town.publish(model("substance_use", TALK, "relapse"))
    town.publish(model("anonymous", WAIT, "relapse"))
    hidden = start(town, "anonymous", None, str(tom.key))
    send(town, start(town, "substance_use", tom, str(tom.key)))
    assert town.open_tasks(hidden) == {}
    assert held(town) == [ALONE, ALONE]
