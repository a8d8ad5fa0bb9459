"""Due work: done once, in order, and a failing piece neither stops the rest nor is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, select

from app.clock import SetClock
from app.jobs import DueWork, next_due, run_due, schedule, withdraw
from app.storage import Base, Database, Facts, UnitOfWork, keys

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOON)


@pytest.fixture
def database(tmp_path: Path, clock: SetClock) -> Iterator[Database]:
    engine = create_engine(f"sqlite:///{tmp_path / 'jobs.sqlite'}")
    database = Database(engine, clock, Facts())
    Base.metadata.create_all(engine, tables=[DueWork.__table__, keys.counter])
    yield database
    engine.dispose()


def test_work_is_done_once_and_in_due_order(database: Database, clock: SetClock) -> None:
    seen: list[str] = []
    with database.write() as work:
        schedule(work, "note", "later", NOON + timedelta(hours=2))
        schedule(work, "note", "sooner", NOON + timedelta(hours=1))
        schedule(work, "note", "not yet", NOON + timedelta(hours=9))
    handlers = {"note": lambda _work, ref: seen.append(ref)}

    assert run_due(database, handlers) == 0
    clock.advance(timedelta(hours=3))
    assert run_due(database, handlers) == 2
    assert run_due(database, handlers) == 0

    assert seen == ["sooner", "later"]
    with database.read() as session:
        assert next_due(session) == NOON + timedelta(hours=9)


def test_what_is_due_is_found_by_an_index_and_nothing_else_is_looked_at(
    database: Database, clock: SetClock
) -> None:
    """Given many timers that wait, looking for what is due reads the list alone: no course, no state, no model."""
    with database.write() as work:
        for number in range(200):
            schedule(work, "note", f"{number}:timer#1", NOON + timedelta(hours=1, minutes=number))
    asked: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    assert run_due(database, {}) == 0
    with database.read() as session:
        assert next_due(session) == NOON + timedelta(hours=1)
    event.remove(database.engine, "before_cursor_execute", note)

    questions = [one for one in asked if one.startswith("SELECT")]
    assert questions
    for question in questions:
        assert re.findall(r"(?:FROM|JOIN) (\w+)", question) == ["due_work"]
        filled = question.replace("?", "'2026'")
        with database.engine.connect() as connection:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {filled}").all()
        looked = [row[-1] for row in plan if "due_work" in row[-1]]
        assert looked
        assert all("USING COVERING INDEX ix_due_work_due_key" in line for line in looked), plan


def test_work_taken_off_the_list_is_not_done(database: Database, clock: SetClock) -> None:
    with database.write() as work:
        schedule(work, "note", "one", NOON)
        withdraw(work, "note", "one")

    assert run_due(database, {"note": lambda _work, _ref: pytest.fail("was withdrawn")}) == 0


def test_an_appointment_for_the_same_thing_replaces_the_earlier_one(database: Database) -> None:
    with database.write() as work:
        schedule(work, "note", "one", NOON)
        schedule(work, "note", "one", NOON + timedelta(days=1))

    with database.read() as session:
        assert session.scalars(select(DueWork.due)).all() == [NOON + timedelta(days=1)]


def test_a_failing_piece_rolls_back_is_put_off_and_lets_the_rest_go_on(
    database: Database, clock: SetClock
) -> None:
    seen: list[str] = []

    def note(work: UnitOfWork, ref: str) -> None:
        schedule(work, "note", f"{ref} left this behind", NOON + timedelta(days=9))
        if ref == "bad":
            message = "broken"
            raise RuntimeError(message)
        seen.append(ref)

    with database.write() as work:
        schedule(work, "note", "bad", NOON - timedelta(hours=1))
        schedule(work, "note", "good", NOON)

    assert run_due(database, {"note": note}) == 1

    assert seen == ["good"]
    with database.read() as session:
        rows = {row.ref: row for row in session.scalars(select(DueWork))}
    assert set(rows) == {"bad", "good left this behind"}
    assert (rows["bad"].attempts, rows["bad"].last_error) == (1, "RuntimeError: broken")
    assert rows["bad"].due == NOON + timedelta(seconds=10)


def test_work_that_puts_itself_on_the_list_again_comes_back(
    database: Database, clock: SetClock
) -> None:
    def every_day(work: UnitOfWork, ref: str) -> None:
        schedule(work, "daily", ref, work.now + timedelta(days=1))

    with database.write() as work:
        schedule(work, "daily", "round", NOON)

    assert run_due(database, {"daily": every_day}) == 1
    clock.advance(timedelta(days=1))
    assert run_due(database, {"daily": every_day}) == 1
