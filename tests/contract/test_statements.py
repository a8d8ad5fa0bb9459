"""Statements at the driver, and the connections that a web process keeps, on both databases."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import (
    bindparam,
    create_engine,
    literal,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError

from app.clock import SetClock
from app.storage import POOL, Database, Facts, Insertion, Statement
from tests.contract.notes import notes


def test_a_statement_run_again_leaves_alone_what_it_found_before(stocked: Database) -> None:
    said = Statement(select(notes.c.said).where(notes.c.id <= bindparam("last")).order_by("id"))
    with stocked.write() as work:
        Insertion(notes).run(work.session, [note(1), note(2)])
        first = said.rows(work.session, {"last": 1})
        assert said.rows(work.session, {"last": 2}) == [("note 1",), ("note 2",)]
    assert first == [("note 1",)]


@pytest.mark.parametrize("count", [0, 1, 2, 8, 9, 20])
def test_many_rows_are_inserted_each_as_it_is(stocked: Database, count: int) -> None:
    rows = [note(number) for number in range(count)]
    adding = Insertion(notes, but=["said"])
    with stocked.write() as work:
        adding.run(work.session, rows)
    with stocked.read() as session:
        found = session.execute(select(notes).order_by(notes.c.id)).mappings().all()
    assert [dict(row) for row in found] == [{**row, "said": None} for row in rows]


def note(number: int) -> dict[str, Any]:
    at = datetime(2026, 3, 2, 9, 30, number, tzinfo=UTC)
    return {"id": number, "said": f"note {number}", "at": at, "data": {"n": Decimal(number) / 4}}


def test_what_postgresql_has_prepared_is_kept_when_a_reader_is_done(
    postgres_database_url: str,
) -> None:
    engine = create_engine(postgres_database_url, **POOL)
    database = Database(engine, SetClock(datetime(2026, 1, 1, tzinfo=UTC)), Facts())
    for _ in range(10):
        with database.read() as session:
            session.execute(text("SELECT 1"))
    with database.read() as session:
        prepared = session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
    engine.dispose()
    assert "SELECT 1" in prepared


def test_a_web_process_keeps_the_connections_that_its_threads_have_opened(
    database_url: str,
) -> None:
    engine = create_engine(database_url, **POOL)
    with ExitStack() as held:
        for _ in range(12):
            held.enter_context(engine.connect())
    kept = engine.pool.checkedin()  # type: ignore[attr-defined]  # of the pool that both databases have
    engine.dispose()
    assert kept == 12


def test_when_postgresql_has_started_anew_only_one_who_asks_hears_of_it(
    postgres_database_url: str,
) -> None:
    """Given kept connections that are all gone, then the first to find out has the others replaced."""
    engine = create_engine(postgres_database_url, **POOL)
    database = Database(engine, SetClock(datetime(2026, 1, 1, tzinfo=UTC)), Facts())
    one = Statement(select(literal(1)))
    with ExitStack() as held:
        for _ in range(6):
            held.enter_context(engine.connect())
    server = create_engine(postgres_database_url)
    with server.connect() as connection:
        others = (
            "FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
        gone = connection.scalars(text(f"SELECT pg_terminate_backend(pid, 5000) {others}")).all()
    server.dispose()
    assert gone == [True] * 6

    with pytest.raises(DBAPIError), database.read() as session:
        one.rows(session, {})
    found = [database.run(lambda work: one.rows(work.session, {})) for _ in range(6)]
    engine.dispose()
    assert found == [[(1,)]] * 6
