"""What is logged when something breaks: where and why, and never whom it is about."""

from __future__ import annotations

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from app import documents, log
from app.access import Looks
from app.access.access_log import AccessRow
from app.citizens import Citizen
from app.citizens.rows import CitizenRow
from app.storage import UnitOfWork
from tests.web.conftest import Town


def test_an_error_of_the_database_does_not_quote_the_citizen(town: Town, anna: Citizen) -> None:
    """Given a number that is registered already; the database's refusal becomes a line of the log as it is."""
    twin = {column.name: None for column in CitizenRow.__table__.columns}
    with pytest.raises(IntegrityError) as refused, town.house.database.write() as work:
        work.session.execute(
            insert(CitizenRow).values(
                twin | {"key": 7, "cpr": anna.cpr, "first_name": "Anna", "search": "anna"}
            )
        )
    said = str(refused.value)
    assert "citizen" in said
    assert anna.cpr not in said
    assert "Anna" not in said


def test_nor_does_one_of_the_access_log(town: Town) -> None:
    with (
        pytest.raises(IntegrityError) as refused,
        town.house.access_log.database.write() as work,
    ):
        work.session.execute(
            insert(AccessRow.__table__).values(chain="x", seq=1, purpose="Anna Sø ringede")
        )
    assert "Anna" not in str(refused.value)


@pytest.mark.parametrize("number", ["120388-1111", "1203881111"])
def test_a_cpr_number_in_an_errors_own_words_is_masked(
    number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """PostgreSQL's own error names the key that was there already."""
    key = 2_251_799_813_685_249
    try:
        raise ValueError(f"DETAIL: Key (cpr)=({number}) already exists.")
    except ValueError as error:
        log.error("page failed", course=key, said=str(error), exc_info=error)
    line = capsys.readouterr().out
    assert number not in line
    assert line.count("120388-••••") == 2
    assert str(key) in line


def test_the_access_log_tells_what_was_fetched_without_the_number_in_its_name(
    town: Town, anna: Citizen
) -> None:
    course, keyring = town.start(anna), town.house.runtime.keyring

    def receive(work: UnitOfWork) -> int:
        new = documents.NewDocument(course, anna.key, "Brev 120388-1111.txt", b"Hej")
        key = documents.receive(work, keyring, new, by="jonas", most=100).key
        documents.send(work, course, [key], by="jonas")
        return key

    key = town.house.database.run(receive)
    assert town.browser("jonas").get(f"/documents/{key}").status_code == 200
    (look, *_) = town.house.access_log.search(Looks(action="document:read")).rows
    assert look.purpose.startswith("Brev 120388-••••.txt: ")
