"""`forloeb user`: creating people, and changing what they may."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine

from app import access
from app.cli.units import units
from app.cli.user import user
from app.errors import DomainError
from app.house import House, open_house
from app.settings import from_environment
from app.storage import schema

PASSWORD = "en lang adgangskode"
OTHER = "en helt anden kode"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """An installation in which Kim operates."""
    monkeypatch.setenv("FORLOEB_VAR", str(tmp_path))
    monkeypatch.setenv("FORLOEB_DATABASE_URL", f"sqlite:///{tmp_path / 'people.sqlite'}")
    schema.upgrade(create_engine(from_environment().database))
    added = say("add", "kim", "--name", "Kim Vang", "--role", "operator", "--password", PASSWORD)
    assert added.exit_code == 0
    return open_house()


def say(*words: str) -> Result:
    return CliRunner().invoke(user, words)


def may_log_in(house: House, password: str) -> bool:
    try:
        access.login(house.database, "kim", password)
    except DomainError:
        return False
    return True


def test_a_new_password_counts_and_the_old_one_no_longer(house: House) -> None:
    assert say("password", "kim", "--password", OTHER).exit_code == 0
    assert (may_log_in(house, PASSWORD), may_log_in(house, OTHER)) == (False, True)


def test_roles_and_groups_stand_instead_of_the_old_ones(house: House) -> None:
    done = say("roles", "kim", "--role", "intake", "--group", "intake")
    assert done.exit_code == 0
    with house.database.read() as session:
        kim = access.person(session, "kim")
    assert kim is not None
    assert (kim.roles, kim.groups) == ({"intake"}, {"intake"})


def test_who_is_closed_out_cannot_log_in(house: House) -> None:
    assert say("close", "kim").exit_code == 0
    assert not may_log_in(house, PASSWORD)


@pytest.mark.parametrize(
    "words",
    [
        ("password", "ukendt", "--password", PASSWORD),
        ("password", "kim", "--password", "kort"),
        ("roles", "kim", "--role", "konge"),
        ("close", "ukendt"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_changes(house: House, words: list[str]) -> None:
    result = say(*words)
    assert result.exit_code == 1
    assert "Error: " in result.output
    assert may_log_in(house, PASSWORD)


def test_units_are_loaded_from_a_file_and_people_move_between_them(
    house: House, tmp_path: Path
) -> None:
    def load(*words: str) -> Result:
        return CliRunner().invoke(units, ["load", str(file), *words])

    file = tmp_path / "units.csv"
    file.write_text("code;name;parent\nbu;Børn og Unge;\nuc;Ungecentret;bu\n")
    tried = load("--dry-run")
    assert "2 nye, 0 ændrede, 0 som før. Det er en prøve; intet er skrevet." in tried.output
    assert say("unit", "kim", "uc").exit_code == 1, "nothing was written"
    assert json.loads(load("--json").output) == {
        "added": ["bu", "uc"], "changed": [], "same": [], "missing": [],
    }  # fmt: skip
    listed = CliRunner().invoke(units, ["list"]).output
    assert "uc: Ungecentret under bu" in listed
    assert say("unit", "kim", "uc").exit_code == 0
    with house.database.read() as session:
        kim = access.person(session, "kim")
    assert kim is not None
    assert kim.unit == "uc"
    refused = say("unit", "kim", "x")
    assert refused.exit_code == 1
    assert "Der er ingen enhed med koden x." in refused.output
    file.write_text("code;name;parent\nny;Ny;x\n")
    assert "Enheden over den, x, er ikke kendt." in load().output
    assert load().exit_code == 1


def test_mail_goes_to_the_address_that_was_given_until_it_is_turned_off(house: House) -> None:
    def takes_mail() -> bool:
        with house.database.read() as session:
            kim = access.person(session, "kim")
        return kim is not None and kim.takes_mail

    assert not takes_mail()
    assert say("mail", "kim", "--address", "kim@kommune.example").exit_code == 0
    assert takes_mail()
    assert say("mail", "kim", "--off").exit_code == 0
    assert not takes_mail()
    assert say("mail", "kim", "--on").exit_code == 0
    assert takes_mail()

    wrong = say("mail", "kim", "--address", "kim hos kommunen")
    assert wrong.exit_code == 1
    assert "Mailadressen kan ikke bruges" in wrong.output
