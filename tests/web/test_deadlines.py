"""Deadlines on the pages: with their source, in their own measure, and no breach unseen."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from app import courses, deadlines, jobs
from app.citizens import Citizen
from app.courses import StartRequest
from tests.web.conftest import Town

TABLES = Path(__file__).parents[2] / "workflows" / "shared"
MODEL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t" id="d">
<process id="timed" name="Forløb med frister" isExecutable="true">
  <startEvent id="s"/><sequenceFlow id="f1" sourceRef="s" targetRef="treat"/>
  <userTask id="treat" name="Start behandling"><extensionElements><zeebe:userTask/>
    <zeebe:assignmentDefinition candidateGroups="youth"/>
    <zeebe:properties><zeebe:property name="deadline" value="{code}"/></zeebe:properties>
  </extensionElements></userTask>
  <sequenceFlow id="f2" sourceRef="treat" targetRef="e"/><endEvent id="e"/>
</process></definitions>"""


def words(page: str) -> str:
    """Return a page's text, tags left out."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def begin(town: Town, citizen: Citizen, code: str) -> int:
    """Start a course whose one task stands under a deadline."""
    files = {"timed.bpmn": MODEL.format(code=code).encode()}
    files["deadlines.dmn"] = (TABLES / "deadlines.dmn").read_bytes()
    town.house.database.run(lambda work: town.house.publish(work, files, "designer"))
    request, runtime = StartRequest("timed", citizen), town.house.runtime
    return town.house.database.run(lambda work: courses.start(work, runtime, request, "mette").key)


def pass_time(town: Town, by: timedelta) -> None:
    """Move the clock, and do what has fallen due."""
    town.clock.advance(by)
    jobs.run_due(town.house.database, town.house.handlers)


@pytest.fixture
def tina(town: Town) -> str:
    """A team leader of the unit."""
    town.person("tina", "Tina Lund", "team_leader", groups=("team_leader",))
    return "tina"


def test_a_statutory_deadline_names_its_paragraph_in_inbox_task_and_course(
    town: Town, anna: Citizen
) -> None:
    course = begin(town, anna, "drug_treatment")
    browser = town.browser("mette")
    source = "Serviceloven § 101: 14 dage fra 23. nov. 2026"
    assert f"14 dage tilbage {source}" in words(browser.get("/inbox").text)
    key = town.task(course, "treat").key
    page = words(browser.get(f"/tasks/{key}").text)
    assert source in page
    assert "Overskrides den: Teamlederen får besked." in page
    page = words(browser.get(f"/courses/{course}").text)
    assert f"Start behandling Ingen 14 dage tilbage {source}" in page
    assert f"Stofbehandling i gang {source}" in page


def test_working_days_are_counted_in_working_days(town: Town, anna: Citizen) -> None:
    begin(town, anna, "appoint_coordinator")
    page = words(town.browser("mette").get("/inbox").text)
    assert "3 arbejdsdage til Kommunens egen frist: 3 arbejdsdage fra 23. nov. 2026" in page
    assert "Inden for 3 dage" in page


def test_the_list_can_be_narrowed_to_deadlines_that_a_law_sets(town: Town, anna: Citizen) -> None:
    begin(town, anna, "drug_treatment")
    town.start(anna)
    browser = town.browser("mette")
    page = browser.get("/inbox?law=1").text
    assert "Start behandling" in page
    assert "Spørg borgeren" not in page
    assert "Lovens frister" in words(page)


def test_a_paused_deadline_presses_nobody_and_says_so(town: Town, anna: Citizen) -> None:
    course = begin(town, anna, "drug_treatment")
    [running] = in_course(town, course)
    town.house.database.run(
        lambda work: deadlines.pause(work, running, "Venter på borgeren", at=work.now, by="mette")
    )
    browser = town.browser("mette")
    page = browser.get("/inbox").text
    assert '<tbody id="paused">' in page
    assert "Sat på pause Serviceloven § 101" in words(page)
    assert "Start behandling" in browser.get("/inbox?due=paused").text
    assert "Start behandling" not in browser.get("/inbox?due=none").text


def test_a_task_whose_deadline_has_been_met_already_still_stands_in_the_inbox(
    town: Town, anna: Citizen
) -> None:
    course = begin(town, anna, "drug_treatment")
    [running] = in_course(town, course)
    town.house.database.run(lambda work: deadlines.meet(work, running, at=work.now, by="mette"))
    page = town.browser("mette").get("/inbox").text
    assert '<tbody id="none">' in page
    assert "Overholdt Serviceloven § 101" in words(page)


def in_course(town: Town, course: int) -> list[int]:
    with town.house.database.read() as session:
        return [one.key for one in deadlines.of_course(session, course)]


def test_a_breach_stands_first_and_with_the_team_leader_until_taken_up(
    town: Town, anna: Citizen, tina: str
) -> None:
    course = begin(town, anna, "drug_treatment")
    pass_time(town, timedelta(days=15))
    mette = town.browser("mette")
    page = mette.get("/inbox").text
    assert '<tbody id="late">' in page
    assert "skal tage sig" not in words(page)
    assert "Teamlederen fik besked" in words(mette.get(f"/courses/{course}").text)

    leader = town.browser(tina)
    assert "1 overskreden frist" in words(leader.get("/inbox").text)
    page = words(leader.get("/deadlines").text)
    assert "Stofbehandling i gang" in page
    assert "Anna" in page  # nobody coordinates yet: the course belongs to the unit that it began in
    town.person("poul", "Poul Ravn", "team_leader", groups=("team_leader",), unit="Familier")
    elsewhere = words(town.browser("poul").get("/deadlines").text)
    assert "Stofbehandling i gang" in elsewhere
    assert "Anna" not in elsewhere  # another unit's leader has no ground to see whom
    [key] = in_course(town, course)
    answer = leader.post(f"/deadlines/{key}/taken-up", {"note": "Mette ringer i dag."})
    assert answer.status_code == 303
    assert "Ingen frister er overskredet uden at være set" in leader.get("/deadlines").text
    assert "Mette ringer i dag." in leader.get("/deadlines?state=seen").text
    assert "overskreden frist" not in words(leader.get("/inbox").text)


def test_only_team_leaders_take_breaches_up(town: Town, anna: Citizen, tina: str) -> None:
    course = begin(town, anna, "drug_treatment")
    pass_time(town, timedelta(days=15))
    [key] = in_course(town, course)
    mette = town.browser("mette")
    page = mette.get("/deadlines").text
    assert "Anna Sø" in page
    assert "taken-up" not in page
    assert mette.post(f"/deadlines/{key}/taken-up", {"note": "Jeg"}).status_code == 403
    assert "Stofbehandling" not in town.browser("lone").get("/deadlines").text


def test_a_due_date_without_a_rule_is_escalated_by_the_round(
    town: Town, anna: Citizen, tina: str
) -> None:
    town.start(anna)
    town.house.database.run(courses.begin_rounds)
    pass_time(town, timedelta(days=16))
    page = words(town.browser(tina).get("/deadlines").text)
    assert "Spørg borgeren" in page
    assert "Kommunens egen frist" in page
