"""Every page and every answer of the API that shows a citizen, or searches for one, is written to the access log.

A route that is new stands in neither list, and fails here until somebody has said what it shows.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import (
    access,
    audit,
    citizens,
    create_app,
    documents,
    emergencies,
    intake,
    meetings,
    plans,
)
from app.access import ROLES, AccessRow, Looks, NewPerson, Visit
from app.citizens import Citizen
from app.consents import consents
from app.emergencies.rows import EmergencyRow
from app.intake import NewBasis
from app.journal import signing
from app.web.words import looks
from tests.web import youth
from tests.web.browser import PASSWORD
from tests.web.youth import YouthTown

WORKS = [code for code in ROLES if code not in {"citizen", "external_participant"}]


@dataclass
class Place:
    """What the routes are tried with: a course with a plan, a meeting, a consent and an open task."""

    town: YouthTown
    ida: Citizen
    course: int
    api: Flask

    def emergency(self) -> int:
        with self.town.house.database.read() as session:
            return session.scalars(select(EmergencyRow.key)).one()

    def sample(self) -> int:
        with self.town.house.database.read() as session:
            return audit.samples(session)[0].key

    def document(self) -> int:
        with self.town.house.database.read() as session:
            return documents.of_course(session, self.course)[0].key

    def plan(self) -> int:
        with self.town.house.database.read() as session:
            found = plans.current(session, self.ida.key)
        assert found is not None
        return found.key

    def guardian(self) -> int:
        with self.town.house.database.read() as session:
            return citizens.guardians(session, self.ida.key)[0].key

    def element(self) -> str:
        return self._first("element-instances", "elementInstanceKey")

    def decision(self) -> str:
        return self._first("decision-instances", "decisionEvaluationInstanceKey")

    def _first(self, what: str, key: str) -> str:
        token = base64.b64encode(f"bea:{PASSWORD}".encode()).decode()
        answer = self.api.test_client().post(
            f"/v2/{what}/search",
            json={"filter": {"processInstanceKey": str(self.course)}},
            headers={"Authorization": f"Basic {token}"},
        )
        return str(answer.json["items"][0][key])

    @property
    def task(self) -> int:
        return self.town.open_tasks(self.course)[0].key

    def meeting(self) -> int:
        with self.town.house.database.read() as session:
            return meetings.meetings(session, self.course)[0].key

    def consent(self) -> int:
        with self.town.house.database.read() as session:
            return consents(session, self.ida.key)[0].key


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    town = youth.build(tmp_path_factory.mktemp("logged"))
    everybody = NewPerson("alma", "Alma Alt", WORKS, ["youth", "team_leader"])
    town.house.database.run(lambda work: access.add_person(work, everybody))
    robot = NewPerson("bea", "Bea Bot", WORKS, ["youth", "team_leader"], password=PASSWORD)
    town.house.database.run(lambda work: access.add_person(work, robot))
    ida = town.citizen("Ida", "Lund", "050509-4007")
    course = town.start(ida)
    town.to_follow_up(course)
    town.house.database.run(lambda work: signing.sign(work, town.house.signing_key))
    town.guardian(ida, "Hanne Dal")
    frede, keyring = town.principal("frede"), town.house.runtime.keyring
    reason = "Skolen ringer, og tovholderen er ikke at få fat i."
    wish, database = audit.Wish("Alle", 1), town.house.database
    database.run(lambda work: emergencies.open_access(work, keyring, ida.key, frede, reason))
    drawn = database.run(lambda work: audit.draw_sample(work, keyring, wish, "karen"))
    new = audit.NewFinding("error", "Noget mangler.", responsible="alma")
    database.run(lambda work: audit.record_finding(work, keyring, drawn, course, new, "karen"))
    paper = documents.NewDocument(course, ida.key, "Brev.txt", b"Hej")
    kept = database.run(lambda work: documents.receive(work, keyring, paper, by="mette", most=1000))
    database.run(lambda work: documents.send(work, course, [kept.key], by="mette"))
    api = create_app(replace(town.house.settings, demo=True), town.clock)
    yield Place(town, ida, course, api)
    town.house.database.engine.dispose()


SHOWS: dict[str, Callable[[Place], str]] = {
    "accessed.extract": lambda at: f"/audit/access/citizens/{at.ida.key}",
    "accessed.extract_file": lambda at: f"/audit/access/citizens/{at.ida.key}.csv",
    "accessed.index": lambda at: f"/audit/access?citizen={at.ida.key}",
    "documents.fetch": lambda at: f"/documents/{at.document()}",
    "emergencies.index": lambda at: "/audit/break-glass",
    "emergencies.show": lambda at: f"/audit/break-glass/{at.emergency()}",
    "samples.course": lambda at: f"/audit/samples/{at.sample()}/courses/{at.course}",
    "samples.mine": lambda at: "/findings",
    "samples.show": lambda at: f"/audit/samples/{at.sample()}",
    "then.plan": lambda at: f"/audit/plans/{at.plan()}/at",
    "deadlines.index": lambda at: "/deadlines",
    "guardians.show": lambda at: f"/citizens/{at.ida.key}/guardians/{at.guardian()}",
    "references.show": lambda at: f"/courses/{at.course}/cases",
    "audit.index": lambda at: f"/audit?citizen={at.ida.key}",
    "citizens.show": lambda at: f"/citizens/{at.ida.key}",
    "courses.consents": lambda at: f"/courses/{at.course}/consents",
    "courses.index": lambda at: "/courses",
    "courses.meetings": lambda at: f"/courses/{at.course}/meetings",
    "courses.overview": lambda at: f"/courses/{at.course}",
    "courses.plan": lambda at: f"/courses/{at.course}/plan",
    "courses.team": lambda at: f"/courses/{at.course}/team",
    "courses.timeline": lambda at: f"/courses/{at.course}/timeline",
    "diagrams.diagram": lambda at: f"/courses/{at.course}/diagram",
    "diagrams.model": lambda at: f"/courses/{at.course}/model.bpmn",
    "film.course": lambda at: f"/audit/courses/{at.course}",
    "film.entry": lambda at: f"/audit/courses/{at.course}/entries/1",
    "film.model": lambda at: f"/audit/courses/{at.course}/entries/1/model.bpmn",
    "guardians.ask": lambda at: f"/citizens/{at.ida.key}/guardians",
    "handing.colleagues": lambda at: f"/tasks/{at.task}/assign",
    "belonging.show": lambda at: f"/courses/{at.course}/unit",
    "happenings.show": lambda at: f"/courses/{at.course}/report",
    "inbox.index": lambda at: "/inbox?view=team",
    "meetings.calendar": lambda at: f"/courses/{at.course}/meetings/{at.meeting()}/calendar.ics",
    "meetings.show": lambda at: f"/courses/{at.course}/meetings/{at.meeting()}",
    "migrations.choose": lambda at: f"/courses/{at.course}/operate/versions",
    "moves.choose": lambda at: f"/courses/{at.course}/operate/move",
    "operating.ask": lambda at: f"/courses/{at.course}/operate/suspend",
    "operating.drawing": lambda at: f"/courses/{at.course}/operate/diagram",
    "operating.model": lambda at: f"/courses/{at.course}/operate/model.bpmn",
    "operating.show": lambda at: f"/courses/{at.course}/operate",
    "operating.variables": lambda at: f"/courses/{at.course}/operate/variables",
    "protecting.show": lambda at: f"/citizens/{at.ida.key}/barred",
    "tasks.show": lambda at: f"/tasks/{at.task}",
    "then.citizen": lambda at: f"/audit/citizens/{at.ida.key}/at",
    "then.course": lambda at: f"/audit/courses/{at.course}/at",
    "withdrawals.ask": lambda at: f"/courses/{at.course}/consents/{at.consent()}/withdraw",
}
"""Routes that show a citizen, each with an address where it shows Ida."""


SHOWS_NOBODY = {
    "audit.colleagues": "who works here; what they did is logged as soon as one is chosen",
    "candidates.index": "people who are not registered: told apart below",
    "citizens.index": "an empty search form",
    "emergencies.ask_citizen": "asks for the reason, and says nothing of the citizen",
    "emergencies.ask_course": "as above",
    "exporting.index": "a form",
    "film.jump": "leads on to an entry",
    "incidents.find": "leads on to the operator's page",
    "incidents.index": "nothing has stopped here; told apart below",
    "intake.index": "nobody waits here; told apart below",
    "intake_meeting.board": "nobody waits here; told apart below",
    "login.form": "the login",
    "login.home": "leads on",
    "migrations.try_out": "versions; the course's page before it is logged",
    "protecting.ask": "the line of the block list that its page before it showed",
    "samples.index": "samples by title; a finding's text is the auditor's own",
    "static": "files",
    "unattached.show": "people who are not registered: told apart below",
    "verifying.ask": "chains and digests",
    "verifying.head": "digests",
    "verifying.shown": "chains and digests",
}
"""Routes that show no citizen who is registered, and why."""

STUDIO = "studio"
"""How the designer's pages are called. Those that show a real course log it (tests/web/test_studio*.py)."""


def pages(app: Flask) -> set[str]:
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.rule.startswith("/v2")
    }


def test_each_page_is_in_one_of_the_lists(place: Place) -> None:
    found = {name for name in pages(place.town.app) if not name.startswith(STUDIO)}
    assert found == SHOWS.keys() | SHOWS_NOBODY.keys()
    assert not SHOWS.keys() & SHOWS_NOBODY.keys()


def last_look(place: Place) -> AccessRow | None:
    rows = place.town.house.access_log.search(Looks(citizen_key=place.ida.key)).rows
    return rows[0] if rows and rows[0].at == place.town.clock.now() else None


@pytest.mark.parametrize("endpoint", sorted(SHOWS))
def test_each_page_that_shows_a_citizen_is_logged_with_its_purpose(
    place: Place, endpoint: str
) -> None:
    address = SHOWS[endpoint](place)
    place.town.clock.advance(timedelta(seconds=1))
    answer = place.town.browser("alma").get(address)
    assert answer.status_code == 200, answer.text
    look = last_look(place)
    assert look is not None, "nothing was written to the access log"
    assert look.actor == "alma"
    assert look.purpose
    assert look.action in looks.actions(), "the log's page has no words for it"


@pytest.mark.parametrize("endpoint", sorted(SHOWS))
def test_what_is_logged_is_danish_whatever_language_the_page_was_read_in(
    place: Place, endpoint: str
) -> None:
    """The log is kept for years and read by others: the citizen, an auditor."""
    address = SHOWS[endpoint](place)
    purposes = []
    for language in ("da", "en"):
        place.town.clock.advance(timedelta(seconds=1))
        separator = "&" if "?" in address else "?"
        place.town.browser("alma").get(f"{address}{separator}lang={language}")
        look = last_look(place)
        assert look is not None
        purposes.append(look.purpose)
    assert purposes[0] == purposes[1]


def test_every_action_that_is_logged_has_words() -> None:
    """Read from the code: what is noted, and what the log's page can say."""
    root = Path(looks.__file__).parents[2]
    noted = re.compile(r'\b(?:seen|shown)\(\s*"([a-z]+:[a-z]+)"')
    found = {
        code
        for folder in ("web", "api")
        for path in (root / folder).rglob("*.py")
        for code in noted.findall(path.read_text())
    }
    assert len(found) > 25
    assert found <= looks.actions().keys()


SEARCHES = (
    ("/citizens", {"text": "Ida Lund"}, "citizen:search", "Søgning efter borgere: Ida Lund"),
    ("/audit", {"person": "Ida Lund"}, "audit:search", "Revision: søgning efter borgere: Ida Lund"),
    ("/inbox", {"name": "Ida Lund"}, "inbox:search", "Søgning i indbakken: Ida Lund"),
)


@pytest.mark.parametrize(("path", "sent", "action", "purpose"), SEARCHES)
def test_a_search_is_logged_with_what_was_searched_for(
    place: Place, path: str, sent: dict[str, str], action: str, purpose: str
) -> None:
    place.town.clock.advance(timedelta(seconds=1))
    place.town.browser("alma").post(path, sent)
    rows = place.town.house.access_log.search(Looks(action=action)).rows
    assert (rows[0].at, rows[0].purpose) == (place.town.clock.now(), purpose)


@pytest.mark.parametrize(("path", "sent", "action", "purpose"), SEARCHES)
def test_a_search_that_finds_nobody_is_logged_and_a_cpr_number_never_is(
    place: Place, path: str, sent: dict[str, str], action: str, purpose: str
) -> None:
    place.town.clock.advance(timedelta(seconds=1))
    (field,) = sent
    place.town.browser("alma").post(path, {field: "311299-9999"})
    rows = place.town.house.access_log.search(Looks(action=action)).rows
    assert rows[0].at == place.town.clock.now()
    assert rows[0].citizens == []
    assert rows[0].purpose.endswith(": et CPR-nummer")


def test_people_who_are_not_registered_are_logged_too(place: Place) -> None:
    house, today = place.town.house, place.town.clock.now().date()
    basis = NewBasis("§ 1", "Prøve", today, today + timedelta(days=300))
    keyring = house.runtime.keyring
    house.database.run(lambda work: intake.open_candidates(work, keyring, basis, by="bo"))
    browser = place.town.browser("alma")
    file = "cpr;fornavn;efternavn;forløb;hvorfor\n610203-4002;Ada;Prøve;youth_course;Fravær\n"
    sent = {"file": (io.BytesIO(file.encode()), "kandidater.csv")}
    browser.post("/intake/candidates", sent, content_type="multipart/form-data")
    page = browser.get("/intake/candidates")
    assert "Ada" in page.text
    assert house.access_log.search(Looks(action="candidate:list")).total == 1


# The API ----------------------------------------------------------------------------------------

READS: dict[str, Callable[[Place], tuple[str, dict[str, Any] | None]]] = {
    "element-instances.find": lambda at: (
        "/element-instances/search",
        {"filter": {"processInstanceKey": str(at.course)}},
    ),
    "element-instances.get": lambda at: (f"/element-instances/{at.element()}", None),
    "decision-instances.find": lambda at: (
        "/decision-instances/search",
        {"filter": {"processInstanceKey": str(at.course)}},
    ),
    "decision-instances.get": lambda at: (f"/decision-instances/{at.decision()}", None),
    "jobs.find": lambda at: ("/jobs/search", {}),
    "process-instances.find": lambda at: ("/process-instances/search", {}),
    "process-instances.get": lambda at: (f"/process-instances/{at.course}", None),
    "user-tasks.effective_variables": lambda at: (
        f"/user-tasks/{at.task}/effective-variables/search",
        {},
    ),
    "user-tasks.find": lambda at: ("/user-tasks/search", {}),
    "user-tasks.form": lambda at: (f"/user-tasks/{at.task}/form", None),
    "user-tasks.get": lambda at: (f"/user-tasks/{at.task}", None),
    "user-tasks.variables": lambda at: (f"/user-tasks/{at.task}/variables/search", {}),
    "v2-documents.get": lambda at: (f"/documents/{at.document()}", None),
    "v2-incidents.find": lambda at: ("/incidents/search", {}),
    "v2-incidents.find_in_course": lambda at: (
        f"/process-instances/{at.course}/incidents/search",
        {},
    ),
    "v2-incidents.find_at_element": lambda at: (
        f"/element-instances/{at.element()}/incidents/search",
        {},
    ),
    "variables.find": lambda at: ("/variables/search", {}),
}
"""Answers of the API about courses: those that are read, and those that are searched (a body)."""
READS_NOBODY = {
    "authentication.me", "cluster.status", "cluster.topology", "decision-definitions.find",
    "decision-definitions.get", "decision-definitions.xml", "decision-requirements.find",
    "decision-requirements.get", "decision-requirements.xml", "forms.get", "openapi.document",
    "process-definitions.find", "process-definitions.get", "process-definitions.start_form",
    "process-definitions.xml",
}  # fmt: skip
HALTED = {"v2-incidents.get"}
"""Shows a course that has stopped; none has here (tests/api/test_operating.py)."""


def test_each_read_of_the_api_is_in_one_of_the_lists(place: Place) -> None:
    found = {
        rule.endpoint
        for rule in place.api.url_map.iter_rules()
        if rule.rule.startswith("/v2")
        and ("GET" in (rule.methods or ()) or rule.rule.endswith("/search"))
    }
    assert found == READS.keys() | READS_NOBODY | HALTED


@pytest.mark.parametrize("endpoint", sorted(READS))
def test_each_read_of_the_api_is_logged(place: Place, endpoint: str) -> None:
    path, body = READS[endpoint](place)
    place.town.clock.advance(timedelta(seconds=1))
    token = base64.b64encode(f"bea:{PASSWORD}".encode()).decode()
    send = {"headers": {"Authorization": f"Basic {token}"}}
    client = place.api.test_client()
    answer = (
        client.get(f"/v2{path}", **send)
        if body is None
        else client.post(f"/v2{path}", json=body, **send)
    )
    assert answer.status_code == 200, answer.text
    (look, *_) = place.town.house.access_log.search(Looks(actor="bea")).rows
    assert look.at == place.town.clock.now(), "nothing was written to the access log"
    assert look.purpose.startswith("API: ")
    if "total" not in answer.text or '"items":[]' not in answer.text.replace(" ", ""):
        assert place.ida.key in look.citizens


# A citizen's own extract ------------------------------------------------------------------------


def test_a_citizen_s_extract_names_no_employee(place: Place) -> None:
    town = place.town
    for url in (f"/courses/{place.course}", f"/citizens/{place.ida.key}"):
        assert town.browser("mette").get(url).status_code == 200
    who = town.principal("mette")
    told = Visit("Opgave fra Mette Kragh (mette)", "task:read", (place.ida.key,), place.course)
    town.house.access_log.write(who, told)
    looked_for = Visit("Søgning efter borgere: Bo Dal", "citizen:search", (place.ida.key,))
    town.house.access_log.write(who, looked_for)

    shown = town.browser("karen").get(f"/audit/access/citizens/{place.ida.key}").text
    file = town.browser("karen").get(f"/audit/access/citizens/{place.ida.key}.csv").text
    for text in (shown.split("<main")[1], file):
        for name in ("Mette", "Kragh", "mette", "alma", "Alma Alt", "Karen", "Bo Dal"):
            assert name not in text, name
        assert "Opgave fra en medarbejder (en medarbejder)" in text
        assert "Søgning efter borgere" in text
        assert "Medarbejderen er tovholder i forløbet." in text
        assert "Ungecentret" in text
        assert "Tovholder" in text


def test_the_log_is_narrowed_to_who_whom_what_and_when(place: Place) -> None:
    town, browser = place.town, place.town.browser("karen")
    bo = town.citizen("Bo", "Dal", "610203-4002")
    town.house.access_log.write(
        town.principal("jonas"), Visit("Noget for Bo", "task:read", (bo.key,), place.course)
    )
    day = town.clock.now().date()
    page = browser.get(
        f"/audit/access?who=jonas&citizen={bo.key}&action=task:read&since={day}"
    ).text
    assert "Noget for Bo" in page
    assert "Jonas Lind" in page
    for query in ("who=frede", f"citizen={bo.key}&who=mette", "until=2020-01-01", "course=77"):
        assert "Noget for Bo" not in browser.get(f"/audit/access?{query}").text, query
    wrong = browser.get("/audit/access?citizen=x&since=i+fjor").text
    assert "En nøgle er et tal." in wrong
    assert "Skriv datoen som 2026-11-23." in wrong


def test_only_auditors_see_the_log(place: Place) -> None:
    for who in ("mette", "tina", "bo"):
        browser = place.town.browser(who)
        for path in ("", f"/citizens/{place.ida.key}", f"/citizens/{place.ida.key}.csv"):
            assert browser.get(f"/audit/access{path}").status_code == 403
