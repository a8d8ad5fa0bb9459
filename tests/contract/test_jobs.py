"""Service work on both databases: no job is ever in two hands, and none is lost, whoever dies or comes at once."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, func, select

from app import audit, courses
from app.access import Principal
from app.clock import SetClock
from app.connectors import Registry
from app.courses import Course, CourseJob, JobsWanted, Runtime, StartRequest
from app.definitions import library
from app.errors import NotFound
from app.journal import Keyring
from app.storage import Database, Facts
from app.storage.schema import upgrade

BO = Principal(1, "bo", "Bo Strøm", frozenset({"operator"}))
WORKERS = 4
MODEL = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0">
  <process id="p" isExecutable="true">
    <startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="work"/>
    <serviceTask id="work"><extensionElements><zeebe:taskDefinition type="work"/></extensionElements></serviceTask>
    <sequenceFlow id="f2" sourceRef="work" targetRef="end"/><endEvent id="end"/>
  </process></definitions>"""


class Shop:
    """A database of either kind with a model whose one step is a worker's."""

    def __init__(self, url: str) -> None:
        self.engine = create_engine(url)
        upgrade(self.engine)
        self.clock = SetClock(datetime(2026, 3, 2, 9, 30, tzinfo=UTC))
        facts = Facts()
        self.database = Database(self.engine, self.clock, facts)
        self.runtime = Runtime(Keyring(base64.b64encode(bytes(32)).decode()), Registry())
        courses.listen(facts, self.runtime)
        keyring = self.runtime.keyring
        self.database.run(
            lambda work: library.publish(work, {"p.bpmn": MODEL}, "designer", keyring)
        )

    def start(self, number: int) -> list[int]:
        request = StartRequest("p")
        return [
            self.database.run(lambda work: courses.start(work, self.runtime, request, "bo").key)
            for _ in range(number)
        ]

    def take(self, most: int = 1, patience: float = 0) -> list[int]:
        """Take jobs: their keys."""
        wanted = JobsWanted("work", "w", timedelta(minutes=1), most)
        found = courses.take_jobs(
            self.database, self.runtime, BO, wanted, timedelta(seconds=patience)
        )
        return [one.job.key for one in found]

    def complete(self, key: int) -> None:
        self.database.run(lambda work: courses.complete_job(work, self.runtime, key, {}, BO))

    def at_once(self, act: Callable[[], None]) -> None:
        ready = threading.Barrier(WORKERS)

        def begin() -> None:
            ready.wait()
            act()

        threads = [threading.Thread(target=begin) for _ in range(WORKERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    made = Shop(database_url)
    yield made
    made.engine.dispose()


def test_workers_that_come_at_once_never_get_the_same_job(shop: Shop) -> None:
    shop.start(24)
    taken: list[int] = []

    def work() -> None:
        while found := shop.take(most=3):
            taken.extend(found)

    shop.at_once(work)
    assert len(taken) == len(set(taken)) == 24


def test_every_job_is_done_once_when_workers_race_for_them(shop: Shop) -> None:
    keys = shop.start(16)

    def work() -> None:
        while found := shop.take(most=2):
            for key in found:
                shop.complete(key)

    shop.at_once(work)
    with shop.database.read() as session:
        assert session.scalar(select(func.count()).select_from(CourseJob)) == 0
        statuses = session.scalars(select(Course.status).where(Course.key.in_(keys)))
        assert set(statuses) == {"ended"}
        report = audit.verify(session, shop.runtime)
    assert report.ok, report.broken
    assert report.redecided == 2 * 16


def test_of_two_that_complete_one_job_the_second_is_told(shop: Shop) -> None:
    shop.start(1)
    (key,) = shop.take()
    told: list[str] = []

    def complete() -> None:
        try:
            shop.complete(key)
            told.append("done")
        except NotFound as unknown:
            told.append(unknown.code)

    shop.at_once(complete)
    assert sorted(told) == ["done"] + ["job:unknown"] * (WORKERS - 1)


def test_a_worker_that_dies_while_it_takes_a_job_leaves_it_to_others(shop: Shop) -> None:
    shop.start(1)
    wanted = JobsWanted("work", "w", timedelta(minutes=1))
    with pytest.raises(ZeroDivisionError), shop.database.write() as work:  # noqa: PT012 -- dies inside
        assert len(courses.take(work, shop.runtime, BO, wanted)) == 1
        raise ZeroDivisionError
    assert len(shop.take()) == 1


def test_a_worker_that_dies_with_a_job_loses_it_when_its_time_is_over(shop: Shop) -> None:
    shop.start(1)
    (key,) = shop.take()
    assert shop.take() == []
    shop.clock.advance(timedelta(seconds=61))
    assert shop.take() == [key]


def test_who_waits_is_woken_by_the_commit_that_offers_work(shop: Shop) -> None:
    got: list[int] = []
    waiting = threading.Thread(target=lambda: got.extend(shop.take(patience=30)))
    waiting.start()
    shop.start(1)
    waiting.join(15)
    assert len(got) == 1


def test_only_so_many_wait_at_once_and_the_rest_are_answered(shop: Shop) -> None:
    from app.courses.runtime.bell import FOR_JOBS, MOST_WAITING

    with shop.runtime.bell.seat() as first:
        seats = [shop.runtime.bell.seat() for _ in range(MOST_WAITING[FOR_JOBS])]
        free = [seat.__enter__() for seat in seats]
        assert first
        assert free == [True] * (MOST_WAITING[FOR_JOBS] - 1) + [False]
        assert shop.take(patience=30) == []
        for seat in seats:
            seat.__exit__(None, None, None)
