"""Due work in both shapes: a thread on SQLite, workers of procrastinate on PostgreSQL; the same is true of both."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, func, select, text

from app.clock import Clock, SetClock
from app.jobs import DueWork, Handler, attempt, background_work, schedule, withdraw
from app.jobs.dispatch import dispatch
from app.storage import Database, Facts, UnitOfWork, schema
from tests.contract.conftest import NOW

PATIENCE = 30


@contextmanager
def at_work(database: Database, handlers: Mapping[str, Handler]) -> Iterator[None]:
    """Background work in this installation's shape, for as long as the block lasts."""
    background = background_work(database, handlers)
    background.start()
    try:
        yield
    finally:
        background.stop()


def until(so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not so():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def rows(database: Database) -> dict[str, DueWork]:
    with database.read() as session:
        return {row.ref: row for row in session.scalars(select(DueWork))}


def nothing_is_due(database: Database) -> bool:
    with database.read() as session:
        due = select(func.count()).where(DueWork.due <= database.clock.now())
        return not session.scalar(due)


class Diary:
    """A handler that writes down what it was called with."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def __call__(self, _work: UnitOfWork, ref: str) -> None:
        self.lines.append(ref)


def test_what_is_due_is_done_once_and_what_is_not_waits(
    database: Database, clock: SetClock
) -> None:
    diary = Diary()
    with database.write() as work:
        schedule(work, "diary", "now", NOW)
        schedule(work, "diary", "in an hour", NOW + timedelta(hours=1))
        schedule(work, "diary", "never", NOW)
        withdraw(work, "diary", "never")

    with at_work(database, {"diary": diary}):
        until(lambda: set(rows(database)) == {"in an hour"})
        assert diary.lines == ["now"]
        clock.advance(timedelta(hours=1))
        until(lambda: not rows(database))

    assert diary.lines == ["now", "in an hour"]


def test_work_about_one_thing_is_done_in_due_order_one_at_a_time(database: Database) -> None:
    busy, lines = threading.Lock(), []

    def slow(_work: UnitOfWork, ref: str) -> None:
        assert busy.acquire(blocking=False), "two at once"
        time.sleep(0.05)
        lines.append(ref)
        busy.release()

    with database.write() as work:
        for minutes in (7, 3, 9, 1, 5):
            schedule(work, "slow", f"course:{minutes}", NOW - timedelta(minutes=minutes))

    with at_work(database, {"slow": slow}):
        until(lambda: not rows(database))

    assert lines == ["course:9", "course:7", "course:5", "course:3", "course:1"]


def test_a_failing_piece_leaves_nothing_is_put_off_and_the_rest_goes_on(
    database: Database,
) -> None:
    diary = Diary()

    def fail(work: UnitOfWork, ref: str) -> None:
        schedule(work, "diary", "left behind", NOW)
        raise ZeroDivisionError(ref)

    with database.write() as work:
        schedule(work, "fail", "bad", NOW - timedelta(hours=1))
        schedule(work, "unheard of", "bad too", NOW - timedelta(hours=1))
        schedule(work, "diary", "good", NOW)

    with at_work(database, {"diary": diary, "fail": fail}):
        until(lambda: nothing_is_due(database))

    left = rows(database)
    assert diary.lines == ["good"]
    assert set(left) == {"bad", "bad too"}
    assert left["bad"].last_error == "ZeroDivisionError: bad"
    assert left["bad"].due == NOW + timedelta(seconds=10)
    assert left["bad too"].attempts == 1


def test_work_may_put_itself_on_the_list_again(database: Database, clock: SetClock) -> None:
    diary = Diary()

    def every_day(work: UnitOfWork, ref: str) -> None:
        diary(work, ref)
        schedule(work, "daily", ref, work.now + timedelta(days=1))

    with database.write() as work:
        schedule(work, "daily", "round", NOW)

    with at_work(database, {"daily": every_day}):
        for days in (1, 2, 3):
            until(lambda days=days: len(diary.lines) == days)
            until(lambda: nothing_is_due(database))
            clock.advance(timedelta(days=1))
        until(lambda: len(diary.lines) == 4)


def test_several_at_work_do_each_piece_once(database: Database, database_url: str) -> None:
    """What is done is counted in the database, by the transaction that does it."""
    pieces = 60

    def effect(work: UnitOfWork, ref: str) -> None:
        schedule(work, "effect", f"{ref}:{work.next_key()}", NOW + timedelta(days=365))

    with database.write() as work:
        for number in range(pieces):
            schedule(work, "work", str(number), NOW)

    with ExitStack() as all_of_them:
        for _ in range(3):
            engine = create_engine(database_url)
            all_of_them.callback(engine.dispose)
            other = Database(engine, database.clock, Facts())
            all_of_them.enter_context(at_work(other, {"work": effect}))
        until(lambda: nothing_is_due(database))

    assert sorted(ref.partition(":")[0] for ref in rows(database)) == sorted(
        str(number) for number in range(pieces)
    )


def test_who_stops_finishes_the_piece_at_hand(database: Database) -> None:
    begun, diary = threading.Event(), Diary()

    def slow(work: UnitOfWork, ref: str) -> None:
        begun.set()
        time.sleep(0.5)
        diary(work, ref)

    with database.write() as work:
        schedule(work, "slow", "one", NOW)
    with at_work(database, {"slow": slow}):
        assert begun.wait(PATIENCE)

    assert diary.lines == ["one"]
    assert not rows(database)


def test_a_piece_that_is_tried_twice_is_done_once(database: Database) -> None:
    diary = Diary()
    with database.write() as work:
        schedule(work, "diary", "one", NOW)
    key = rows(database)["one"].key

    assert [attempt(database, {"diary": diary}, key) for _ in range(2)] == [True, False]
    assert diary.lines == ["one"]


@pytest.fixture
def distributed(postgres_database_url: str, clock: Clock) -> Iterator[Database]:
    """PostgreSQL, for what can only go wrong there."""
    engine = create_engine(postgres_database_url)
    schema.upgrade(engine)
    yield Database(engine, clock, Facts())
    engine.dispose()


def jobs(database: Database) -> list[tuple[str, str]]:
    with database.read() as session:
        query = "SELECT args ->> 'key', status FROM procrastinate.procrastinate_jobs ORDER BY id"
        return [tuple(row) for row in session.execute(text(query))]


def test_what_is_due_is_handed_out_once_until_it_is_done(distributed: Database) -> None:
    with distributed.write() as work:
        schedule(work, "diary", "second", NOW - timedelta(hours=1))
        schedule(work, "diary", "first", NOW - timedelta(hours=2))
        schedule(work, "diary", "not yet", NOW + timedelta(hours=2))

    assert [dispatch(distributed) for _ in range(2)] == [2, 0]

    keys = {ref: str(row.key) for ref, row in rows(distributed).items()}
    assert jobs(distributed) == [(keys["first"], "todo"), (keys["second"], "todo")]


def test_what_a_dead_worker_had_in_hand_is_handed_out_again(distributed: Database) -> None:
    diary = Diary()
    with distributed.write() as work:
        schedule(work, "diary", "1:first", NOW - timedelta(hours=1))
        schedule(work, "diary", "1:second", NOW)
    dispatch(distributed)
    with distributed.write() as work:
        work.session.execute(text("SET LOCAL search_path TO procrastinate"))
        died = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute') RETURNING id"
        taken = "SELECT id FROM procrastinate_fetch_job_v2(NULL, :worker)"
        worker = work.session.execute(text(died)).scalar_one()
        work.session.execute(text(taken), {"worker": worker})
    assert [status for _, status in jobs(distributed)] == ["doing", "todo"]

    with at_work(distributed, {"diary": diary}):
        until(lambda: not rows(distributed))

    assert sorted(diary.lines) == ["1:first", "1:second"]


def test_taking_work_off_the_list_does_not_wait_for_whoever_does_it(distributed: Database) -> None:
    """A worker holds the row and waits for the course; who holds the course clears the timer: neither may wait."""
    with distributed.write() as work:
        schedule(work, "diary", "one", NOW)
    key = rows(distributed)["one"].key
    begun, go_on = threading.Event(), threading.Event()

    def wait(_work: UnitOfWork, _ref: str) -> None:
        begun.set()
        assert go_on.wait(PATIENCE)

    worker = threading.Thread(target=attempt, args=(distributed, {"diary": wait}, key))
    worker.start()
    assert begun.wait(PATIENCE)
    with distributed.write() as work:
        work.session.execute(text("SET LOCAL lock_timeout = '2s'"))
        withdraw(work, "diary", "one")
    go_on.set()
    worker.join()

    assert not rows(distributed)


def test_what_is_due_already_is_done_at_once(database: Database) -> None:
    """Not when the thread or the dispatcher next looks, once a second."""
    diary = Diary()

    with at_work(database, {"diary": diary}):
        time.sleep(1.5)  # it has looked, found nothing, and waits
        began = time.monotonic()
        for number in range(10):
            database.run(lambda work, ref=str(number): schedule(work, "diary", ref, work.now))
            until(lambda number=number: len(diary.lines) == number + 1)
        took = time.monotonic() - began

    assert diary.lines == [str(number) for number in range(10)]
    assert took < 6, "a look a second would take ten"
