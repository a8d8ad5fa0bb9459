"""Verify on both databases: whatever is changed behind the application's back is found, with the right entry named."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache, partial

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from app import audit, canonical, courses, jobs, nightly
from app.access import Principal, Visit, open_access_log
from app.audit import Broken, Report, Verifying
from app.journal import signing
from app.journal.store import journal_entry
from app.storage import Database
from tests.contract.test_tampering import behind_its_back, off_by_one
from tests.unit.courses.conftest import METTE, Desk

KEY = signing.signing_key(base64.b64encode(b"k" * 32).decode())
OTHER = signing.signing_key(base64.b64encode(b"o" * 32).decode())
PUBLIC = signing.public_key(KEY)

ASKS = "".join(
    f"""<sequenceFlow id="f{n}" sourceRef="{"s" if n == 1 else f"t{n - 1}"}" targetRef="t{n}"/>
    <userTask id="t{n}"><extensionElements><zeebe:userTask/></extensionElements></userTask>"""
    for n in range(1, 5)
)
PROCESS = f"""<process id="p" isExecutable="true"><startEvent id="s"/>{ASKS}
  <sequenceFlow id="f5" sourceRef="t4" targetRef="e"/><endEvent id="e"/></process>"""


@pytest.fixture
def course(desk: Desk) -> int:
    """A course of five entries: started, one task taken and sent, two more sent; it waits at the fourth."""
    desk.publish(PROCESS)
    key = desk.start("p", wish="arbejde")
    task = desk.open_tasks(key)["t1"].key
    desk.database.run(lambda work: courses.claim(work, desk.runtime, task, METTE))
    for number in (1, 2, 3):
        desk.clock.advance(timedelta(hours=1))
        desk.complete(key, f"t{number}", answer=f"svar {number}")
    return key


def check(session: Session, desk: Desk, *kept: signing.SignedHead) -> Report:
    return audit.verify(session, desk.runtime, public_key=PUBLIC, kept=kept)


def found(desk: Desk, *kept: signing.SignedHead) -> list[tuple[str, int, str]]:
    with desk.database.read() as session:
        report = check(session, desk, *kept)
    return [(one.stream, one.seq, one.reason) for one in report.broken]


def sign(desk: Desk) -> signing.SignedHead:
    """Sign today's head, and return it as it is kept outside."""
    desk.database.run(lambda work: signing.sign(work, KEY))
    with desk.database.read() as session:
        head = signing.latest(session)
    assert head is not None
    return signing.from_text(head.to_text())


def rewrite(connection: Connection, stream: str, **changed: dict[int, str]) -> None:
    """Write a stream's chain anew with other values, digests and head fitting: what the database's owner can do."""
    previous = ""
    rows = connection.execute(
        text("SELECT * FROM journal_entry WHERE stream = :stream ORDER BY seq"), {"stream": stream}
    ).mappings()
    for row in list(rows):
        values = dict(row) | {"prev_digest": previous}
        values |= {
            name: by_seq[row["seq"]] for name, by_seq in changed.items() if row["seq"] in by_seq
        }
        values.pop("digest")
        values["digest"] = previous = canonical.digest(values)
        sets = ", ".join(f"{name} = :{name}" for name in values if name not in {"stream", "seq"})
        where = "WHERE stream = :stream AND seq = :seq"
        connection.execute(text(f"UPDATE journal_entry SET {sets} {where}"), values)
    connection.execute(
        text("UPDATE stream_head SET digest = :digest WHERE stream = :stream"),
        {"digest": previous, "stream": stream},
    )


def test_a_whole_journal_is_whole(desk: Desk, course: int) -> None:
    sign(desk)
    with desk.database.read() as session:
        report = check(session, desk)
    assert report.ok
    assert (report.streams, report.entries, report.redecided) == (2, 6, 4)


@pytest.mark.parametrize("seq", [1, 3, 5])
def test_one_changed_byte_in_any_column_is_found_at_its_entry(
    desk: Desk, course: int, seq: int
) -> None:
    name = courses.stream(course)
    with behind_its_back(desk.database) as connection, Session(connection) as session:
        where = "WHERE stream = :name AND seq = :seq"
        at = {"name": name, "seq": seq}
        row = connection.execute(text(f"SELECT * FROM journal_entry {where}"), at).one()
        for column in journal_entry.columns.keys():  # noqa: SIM118 -- iterating gives columns, not names
            connection.exec_driver_sql("SAVEPOINT untouched")
            value = off_by_one(getattr(row, column))
            change = text(f"UPDATE journal_entry SET {column} = :value {where}")
            connection.execute(change, at | {"value": value})
            broken = check(session, desk).broken
            connection.exec_driver_sql("ROLLBACK TO untouched")

            named = [one for one in broken if one.stream == name]
            assert [one.seq for one in named] == [seq], column
            if column not in {"stream", "seq"}:
                (fault,) = named
                assert fault.reason == "digest-differs", column
                assert fault.expected != fault.found, column
                assert fault.expected == (value if column == "digest" else row.digest)
        assert check(session, desk).ok


REMOVE = "DELETE FROM journal_entry WHERE stream = :name AND seq {}"
HEAD_OF_3 = """UPDATE stream_head SET seq = 3, digest =
    (SELECT digest FROM journal_entry WHERE stream = :name AND seq = 3) WHERE stream = :name"""


@pytest.mark.parametrize(
    ("statements", "seq", "reason"),
    [
        ([REMOVE.format("= 1")], 1, "missing"),
        ([REMOVE.format("= 3")], 3, "missing"),
        ([REMOVE.format("> 3")], 4, "cut"),
        # The head is made to fit: the course's own row still knows how far it had come.
        ([REMOVE.format("> 3"), HEAD_OF_3], 4, "cut"),
        (
            [
                f"UPDATE journal_entry SET seq = {new} WHERE stream = :name AND seq = {old}"
                for old, new in ((2, 99), (4, 2), (99, 4))
            ],
            2,
            "digest-differs",
        ),
        ([("UPDATE stream_head SET digest = prev_digest FROM journal_entry entry"
          " WHERE stream_head.stream = :name AND entry.stream = :name AND entry.seq = 5")],
         5, "head-differs"),
        (["UPDATE stream_head SET seq = 6 WHERE stream = :name"], 6, "cut"),
        (["DELETE FROM stream_head WHERE stream = :name"], 1, "unexpected"),
    ],
)  # fmt: skip
def test_what_was_removed_swapped_cut_or_replaced_is_found(
    desk: Desk, course: int, statements: list[str], seq: int, reason: str
) -> None:
    name = courses.stream(course)
    with behind_its_back(desk.database) as connection:
        for statement in statements:
            connection.execute(text(statement), {"name": name})

    assert found(desk) == [(name, seq, reason)]


def test_what_was_expected_and_what_was_found_is_told(desk: Desk, course: int) -> None:
    name = courses.stream(course)
    with behind_its_back(desk.database) as connection:
        connection.execute(text(REMOVE.format("= 3")), {"name": name})
    with desk.database.read() as session:
        (fault,) = check(session, desk).broken
    assert (fault.expected, fault.found) == ("3", "4")
    assert fault.words == "posten mangler"


def test_a_chain_written_anew_with_other_facts_is_found_by_deciding_again(
    desk: Desk, course: int
) -> None:
    """Given fitting digests and a fitting head, then the state that was recorded does not follow."""
    name = courses.stream(course)
    with behind_its_back(desk.database) as connection:
        row = connection.execute(
            text("SELECT state_digest FROM journal_entry WHERE stream = :name AND seq = 3"),
            {"name": name},
        ).one()
        rewrite(connection, name, state_digest={4: row.state_digest})
    assert found(desk) == [(name, 4, "state-differs")]


def test_a_payload_moved_to_another_entry_cannot_be_decided(desk: Desk, course: int) -> None:
    name = courses.stream(course)
    with behind_its_back(desk.database) as connection:
        row = connection.execute(
            text("SELECT payload FROM journal_entry WHERE stream = :name AND seq = 3"),
            {"name": name},
        ).one()
        rewrite(connection, name, payload={5: row.payload})
    assert found(desk) == [(name, 5, "not-decidable")]


def test_a_chain_written_anew_with_another_actor_is_found_by_a_signed_head(
    desk: Desk, course: int
) -> None:
    """No decision depends on who acted; the head that was signed before, or kept outside, does."""
    name, kept = courses.stream(course), sign(desk)
    with behind_its_back(desk.database) as connection:
        rewrite(connection, name, actor={3: "eve"})
    assert found(desk) == [(name, 5, "head-differs")]

    with behind_heads(desk.database) as connection:
        connection.execute(text("DELETE FROM signed_leaf"))
        connection.execute(text("DELETE FROM signed_head"))
    assert found(desk) == []
    assert found(desk, kept) == [(name, 5, "head-differs")]


def test_a_tail_cut_with_every_row_is_found_by_a_head_kept_outside(desk: Desk, course: int) -> None:
    name, kept = courses.stream(course), sign(desk)
    with desk.database.read() as session:
        earlier = audit.reached(session, desk.runtime, course, 3).moment
    assert earlier is not None
    with behind_its_back(desk.database) as connection:
        connection.execute(text(REMOVE.format("> 3")), {"name": name})
        connection.execute(text(HEAD_OF_3), {"name": name})
        for table in ("task_candidate", "task"):
            connection.execute(text(f"DELETE FROM {table}"))
        connection.execute(
            text("UPDATE course_state SET seq = 2, state = :state"), {"state": earlier.state}
        )
    with behind_heads(desk.database) as connection:
        connection.execute(text("DELETE FROM signed_leaf"))
        connection.execute(text("DELETE FROM signed_head"))

    assert found(desk) == []
    assert found(desk, kept) == [(name, 4, "cut")]
    with desk.database.read() as session:
        log = open_access_log(
            desk.database.engine.url.render_as_string(hide_password=False), desk.clock
        )
        faults = audit.against_head(session, kept, PUBLIC, log)
        log.database.engine.dispose()
    assert [(one.stream, one.seq, one.reason) for one in faults] == [(name, 5, "cut")]


@pytest.mark.parametrize("seq", [2, 5])
def test_an_entry_changed_under_a_head_kept_outside_is_found_when_the_two_are_compared(
    desk: Desk, course: int, database_url: str, seq: int
) -> None:
    """The end's digest stands as it stood, and only what it was made of is another: still, it is not as it was."""
    name, kept = courses.stream(course), sign(desk)
    log = open_access_log(database_url, desk.clock)
    with desk.database.read() as session:
        assert audit.against_head(session, kept, PUBLIC, log) == []
    with behind_its_back(desk.database) as connection:
        connection.execute(
            text("UPDATE journal_entry SET actor = 'eve' WHERE stream = :name AND seq = :seq"),
            {"name": name, "seq": seq},
        )
    with desk.database.read() as session:
        (fault,) = audit.against_head(session, kept, PUBLIC, log)
    log.database.engine.dispose()
    assert (fault.stream, fault.seq, fault.reason) == (name, seq, "digest-differs")


@contextmanager
def behind_heads(database: Database) -> Iterator[Connection]:
    with database.engine.execution_options(writes=True).begin() as connection:
        yield connection


def test_a_signed_head_that_was_replaced_is_named(desk: Desk, course: int) -> None:
    """Somebody signs the rewritten chain with a key of their own, and puts that head in place of ours."""
    sign(desk)
    day = desk.clock.now().date().isoformat()
    with behind_heads(desk.database) as connection:
        connection.execute(text("DELETE FROM signed_leaf"))
        connection.execute(text("DELETE FROM signed_head"))
    desk.database.run(lambda work: signing.sign(work, OTHER))

    assert found(desk) == [(f"head:{day}", 1, "head-forged")]


@pytest.mark.parametrize(
    "statement",
    [
        (
            "UPDATE signed_leaf SET digest = (SELECT prev_digest FROM journal_entry"
            " WHERE stream = :name AND seq = 5) WHERE stream = :name"
        ),
        "UPDATE signed_head SET root = :name",
        "UPDATE signed_head SET day = '2026-01-01'",
    ],
)
def test_a_signed_head_that_was_changed_is_named(desk: Desk, course: int, statement: str) -> None:
    sign(desk)
    with behind_heads(desk.database) as connection:
        connection.execute(
            text(statement), {"name": courses.stream(course)} if ":name" in statement else {}
        )

    assert any(reason == "head-forged" for _, _, reason in found(desk))


def test_a_state_that_the_course_would_go_on_from_is_compared_with_its_journal(
    desk: Desk, course: int
) -> None:
    with desk.database.engine.execution_options(writes=True).begin() as connection:
        row = connection.execute(text("SELECT state FROM course_state")).one()
        connection.execute(
            text("UPDATE course_state SET state = :state"), {"state": bytes(row.state) + b" "}
        )
    assert found(desk) == [(courses.stream(course), 5, "row-differs")]


# Piece by piece, in the background --------------------------------------------------------------


def verifying(desk: Desk, database_url: str) -> Verifying:
    looks = cache(lambda: open_access_log(database_url, desk.clock))
    return Verifying(desk.database, desk.runtime, PUBLIC, looks, piece=0)


def test_a_small_journal_is_verified_at_once(desk: Desk, course: int, database_url: str) -> None:
    work = verifying(desk, database_url)
    key = work.begin("karen")
    with desk.database.read() as session:
        run = audit.verification(session, key)
        assert (run.ended_at, run.percent, run.asked_by) == (desk.clock.now(), 100, "karen")
        assert run.report == check(session, desk)
        assert [one.key for one in audit.verifications(session)] == [key]
    work.looks().database.engine.dispose()


def test_a_large_journal_is_verified_in_pieces_and_a_lost_one_is_taken_up_again(
    desk: Desk, course: int, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.audit.verifying.AT_ONCE", 1)
    with behind_its_back(desk.database) as connection:
        name = courses.stream(course)
        connection.execute(text(REMOVE.format("= 3")), {"name": name})
    work = verifying(desk, database_url)
    key = work.begin("karen")
    handlers = {audit.VERIFY: work.go_on}

    def run() -> audit.Verification:
        with desk.database.read() as session:
            return audit.verification(session, key)

    assert (run().ended_at, run().percent) == (None, 0)
    assert jobs.run_due(desk.database, handlers, most=1) == 1
    assert (run().ended_at, run().report.streams, run().total) == (None, 1, 2)
    jobs.run_due(desk.database, handlers)
    ended = run()
    assert ended.ended_at is not None
    assert [(one.stream, one.seq, one.reason) for one in ended.report.broken] == [
        (name, 3, "missing")
    ]
    assert ended.report.streams == 2
    with desk.database.read() as session:
        assert not jobs.is_scheduled(session, audit.VERIFY, str(key))
    work.looks().database.engine.dispose()


def test_the_access_log_s_chains_are_signed_with_the_others(
    desk: Desk, course: int, database_url: str
) -> None:
    """Given a night's head, when the log's last entry is gone, then it shows."""
    log = open_access_log(database_url, desk.clock)
    who = Principal(1, "mette", "Mette Kragh", frozenset({"caseworker"}))
    for citizen in (11, 12):
        log.write(who, Visit("Opgave", "task:read", (citizen,)))
    desk.clock.advance(timedelta(days=1))
    handlers = {nightly.NIGHTLY: partial(nightly.make_round, KEY, desk.runtime.keyring, log.heads)}
    desk.database.run(nightly.begin)
    desk.clock.advance(timedelta(days=1))
    assert jobs.run_due(desk.database, handlers) == 1

    def broken() -> list[Broken]:
        with desk.database.read() as session:
            report = audit.verify(session, desk.runtime, public_key=PUBLIC, access_log=log)
        return list(report.broken)

    assert broken() == []
    drop: Callable[[str], str] = "DROP TRIGGER {}".format
    with log.database.write() as work:
        sqlite = log.database.engine.dialect.name == "sqlite"
        name = "access_entry_no_delete" if sqlite else "access_entry_no_change ON access_entry"
        work.session.execute(text(drop(name)))
        work.session.execute(text("DELETE FROM access_entry WHERE seq = 2"))
    (fault,) = broken()
    assert fault.stream.startswith("access:2026-")
    assert (fault.seq, fault.reason) == (2, "cut")
    log.database.engine.dispose()
