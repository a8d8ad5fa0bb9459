"""What the unit of work promises, on an SQLite file and on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import (
    create_engine,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.clock import SetClock
from app.errors import Conflict
from app.storage import (
    Base,
    Database,
    Facts,
    Race,
    UnitOfWork,
    next_keys,
)
from app.storage.keys import FIRST
from tests.contract.notes import notes


def together(count: int, act: Callable[[int], None]) -> None:
    """Do `act` in as many threads as told, all starting at once; raise what any of them raised."""
    start, errors = threading.Barrier(count), []

    def run(number: int) -> None:
        start.wait()
        try:
            act(number)
        except Exception as error:  # noqa: BLE001 -- raised again in the test's own thread
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    if errors:
        raise errors[0]


def count_notes(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(notes)) or 0


def test_keys_begin_where_camunda_s_do(database: Database) -> None:
    with database.write() as work:
        assert work.next_key() == FIRST


def test_many_keys_come_ascending_and_once(database: Database) -> None:
    with database.write() as work:
        keys = [work.next_key(), *next_keys(work.session, 50), work.next_key()]
    assert keys == sorted(set(keys))


def test_threads_never_get_the_same_key(database: Database) -> None:
    drawn: list[int] = []

    def draw(_number: int) -> None:
        for _ in range(10):
            drawn.extend(database.run(lambda work: next_keys(work.session, 3)))

    together(6, draw)

    assert len(set(drawn)) == len(drawn) == 180


def test_what_a_transaction_wrote_is_there_for_the_next_reader(stocked: Database) -> None:
    with stocked.write() as work:
        work.session.execute(insert(notes).values(id=1, said="hej"))

    with stocked.read() as session:
        assert session.execute(select(notes.c.said)).scalars().all() == ["hej"]


def test_a_transaction_that_raises_leaves_nothing(stocked: Database) -> None:
    called = []

    def act(work: UnitOfWork) -> None:
        _add(work, 1)
        work.after_commit.append(lambda: called.append("after commit"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stocked.run(act)

    assert (count_notes(stocked), called) == (0, [])


def test_what_follows_a_commit_sees_it_and_may_write(stocked: Database) -> None:
    seen = []

    def follow() -> None:
        seen.append(count_notes(stocked))
        with stocked.write() as work:
            work.session.execute(insert(notes).values(id=2))

    with stocked.write() as work:
        work.session.execute(insert(notes).values(id=1))
        work.after_commit.append(follow)

    assert (seen, count_notes(stocked)) == ([1], 2)


def test_a_transaction_has_one_instant(database: Database, clock: SetClock) -> None:
    with database.write() as work:
        before = work.now
        clock.advance(timedelta(hours=1))
        assert work.now == before


@dataclass(frozen=True)
class Withdrawn:
    """A fact."""

    consent: int


def test_a_fact_is_told_inside_the_transaction(database: Database, clock: SetClock) -> None:
    notes.create(database.engine)
    facts = Facts()

    def act(work: UnitOfWork, fact: Withdrawn) -> None:
        work.session.execute(insert(notes).values(id=fact.consent, at=work.now))

    facts.subscribe(Withdrawn, act)
    told = Database(database.engine, clock, facts)

    with told.write() as work:
        work.record(Withdrawn(7))

    def fail(work: UnitOfWork) -> None:
        work.record(Withdrawn(8))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        told.run(fail)

    with told.read() as session:
        assert session.execute(select(notes.c.id)).scalars().all() == [7]


@pytest.mark.parametrize(
    "value",
    [
        {"å": [1, Decimal("0.1"), True, None, {"dyb": ""}], "b": -(2**62)},
        Decimal("123456789012345678901234567890.000000001"),
        "æøå \U0001f600",
        [],
    ],
)
def test_json_comes_back_as_it_was(stocked: Database, value: Any) -> None:
    with stocked.write() as work:
        work.session.execute(insert(notes).values(id=1, data=value))

    with stocked.read() as session:
        back = session.execute(select(notes.c.data)).scalar_one()
    assert (back, type(back)) == (value, type(value))


def test_json_is_stored_as_canonical_text(stocked: Database) -> None:
    with stocked.write() as work:
        work.session.execute(insert(notes).values(id=1, data={"b": Decimal("2.0"), "a": "ø"}))

    with stocked.read() as session:
        assert session.execute(text("SELECT data FROM note")).scalar_one() == '{"a":"ø","b":2}'


def test_a_float_is_not_stored(stocked: Database) -> None:
    with pytest.raises(Exception, match="float is not JSON"), stocked.write() as work:
        work.session.execute(insert(notes).values(id=1, data=0.1))


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2026, 3, 29, 1, 59, 59, 999999, tzinfo=UTC),
        datetime(1926, 1, 2, 3, 4, 5, 600, tzinfo=timezone(timedelta(hours=2))),
    ],
)
def test_an_instant_comes_back_in_utc(stocked: Database, instant: datetime) -> None:
    with stocked.write() as work:
        work.session.execute(insert(notes).values(id=1, at=instant))

    with stocked.read() as session:
        back = session.execute(select(notes.c.at)).scalar_one()
    assert (back, back.tzinfo) == (instant, UTC)


def test_instants_are_ordered_as_text(stocked: Database) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    with stocked.write() as work:
        for number, minutes in enumerate((5, -3, 600_000, 0)):
            work.session.execute(
                insert(notes).values(id=number, at=start + timedelta(minutes=minutes))
            )

    with stocked.read() as session:
        order = session.execute(select(notes.c.id).order_by(notes.c.at)).scalars().all()
    assert order == [1, 3, 0, 2]


def test_an_instant_without_an_offset_is_a_bug(stocked: Database) -> None:
    with pytest.raises(Exception, match="needs an offset"), stocked.write() as work:
        work.session.execute(insert(notes).values(id=1, at=datetime(2026, 1, 1)))  # noqa: DTZ001 -- the point


def test_a_read_session_refuses_to_write(stocked: Database) -> None:
    with pytest.raises(DBAPIError, match=r"read-?only"), stocked.read() as session:
        session.execute(insert(notes).values(id=1))

    with stocked.write() as work:  # and the connection is not spoilt for the next writer
        work.session.execute(insert(notes).values(id=2))


def test_a_read_session_sees_one_state(stocked: Database) -> None:
    with stocked.read() as session:
        before = session.scalar(select(func.count()).select_from(notes))
        together(1, lambda _: stocked.run(lambda work: _add(work, 1)))
        after = session.scalar(select(func.count()).select_from(notes))

    assert (before, after, count_notes(stocked)) == (0, 0, 1)


def _add(work: UnitOfWork, number: int) -> None:
    work.session.execute(insert(notes).values(id=number))


def test_a_write_inside_a_write_is_refused_rather_than_waited_for(database: Database) -> None:
    with pytest.raises(RuntimeError, match="inside another"), database.write(), database.write():
        pass

    with database.write() as work:
        assert work.next_key()


def test_a_lost_race_is_run_again_in_a_new_transaction(stocked: Database) -> None:
    sessions = []

    def act(work: UnitOfWork) -> str:
        sessions.append(work.session)
        _add(work, len(sessions))
        if len(sessions) < 3:
            raise Race
        return "done"

    assert stocked.run(act) == "done"
    assert len(set(map(id, sessions))) == 3
    assert count_notes(stocked) == 1


def test_who_loses_three_races_is_told_that_someone_else_was_first(database: Database) -> None:
    tries = []

    def act(_work: UnitOfWork) -> None:
        tries.append(1)
        raise Race

    with pytest.raises(Conflict) as caught:
        database.run(act)
    assert (caught.value.code, len(tries)) == ("storage:busy", 3)


def test_a_broken_constraint_is_a_bug_and_not_tried_again(stocked: Database) -> None:
    tries = []

    def act(work: UnitOfWork) -> None:
        tries.append(1)
        _add(work, 1)
        _add(work, 1)

    with pytest.raises(IntegrityError):
        stocked.run(act)
    assert (len(tries), count_notes(stocked)) == (1, 0)


def test_a_conflict_of_the_caller_s_own_is_not_tried_again(database: Database) -> None:
    tries = []

    def act(_work: UnitOfWork) -> None:
        tries.append(1)
        raise Conflict("task:closed", "Opgaven er lukket.")

    with pytest.raises(Conflict, match="Opgaven er lukket"):
        database.run(act)
    assert len(tries) == 1


def test_writers_who_read_first_lose_nothing(stocked: Database) -> None:
    """Given a row that each of eight threads reads and then writes, then no write is lost."""
    stocked.run(lambda work: work.session.execute(insert(notes).values(id=1, data=0)))

    def add_one(work: UnitOfWork) -> None:
        row = select(notes.c.data).where(notes.c.id == 1).with_for_update()
        value = work.session.execute(row).scalar_one()
        work.session.execute(update(notes).values(data=value + 1))

    def add_five(_number: int) -> None:
        for _ in range(5):
            stocked.run(add_one)

    together(8, add_five)

    with stocked.read() as session:
        assert session.execute(select(notes.c.data)).scalar_one() == 40


def test_a_deadlock_ends_with_both_done(stocked: Database) -> None:
    """Given two writers who take two rows in opposite order, then one is told so and tries again.

    On SQLite they queue, which must come out the same.
    """
    stocked.run(lambda work: _add(work, 1))
    stocked.run(lambda work: _add(work, 2))
    first_taken = [threading.Event(), threading.Event()]
    tries = []

    def take(work: UnitOfWork, number: int) -> None:
        tries.append(number)
        mine, other = (1, 2) if number == 0 else (2, 1)
        said = notes.c.said + "x"
        work.session.execute(
            update(notes).where(notes.c.id == mine).values(said=func.coalesce(said, "x"))
        )
        first_taken[number].set()
        first_taken[1 - number].wait(1)
        work.session.execute(
            update(notes).where(notes.c.id == other).values(said=func.coalesce(said, "x"))
        )

    together(2, lambda number: stocked.run(lambda work: take(work, number)))

    with stocked.read() as session:
        assert session.execute(select(notes.c.said)).scalars().all() == ["xx", "xx"]
    if stocked.engine.dialect.name == "postgresql":
        assert len(tries) > 2  # at least one lost, and tried again


def test_a_file_locked_by_another_process_s_writer_is_waited_for(sqlite_url: str) -> None:
    """Given two `Database`s on one file, as two processes have, then their writers queue at the file."""
    doors = []
    for _ in range(2):
        engine = create_engine(sqlite_url)
        doors.append(Database(engine, SetClock(datetime(2026, 1, 1, tzinfo=UTC)), Facts()))
    Base.metadata.tables["key_counter"].create(doors[0].engine)
    drawn: list[int] = []

    def draw(number: int) -> None:
        drawn.extend(doors[number % 2].run(UnitOfWork.next_key) for _ in range(20))

    together(4, draw)

    assert sorted(drawn) == list(range(FIRST, FIRST + 80))
    for door in doors:
        door.engine.dispose()


def test_sqlite_is_durable_and_forgets_what_is_deleted(sqlite_url: str) -> None:
    engine = create_engine(sqlite_url)
    database = Database(engine, SetClock(datetime(2026, 1, 1, tzinfo=UTC)), Facts())
    with database.read() as session:
        said = {
            name: session.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    engine.dispose()
    assert said == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


def test_storage_loads_no_flask() -> None:
    import subprocess
    import sys

    program = "import sys, app.storage, app.journal; sys.exit('flask' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
