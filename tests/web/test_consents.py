"""Consent on the pages and in /v2: what a withdrawal stops, who is reminded, and who sees nothing at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from app import access, citizens, consents, courses, documents, intake, meetings
from app.access import NewPerson
from app.citizens import Citizen, NewGuardian
from app.clock import LOCAL
from app.connectors import OperationContext, perform
from app.definitions import library
from app.errors import DomainError
from app.storage import UnitOfWork
from tests.web import youth
from tests.web.browser import PASSWORD, Browser
from tests.web.test_intake import INQUIRY
from tests.web.youth import YouthTown

TABLE = Path(__file__).parents[2] / "workflows/shared/legal_bases.dmn"
ADDRESS = "Hemmelig Allé 7"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[YouthTown]:
    built = youth.build(tmp_path)
    demo = replace(built.house.settings, demo=True)  # so that people may use /v2 by HTTP Basic
    built.app.extensions["forloeb"] = replace(built.house, settings=demo)

    def prepare(work: Any) -> None:
        keyring = built.house.runtime.keyring
        library.publish(work, {"legal_bases.dmn": TABLE.read_bytes()}, "per", keyring)
        henrik = NewPerson("henrik", "Henrik Dal", ["external_participant"], password=PASSWORD)
        access.add_person(work, henrik)

    built.house.database.run(prepare)
    yield built
    built.house.database.engine.dispose()


@pytest.fixture
def sofie(town: YouthTown) -> Citizen:
    """Sofie, who is 17 until 10 December 2026; her father Henrik has custody and a login."""
    born = (town.clock.now().astimezone(LOCAL).date() + timedelta(days=20)).replace(year=2008)
    cpr = f"{born:%d%m%y}-4004"
    child = town.citizen("Sofie", "Dal", cpr, address=ADDRESS)
    new = NewGuardian("Henrik Dal", "Far", username="henrik", valid_from=born)
    town.house.database.run(lambda work: citizens.add_guardian(work, child.key, new))
    return child


def do(town: YouthTown, course: int, citizen: Citizen, name: str, **variables: Any) -> Any:
    def act(work: Any) -> Any:
        context = OperationContext(course, citizen.key, "mette", work.now)
        return perform(work, town.house.runtime.operations, name, context, variables)

    return town.house.database.run(act)


@pytest.fixture
def course(town: YouthTown, sofie: Citizen) -> int:
    """Her course: Mette is responsible, Sanne and an aunt are in the team by consent, a meeting is called."""
    key = town.start(sofie)
    do(town, key, sofie, "team:appoint", coordinator="mette", deputy="jonas")
    do(town, key, sofie, "team:assemble", members=youth.MEMBERS)
    do(
        town,
        key,
        sofie,
        "consent:record",
        consent_giver="citizen",
        decision="given",
        recipient_parties=["provider", "network"],
        valid_until=town.day(60),
    )
    do(
        town,
        key,
        sofie,
        "meeting:convene",
        agenda=[{"title": "Skole", "from_citizen": True, "minutes": 20}],
        starts_at=(town.clock.now() + timedelta(days=7)).isoformat(),
        duration=60,
        place=ADDRESS,
        participants=[{"name": "Moster Karen", "why": "Støtte", "party_kind": "network"}],
    )
    return key


def test_the_preview_says_who_loses_sight_which_meeting_which_messages_and_what_the_law_keeps_open(
    town: YouthTown, course: int, sofie: Citizen
) -> None:
    other = town.start(sofie, "youth_course")
    do(town, other, sofie, "team:assemble", members=youth.MEMBERS[1:2])
    with town.house.database.read() as session:
        [given] = consents.consents(session, sofie.key)
    url = f"/courses/{course}/consents/{given.key}/withdraw"
    page = town.browser("mette").get(url).text
    assert "Sanne Østergård (bostøtte) kan ikke længere se noget om Sofie Dal." in page
    assert "Moster Karen er ikke længere inviteret til mødet" in page
    assert "Beskeder fra »Ungeforløb« til »Ungeforløb« holdes tilbage." in page
    assert "arbejder videre efter loven: Lov om kommunal indsats" in page
    assert town.browser("sanne").get(f"/courses/{course}").status_code == 200

    kept = town.browser("mette").get(f"/courses/{course}/consents").text
    assert "Det, loven holder åbent uden samtykke" in kept
    assert "Lov om kommunal indsats for unge under 25 år § 2 a" in kept

    assert town.browser("mette").post(url, {"reason": "Fortrudt"}).status_code == 303

    assert town.browser("sanne").get(f"/courses/{course}").status_code == 403


def test_a_consent_opens_the_documents_that_the_partner_has_sent_and_closes_them_again(
    town: YouthTown, course: int, sofie: Citizen
) -> None:
    database, keyring = town.house.database, town.house.runtime.keyring

    def sent_by(who: str) -> str:
        new = documents.NewDocument(course, sofie.key, "Brev.txt", b"Hej")

        def act(work: UnitOfWork) -> int:
            key = documents.receive(work, keyring, new, by=who, most=100).key
            documents.send(work, course, [key], by=who)
            return key

        return f"/documents/{database.run(act)}"

    hers, ours = sent_by("sanne"), sent_by("mette")
    sanne = town.browser("sanne")
    assert [sanne.get(one).status_code for one in (hers, ours)] == [200, 404]
    assert ours not in sanne.get(f"/courses/{course}").text
    assert town.browser("mette").get(hers).status_code == 200
    with database.read() as session:
        [given] = consents.consents(session, sofie.key)
    url = f"/courses/{course}/consents/{given.key}/withdraw"
    assert town.browser("mette").post(url, {"reason": "Fortrudt"}).status_code == 303
    assert town.browser("sanne").get(hers).status_code == 404


def test_the_responsible_person_is_reminded_30_days_before_a_consent_runs_out(
    town: YouthTown, course: int, sofie: Citizen
) -> None:
    line = "Samtykket fra Sofie Dal udløber"
    browser = town.browser("mette")
    assert line not in browser.get("/inbox").text
    town.clock.advance(timedelta(days=31))
    assert line in town.browser("mette").get("/inbox").text
    assert line not in town.browser("lone").get("/inbox").text, "it is not hers"
    said = {"consent_giver": "citizen", "decision": "given", "valid_until": town.day(365)}
    do(town, course, sofie, "consent:record", **said)
    assert line not in town.browser("mette").get("/inbox").text


def father(town: YouthTown) -> Browser:
    browser = Browser(town.app.test_client())
    assert browser.login("henrik").status_code == 303
    return browser


def v2(town: YouthTown, who: str, method: str, path: str, **more: Any) -> TestResponse:
    client = town.app.test_client()
    return client.open(f"/v2{path}", method=method, auth=(who, PASSWORD), **more)


def everything(town: YouthTown, course: int, citizen: Citizen) -> str:
    """All that the father can get out of the house about a course, pages and /v2 together."""
    browser = father(town)
    paths = ["", "/plan", "/team", "/meetings", "/consents", "/timeline", "/diagram"]
    got = [browser.get(f"/courses/{course}{path}") for path in paths]
    got += [browser.get("/inbox"), browser.get("/courses"), browser.get(f"/citizens/{citizen.key}")]
    got.append(v2(town, "henrik", "GET", f"/process-instances/{course}"))
    for what in ("process-instances", "user-tasks", "variables"):
        got.append(v2(town, "henrik", "POST", f"/{what}/search", json={}))
    return "".join(one.text for one in got if one.status_code == 200)


def test_a_father_with_custody_sees_the_course_until_midnight_before_the_18th_birthday(
    town: YouthTown, course: int, sofie: Citizen
) -> None:
    midnight = datetime.combine(sofie.turns_18, datetime.min.time(), LOCAL).astimezone(UTC)
    town.clock.set(midnight - timedelta(minutes=1))
    assert father(town).get(f"/courses/{course}").status_code == 200
    assert father(town).get(f"/courses/{course}/consents").status_code == 403
    assert v2(town, "henrik", "GET", f"/process-instances/{course}").status_code == 200
    town.clock.set(midnight)
    assert father(town).get(f"/courses/{course}").status_code == 403
    assert v2(town, "henrik", "GET", f"/process-instances/{course}").status_code == 403


def test_a_violent_father_never_sees_an_address_a_meeting_or_an_export(
    town: YouthTown, course: int, sofie: Citizen
) -> None:
    """Given a father with custody who is in the team, whom the consent names; when he is barred, he sees nothing."""
    seats = [*youth.MEMBERS, {"party_kind": "network", "person": "henrik", "role": "Far"}]
    do(town, course, sofie, "team:assemble", members=seats)
    assert ADDRESS in everything(town, course, sofie)
    town.house.database.run(
        lambda work: citizens.bar(work, sofie.key, "Henrik Dal", by="mette", reason="Vold")
    )
    assert "Må ikke få adgang" in town.browser("mette").get(f"/citizens/{sofie.key}").text
    seen = everything(town, course, sofie)
    assert ADDRESS not in seen
    assert "Sofie" not in seen
    with town.house.database.read() as session:
        [meeting] = meetings.meetings(session, course)
        called = meetings.invitations(session, meeting, town.clock.now())
        assert [one.invited for one in called] == [True], "the others go on"


def test_a_concern_for_a_child_joins_the_familys_course_that_runs(town: YouthTown) -> None:
    """Given a mother's family course; when a school calls about her child, no other course begins."""
    lise = town.citizen("Lise", "Holm", "120485-4002")
    ane = town.citizen("Ane", "Holm", "200513-4002")
    today = town.clock.now().astimezone(LOCAL).date()
    town.house.database.run(
        lambda work: citizens.add_household(work, "Holm", [lise.key, ane.key], today)
    )
    family = town.start(lise, "family_course")
    said = INQUIRY | {"cpr": "200513-4002", "kind": "family_course", "sender_relation": "teacher"}
    for number in (1, 2, 3):
        answer = town.browser("lone").post(
            "/intake",
            {**said, "concern_for_child": "yes", "concern_reason": f"Bange, {number}. gang"},
            follow_redirects=True,
        )
        assert "Underretningen hører til et forløb, der er i gang." in answer.text
    with town.house.database.read() as session:
        assert courses.of_citizen(session, ane.key) == []
        kept = intake.inquiries(session, citizen_key=lise.key)
        assert [(one.course_key, one.status, one.concern) for one in kept] == [
            (family, "assigned", True)
        ] * 3
    town.pass_days(1)
    with town.house.database.read() as session:
        begun = [
            one.key
            for one in courses.of_citizen(session, lise.key)
            if one.process_id == "concern_assessment"
        ]
    names = [task.name for key in begun for task in town.open_tasks(key)]
    assert names == ["Vurdér akut behov"] * 3, "each is assessed in a course of its own"


def test_the_form_asks_which_parent_answers_and_refuses_one_who_may_not(town: YouthTown) -> None:
    """Given a child of 12 whose mother has custody and whose aunt has none; the form names both, and takes one."""
    ane = town.citizen("Ane", "Holm", "200513-4002")

    def family(work: Any) -> None:
        citizens.add_guardian(work, ane.key, NewGuardian("Lise Holm", "mother"))
        citizens.add_guardian(work, ane.key, NewGuardian("Gerda Krag", "other", custody=False))

    town.house.database.run(family)
    key = town.start(ane)
    town.to_inform(key, givers=["guardian_1", "citizen"])
    town.pass_days(1)
    [task] = [one for one in town.open_tasks(key) if one.form_id == "record_consent"]
    browser = town.browser("mette")
    page = browser.get(f"/tasks/{task.key}").text
    assert "Hvem af forældrene?" in page
    assert "Gerda Krag (har ikke forældremyndigheden)" in page

    def answer(task: Any, **said: str) -> Any:
        given = {"consent_giver": "guardian_1", "decision": "given", "form": "written"}
        filled = town.filled(task, {**given, "given_at": town.day(0), **said})
        try:
            runtime, who = town.house.runtime, town.principal("mette")
            town.house.database.run(
                lambda work: courses.complete(work, runtime, task.key, filled, who)
            )
        except DomainError as error:
            return dict(error.fields)
        return None

    refused = answer(task, giver_name="Gerda Krag")
    assert refused == {"giver_name": "Gerda Krag har ikke forældremyndigheden over Ane."}
    with town.house.database.read() as session:
        assert consents.consents(session, ane.key) == [], "nothing is kept of a no-go"
    assert answer(task, giver_name="Lise Holm") is None
    with town.house.database.read() as session:
        [given] = consents.consents(session, ane.key)
    assert given.guardian_key is not None
    page = town.browser("mette").get(f"/courses/{key}/consents").text
    assert "Lise Holm" in page, "the register says who gave it"


def test_a_withdrawal_closes_pages_calendar_plan_and_api_in_one_transaction_or_not_at_all(
    town: YouthTown, course: int, sofie: Citizen
) -> None:
    """Given Petra, a provider outside whom the consent covers; when it is taken back, every way in is shut at once."""
    petra = NewPerson("petra", "Petra Vang", ["external_participant"], password=PASSWORD)
    town.house.database.run(lambda work: access.add_person(work, petra))
    seat = {"party_kind": "provider", "person": "petra", "role": "Mentor"}
    do(town, course, sofie, "team:assemble", members=[*youth.MEMBERS, seat])
    with town.house.database.read() as session:
        [given] = consents.consents(session, sofie.key)
        [meeting] = meetings.meetings(session, course)
    browser = Browser(town.app.test_client())
    assert browser.login("petra").status_code == 303
    pages = ("", "/plan", "/team", "/meetings", f"/meetings/{meeting.key}/calendar.ics")

    def ways_in() -> set[int]:
        got = {browser.get(f"/courses/{course}{page}").status_code for page in pages}
        return got | {v2(town, "petra", "GET", f"/process-instances/{course}").status_code}

    keyring = town.house.runtime.keyring

    def withdraw(work: Any, *, stumbles: bool) -> None:
        consents.withdraw(work, keyring, given.key, by="mette")
        if stumbles:
            raise RuntimeError("the last thing in the transaction")

    assert ways_in() == {200}
    with pytest.raises(RuntimeError):
        town.house.database.run(lambda work: withdraw(work, stumbles=True))
    assert ways_in() == {200}, "all of it or nothing"
    town.house.database.run(lambda work: withdraw(work, stumbles=False))
    assert ways_in() == {403}
    found = v2(town, "petra", "POST", "/process-instances/search", json={}).get_json()
    assert found["items"] == []
