"""Logging in and out, and that nothing opens before."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import request

from app import create_app
from app.access.logins import TRIES_PER_NAME
from app.settings import Settings
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


@pytest.mark.parametrize(
    ("role", "lands", "says"),
    [
        ("operator", "/courses/incidents", ""),
        ("auditor", "/audit", ""),
        ("external_participant", "/inbox", ""),
        ("process_designer", "/studio", "Tegnestue"),
        ("admin", "", "forloeb user add"),
        ("citizen", "", "Her kommer dine egne sider"),
    ],
)
def test_every_role_lands_on_a_page_that_says_what_it_can_do(
    town: Town, role: str, lands: str, says: str
) -> None:
    town.person("kim", "Kim Vang", role)
    browser = town.browser("kim")

    door = browser.get("/")

    assert (door.location or "") == lands
    page = browser.get(lands or "/")
    assert page.status_code == 200
    assert says in page.text


def test_an_operator_finds_the_incidents_in_the_bar_and_they_alone_are_current(town: Town) -> None:
    town.person("kim", "Kim Vang", "operator", "caseworker")
    page = town.browser("kim").get("/courses/incidents").text
    assert "Hændelser" in page
    assert page.count('aria-current="page"') == 1


def test_the_demo_offers_its_people_in_the_order_in_which_they_came(town: Town) -> None:
    # Given a newcomer who would stand first by the alphabet
    town.person("aage", "Aage Bro", "caseworker")
    town.app.extensions["forloeb"] = replace(
        town.house, settings=replace(town.house.settings, demo=True)
    )
    page = town.browser().get("/login").text
    # Then Mette, who was there first, still does
    assert page.index("Log ind som Mette Kragh") < page.index("Log ind som Aage Bro")


@pytest.mark.parametrize(
    ("demo", "host", "secure"),
    [
        (False, "127.0.0.1", True),
        (True, "127.0.0.1", False),
        (True, "localhost", False),
        (True, "0.0.0.0", True),  # noqa: S104 -- an address that the settings may name
    ],
)
def test_the_cookie_travels_without_tls_only_in_a_demo_on_ones_own_machine(
    demo: bool, host: str, secure: bool
) -> None:
    assert Settings(demo=demo, host=host).secure_cookies is secure


def test_the_session_cookie_is_secure(town: Town) -> None:
    cookie = town.browser().login("mette").headers["Set-Cookie"]
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))


@pytest.mark.parametrize(("proxies", "seen"), [(0, "127.0.0.1 http"), (1, "10.0.0.7 https")])
def test_a_proxy_is_believed_only_where_the_settings_name_one(
    tmp_path: Path, proxies: int, seen: str
) -> None:
    app = create_app(Settings(var=str(tmp_path), proxies=proxies))

    @app.get("/caller")
    def caller() -> str:
        return f"{request.remote_addr} {request.scheme}"

    # Given a caller who claims an address before the proxy adds the one that it saw
    said = {"X-Forwarded-For": "6.6.6.6, 10.0.0.7", "X-Forwarded-Proto": "https"}
    assert app.test_client().get("/caller", headers=said).text == seen
