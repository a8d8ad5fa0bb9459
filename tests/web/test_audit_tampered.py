"""Who follows a verification's finding comes to the course: what was changed is marked, and hides nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from tests.web import youth
from tests.web.youth import YouthTown


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[YouthTown]:
    built = youth.build(tmp_path_factory.mktemp("tampered"))
    yield built
    built.house.database.engine.dispose()


@pytest.fixture(scope="module")
def course(town: YouthTown) -> int:
    key = town.start(town.citizen("Ida", "Lund", "050502-4007"))
    town.to_consent(key)
    return key


@contextmanager
def changed(town: YouthTown, table: str, column: str, where: str, value: object) -> Iterator[None]:
    """Change a value behind the application's back, and put it back afterwards."""
    place = f"FROM {table} WHERE {where}"
    engine = town.house.database.engine.execution_options(writes=True)
    change = text(f"UPDATE {table} SET {column} = :value WHERE {where}")
    with engine.begin() as connection:
        (was,) = connection.execute(text(f"SELECT {column} {place}")).one()
        connection.execute(change, {"value": value})
    try:
        yield
    finally:
        with engine.begin() as connection:
            connection.execute(change, {"value": was})


@pytest.mark.parametrize("seq", [1, 3])
@pytest.mark.parametrize(
    ("column", "value"), [("payload", "{}"), ("payload", "x"), ("at", "i går"), ("kind", "x")]
)
def test_an_entry_that_was_changed_is_marked_and_the_others_are_shown(
    town: YouthTown, course: int, seq: int, column: str, value: str
) -> None:
    browser = town.browser("karen")
    url = f"/audit/courses/{course}"
    with changed(
        town, "journal_entry", column, f"stream = 'course:{course}' AND seq = {seq}", value
    ):
        told = browser.post(f"{url}/verify", {})
        assert told.status_code == 200
        assert f"Kæden er brudt ved post {seq}" in told.text
        marks = told.text.count("Kan ikke læses")
        assert marks == (0 if column == "kind" else 1)
        for number in (1, seq, seq + 1):
            assert browser.get(f"{url}/entries/{number}").status_code == 200
        assert browser.get(f"{url}/at").status_code == 200
        assert browser.post("/audit/exports/log", {}).status_code == 200
        assert browser.get("/audit/people/lone").status_code in {200, 404}
        sent = {"key": str(course), "purpose": "Til Ankestyrelsen i sag 26-1"}
        answer = browser.post("/audit/exports", sent)
        if marks:
            assert answer.status_code == 422
            assert f"post {seq} kan ikke læses" in answer.text
    assert "Kæden er hel" in browser.post(f"{url}/verify", {}).text


def test_a_course_whose_key_was_changed_is_shown_without_what_it_sealed(
    town: YouthTown, course: int
) -> None:
    browser, where = town.browser("karen"), f"subject = 'course:{course}'"
    town.house.runtime.keyring._unwrap.cache_clear()
    with changed(town, "data_key", "wrapped", where, b"12345678901234"):
        told = browser.post(f"/audit/courses/{course}/verify", {})
        assert told.status_code == 200
        assert "Kan ikke læses" in told.text
        assert browser.get(f"/audit/courses/{course}/entries/1").status_code == 200


def test_a_form_that_was_changed_is_not_passed_off_as_the_one_that_was_seen(
    town: YouthTown, course: int
) -> None:
    browser = town.browser("karen")
    name, asked = f"stream = 'course:{course}'", "Formularen, som den blev udfyldt"
    with town.house.database.read() as session:
        row = session.execute(
            text(f"SELECT seq, form_digest FROM journal_entry WHERE {name} AND form_digest <> ''")
        ).first()
    assert row is not None
    url = f"/audit/courses/{course}/entries/{row.seq}"
    assert asked in browser.get(url).text
    with changed(town, "definition_file", "content", f"digest = '{row.form_digest}'", b"{}"):
        page = browser.get(url).text
        assert "Formularen er ikke længere den, der blev udgivet" in page
        assert asked not in page
