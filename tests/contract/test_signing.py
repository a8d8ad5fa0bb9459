"""The signed daily head, on both databases: what an auditor can prove with one kept outside."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from sqlalchemy import text

from app import journal
from app.clock import SetClock
from app.errors import DomainError
from app.journal import Head, Keyring, NewEntry, append, signing
from app.storage import Database

KEY = signing.signing_key(base64.b64encode(b"k" * 32).decode())
OTHER = signing.signing_key(base64.b64encode(b"o" * 32).decode())


def write(database: Database, keyring: Keyring, *streams: str) -> None:
    with database.write() as work:
        for stream in streams:
            append(work, NewEntry(stream, "course:task-completed", "anna", {"a": 1}), keyring)


@pytest.fixture
def three_days(database: Database, keyring: Keyring, clock: SetClock) -> Database:
    """Heads of 2, 3 and 4 March; course 2 begins on the second day, nothing happens on the third."""
    write(database, keyring, "course:1", "citizen:1")
    assert database.run(lambda work: signing.sign(work, KEY))
    clock.advance(timedelta(days=1))
    write(database, keyring, "course:1", "course:2")
    assert database.run(lambda work: signing.sign(work, KEY))
    clock.advance(timedelta(days=1))
    assert database.run(lambda work: signing.sign(work, KEY))
    return database


def test_a_head_holds_every_stream_s_end_as_of_its_day(three_days: Database) -> None:
    with three_days.read() as session:
        days = [signing.signed(session, f"2026-03-0{day}") for day in (2, 3, 4)]
        assert signing.signed(session, "2026-03-05") is None
        leaves = session.execute(text("SELECT count(*) FROM signed_leaf")).scalar_one()

    ends = [[(leaf.stream, leaf.seq) for leaf in day.leaves] for day in days if day]
    last = [("citizen:1", 1), ("course:1", 2), ("course:2", 1)]
    assert ends == [[("citizen:1", 1), ("course:1", 1)], last, last]
    assert leaves == 4  # what did not move is not written again


def test_a_day_is_signed_once(three_days: Database) -> None:
    assert not three_days.run(lambda work: signing.sign(work, KEY))


def test_heads_are_genuine_for_their_own_key_only(three_days: Database) -> None:
    with three_days.read() as session:
        assert signing.first_forged(session, signing.public_key(KEY)) is None
        assert signing.first_forged(session, signing.public_key(OTHER)) == "2026-03-02"


@pytest.mark.parametrize(
    ("statement", "day"),
    [
        ("UPDATE signed_leaf SET seq = 9 WHERE day = '2026-03-03' AND stream = 'course:2'", 3),
        ("UPDATE signed_head SET root = previous WHERE day = '2026-03-03'", 3),
        ("DELETE FROM signed_head WHERE day = '2026-03-03'", 4),
        ("DELETE FROM signed_leaf WHERE stream = 'citizen:1'", 2),
    ],
)
def test_a_head_that_was_changed_is_found(three_days: Database, statement: str, day: int) -> None:
    three_days.run(lambda work: work.session.execute(text(statement)))
    with three_days.read() as session:
        assert signing.first_forged(session, signing.public_key(KEY)) == f"2026-03-0{day}"


def test_a_head_kept_outside_comes_back_as_it_was(three_days: Database) -> None:
    with three_days.read() as session:
        head = signing.signed(session, "2026-03-03")
    assert head is not None
    assert signing.from_text(head.to_text()) == head


def test_a_head_kept_outside_that_was_changed_is_refused(three_days: Database) -> None:
    with three_days.read() as session:
        head = signing.signed(session, "2026-03-03")
    assert head is not None
    with pytest.raises(DomainError, match="ændret"):
        signing.from_text(head.to_text().replace("course:2", "course:3"))
    with pytest.raises(DomainError, match="ændret"):
        signing.from_text(head.to_text().replace("2026-03-03", "2026-03-01"))
    for wrong in ("", "[]", "{}", '{"leaves": 1}', '{"leaves": [[1]]}'):
        with pytest.raises(DomainError, match="ikke et underskrevet"):
            signing.from_text(wrong)


def test_every_signed_end_is_known_when_a_stream_is_checked(three_days: Database) -> None:
    with three_days.read() as session:
        known = signing.signed_ends(session)
        assert [leaf.seq for leaf in known["course:1"]] == [1, 2]
        assert journal.check_stream(session, "course:1", known["course:1"]).broken is None
        forged = [*known["course:1"], Head("course:1", 1, "0" * 64)]
        broken = journal.check_stream(session, "course:1", forged).broken
    assert broken == journal.Break("course:1", 1, journal.Reason.HEAD)


def test_chains_of_other_tables_are_signed_with_the_journal_s(
    database: Database, keyring: Keyring
) -> None:
    log = Head("access:2026-03-02/x", 7, "a" * 64)
    write(database, keyring, "course:1")
    database.run(lambda work: signing.sign(work, KEY, [log]))
    with database.read() as session:
        head = signing.signed(session, "2026-03-02")
    assert head is not None
    assert log in head.leaves
