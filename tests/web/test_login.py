"""Logging in and out, and that nothing opens before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.access.logins import TRIES_PER_NAME
from tests.web.conftest import Town


def test_who_is_not_signed_in_is_sent_to_the_login_and_back_to_the_page_afterwards(
    town: Town,
) -> None:
    browser = town.browser()
    asked = browser.get("/inbox?view=mine")
    assert (asked.status_code, asked.location) == (303, "/login?next=/inbox?view%3Dmine")

    entered = browser.login("mette", next="/inbox?view=mine")

    assert (entered.status_code, entered.location) == (303, "/inbox?view=mine")
    assert browser.get("/inbox?view=mine").status_code == 200


def test_the_front_door_leads_a_caseworker_to_the_inbox(town: Town) -> None:
    assert town.browser("mette").get("/").location == "/inbox"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "inbox",
        "/\tx",
    ],
)
def test_after_the_login_one_never_leaves_the_site(town: Town, target: str) -> None:
    assert town.browser().login("mette", next=target).location == "/"


def test_a_wrong_password_says_so_and_keeps_the_name(town: Town) -> None:
    answer = town.browser().login("mette", "forkert")
    assert answer.status_code == 422
    assert "Brugernavnet eller adgangskoden er forkert." in answer.text
    assert 'value="mette"' in answer.text


def test_empty_fields_are_asked_for(town: Town) -> None:
    answer = town.browser().login("", "")
    assert answer.status_code == 422
    assert "Skriv både brugernavn og adgangskode." in answer.text


def test_too_many_tries_are_stopped_with_the_right_password_too(town: Town) -> None:
    browser = town.browser()
    for _ in range(TRIES_PER_NAME):
        browser.login("jonas", "forkert")

    answer = browser.login("jonas")

    assert answer.status_code == 429
    assert "Vent et kvarter" in answer.text


def test_logging_out_ends_the_session(town: Town) -> None:
    browser = town.browser("mette")
    assert browser.post("/logout").location == "/login"
    assert browser.get("/inbox").status_code == 303


def test_outside_demo_mode_nobody_is_offered_and_the_button_does_nothing(town: Town) -> None:
    browser = town.browser()
    assert "Jonas Lind" not in browser.get("/login").text
    assert browser.post("/login", {"demo": "mette"}).status_code == 422


def test_the_demo_municipality_offers_its_people_as_buttons(town: Town) -> None:
    town.app.extensions["forloeb"] = replace(
        town.house, settings=replace(town.house.settings, demo=True)
    )
    page = town.browser().get("/login").text
    assert "Log ind som Mette Kragh" in page
    assert 'name="demo" value="mette"' in page


def test_a_form_without_a_token_is_not_sent(town: Town) -> None:
    browser = town.browser("mette")
    answer = browser.client.post("/inbox", data={"view": "mine"})
    assert answer.status_code == 400
    assert "Siden kunne ikke sendes" in answer.text
