from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from app import access
from app.access import NewPerson, Principal
from app.access import session as browser
from app.clock import SetClock
from app.errors import Refused
from app.storage import Database


@pytest.fixture
def maja(database: Database) -> Principal:
    with database.write() as work:
        access.add_person(work, NewPerson("maja", "Maja Holm", ["coordinator"], password="x" * 12))
    with database.read() as session:
        found = access.acting(session, "maja")
    assert found
    return found


@pytest.fixture
def app(database: Database, maja: Principal) -> Flask:
    flask = Flask("test")
    flask.secret_key = "only for this test"
    flask.before_request(lambda: browser.identify(database) and None)

    @flask.get("/in")
    def sign_in() -> str:
        browser.sign_in(database, maja)
        return browser.current_principal().name

    @flask.get("/out")
    def sign_out() -> str:
        browser.sign_out()
        return ""

    @flask.get("/")
    def who() -> str:
        try:
            return browser.current_principal().username
        except Refused as refused:
            return refused.code

    return flask


def test_a_session_lasts_from_sign_in_to_sign_out(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/").text == "login:needed"
    assert client.get("/in").text == "Maja Holm"
    assert client.get("/").text == "maja"
    client.get("/out")
    assert client.get("/").text == "login:needed"


def test_a_session_ends_after_twelve_hours(app: Flask, clock: SetClock) -> None:
    client = app.test_client()
    client.get("/in")
    clock.advance(timedelta(hours=12, seconds=1))
    assert client.get("/").text == "login:needed"


def test_a_new_password_ends_the_sessions_of_the_old_one(app: Flask, database: Database) -> None:
    client = app.test_client()
    client.get("/in")
    with database.write() as work:
        access.set_password(work, "maja", "en ny adgangskode")
    assert client.get("/").text == "login:needed"


def test_closed_access_ends_the_session(app: Flask, database: Database) -> None:
    client = app.test_client()
    client.get("/in")
    with database.write() as work:
        access.deactivate(work, "maja")
    assert client.get("/").text == "login:needed"


def test_a_request_with_a_header_instead_of_a_session_acts_as_its_person(
    app: Flask, maja: Principal
) -> None:
    with app.test_request_context():
        browser.act_as(maja)
        assert browser.current_principal() == maja
