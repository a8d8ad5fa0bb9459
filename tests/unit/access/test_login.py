from __future__ import annotations

import base64
from datetime import timedelta

import pytest

from app import access
from app.access import BasicAuthentication, NewPerson, login
from app.access.logins import TRIES_PER_NAME
from app.clock import SetClock
from app.errors import Conflict, DomainError, Refused
from app.storage import Database

PASSWORD = "en lang adgangskode"


@pytest.fixture
def maja(database: Database) -> str:
    new = NewPerson(
        "maja", "Maja Holm", ["coordinator"], ["youth"], unit="ungecenter", password=PASSWORD
    )
    with database.write() as work:
        access.add_person(work, new)
    return "maja"


def header(username: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def test_the_right_password_gives_a_principal_with_the_roles_permits(
    database: Database, maja: str
) -> None:
    who = login(database, " Maja ", PASSWORD)
    assert (who.username, who.name, who.groups) == ("maja", "Maja Holm", frozenset({"youth"}))
    assert who.may("task:work")
    assert not who.may("audit:read")
    with pytest.raises(Refused):
        who.require("admin")


@pytest.mark.parametrize(("username", "password"), [("maja", "forkert kode"), ("ingen", PASSWORD)])
def test_a_wrong_name_and_a_wrong_password_are_answered_alike(
    database: Database, maja: str, username: str, password: str
) -> None:
    with pytest.raises(DomainError) as raised:
        login(database, username, password)
    assert raised.value.code == "login:wrong"
    assert raised.value.message == "Brugernavnet eller adgangskoden er forkert."


def test_a_closed_access_cannot_log_in(database: Database, maja: str) -> None:
    with database.write() as work:
        access.deactivate(work, maja)
    with pytest.raises(DomainError):
        login(database, maja, PASSWORD)


def test_after_too_many_failures_even_the_right_password_waits_a_quarter_of_an_hour(
    database: Database, clock: SetClock, maja: str
) -> None:
    for _ in range(TRIES_PER_NAME):
        with pytest.raises(DomainError):
            login(database, maja, "forkert kode")
    with pytest.raises(Refused) as raised:
        login(database, maja, PASSWORD)
    assert "Vent et kvarter" in raised.value.message
    clock.advance(timedelta(minutes=15))
    assert login(database, maja, PASSWORD).username == "maja"


def test_a_success_is_not_counted_as_a_try(database: Database, maja: str) -> None:
    for _ in range(TRIES_PER_NAME + 1):
        assert login(database, maja, PASSWORD)


def test_one_origin_cannot_try_many_names(
    database: Database, maja: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.access.logins.TRIES_PER_ORIGIN", 3)
    for number in range(3):
        with pytest.raises(DomainError):
            login(database, f"navn{number}", "forkert kode", origin="10.0.0.1")
    with pytest.raises(Refused):
        login(database, maja, PASSWORD, origin="10.0.0.1")
    assert login(database, maja, PASSWORD, origin="10.0.0.2")


class TestBasic:
    def test_a_right_header_is_verified_once_and_then_remembered(
        self, database: Database, maja: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        basic = BasicAuthentication(database)
        assert basic.principal(header(maja, PASSWORD)).username == maja
        monkeypatch.setattr("app.access.logins.verify", lambda *_: pytest.fail("verified again"))
        assert basic.principal(header(maja, PASSWORD)).username == maja

    def test_a_remembered_header_counts_no_more_once_access_is_closed_or_the_password_changed(
        self, database: Database, maja: str
    ) -> None:
        basic = BasicAuthentication(database)
        basic.principal(header(maja, PASSWORD))
        with database.write() as work:
            access.set_password(work, maja, "en anden adgangskode")
        with pytest.raises(DomainError):
            basic.principal(header(maja, PASSWORD))
        basic.principal(header(maja, "en anden adgangskode"))
        with database.write() as work:
            access.deactivate(work, maja)
        with pytest.raises(DomainError):
            basic.principal(header(maja, "en anden adgangskode"))

    def test_new_roles_count_at_once(self, database: Database, maja: str) -> None:
        basic = BasicAuthentication(database)
        basic.principal(header(maja, PASSWORD))
        with database.write() as work:
            access.set_roles(work, maja, ["auditor"], [])
        assert basic.principal(header(maja, PASSWORD)).roles == {"auditor"}

    def test_a_header_is_forgotten_after_five_minutes(
        self, database: Database, maja: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = 1000.0
        monkeypatch.setattr("app.access.basic.time.monotonic", lambda: now)
        basic = BasicAuthentication(database)
        basic.principal(header(maja, PASSWORD))
        now += 301
        monkeypatch.setattr("app.access.logins.verify", lambda *_: False)
        with pytest.raises(DomainError):
            basic.principal(header(maja, PASSWORD))

    @pytest.mark.parametrize("wrong", ["", "Basic", "Basic æøå", "Bearer abc", "Basic bWFqYQ=="])
    def test_a_header_that_cannot_be_read_is_refused_with_a_reason(
        self, database: Database, wrong: str
    ) -> None:
        with pytest.raises(DomainError) as raised:
            BasicAuthentication(database).principal(wrong)
        assert raised.value.code == "login:header"


class TestPeople:
    @pytest.mark.parametrize(
        ("new", "code"),
        [
            (NewPerson("x y", "Navn", []), "person:username"),
            (NewPerson("navn", " ", []), "person:name"),
            (NewPerson("navn", "Navn", ["konge"]), "person:role"),
            (NewPerson("navn", "Navn", [], password="kort"), "person:password"),
        ],
    )
    def test_what_cannot_be_used_is_said_in_danish_by_field(
        self, database: Database, new: NewPerson, code: str
    ) -> None:
        with pytest.raises(DomainError) as raised, database.write() as work:
            access.add_person(work, new)
        assert raised.value.code == code
        assert raised.value.fields

    def test_a_username_is_taken_however_it_is_cased(self, database: Database, maja: str) -> None:
        with pytest.raises(Conflict), database.write() as work:
            access.add_person(work, NewPerson("MAJA", "En anden", []))

    def test_the_picker_lists_active_staff_by_role_group_and_name(
        self, database: Database, maja: str
    ) -> None:
        with database.write() as work:
            access.add_person(work, NewPerson("ole", "Ole Åberg", ["intake"], ["intake"]))
            access.add_person(work, NewPerson("gone", "Gitte Gået", ["intake"], ["intake"]))
            access.add_person(work, NewPerson("liv", "Liv Borger", ["citizen"]))
            access.deactivate(work, "gone")
        with database.read() as session:
            assert [one.username for one in access.staff(session)] == ["maja", "ole"]
            assert [one.username for one in access.staff(session, group="intake")] == ["ole"]
            assert [one.username for one in access.staff(session, role="coordinator")] == ["maja"]
            assert [one.username for one in access.staff(session, text="åB")] == ["ole"]
            assert access.names(session, {"maja", "system"}) == {
                "maja": "Maja Holm",
                "system": "system",
            }
            assert access.acting(session, "gone") is None
