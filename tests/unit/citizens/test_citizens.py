from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from app import citizens, journal
from app.citizens import Citizen, NewCitizen, NewGuardian
from app.errors import DomainError, NotFound
from app.journal import Keyring
from app.storage import Database


def register(database: Database, keyring: Keyring, cpr: str, first: str, last: str) -> Citizen:
    new = NewCitizen(cpr, first, last, address="Skovvej 3")
    with database.write() as work:
        return citizens.find_or_register(work, keyring, new, "maja")


@pytest.fixture
def noah(database: Database, keyring: Keyring) -> Citizen:
    return register(database, keyring, "140309-4003", "Noah", "Ågård Sørensen")


def test_registering_twice_finds_the_same_citizen_and_changes_nothing(
    database: Database, keyring: Keyring, noah: Citizen
) -> None:
    assert register(database, keyring, "1403094003", "En", "Anden") == noah


def test_a_registration_is_one_sealed_entry_in_the_citizens_stream(
    database: Database, keyring: Keyring, noah: Citizen
) -> None:
    with database.read() as session:
        [entry] = list(journal.read(session, f"citizen:{noah.key}", keyring))
        assert (entry.kind, entry.actor) == ("citizen:registered", "maja")
        assert entry.payload["first_name"] == "Noah"
        [stored] = list(journal.read_stored(session, f"citizen:{noah.key}"))
        assert "Noah" not in stored.payload


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (NewCitizen("1234", "A", "B"), "cpr"),
        (NewCitizen("020136-4000", "Fra", "Fremtiden"), "cpr"),
        (NewCitizen("020190-1234", " ", "B"), "first_name"),
        (NewCitizen("020190-1234", "A", ""), "last_name"),
    ],
)
def test_what_is_wrong_is_named_by_field(
    database: Database, keyring: Keyring, new: NewCitizen, field: str
) -> None:
    with pytest.raises(DomainError) as raised, database.write() as work:
        citizens.find_or_register(work, keyring, new, "maja")
    assert list(raised.value.fields) == [field]


def test_a_course_gets_name_birthday_and_age_but_never_the_cpr_number(noah: Citizen) -> None:
    assert noah.as_variables(datetime(2026, 11, 2, 11, tzinfo=UTC)) == {
        "key": str(noah.key),
        "first_name": "Noah",
        "birth_date": "2009-03-14",
        "turns_18": "2027-03-14",
        "age": 17,
    }


@pytest.mark.parametrize(
    "text",
    ["noah", "ÅGÅRD", "aagaard", "sørensen noah", "Soerensen", "140309-4003", " 1403094003 "],
)
def test_search_finds_by_words_however_they_are_written_or_by_number(
    database: Database, noah: Citizen, text: str
) -> None:
    with database.read() as session:
        assert citizens.search(session, text) == [noah]


@pytest.mark.parametrize("text", ["", "  ", "%", "_", "noah jensen", "140309-4004", "140309"])
def test_search_finds_nobody_else(database: Database, noah: Citizen, text: str) -> None:
    with database.read() as session:
        assert citizens.search(session, text) == []


def test_an_unknown_key_is_not_found(database: Database) -> None:
    with database.read() as session, pytest.raises(NotFound):
        citizens.citizen(session, 1)


def test_a_protected_address_is_never_shown(
    database: Database, keyring: Keyring, noah: Citizen
) -> None:
    assert noah.shown_address == "Skovvej 3"
    with database.write() as work:
        citizens.set_address_protection(work, keyring, noah.key, protected=True, by="maja")
    with database.read() as session:
        assert citizens.citizen(session, noah.key).shown_address == "Beskyttet adresse"
        assert len(list(journal.read(session, f"citizen:{noah.key}", keyring))) == 2


def test_custody_ends_at_midnight_of_the_18th_birthday(database: Database, noah: Citizen) -> None:
    with database.write() as work:
        citizens.add_guardian(work, noah.key, NewGuardian("Mette Ågård", "mother"))
        citizens.add_guardian(
            work, noah.key, NewGuardian("Bo Ågård", "father", valid_from=date(2009, 3, 14))
        )
    birthday = datetime(2027, 3, 13, 23, 0, tzinfo=UTC)
    with database.write() as work:
        assert citizens.end_custody(work, noah.key, birthday) == 2
        assert citizens.end_custody(work, noah.key, birthday) == 0
    with database.read() as session:
        eve = datetime(2027, 3, 13, 22, 59, tzinfo=UTC)
        assert [one.name for one in citizens.guardians(session, noah.key, eve)] == [
            "Bo Ågård",
            "Mette Ågård",
        ]
        assert citizens.guardians(session, noah.key, birthday) == []
        assert len(citizens.guardians(session, noah.key)) == 2


def test_a_household_shows_who_lives_together(
    database: Database, keyring: Keyring, noah: Citizen
) -> None:
    ida = register(database, keyring, "750412-4005", "Ida", "Ågård Sørensen")
    alone = register(database, keyring, "020190-1234", "Per", "Lund")
    with database.write() as work:
        citizens.add_household(work, "Ågård", [noah.key, ida.key], date(2020, 1, 1))
    at = datetime(2026, 11, 2, 11, tzinfo=UTC)
    with database.read() as session:
        home = citizens.household(session, ida.key, at)
        assert home is not None
        assert [one.first_name for one in home.members] == ["Noah", "Ida"]
        assert citizens.household(session, alone.key, at) is None
        assert set(citizens.citizens(session, [noah.key, ida.key, 1])) == {noah.key, ida.key}
