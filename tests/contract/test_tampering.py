"""The journal on both databases, tampered with: what is refused, and what shows afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app import journal
from app.journal import Break, Keyring, Reason, check_stream
from app.journal.store import journal_entry
from app.storage import Database
from tests.contract.entries import ONE, broken, completed, payloads, write


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_entry SET actor = 'eve' WHERE seq = 2",
        "DELETE FROM journal_entry WHERE seq = 2",
        "TRUNCATE journal_entry",
        "REPLACE INTO journal_entry SELECT * FROM journal_entry WHERE seq = 2",
    ],
)
def test_the_database_refuses_to_change_an_entry(
    database: Database, keyring: Keyring, statement: str
) -> None:
    only_on = {"TRUNCATE": "postgresql", "REPLACE": "sqlite"}.get(statement.split(maxsplit=1)[0])
    on_this = only_on in {None, database.engine.dialect.name}
    write(database, keyring, completed(), completed(), completed())

    with pytest.raises(DBAPIError, match="append-only" if on_this else "syntax"):
        database.run(lambda work: work.session.execute(text(statement)))

    assert len(payloads(database, keyring)) == 3


@contextmanager
def behind_its_back(database: Database) -> Iterator[Connection]:
    """Change the journal as only who owns the database can: with the triggers dropped."""
    with database.engine.execution_options(writes=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("DROP TRIGGER journal_entry_append_only ON journal_entry"))
        else:
            connection.execute(text("DROP TRIGGER journal_entry_no_UPDATE"))
            connection.execute(text("DROP TRIGGER journal_entry_no_DELETE"))
        yield connection


@pytest.fixture
def five(database: Database, keyring: Keyring) -> Database:
    """A stream of five entries in which every column holds something."""
    for number in range(1, 6):
        entry = completed(
            {"n": number},
            on_behalf_of="bo",
            element="task#1",
            form_digest="f" * 64,
            model_digest="e" * 64,
            rules="1",
            state_digest="d" * 64,
        )
        write(database, keyring, entry)
    return database


@pytest.mark.parametrize("seq", [1, 3, 5])
def test_one_changed_byte_in_any_column_is_found(five: Database, seq: int) -> None:
    with behind_its_back(five) as connection, Session(connection) as session:
        row = connection.execute(
            text("SELECT * FROM journal_entry WHERE seq = :seq"), {"seq": seq}
        ).one()
        for column in journal_entry.columns.keys():  # noqa: SIM118 -- iterating gives columns, not names
            connection.exec_driver_sql("SAVEPOINT untouched")
            change = text(f"UPDATE journal_entry SET {column} = :value WHERE seq = :seq")
            connection.execute(change, {"value": off_by_one(getattr(row, column)), "seq": seq})

            found = check_stream(session, ONE).broken
            connection.exec_driver_sql("ROLLBACK TO untouched")

            assert found is not None, column
            assert (found.stream, found.seq) == (ONE, seq), column
            if column not in {"stream", "seq"}:
                assert found.reason is Reason.DIGEST, column
        assert check_stream(session, ONE).broken is None


def off_by_one(value: str | int) -> str | int:
    """Change the last bit of a text, make one of an empty text, and move a number up."""
    if isinstance(value, int):
        return value + 8
    return f"{value[:-1]}{chr(ord(value[-1]) ^ 1)}" if value else "x"


def test_an_instant_written_differently_is_found_though_it_means_the_same(five: Database) -> None:
    with behind_its_back(five) as connection:
        connection.execute(
            text("UPDATE journal_entry SET at = replace(at, 'T', ' ') WHERE seq = 2")
        )

    assert broken(five) == Break(ONE, 2, Reason.DIGEST)


def test_a_removed_entry_is_found(five: Database) -> None:
    with behind_its_back(five) as connection:
        connection.execute(text("DELETE FROM journal_entry WHERE seq = 3"))

    assert broken(five) == Break(ONE, 3, Reason.MISSING)


def test_entries_that_changed_places_are_found(five: Database) -> None:
    with behind_its_back(five) as connection:
        for old, new in ((2, 99), (4, 2), (99, 4)):
            connection.execute(
                text("UPDATE journal_entry SET seq = :new WHERE seq = :old"),
                {"old": old, "new": new},
            )

    assert broken(five) == Break(ONE, 2, Reason.DIGEST)


def test_an_entry_before_the_first_is_found(five: Database) -> None:
    with behind_its_back(five) as connection:
        connection.execute(text("UPDATE journal_entry SET seq = 0 WHERE seq = 5"))

    assert broken(five) == Break(ONE, 0, Reason.UNEXPECTED)


def test_a_cut_tail_is_found_against_the_stream_s_head(five: Database) -> None:
    with behind_its_back(five) as connection:
        connection.execute(text("DELETE FROM journal_entry WHERE seq > 3"))

    assert broken(five) == Break(ONE, 4, Reason.CUT)


def test_a_tail_cut_with_its_head_is_found_against_a_head_kept_outside(five: Database) -> None:
    with five.read() as session:
        outside = journal.head(session, ONE)
    assert outside is not None
    with behind_its_back(five) as connection:
        connection.execute(text("DELETE FROM journal_entry WHERE seq > 3"))
        connection.execute(
            text(
                "UPDATE stream_head SET seq = 3,"
                " digest = (SELECT digest FROM journal_entry WHERE seq = 3)"
            )
        )

    assert broken(five) is None
    assert broken(five, ONE, outside) == Break(ONE, 4, Reason.CUT)


def test_a_whole_stream_gone_is_found_against_its_head(five: Database) -> None:
    with behind_its_back(five) as connection:
        connection.execute(text("DELETE FROM journal_entry"))

    with five.read() as session:
        assert journal.streams(session) == [ONE]
    assert broken(five) == Break(ONE, 1, Reason.CUT)


def test_a_stream_smuggled_in_is_found_by_its_missing_head(five: Database) -> None:
    with behind_its_back(five) as connection:
        connection.execute(text("UPDATE journal_entry SET stream = 'course:2' WHERE seq = 1"))

    with five.read() as session:
        assert journal.streams(session) == [ONE, "course:2"]
    assert broken(five, "course:2") == Break("course:2", 1, Reason.UNEXPECTED)


def test_a_rewritten_chain_is_found_against_a_head_kept_outside(
    five: Database, keyring: Keyring
) -> None:
    """Given somebody who can write the whole chain anew, then an old head still tells."""
    with five.read() as session:
        outside = journal.head(session, ONE)
    assert outside is not None
    with behind_its_back(five) as connection:
        connection.execute(text("DELETE FROM journal_entry"))
        connection.execute(text("DELETE FROM stream_head"))
    for number in range(6):
        write(five, keyring, completed({"n": number + 100}))

    assert broken(five) is None
    assert broken(five, ONE, outside) == Break(ONE, 5, Reason.HEAD)


def test_a_tampered_payload_is_not_opened(five: Database, keyring: Keyring) -> None:
    """A part moved to another entry does not open there: its place is part of what is sealed."""
    from cryptography.exceptions import InvalidTag

    with behind_its_back(five) as connection:
        connection.execute(
            text(
                "UPDATE journal_entry SET payload ="
                " (SELECT payload FROM journal_entry WHERE seq = 1) WHERE seq = 2"
            )
        )
    with pytest.raises(InvalidTag):
        payloads(five, keyring)
