"""The portfolio: every number is a link to the rows that it counts."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, update

from app import units
from app.citizens import Citizen
from app.courses.rows import tables
from app.storage import UnitOfWork
from app.units import Unit
from tests.web.conftest import Town
from tests.web.test_deadlines import begin, pass_time, words


def test_courses_are_counted_by_kind_and_breach_with_a_link_to_each(
    town: Town, anna: Citizen
) -> None:
    bo = town.citizen("Bo", "Ry", "050590-1111")
    late = begin(town, anna, "drug_treatment")
    pass_time(town, timedelta(days=15))
    begin(town, bo, "drug_treatment")
    town.start(bo)

    browser = town.browser("mette")
    page = browser.get("/courses").text
    assert "Forløb med frister 2 1" in words(page)
    assert "Lille forløb 1 0" in words(page)
    assert "Noget" not in page

    links = re.findall(r'href="(/courses\?[^"]*standing=breach[^"]*)"', page)
    narrowed = browser.get(links[0].replace("&amp;", "&")).text
    assert f"/courses/{late}" in narrowed
    assert "Anna Sø" in narrowed
    assert "Bo Ry" not in narrowed
    assert "En frist er overskredet" in narrowed
    assert "I gang, efter type og fase" not in narrowed


def test_the_figures_lead_to_their_rows(town: Town, anna: Citizen) -> None:
    begin(town, anna, "drug_treatment")
    pass_time(town, timedelta(days=15))
    browser = town.browser("mette")
    page = browser.get("/courses").text
    told = "Stofbehandling i gang (Serviceloven § 101: 14 dage) 0 %, 1 overskredet, 0 uden besked"
    assert told in words(page)
    assert "Forløb uden tovholder 1 af 1 (100 %)" in words(page)
    assert "Stofbehandling i gang" in browser.get("/deadlines?state=all&rule=drug_treatment").text
    for standing in (
        "no_coordinator",
        "no_plan",
        "no_consent",
        "changed_coordinator",
        "late_goal",
    ):
        assert f"standing={standing}" in page
        shown = browser.get(f"/courses?status=running&standing={standing}")
        assert ("Anna Sø" in shown.text) == standing.startswith("no_")


def test_who_works_meets_the_list_first_and_who_oversees_the_figures(
    town: Town, anna: Citizen
) -> None:
    begin(town, anna, "drug_treatment")

    def figures_before_list(name: str) -> bool:
        page = town.browser(name).get("/courses").text
        return page.index("I gang, efter type og fase") < page.index("Anna Sø")

    assert not figures_before_list("mette")
    assert figures_before_list("karen")


def test_what_the_list_is_narrowed_to_stands_above_it_with_a_way_out(
    town: Town, anna: Citizen
) -> None:
    begin(town, anna, "drug_treatment")
    page = town.browser("mette").get("/courses?status=ended&outcome=job&phase=nowhere").text
    assert "Fase: ingen forløb , fjern filter" in words(page)
    assert "Resultat: job , fjern filter" in words(page)
    assert 'href="/courses?status=ended&amp;phase=nowhere"' in page
    assert 'href="/courses?status=ended&amp;outcome=job"' in page


def test_nobody_counts_courses_that_they_may_not_see(town: Town, anna: Citizen) -> None:
    begin(town, anna, "drug_treatment")
    page = town.browser("lone").get("/courses").text
    assert "Forløb med frister" not in page
    assert "Forløb med frister" in town.browser("karen").get("/courses").text


def add(town: Town, table: str, *rows: dict[str, Any]) -> None:
    with town.house.database.engine.begin() as connection:
        connection.execute(insert(tables[table]), list(rows))


def inquiry(course: int, citizen: Citizen, at: datetime, key: int) -> dict[str, Any]:
    return {
        "key": key, "citizen_key": citizen.key, "course_key": course, "received_at": at,
        "channel": "phone", "sender_name": "", "sender_relation": "self", "sender_contact": "",
        "topics": [], "description": "", "concern": False, "callback_wanted": True,
        "status": "closed", "assessment": "", "outcome": "", "responsible": "mette",
        "first_contact_due": None, "need": None,
    }  # fmt: skip


def post(course: int, citizen: Citizen, name: str, at: datetime, **more: Any) -> dict[str, Any]:
    return {
        "course_key": course, "citizen_key": citizen.key, "post": "member", "username": None,
        "name": name, "role": "", "area": "", "party_kind": "provider", "access_until": None,
        "valid_from": at, "valid_to": None, "handover_note": "",
    } | more  # fmt: skip


def plan(course: int, citizen: Citizen, at: datetime, key: int, *kinds: str) -> list[Any]:
    """A plan in force since a day, with interventions that began on it."""
    version = {
        "plan_key": key, "version": 1, "course_key": course, "status": "active", "dreams": "",
        "wishes_education_job": "", "strengths": "", "worries": "", "existing_plans": [],
        "drafted_at": at, "drafted_by": "mette", "adopted_at": at, "retired_at": None,
    }  # fmt: skip
    doings = [
        {
            "plan_key": key, "version": 1, "seq": seq, "intervention_type": kind, "provider": "",
            "start": at.date(), "hours_per_week": None, "ladder": [], "ends": None,
        }
        for seq, kind in enumerate(kinds)
    ]  # fmt: skip
    head = {"key": key, "citizen_key": citizen.key, "step": 1 if "mentor" in kinds else 0}
    return [("plan", [head]), ("plan_version", [version]), ("plan_intervention", doings)]


def test_how_fast_help_begins_and_by_how_many_people_is_counted_with_its_rows(
    town: Town, anna: Citizen
) -> None:
    """Given Anna, called back and helped after 40 days by two, and Bo, who waits, with six people about him."""
    bo = town.citizen("Bo", "Ry", "050590-1111")
    hers, his = town.start(anna), town.start(bo)
    now = town.clock.now()
    came = now - timedelta(days=100)
    great = inquiry(hers, anna, came, 901) | {"need": 3}
    add(town, "inquiry", great, inquiry(his, bo, came, 902))
    called = town.task(hers, "ask")
    with town.house.database.engine.begin() as connection:
        task = tables["task"]
        connection.execute(
            update(task)
            .where(task.c.key == called.key)
            .values(form_id="call_back", status="completed")
        )
    people = [post(his, bo, f"Fagperson {n}", came, key=910 + n) for n in range(6)]
    people += [post(hers, anna, name, came, key=key) for key, name in ((930, "Ida"), (931, "Ib"))]
    people.append(post(hers, anna, "Mor", came, key=932, party_kind="network"))
    leads = {"post": "coordinator", "party_kind": "authority"}
    people.append(post(hers, anna, "Ida", came, key=933, **leads))
    people.append(
        post(hers, anna, "Ib", now - timedelta(days=9), key=934, **leads, handover_note="Husk")
    )
    add(town, "team_post", *people)
    for table, rows in plan(hers, anna, came + timedelta(days=40), 950, "relief", "mentor"):
        add(town, table, *rows)

    browser = town.browser("karen")
    page = words(browser.get("/courses").text)
    assert "Ringet tilbage det sidste år 1 af 2 (50 %)" in page
    assert "Fra henvendelse til den første indsats 40 dage (median)" in page
    assert "Fagpersoner pr. borger 4,0 i gennemsnit, højst 6" in page
    assert "Overdragelser med en note 1 af 1 (100 %)" in page
    assert "Borgere med aflastning eller botilbud 1 nu, 0 for et år siden" in page
    assert "Forløb, hvor støtten er trappet ned 1 af 2 (50 %)" in page
    for standing, whose in (
        ("not_called", "Bo Ry"),
        ("many_professionals", "Bo Ry"),
        ("no_intervention", "Bo Ry"),
        ("stepped_down", "Anna Sø"),
        ("relief", "Anna Sø"),
        ("great_need", "Anna Sø"),
    ):
        assert f"standing={standing}" in browser.get("/courses").text
        shown = browser.get(f"/courses?status=all&standing={standing}").text
        assert ("Anna Sø" in shown, "Bo Ry" in shown) == (whose == "Anna Sø", whose == "Bo Ry")


def test_last_years_relief_is_read_from_the_plan_that_was_in_force_then(
    town: Town, anna: Citizen
) -> None:
    hers = town.start(anna)
    then = town.clock.now() - timedelta(days=500)
    for table, rows in plan(hers, anna, then, 950, "housing"):
        if table == "plan_version":
            rows[0] |= {"status": "retired", "retired_at": town.clock.now() - timedelta(days=50)}
        add(town, table, *rows)
    page = words(town.browser("karen").get("/courses").text)
    assert "Borgere med aflastning eller botilbud 0 nu, 1 for et år siden" in page


def test_courses_are_counted_and_found_by_unit_with_those_below_it(
    town: Town, anna: Citizen
) -> None:
    keyring = town.house.runtime.keyring
    begun = begin(town, anna, "drug_treatment")
    pass_time(town, timedelta(days=15))
    bo = town.citizen("Bo", "Ry", "050590-1111")
    other = town.start(bo)

    def act(work: UnitOfWork) -> None:
        told = [
            Unit("bu", "Børn og Unge"),
            Unit("Unge", "Ungecentret", "bu"),
            Unit("fr", "Familie"),
        ]
        units.load(work, keyring, told, "bo")
        units.belong(work, other, "fr", work.now)

    town.house.database.run(act)
    browser = town.browser("karen")
    page = browser.get("/courses").text
    for line in ("Børn og Unge 1 1", "Ungecentret 1 1", "Familie 1 0"):
        assert line in words(page), line
    link = re.findall(r'href="(/courses\?[^"]*unit=bu[^"]*)"', page)[0].replace("&amp;", "&")
    narrowed = browser.get(link).text
    assert f"/courses/{begun}" in narrowed
    assert f"/courses/{other}" not in narrowed
    assert 'value="bu" selected' in narrowed


def test_a_team_leader_moves_a_course_to_another_unit(town: Town, anna: Citizen) -> None:
    town.person("tina", "Tina Lund", "team_leader", groups=("team_leader",))
    course = town.start(anna)
    mine, others = Unit("Unge", "Ungecentret"), Unit("fr", "Familierådgivningen")
    keyring = town.house.runtime.keyring
    town.house.database.run(lambda work: units.load(work, keyring, [mine, others], "bo"))
    tina = town.browser("tina")
    assert "Flyt forløbet til en anden enhed" in tina.get(f"/courses/{course}/team").text
    assert "Flyt forløbet" not in town.browser("mette").get(f"/courses/{course}/team").text
    refused = tina.post(f"/courses/{course}/unit", {"unit": "fr", "reason": ""})
    assert refused.status_code == 422
    assert "Skriv, hvorfor forløbet skal høre til en anden enhed." in refused.text
    assert 'value="fr" selected' in refused.text
    moved = tina.post(f"/courses/{course}/unit", {"unit": "fr", "reason": "Familien er flyttet."})
    assert (moved.status_code, moved.location) == (303, "/courses")
    assert tina.get(f"/courses/{course}").status_code in {403, 404}, "another leads it now"
    karen = town.browser("karen")
    told = words(karen.get(f"/courses/{course}/timeline").text)
    assert "Tina Lund flyttede forløbet til Familierådgivningen" in told
    assert "Familien er flyttet." in told
    assert "Familierådgivningen siden 23. nov. 2026" in words(
        karen.get(f"/courses/{course}/team").text
    )


def test_a_course_about_nobody_is_no_number_for_who_leads_its_unit(
    town: Town, anna: Citizen
) -> None:
    town.person("tina", "Tina Lund", "team_leader", groups=("team_leader",))
    town.start(anna)
    town.start()
    page = words(town.browser("tina").get("/courses").text)
    assert "Lille forløb 1 0" in page
    assert "1 forløb, som du kan se" in page
