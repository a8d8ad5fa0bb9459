"""An operator and those who work, at one course at once: one is first, the other is told, nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from app import audit, courses
from app.access import Principal
from app.courses import Order
from app.definitions import library
from app.errors import Conflict
from app.storage import UnitOfWork
from tests.performance.test_together import METTE, MODEL, ROUNDS, Desk

BO = Principal(2, "bo", "Bo Strøm", frozenset({"operator"}))
ORDER = Order(BO, "Modellen rettes.")


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    made = Desk(database_url)
    yield made
    made.engine.dispose()


def at_once(desk: Desk, *acts: Callable[[UnitOfWork], object]) -> list[str]:
    """Do things in as many threads; return what each was told, in the order of the acts."""
    ready, told = threading.Barrier(len(acts)), [""] * len(acts)

    def do(number: int) -> None:
        ready.wait()
        try:
            desk.database.run(acts[number])
            told[number] = "done"
        except Conflict as conflict:
            told[number] = conflict.code

    threads = [threading.Thread(target=do, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def complete(desk: Desk, element: str) -> Callable[[UnitOfWork], object]:
    key = desk.open_tasks()[element]
    return lambda work: courses.complete(work, desk.runtime, key, {}, METTE)


def verified(desk: Desk) -> bool:
    with desk.database.read() as session:
        return audit.verify(session, desk.runtime, desk.course).ok


def test_who_completes_while_an_operator_suspends_is_first_or_is_told(desk: Desk) -> None:
    runtime, course = desk.runtime, desk.course
    for _ in range(ROUNDS):
        act = complete(desk, "one")
        suspended, completed = at_once(
            desk, lambda work: courses.suspend(work, runtime, course, ORDER), act
        )
        assert suspended == "done"
        assert completed in {"done", "course:suspended"}
        assert ("one" in desk.open_tasks()) == (completed == "course:suspended")
        # Whoever was told may do it once the course goes on
        desk.database.run(lambda work: courses.resume(work, runtime, course, ORDER))
        for element in desk.open_tasks():
            desk.database.run(complete(desk, element))
    assert verified(desk)


def test_of_two_operators_who_do_the_same_the_second_is_told(desk: Desk) -> None:
    runtime, course = desk.runtime, desk.course
    for _ in range(ROUNDS):
        both = at_once(desk, *[lambda work: courses.suspend(work, runtime, course, ORDER)] * 2)
        assert sorted(both) == ["course:suspended", "done"]
        both = at_once(desk, *[lambda work: courses.resume(work, runtime, course, ORDER)] * 2)
        assert sorted(both) == ["course:running", "done"]
    assert verified(desk)


def test_a_course_migrates_or_is_worked_on_and_both_are_whole(desk: Desk) -> None:
    runtime, course = desk.runtime, desk.course
    changed = {"p.bpmn": MODEL.replace('id="p"', 'id="p" name="Ny"').encode()}
    desk.database.run(lambda work: library.publish(work, changed, "designer", runtime.keyring))
    with desk.database.read() as session:
        found = session.get_one(courses.Course, course)
        versions = [found.version_key, courses.versions_to_move_to(session, found)[0].key]
    for number in range(ROUNDS):
        to = versions[(number + 1) % 2]
        act = complete(desk, "one")
        moved, completed = at_once(
            desk, lambda work, to=to: courses.migrate(work, runtime, course, to, {}, ORDER), act
        )
        # The task keeps its key, so whoever completes it need not care who was first
        assert (moved, completed) == ("done", "done")
        desk.database.run(complete(desk, "two"))
    assert verified(desk)
