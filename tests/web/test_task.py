"""A task: fill in, send, done."""

from __future__ import annotations

import re
from typing import Any

import pytest

from app import inbox
from app.access import open_access_log
from app.citizens import Citizen
from tests.web.conftest import Town
from tests.web.test_inbox import words

SEEN = {"_seen": ["wish", "answer"], "_list": "people"}
GOOD: dict[str, Any] = {**SEEN, "wish": "Ro", "answer": "yes", "send": "1"}


@pytest.fixture
def key(town: Town, anna: Citizen) -> int:
    return town.task(town.start(anna), "ask").key


def test_the_page_says_why_and_what_follows(town: Town, key: int) -> None:
    page = words(town.browser("mette").get(f"/tasks/{key}").text)
    assert (
        "Derfor har du opgaven: Borgeren skal selv sige, hvad der er vigtigt. Din gruppe: Ungeteamet."
        in page
    )
    assert "Siger borgeren ja? Ja Opgaven »Sig tak« kommer." in page
    assert "Siger borgeren ja? Nej Forløbet slutter: »Borgeren er hørt«." in page
    assert "Anna Sø 120388-•••• · Lille forløb · ligger hos ingen" in page


def test_one_button_is_blue(town: Town, key: int) -> None:
    page = town.browser("mette").get(f"/tasks/{key}").text
    assert page.count("button-primary") == 1


def test_sending_closes_the_task_and_leads_to_my_next_one_in_the_course(
    town: Town, key: int
) -> None:
    browser = town.browser("mette")
    course = town.task_of(key).course_key

    sent = browser.post(f"/tasks/{key}", {**GOOD, "back": "/inbox?due=30"})

    following = town.task(course, "thank")
    assert (sent.status_code, sent.location) == (
        303,
        f"/tasks/{following.key}?back=/inbox?due%3D30",
    )
    assert "Sendt. Her er din næste opgave i forløbet." in browser.get(sent.location).text
    assert town.task_of(key).status == "completed"

    last = browser.post(f"/tasks/{following.key}", {"send": "1", "back": "/inbox?due=30"})
    assert last.location == "/inbox?due=30"
    assert "Sendt." in browser.get(last.location).text


def test_wrong_answers_come_back_with_all_that_was_typed(town: Town, key: int) -> None:
    browser = town.browser("mette")
    answer = browser.post(f"/tasks/{key}", {**GOOD, "wish": "", "people.0.name": "Mor & <far>"})
    assert answer.status_code == 422
    assert "<title>Fejl: Spørg borgeren" in answer.text
    assert "»Spørg borgeren« er ikke sendt. Ret 1 svar, og send igen" in answer.text
    assert 'href="#f-wish"' in answer.text
    assert "Mor &amp; &lt;far&gt;" in answer.text
    assert town.task_of(key).status == "open"
    assert "Mor &amp; &lt;far&gt;" in browser.get(f"/tasks/{key}").text, "it is kept as a draft"


def test_a_draft_is_kept_half_filled_and_comes_back(town: Town, key: int) -> None:
    browser = town.browser("mette")
    kept = browser.post(
        f"/tasks/{key}", {**SEEN, "wish": "Ro", "draft": "1", "back": "/inbox?due=30"}
    )
    assert (kept.status_code, kept.location) == (303, f"/tasks/{key}?back=/inbox?due%3D30")
    page = browser.get(kept.location).text
    assert 'value="Ro"' in page
    assert "Gemt" in page
    assert "i dag kl. 10.42" in page
    assert 'value="Ro"' not in town.browser("jonas").get(f"/tasks/{key}").text


def test_a_row_is_added_and_removed_without_scripts(town: Town, key: int) -> None:
    browser = town.browser("mette")
    rows = {**SEEN, "_row": ["people.0"], "people.0.name": "Mor"}
    added = browser.post(f"/tasks/{key}", {**rows, "_add": "people"})
    assert added.status_code == 200
    assert 'name="people.1.name"' in added.text
    assert 'value="Mor"' in added.text
    removed = browser.post(f"/tasks/{key}", {**rows, "_remove": "people.0"})
    assert 'value="Mor"' not in removed.text
    assert town.task_of(key).status == "open"


def test_an_answer_that_brings_up_a_question_is_not_sent_before_it_is_asked(
    town: Town, key: int
) -> None:
    browser = town.browser("mette")
    asked = browser.post(f"/tasks/{key}", {**GOOD, "answer": "no"})
    assert asked.status_code == 200
    assert "Dine svar giver nye spørgsmål" in asked.text
    assert "Hvorfor ikke?" in asked.text
    assert town.task_of(key).status == "open"
    more = {**GOOD, "_seen": ["wish", "answer", "why_not"], "answer": "no", "why_not": "Vil selv"}
    assert browser.post(f"/tasks/{key}", more).location == "/inbox"
    assert town.task_of(key).status == "completed"


def test_a_second_send_is_a_conflict_in_words_and_what_was_typed_is_kept(
    town: Town, key: int
) -> None:
    mette, jonas = town.browser("mette"), town.browser("jonas")
    jonas.get(f"/tasks/{key}")
    mette.post(f"/tasks/{key}", GOOD)

    answer = jonas.post(f"/tasks/{key}", {**GOOD, "wish": "Hjælp til posten"})

    assert answer.status_code == 409
    page = words(answer.text)
    assert "Mette Kragh har allerede sendt opgaven." in page
    assert "Intet af dit er sendt." in page
    assert "Hjælp til posten" in page
    assert "Hjælp til posten" in jonas.get(f"/tasks/{key}").text


def test_the_draft_of_a_closed_task_can_be_thrown_away(town: Town, key: int) -> None:
    town.start(None)
    mette = town.browser("mette")
    mette.post(f"/tasks/{key}", GOOD)
    mette.post(f"/tasks/{key}", {**GOOD, "wish": "Igen"})
    assert "Igen" in mette.get(f"/tasks/{key}").text
    mette.post(f"/tasks/{key}/draft/forget")
    assert "Igen" not in mette.get(f"/tasks/{key}").text


def test_a_task_that_somebody_took_meanwhile_is_not_sent(town: Town, key: int) -> None:
    mette = town.browser("mette")
    mette.get(f"/tasks/{key}")
    town.browser("jonas").post(f"/tasks/{key}/claim")

    answer = mette.post(f"/tasks/{key}", GOOD)

    assert answer.status_code == 409
    assert "Jonas Lind har taget opgaven." in answer.text
    assert town.task_of(key).status == "open"


def test_a_closed_task_shows_who_sent_it_when_and_what(town: Town, key: int) -> None:
    mette = town.browser("mette")
    mette.post(f"/tasks/{key}", GOOD)
    page = words(mette.get(f"/tasks/{key}").text)
    assert "Færdig Sendt af Mette Kragh i dag kl. 10.42" in page
    assert "Svarene" in page
    assert "Ro" in page
    assert "Send " not in page


def test_taking_a_task_from_its_page_keeps_what_was_typed(town: Town, key: int) -> None:
    mette = town.browser("mette")
    taken = mette.post(f"/tasks/{key}/claim", {**SEEN, "wish": "Halvt skrevet", "stay": "1"})
    assert taken.location == f"/tasks/{key}"
    page = mette.get(taken.location).text
    assert "ligger hos dig" in page
    assert "Halvt skrevet" in page


def test_somebody_elses_task_is_shown_but_not_to_fill_in(town: Town, key: int) -> None:
    town.browser("jonas").post(f"/tasks/{key}/claim")
    page = town.browser("mette").get(f"/tasks/{key}").text
    assert "Opgaven ligger hos Jonas Lind" in page
    assert 'name="wish"' not in page


def test_who_has_nothing_to_do_with_the_citizen_sees_nothing(town: Town, key: int) -> None:
    answer = town.browser("lone").get(f"/tasks/{key}")
    assert answer.status_code == 403
    assert "Anna" not in answer.text


def test_who_may_not_take_a_task_keeps_no_draft_of_it(town: Town, key: int) -> None:
    lone = town.browser("lone")
    for url, button in ((f"/tasks/{key}", "draft"), (f"/tasks/{key}/claim", "stay")):
        assert lone.post(url, {**SEEN, "wish": "Ro", button: "1"}).status_code == 403
    with town.house.database.read() as session:
        assert inbox.load(session, key, "lone") is None


def test_a_task_is_given_to_a_colleague(town: Town, key: int) -> None:
    mette = town.browser("mette")
    assert mette.get(f"/tasks/{key}/assign").status_code == 403, (
        "nobody has it, and she leads no team"
    )
    mette.post(f"/tasks/{key}/claim")
    assert "Jonas Lind" in mette.get(f"/tasks/{key}/assign").text
    assert mette.post(f"/tasks/{key}/assign", {"username": "nobody"}).status_code == 422
    assert mette.post(f"/tasks/{key}/assign", {"username": "jonas"}).location == "/inbox"
    assert town.task_of(key).assignee == "jonas"


@pytest.mark.parametrize("wrong", ["1", "99999999999999999999", "abc", "0x1"])
def test_an_unknown_key_leads_to_a_page_that_says_so(town: Town, wrong: str) -> None:
    answer = town.browser("mette").get(f"/tasks/{wrong}")
    assert answer.status_code == 404
    assert "findes ikke" in answer.text


def test_wrong_types_and_foreign_fields_are_refused_and_nothing_is_written(
    town: Town, key: int
) -> None:
    mette = town.browser("mette")
    for data in (
        {**GOOD, "answer": "maybe"},
        {**GOOD, "wish": "x" * 100_000},
        {**GOOD, "wish": ["a", "b"], "people.5000.name": "x"},
        {"send": "1", "answer.x": "1"},
    ):
        answer = mette.post(f"/tasks/{key}", data)
        assert answer.status_code in {200, 422}, data
        assert not re.search(r"Traceback|Noget gik galt", answer.text)
    assert town.task_of(key).status == "open"


def test_opening_a_task_is_in_the_access_log(town: Town, key: int, anna: Citizen) -> None:
    town.browser("mette").get(f"/tasks/{key}")
    log = open_access_log(town.house.settings.database, town.clock)
    entry = log.of_citizen(anna.key)[0]
    assert (entry.action, entry.course_key) == ("task:read", town.task_of(key).course_key)
    assert entry.purpose == "Spørg borgeren: Du har en opgave i forløbet."
