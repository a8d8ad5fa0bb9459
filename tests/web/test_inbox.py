"""The inbox: what must I do now?"""

from __future__ import annotations

import re
from datetime import timedelta

from app.access import open_access_log
from app.citizens import Citizen
from tests.web.conftest import Town


def words(page: str) -> str:
    """Return a page's text, tags left out."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_row_says_when_what_why_whom_and_with_whom(town: Town, anna: Citizen) -> None:
    town.start(anna)
    page = words(town.browser("mette").get("/inbox").text)
    assert "14 dage tilbage Kommunens egen frist: 14 dage fra 23. nov. 2026" in page
    assert "Spørg borgeren Din gruppe: Ungeteamet" in page
    assert "Anna Sø 120388-••••" in page
    assert "1111" not in page
    assert "Lille forløb" in page
    assert "Tag opgaven" in page


def test_only_my_groups_are_shown(town: Town, anna: Citizen) -> None:
    town.start(anna)
    page = town.browser("lone").get("/inbox").text
    assert "Anna" not in page
    assert "Hverken du eller dine grupper har opgaver" in page


def test_tasks_stand_beneath_how_near_their_deadline_is(town: Town, anna: Citizen) -> None:
    town.start(anna)
    browser = town.browser("mette")
    assert '<tbody id="time">' in browser.get("/inbox").text
    town.clock.advance(timedelta(hours=11))
    browser = town.browser("mette")
    town.clock.advance(timedelta(days=11))
    browser = town.browser("mette")
    assert '<tbody id="soon">' in browser.get("/inbox").text
    town.clock.advance(timedelta(days=4))
    browser = town.browser("mette")
    page = browser.get("/inbox").text
    assert '<tbody id="late">' in page
    assert "1 opgave overskredet fristen" in words(page)


def test_taking_and_giving_back_lead_to_the_same_filtered_list(town: Town, anna: Citizen) -> None:
    course = town.start(anna)
    key = town.task(course, "ask").key
    browser = town.browser("mette")
    back = "/inbox?view=unassigned&due=30"
    assert f'name="back" value="{back.replace("&", "&amp;")}"' in browser.get(back).text

    taken = browser.post(f"/tasks/{key}/claim", {"back": back})

    assert (taken.status_code, taken.location) == (303, back)
    assert town.task(course, "ask").assignee == "mette"
    mine = browser.get("/inbox?view=mine").text
    assert "Frigiv opgaven Spørg borgeren, Anna Sø" in mine

    assert browser.post(f"/tasks/{key}/release", {"back": back}).location == back
    assert town.task(course, "ask").assignee is None


def test_who_comes_second_is_told_who_was_first(town: Town, anna: Citizen) -> None:
    key = town.task(town.start(anna), "ask").key
    town.browser("jonas").post(f"/tasks/{key}/claim")

    answer = town.browser("mette").post(f"/tasks/{key}/claim")

    assert answer.status_code == 409
    assert "Jonas Lind har taget opgaven." in answer.text


def test_filters_narrow_and_each_can_be_taken_away(town: Town, anna: Citizen) -> None:
    town.start(anna)
    browser = town.browser("mette")
    page = browser.get("/inbox?kind=small&due=overdue").text
    assert "Ingen opgaver passer til filtrene" in page
    assert 'class="tagx" href="/inbox?due=overdue">Lille forløb' in page
    assert 'class="tagx" href="/inbox?kind=small">Overskredet' in page
    assert 'href="/inbox">Nulstil' in page
    assert "Spørg borgeren" in browser.get("/inbox?kind=small&due=30").text


def test_a_citizen_is_found_by_name_but_the_url_has_only_keys(town: Town, anna: Citizen) -> None:
    bo = town.citizen("Bo", "Ravn", "150490-1112")
    town.start(anna)
    town.start(bo)
    browser = town.browser("mette")

    found = browser.post("/inbox", {"name": "anna", "due": "30"})

    assert found.location == f"/inbox?due=30&citizen={anna.key}"
    page = browser.get(found.location).text
    assert "Anna Sø" in page
    assert "Bo Ravn" not in page


def test_a_name_outside_the_list_is_not_given_away(town: Town, anna: Citizen) -> None:
    hidden = town.citizen("Carla", "Holt", "150490-1112")
    browser = town.browser("mette")
    assert browser.post("/inbox", {"name": "carla"}).location == "/inbox"
    assert "Ingen borger i listen hedder det" in browser.get("/inbox").text
    assert "Carla" not in browser.get(f"/inbox?citizen={hidden.key}").text


def test_what_cannot_be_read_of_a_url_is_left_out(town: Town, anna: Citizen) -> None:
    town.start(anna)
    url = "/inbox?view=x&due=y&page=-7&citizen=a.99999999999999999999.%00&kind="
    assert "Spørg borgeren" in town.browser("mette").get(url).text


def test_fifty_rows_make_a_page(town: Town, anna: Citizen) -> None:
    for _ in range(51):
        town.start(anna)
    browser = town.browser("mette")
    first = browser.get("/inbox").text
    assert first.count('<th scope="row">') == 50
    assert "Viser 1 til 50 af 51" in first
    assert 'href="/inbox?page=2" rel="next"' in first
    second = browser.get("/inbox?page=2").text
    assert second.count('<th scope="row">') == 1
    assert 'href="/inbox" rel="prev"' in second


def test_the_list_is_in_the_access_log(town: Town, anna: Citizen) -> None:
    town.start(anna)
    town.browser("mette").get("/inbox")
    log = open_access_log(town.house.settings.database, town.clock)
    entry = log.of_citizen(anna.key)[0]
    assert (entry.actor, entry.action, entry.purpose) == (
        "mette",
        "inbox:read",
        "Indbakke",
    )


def test_a_partner_outside_sees_no_citizen_without_a_consent(town: Town, anna: Citizen) -> None:
    town.person("sanne", "Sanne Østergård", "external_participant", groups=("youth",))
    key = town.task(town.start(anna), "ask").key
    browser = town.browser("sanne")
    page = browser.get("/inbox").text
    assert "Spørg borgeren" in page
    assert "Anna" not in page
    assert browser.get(f"/tasks/{key}").status_code == 403


def test_english_is_one_click_away(town: Town, anna: Citizen) -> None:
    town.start(anna)
    page = words(town.browser("mette").get("/inbox?lang=en").text)
    assert "Your group: Ungeteamet" in page
    assert "14 days from 23 Nov 2026" in page
