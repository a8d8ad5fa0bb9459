"""Finding a citizen, and the page of one: for who works with them, and for nobody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from app import citizens, plans
from app.citizens import Citizen
from app.connectors import OperationContext, perform
from tests.web import youth
from tests.web.youth import YouthTown


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[YouthTown]:
    built = youth.build(tmp_path_factory.mktemp("citizens"))
    yield built
    built.house.database.engine.dispose()


@pytest.fixture(scope="module")
def noah(town: YouthTown) -> Citizen:
    """Noah, 17, with a mother, a brother at home, and a course that has come to consent."""
    found = town.citizen("Noah", "Ågård", "740609-4005", address="Bakken 7", address_protected=True)
    brother = town.citizen("Villads", "Ågård", "620311-4008")
    town.guardian(found, "Hanne Ågård")
    day = town.clock.now().date()
    town.house.database.run(
        lambda work: citizens.add_household(work, "Bakken 7", [found.key, brother.key], day)
    )
    town.to_team(town.start(found))
    return found


def test_a_search_is_sent_in_the_body_and_masks_numbers(town: YouthTown, noah: Citizen) -> None:
    page = town.browser("mette").post("/citizens", {"text": "aagaard noah"}).text
    assert "Noah Ågård" in page
    assert "740609-••••" in page
    assert "740609-4005" not in page
    assert f'href="/citizens/{noah.key}"' in page


def test_a_whole_number_finds_one(town: YouthTown, noah: Citizen) -> None:
    page = town.browser("mette").post("/citizens", {"text": "740609-4005"}).text
    assert "1 borger<" in page


def test_who_does_not_work_with_the_citizen_finds_a_name_and_no_way_in(
    town: YouthTown, noah: Citizen
) -> None:
    page = town.browser("frede").post("/citizens", {"text": "Noah"}).text
    assert "Du arbejder ikke med borgeren" in page
    assert f'href="/citizens/{noah.key}"' not in page
    assert (
        f"/emergency/citizens/{noah.key}" in page
    )  # the way in that leaves a reason and is looked at


def test_too_short_a_search_says_what_to_write(town: YouthTown) -> None:
    answer = town.browser("mette").post("/citizens", {"text": "a"})
    assert answer.status_code == 422
    assert "Skriv mindst to bogstaver" in answer.text
    assert 'href="#text"' in answer.text


def test_nobody_is_found_says_what_to_do(town: YouthTown) -> None:
    assert "Ingen borger passer" in town.browser("mette").post("/citizens", {"text": "Xerxes"}).text


def test_one_page_holds_what_is_known_of_the_citizen(town: YouthTown, noah: Citizen) -> None:
    town.browser("lone").post("/citizens", {"text": "Noah"})
    page = town.browser("mette").get(f"/citizens/{noah.key}").text
    assert "Beskyttet adresse" in page
    assert "Bakken 7" not in page
    assert "Hanne Ågård" in page
    assert "forældremyndighed" in page
    assert "Ungeforløb" in page
    assert "Samtykke gyldigt til" in page
    assert "Borgeren har ingen plan endnu" in page
    assert "Villads" in page
    looks = page.split("Hvem har set oplysningerne?")[1]
    assert "Lone Holt" in looks
    assert "Søgning efter borgere" in looks


def test_three_courses_are_one_plan_one_responsible_person_and_one_page(town: YouthTown) -> None:
    """Given Rikke in three courses at once; each writes the one plan, and one person answers for all."""
    rikke = town.citizen("Rikke", "Holm", "740690-4002")
    kinds = ("youth_course", "brain_injury_course", "substance_use_course")
    keys = [town.start(rikke, kind) for kind in kinds]

    def do(course: int, name: str, **values: Any) -> None:
        def act(work: Any) -> None:
            context = OperationContext(course, rikke.key, "mette", work.now)
            perform(work, town.house.runtime.operations, name, context, values)

        town.house.database.run(act)

    for key in keys:
        do(key, "team:appoint", coordinator="mette", deputy="jonas")
    for number, key in enumerate(keys):
        words = {"strengths": "", "wishes_education_job": "En praktikplads", "objective": "Et job"}
        goals = [{**goal, "goal": f"Mål {number}"} for goal in youth.GOALS]
        draft = {"dreams": "Et hus ved havet", "goals": goals, "objective_kind": "job"}
        do(key, "plan:draft", **words, **draft)
    with town.house.database.read() as session:
        plan = plans.draft(session, rikke.key)
    assert plan is not None
    assert plan.version == 3, "each course writes the next version of the one plan"

    mette = town.browser("mette")
    page = mette.get(f"/citizens/{rikke.key}").text
    assert all(f"/courses/{key}" in page for key in keys)
    assert page.count("Et hus ved havet") == 1
    assert re.search(r"Ring til</dt><dd><strong>Mette Kragh</strong>", page)
    assert "Borgeren har flere tovholdere" not in page
    for key in keys:
        assert "Et hus ved havet" in mette.get(f"/courses/{key}/plan").text

    note = {"handover_note": "Ring om morgenen"}
    do(keys[2], "team:hand_over", coordinator="tina", deputy="jonas", **note)
    page = mette.get(f"/citizens/{rikke.key}").text
    assert "Borgeren har flere tovholdere" in page
    assert "Mette Kragh og Tina Lund er tovholdere hver for sig." in page


def test_a_page_without_a_ground_tells_nothing(town: YouthTown, noah: Citizen) -> None:
    browser = town.browser("frede")
    theirs, nobodys = browser.get(f"/citizens/{noah.key}"), browser.get("/citizens/4711")
    assert (theirs.status_code, nobodys.status_code) == (403, 403)
    assert "Noah" not in theirs.text
    for page in (theirs, nobodys):
        assert "Borgeren findes ikke, eller du arbejder ikke med borgeren." in page.text


def test_partners_and_auditors_have_no_way_to_the_register(town: YouthTown, noah: Citizen) -> None:
    for username in ("sanne", "karen"):
        browser = town.browser(username)
        assert browser.get("/citizens").status_code == 403
        assert browser.get(f"/citizens/{noah.key}").status_code == 403
