"""The nightly round signs the ends of all chains, and verify holds the journal against them."""

from __future__ import annotations

import base64
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import text

from app import audit, courses, jobs, nightly
from app.errors import DomainError
from app.journal import Keyring, signing
from tests.unit.courses.conftest import Desk
from tests.unit.courses.test_run import ONE_TASK, publish_reply

KEY = signing.signing_key(base64.b64encode(bytes(32)).decode())


def nights(desk: Desk, count: int = 1) -> None:
    handlers = {nightly.NIGHTLY: partial(nightly.make_round, KEY, desk.runtime.keyring, list)}
    desk.database.run(nightly.begin)
    for _ in range(count):
        desk.clock.advance(timedelta(days=1))
        assert jobs.run_due(desk.database, handlers) == 1


def report(desk: Desk, **heads: object) -> audit.Report:
    with desk.database.read() as session:
        return audit.verify(session, desk.runtime, public_key=signing.public_key(KEY), **heads)


def behind_its_back(desk: Desk, *statements: str) -> None:
    with desk.database.engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
        connection.commit()


def test_each_night_plans_the_next_and_a_restart_plans_no_second(desk: Desk) -> None:
    nights(desk, 3)
    desk.database.run(nightly.begin)

    with desk.database.read() as session:
        assert signing.latest(session).day == "2026-03-05"
        assert session.scalar(text("SELECT count(*) FROM due_work")) == 1


def test_a_history_cut_back_with_its_head_shows_against_the_signed_one(desk: Desk) -> None:
    desk.publish(ONE_TASK)
    course = desk.start("p")
    desk.complete(course, "ask")
    nights(desk)
    assert report(desk).ok
    name = courses.stream(course)

    # Someone removes the last entry, and makes the head and the state fit again
    behind_its_back(
        desk,
        f"DELETE FROM journal_entry WHERE stream = '{name}' AND seq = 3",
        f"""UPDATE stream_head SET seq = 2, digest =
            (SELECT digest FROM journal_entry WHERE stream = '{name}' AND seq = 2)
            WHERE stream = '{name}'""",
    )

    assert [(b.stream, b.seq, b.reason) for b in report(desk).broken] == [(name, 3, "cut")]


def test_a_head_kept_outside_finds_what_was_cut_with_its_signature(desk: Desk) -> None:
    desk.publish(ONE_TASK)
    course = desk.start("p")
    nights(desk)
    with desk.database.read() as session:
        kept = signing.from_text(signing.latest(session).to_text())
    name = courses.stream(course)

    behind_its_back(
        desk,
        f"DELETE FROM journal_entry WHERE stream = '{name}'",
        f"DELETE FROM stream_head WHERE stream = '{name}'",
        "DELETE FROM signed_head",
        "DELETE FROM signed_leaf",
        "DELETE FROM task_candidate",
        "DELETE FROM task",
        "DELETE FROM course_state",
        "DELETE FROM course",
    )

    assert report(desk).ok
    assert [(b.stream, b.reason) for b in report(desk, kept=[kept]).broken] == [(name, "cut")]


def test_a_daily_head_signed_with_another_key_is_named(desk: Desk) -> None:
    desk.publish(ONE_TASK)
    desk.start("p")
    nights(desk)
    behind_its_back(desk, "UPDATE signed_head SET signature = replace(signature, '=', 'A')")

    assert [b.stream for b in report(desk).broken] == ["head:2026-03-03"]


def test_a_wrong_master_key_is_said_so_and_not_taken_for_a_broken_chain(desk: Desk) -> None:
    desk.publish(ONE_TASK)
    desk.start("p")
    desk.runtime = courses.Runtime(
        Keyring(base64.b64encode(b"x" * 32).decode()), desk.runtime.operations
    )

    with pytest.raises(DomainError, match="Hovednøglen passer ikke"):
        report(desk)


def test_messages_that_nobody_came_for_are_forgotten(desk: Desk) -> None:
    publish_reply(desk, "anna", seconds=60)
    nights(desk)

    with desk.database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM buffered_message")) == 0
