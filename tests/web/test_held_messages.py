"""Messages between courses that are held back: an operator sees them, not about whom, and offers them again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from app import courses, jobs
from app.courses import Delivery, StartRequest
from app.courses.kept.messages import Message, keep
from tests.web.conftest import Town

WAITS = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t" id="d">
<message id="m" name="treatment_ended"><extensionElements>
  <zeebe:subscription correlationKey="=who"/></extensionElements></message>
<process id="hears" name="Familieforløb" isExecutable="true"><startEvent id="s"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="catch"/>
<intermediateCatchEvent id="catch" name="Besked"><messageEventDefinition id="md" messageRef="m"/>
</intermediateCatchEvent><sequenceFlow id="f2" sourceRef="catch" targetRef="end"/>
<endEvent id="end" name="Hørt"/></process></definitions>""".encode()


class Closed:
    def objection(self, _session: Session, _delivery: Delivery, /) -> str | None:
        return "Intet samtykke dækker modtageren."


def test_an_operator_sees_what_is_held_back_and_offers_it_again(town: Town) -> None:
    house = town.house
    house.database.run(lambda work: house.publish(work, {"hears.bpmn": WAITS}, "designer"))
    town.person("bo", "Bo Strøm", "operator")
    request = StartRequest("hears", None, {"who": "borger 7"})
    key = house.database.run(lambda work: courses.start(work, house.runtime, request, "bo").key)
    sent = Message("treatment_ended", "borger 7", {"outcome": "rask"}, "system", key)
    house.database.run(lambda work: keep(work, sent, timedelta(days=2), queued=True))
    guarded = replace(house.runtime, guard=Closed())
    jobs.run_due(house.database, courses.duties(guarded))

    bo = town.browser("bo")
    page = bo.get("/courses/incidents").text
    assert "Intet samtykke dækker modtageren." in page
    assert "treatment_ended" in page
    assert "borger 7" not in page
    assert town.browser("mette").post("/courses/incidents/held").status_code == 403

    again = bo.post("/courses/incidents/held", follow_redirects=True).text
    assert "1 besked prøves igen." in again
    jobs.run_due(house.database, house.handlers)  # nothing holds it back any longer

    assert "treatment_ended" not in bo.get("/courses/incidents").text
    with house.database.read() as session:
        assert courses.course(session, key).status == "ended"
