"""The journal on both databases: appending, sealing, erasing."""

from __future__ import annotations

import base64
import re
import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from app import journal
from app.clock import SetClock
from app.journal import (
    Erased,
    KeyMissing,
    Keyring,
    NewEntry,
    WrongMasterKey,
    append,
    check_stream,
    lock,
    pointer,
    read,
    read_stored,
)
from app.journal.store import journal_entry
from app.storage import Database, UnitOfWork
from tests.contract.entries import ONE, broken, completed, payloads, write


def test_an_entry_comes_back_as_it_was_written(
    database: Database, keyring: Keyring, clock: SetClock
) -> None:
    new = completed(
        {"answers": {"håb": "en læreplads", "weight": Decimal("61.50"), "list": [1, None, True]}},
        on_behalf_of="bo",
        element="task#2",
        form_digest="f" * 64,
        model_digest="m" * 64,
        rules="1",
        state_digest="s" * 64,
        at=clock.now() - timedelta(minutes=1),
    )
    write(database, keyring, new)

    with database.read() as session:
        (entry,) = read(session, ONE, keyring)
    assert entry.payload == new.payload
    for name in ("stream", "kind", "actor", "on_behalf_of", "element", "form_digest", "at"):
        assert getattr(entry, name) == getattr(new, name)
    assert (entry.model_digest, entry.rules, entry.state_digest) == ("m" * 64, "1", "s" * 64)
    assert (entry.seq, entry.recorded_at, entry.erased) == (1, clock.now(), frozenset())


def test_streams_are_numbered_from_one_each(database: Database, keyring: Keyring) -> None:
    write(database, keyring, completed(), completed(stream="citizen:1"), completed())
    write(database, keyring, completed(), completed(stream="course:10"))

    with database.read() as session:
        numbers = [entry.seq for entry in read_stored(session, ONE)]
        assert numbers == [1, 2, 3]
        assert [entry.seq for entry in read_stored(session, ONE, after=1, upto=2)] == [2]
        assert journal.streams(session) == ["citizen:1", "course:1", "course:10"]
        assert journal.streams(session, "course:") == ["course:1", "course:10"]
        assert [head.seq for head in journal.heads(session, "course:")] == [3, 1]
        assert journal.head(session, "course:2") is None


def test_a_transaction_rolled_back_leaves_no_entry_and_no_gap(
    database: Database, keyring: Keyring
) -> None:
    write(database, keyring, completed())

    def fail(work: UnitOfWork) -> None:
        append(work, completed(), keyring)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.run(fail)
    write(database, keyring, completed())

    assert broken(database) is None
    assert len(payloads(database, keyring)) == 2


def test_a_savepoint_rolled_back_leaves_no_entry_and_no_gap(
    database: Database, keyring: Keyring
) -> None:
    """Given an entry, and a new person's key, undone by a savepoint, then what follows is sound."""
    with database.write() as work:
        append(work, completed({"n": 1}), keyring)
        savepoint = work.session.begin_nested()
        append(work, completed({"n": 2, "child": "x"}, subjects={"/child": "citizen:1"}), keyring)
        savepoint.rollback()
        append(work, completed({"n": 3, "child": "y"}, subjects={"/child": "citizen:1"}), keyring)

    assert broken(database) is None
    assert payloads(database, keyring) == [{"n": 1}, {"n": 3, "child": "y"}]


def test_two_writers_of_one_stream_queue_at_its_head(database: Database, keyring: Keyring) -> None:
    """Given six threads, each appending to a new stream and a common one, then no number is lost or given twice."""
    start = threading.Barrier(6)
    errors = []

    def act(number: int) -> None:
        start.wait()
        try:
            for _ in range(5):
                database.run(
                    lambda work: [
                        append(work, completed(stream=stream, subjects={}), keyring)
                        for stream in lock(work, [ONE, f"citizen:{number}"])
                    ]
                )
        except Exception as error:  # noqa: BLE001 -- raised again below
            errors.append(error)

    threads = [threading.Thread(target=act, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert errors == []
    with database.read() as session:
        assert check_stream(session, ONE) == journal.Checked(30, None)
        assert check_stream(session, "citizen:3") == journal.Checked(5, None)
    assert len(payloads(database, keyring)) == 30


def test_time_in_a_stream_never_goes_backwards(
    database: Database, keyring: Keyring, clock: SetClock
) -> None:
    write(database, keyring, completed())
    first = clock.now()
    clock.advance(timedelta(seconds=-5))

    with database.write() as work:
        assert lock(work, [ONE])[ONE].instant(work.now) == first
        append(work, completed(), keyring)
        append(work, completed(at=clock.now()), keyring)

    with database.read() as session:
        assert [entry.at for entry in read(session, ONE, keyring)] == [first] * 3


def test_an_unlisted_kind_is_a_bug(database: Database, keyring: Keyring) -> None:
    with pytest.raises(ValueError, match="list it in app/journal/kinds"):
        write(database, keyring, completed(kind="course:invented"))


# Sealing ------------------------------------------------------------------------------------------

CHILDREN = {"children": [{"name": "Åse", "says": "jeg vil hjem"}, {"name": "Bo", "says": "nej"}]}
WHOSE = {pointer.to("children", 0): "citizen:11", pointer.to("children", 1): "citizen:12"}


def test_nothing_personal_is_stored_in_the_clear(database: Database, keyring: Keyring) -> None:
    write(database, keyring, completed(CHILDREN | {"note": "fælles"}, subjects=WHOSE))

    with database.read() as session:
        row = " ".join(map(str, session.execute(journal_entry.select()).one()))
    assert not re.search('Åse|vil hjem|fælles|"children', row)


def test_definitions_are_stored_in_the_clear(database: Database, keyring: Keyring) -> None:
    new = NewEntry("definition:youth", "definition:published", "dora", {"digest": "abc"})
    write(database, keyring, new)

    with database.read() as session:
        assert '"digest":"abc"' in next(read_stored(session, "definition:youth")).payload
        assert session.execute(text("SELECT count(*) FROM data_key")).scalar_one() == 0
    assert payloads(database, keyring, "definition:youth") == [{"digest": "abc"}]


def test_one_child_of_two_is_erased(database: Database, keyring: Keyring) -> None:
    """Given a course of two children, when one's key is destroyed, then the other's answers stay readable."""
    write(database, keyring, completed(CHILDREN | {"note": "fælles"}, subjects=WHOSE))

    with database.write() as work:
        assert keyring.destroy(work, "citizen:11")

    with database.read() as session:
        (entry,) = read(session, ONE, keyring)
    aase, bo = Erased("citizen:11"), CHILDREN["children"][1]
    assert entry.payload == {"children": [aase, bo], "note": "fælles"}
    assert entry.erased == {"citizen:11"}
    assert journal.has_erased(entry.payload)
    assert not journal.has_erased(bo)
    assert broken(database) is None


def test_an_erased_course_reads_as_erased_whole(database: Database, keyring: Keyring) -> None:
    write(database, keyring, completed(CHILDREN, subjects=WHOSE))

    with database.write() as work:
        keyring.destroy(work, ONE)

    assert payloads(database, keyring) == [Erased(ONE)]
    assert broken(database) is None


def test_another_process_sees_the_erasure_at_once(database: Database, keyring: Keyring) -> None:
    write(database, keyring, completed(CHILDREN, subjects=WHOSE))
    other = Keyring(base64.b64encode(bytes(range(32))).decode())
    assert payloads(database, other) == [CHILDREN]

    with database.write() as work:
        keyring.destroy(work, ONE)

    assert payloads(database, other) == [Erased(ONE)]


def test_who_comes_back_after_erasure_gets_a_new_key(database: Database, keyring: Keyring) -> None:
    old = completed({"said": "før"}, stream="citizen:1")
    write(database, keyring, old)
    with database.write() as work:
        keyring.destroy(work, "citizen:1")
        append(work, completed({"said": "efter"}, stream="citizen:1"), keyring)

    assert payloads(database, keyring, "citizen:1") == [Erased("citizen:1"), {"said": "efter"}]
    with database.write() as work:
        assert keyring.destroy(work, "citizen:1")
        assert not keyring.destroy(work, "citizen:1")


def test_another_master_key_opens_nothing(database: Database, keyring: Keyring) -> None:
    write(database, keyring, completed())
    with pytest.raises(WrongMasterKey, match="Hovednøglen"):
        payloads(database, Keyring(base64.b64encode(b"?" * 32).decode()))


def test_a_key_row_that_vanished_is_not_taken_for_an_erasure(
    database: Database, keyring: Keyring
) -> None:
    write(database, keyring, completed())
    with database.write() as work:
        work.session.execute(text("DELETE FROM data_key"))
    with pytest.raises(KeyMissing):
        payloads(database, keyring)


def test_a_state_digest_needs_the_course_s_key(database: Database, keyring: Keyring) -> None:
    with database.write() as work:
        first = keyring.state_mac(work.session, ONE, b"state")
    with database.read() as session:
        assert keyring.state_mac(session, ONE, b"state") == first
        assert keyring.state_mac(session, ONE, b"statf") != first
    with database.write() as work:
        assert keyring.state_mac(work.session, "course:2", b"state") != first


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_entry_costs_two_statements_once_its_stream_is_known(
    database: Database, keyring: Keyring
) -> None:
    write(database, keyring, completed())
    said: list[str] = []

    with database.write() as work:
        driver = work.session.connection().connection.driver_connection
        assert driver is not None
        driver.set_trace_callback(lambda statement: said.append(statement.split(maxsplit=1)[0]))
        append(work, completed(), keyring)
        append(work, completed(), keyring)
        driver.set_trace_callback(None)

    assert said == ["SELECT", "SELECT", "UPDATE", "INSERT", "UPDATE", "INSERT"]
