"""The portfolio: every number is a link to the rows that it counts."""

from __future__ import annotations

import re
from datetime import timedelta

from app.citizens import Citizen
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


def test_nobody_counts_courses_that_they_may_not_see(town: Town, anna: Citizen) -> None:
    begin(town, anna, "drug_treatment")
    page = town.browser("lone").get("/courses").text
    assert "Forløb med frister" not in page
    assert "Forløb med frister" in town.browser("karen").get("/courses").text
