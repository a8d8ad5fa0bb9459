"""A consent and custody open less than the authority's own work: on every page, and over /v2."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import access, citizens, meetings
from app.access import Looks, NewPerson
from app.access.passwords import stamp
from app.access.rows import PersonRow
from app.citizens import Citizen, NewGuardian
from app.clock import to_text
from app.connectors import OperationContext, perform
from app.courses import Task
from app.storage import UnitOfWork
from tests.web import youth
from tests.web.browser import PASSWORD, Browser
from tests.web.youth import YouthTown

SAID = "Sofie kommer ikke i skole om morgenen"
"""What stands in the inquiry, which the intake filled in."""
OUTSIDE = ("petra", "henrik")
"""A provider whom the consent covers, and a father with custody."""


@dataclass
class Place:
    """Sofie's course, its meeting, and those outside who may see something of it."""

    town: YouthTown
    sofie: Citizen
    course: int
    meeting: int

    def browser(self, who: str) -> Browser:
        with self.town.house.database.read() as session:
            password = session.scalars(select(PersonRow.password).filter_by(username=who)).one()
        client = self.town.app.test_client()
        with client.session_transaction() as cookie:
            cookie["username"], cookie["stamp"] = who, stamp(password)
            cookie["since"] = to_text(self.town.clock.now())
        return Browser(client)

    def v2(self, who: str, path: str, body: Any = None) -> TestResponse:
        client = self.town.app.test_client()
        if body is None:
            return client.get(f"/v2{path}", auth=(who, PASSWORD))
        return client.post(f"/v2{path}", auth=(who, PASSWORD), json=body)

    def tasks(self, status: str) -> list[int]:
        with self.town.house.database.read() as session:
            query = select(Task.key).where(Task.course_key == self.course, Task.status == status)
            return list(session.scalars(query))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    town = youth.build(tmp_path_factory.mktemp("outside"))
    demo = replace(town.house.settings, demo=True)  # so that people may use /v2 by HTTP Basic
    town.app.extensions["forloeb"] = replace(town.house, settings=demo)
    outside = ["external_participant"]
    for username, name, roles in (
        ("petra", "Petra Vang", outside),
        ("henrik", "Henrik Dal", outside),
        ("bea", "Bea Bot", ["caseworker"]),
    ):
        groups = [] if roles is outside else ["youth", "team_leader", "intake"]
        new = NewPerson(username, name, roles, groups, password=PASSWORD)
        town.house.database.run(lambda work, new=new: access.add_person(work, new))
    sofie = town.citizen("Sofie", "Dal", "140310-4004", address="Hemmelig Allé 7")
    father = NewGuardian("Henrik Dal", "Far", username="henrik")
    town.house.database.run(lambda work: citizens.add_guardian(work, sofie.key, father))
    key = town.start(sofie)
    town.to_team(key)

    def do(name: str, **variables: Any) -> Any:
        def act(work: Any) -> Any:
            context = OperationContext(key, sofie.key, "mette", work.now)
            return perform(work, town.house.runtime.operations, name, context, variables)

        return town.house.database.run(act)

    do("team:appoint", coordinator="mette", deputy="jonas")
    seat = {"party_kind": "provider", "person": "petra", "role": "Mentor"}
    do("team:assemble", members=[*youth.MEMBERS, seat])
    made = do(
        "meeting:convene",
        agenda=[{"title": "Skole", "from_citizen": True, "minutes": 20}],
        starts_at=(town.clock.now() + timedelta(days=7)).isoformat(),
        duration=60,
        place="Lokale 2",
        participants=[{"name": "Pia Holm", "why": "Læge", "party_kind": "authority"}],
    )
    yield Place(town, sofie, key, int(made["meeting"]["key"]))
    town.house.database.engine.dispose()


@pytest.mark.parametrize("who", OUTSIDE)
def test_they_see_the_course_and_no_page_of_anothers_task(place: Place, who: str) -> None:
    browser = place.browser(who)
    overview = browser.get(f"/courses/{place.course}")
    assert overview.status_code == 200
    done = place.tasks("completed")
    assert SAID in "".join(place.browser("mette").get(f"/tasks/{key}").text for key in done)
    for key in (*done, *place.tasks("open")):
        page = browser.get(f"/tasks/{key}")
        assert page.status_code == 403, key
        assert SAID not in page.text
        assert f"/tasks/{key}" not in overview.text, "a link that leads nowhere"


@pytest.mark.parametrize("who", OUTSIDE)
def test_they_neither_move_nor_cancel_a_meeting_nor_learn_who_is_left_out(
    place: Place, who: str
) -> None:
    browser, url = place.browser(who), f"/courses/{place.course}/meetings/{place.meeting}"
    page = browser.get(url)
    assert page.status_code == 200
    assert "Pia Holm" not in page.text
    later = (place.town.clock.now() + timedelta(days=9)).strftime("%Y-%m-%dT09:30")
    moved = {"starts_at": later, "minutes": "45", "place": "Hjemme hos mig"}
    assert browser.post(f"{url}/move", moved).status_code == 403
    assert browser.post(f"{url}/cancel", {"why": "Nej"}).status_code == 403
    with place.town.house.database.read() as session:
        found = meetings.meeting(session, place.meeting)
    assert (found.status, found.place) == ("convened", "Lokale 2")


@pytest.mark.parametrize("who", OUTSIDE)
def test_another_courses_meeting_is_not_told_to_them(place: Place, who: str) -> None:
    other = place.town.start(place.sofie)

    def convene(work: Any) -> None:
        context = OperationContext(other, place.sofie.key, "mette", work.now)
        at = (work.now + timedelta(days=7)).isoformat()
        values = {"agenda": [{"title": "Andet"}], "starts_at": at, "duration": 30, "place": "X"}
        values |= {"participants": [{"name": "mette", "why": "Tovholder"}]}
        perform(work, place.town.house.runtime.operations, "meeting:convene", context, values)

    place.town.house.database.run(convene)
    pages = (f"/courses/{place.course}/meetings/{place.meeting}", f"/courses/{place.course}")
    ours = [place.browser("mette").get(url).text for url in pages]
    assert all("uge" in text and "møde" in text.lower() for text in ours)
    for url in pages:
        page = place.browser(who).get(url).text
        assert "To møder i samme uge" not in page
        assert "Et andet forløb har indkaldt" not in page
    assert "To møder i samme uge" in ours[0]


SEARCHES = (
    "variables", "element-instances", "decision-instances", "incidents", "user-tasks",
)  # fmt: skip


@pytest.mark.parametrize("what", SEARCHES)
@pytest.mark.parametrize("who", OUTSIDE)
def test_v2_tells_them_nothing_of_what_the_course_holds(place: Place, who: str, what: str) -> None:
    body = {"filter": {"processInstanceKey": str(place.course)}}
    answer = place.v2(who, f"/{what}/search", body)
    assert answer.status_code == 200
    assert answer.get_json()["items"] == []
    assert answer.get_json()["page"]["totalItems"] == 0


@pytest.mark.parametrize("who", OUTSIDE)
def test_v2_shows_them_that_the_course_runs_and_no_task_of_it(place: Place, who: str) -> None:
    assert place.v2(who, f"/process-instances/{place.course}").status_code == 200
    for key in (*place.tasks("open"), *place.tasks("completed")):
        for rest, body in (("", None), ("/form", None), ("/variables/search", {})):
            assert place.v2(who, f"/user-tasks/{key}{rest}", body).status_code == 403
    expression = {"expression": "=description", "scopeKey": str(place.course)}
    assert place.v2(who, "/expression/evaluation", expression).status_code in {403, 404}


@pytest.mark.parametrize("who", OUTSIDE)
def test_a_search_is_no_oracle_for_what_a_course_holds(place: Place, who: str) -> None:
    """Given what a colleague finds it by; who is outside finds it by its key, and by nothing that stands in it."""
    own = {"processInstanceKey": str(place.course)}
    held = place.v2("bea", "/variables/search", {"filter": own}).get_json()["items"]
    variable = next(one for one in held if one["scopeKey"] == str(place.course))
    (task, *_) = place.v2("bea", "/user-tasks/search", {"filter": own}).get_json()["items"]
    wanted = {"variables": [{"name": variable["name"], "value": variable["value"]}]}
    for filter_ in (wanted, {"elementId": task["elementId"]}, {"hasIncident": False}):
        body = {"filter": own | filter_}
        counts = [
            place.v2(name, "/process-instances/search", body).get_json()["page"]["totalItems"]
            for name in ("bea", who)
        ]
        assert counts == [1, 0], filter_
    found = place.v2(who, "/process-instances/search", {"filter": own})
    assert len(found.get_json()["items"]) == 1


@pytest.mark.parametrize("who", OUTSIDE)
def test_they_give_a_course_no_messages(place: Place, who: str) -> None:
    for name in ("address_protected", "citizen_died", "concern_raised", "consent_withdrawn"):
        for key in (place.course, place.sofie.key):
            body = {"name": name, "correlationKey": str(key), "timeToLive": 60_000}
            answer = place.v2(who, "/messages/publication", body)
            assert answer.status_code == 403, (name, key)


@pytest.mark.parametrize("who", OUTSIDE)
def test_what_they_are_refused_over_v2_stands_in_the_access_log(place: Place, who: str) -> None:
    (task, *_) = place.tasks("open")
    for path in (f"/user-tasks/{task}", f"/user-tasks/{task}/form"):
        place.town.clock.advance(timedelta(seconds=1))
        assert place.v2(who, path).status_code == 403
        (look, *_) = place.town.house.access_log.search(Looks(citizen_key=place.sofie.key)).rows
        assert (look.at, look.actor) == (place.town.clock.now(), who)
        assert look.action == "access:denied"


def test_a_father_of_one_child_reads_no_plan_of_its_mother(place: Place) -> None:
    """Given one plan for a household, and a father who has custody of the child and may not come near the mother."""
    town, dreams = place.town, "Jeg vil bo et sted, hvor han ikke finder os"
    lise = town.citizen("Lise", "Dal", "120485-4002", address="Skjul 1")
    ane = town.citizen("Ane", "Dal", "200513-4002", address="Skjul 1")
    today = town.clock.now().date()
    father = NewGuardian("Henrik Dal", "Far", username="henrik")

    def live(work: UnitOfWork) -> None:
        citizens.add_household(work, "Dal", [lise.key, ane.key], today)
        citizens.add_guardian(work, ane.key, father)

    town.house.database.run(live)
    mothers, childs = town.start(lise), town.start(ane)

    def do(name: str, **variables: object) -> None:
        def act(work: UnitOfWork) -> None:
            context = OperationContext(mothers, lise.key, "mette", work.now)
            perform(work, town.house.runtime.operations, name, context, variables)

        town.house.database.run(act)

    do(
        "plan:draft",
        dreams=dreams,
        wishes_education_job="Et job",
        strengths="Stærk",
        goals=list(youth.GOALS),
    )
    do("plan:share", members=[{"key": str(ane.key)}])
    henrik = place.browser("henrik")
    page = henrik.get(f"/courses/{childs}/plan")
    assert page.status_code == 200
    assert dreams not in page.text
    assert henrik.get(f"/courses/{mothers}/plan").status_code == 403
    bea = place.browser("bea").get(f"/courses/{childs}/plan")
    assert dreams in bea.text
