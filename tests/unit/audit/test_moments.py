"""A moment of the film: reached from a snapshot that the journal vouches for, on the version in force then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, delete, func, select, update

from app import audit, courses
from app.audit import Detail, Reached
from app.courses import Course
from app.courses.kept import snapshots
from app.courses.rows import CourseSnapshot
from app.journal import Wanted
from app.storage import Base
from tests.unit.courses.conftest import METTE, Desk, open_desk
from tests.unit.courses.test_migrating import claimed, moved
from tests.unit.courses.test_operating import TASK, WHY, ask, do, line

LOOP = f"""<process id="p" isExecutable="true"><startEvent id="s"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="again"/>
<userTask id="again" name="Følg op">{TASK}</userTask>
<sequenceFlow id="f2" sourceRef="again" targetRef="more"/>
<exclusiveGateway id="more" name="Mere?" default="on"/>
<sequenceFlow id="on" sourceRef="more" targetRef="again"/>
<sequenceFlow id="out" sourceRef="more" targetRef="e">
  <conditionExpression>= done</conditionExpression></sequenceFlow>
<endEvent id="e"/></process>"""
EVERY = 10
ROUNDS = 2 * EVERY + 7


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    engine = create_engine(f"sqlite:///{tmp_path / 'moments.sqlite'}")
    Base.metadata.create_all(engine)
    yield open_desk(engine)
    engine.dispose()


@pytest.fixture
def looped(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> int:
    """A course that has gone round more often than two snapshots lie apart."""
    monkeypatch.setattr(snapshots, "EVERY", EVERY)
    desk.publish(LOOP)
    course = desk.start("p")
    for number in range(ROUNDS):
        desk.complete(course, "again", done=False, number=number)
    return course


def reached(desk: Desk, course: int, seq: int) -> Reached:
    with desk.database.read() as session:
        return audit.reached(session, desk.runtime, course, seq)


def detail(desk: Desk, course: int, seq: int) -> Detail:
    with desk.database.read() as session:
        return audit.entry(session, desk.runtime, session.get_one(Course, course), seq)


def taken(desk: Desk, course: int) -> list[int]:
    query = select(CourseSnapshot.seq).where(CourseSnapshot.course_key == course)
    with desk.database.read() as session:
        return list(session.scalars(query.order_by(CourseSnapshot.seq)))


def test_a_moment_is_the_same_from_a_snapshot_as_from_the_start(desk: Desk, looped: int) -> None:
    assert taken(desk, looped) == [EVERY, 2 * EVERY]
    wanted = (1, 2, EVERY - 1, EVERY, EVERY + 1, 2 * EVERY + 5)
    near = [reached(desk, looped, seq) for seq in wanted]
    shown = detail(desk, looped, 2 * EVERY + 5)
    with desk.database.write() as work:
        work.session.execute(delete(CourseSnapshot))
    assert [reached(desk, looped, seq) for seq in wanted] == near
    assert detail(desk, looped, 2 * EVERY + 5) == shown
    assert shown.proved is True
    assert [change.name for change in shown.changes] == ["number"]


def test_only_what_lies_after_the_last_snapshot_is_decided_again(
    desk: Desk, looped: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided = []
    real = audit.replay.__globals__["decide"]

    def counting(*arguments: object) -> object:
        decided.append(arguments)
        return real(*arguments)

    monkeypatch.setitem(audit.replay.__globals__, "decide", counting)
    reached(desk, looped, 2 * EVERY + 5)
    assert len(decided) == 5


def test_a_snapshot_that_the_journal_does_not_vouch_for_is_passed_over(
    desk: Desk, looped: int
) -> None:
    honest = reached(desk, looped, 2 * EVERY + 5)
    with desk.database.write() as work:
        first = select(CourseSnapshot.state).where(CourseSnapshot.seq == EVERY)
        forged = work.session.scalar(first)
        last = update(CourseSnapshot).where(CourseSnapshot.seq == 2 * EVERY)
        work.session.execute(last.values(state=forged))
    assert reached(desk, looped, 2 * EVERY + 5) == honest


def test_nothing_erased_is_read_from_a_snapshot(desk: Desk, looped: int) -> None:
    desk.clock.advance(timedelta(days=1))
    keyring = desk.runtime.keyring
    desk.database.run(lambda work: keyring.destroy(work, f"course:{looped}"))
    found = reached(desk, looped, 2 * EVERY + 5)
    assert found.before is None
    assert found.moment is not None
    assert found.moment.sealed
    assert not any(found.progress.values())


def test_an_entry_without_a_decision_keeps_the_state_before_it(desk: Desk) -> None:
    desk.publish(line(ask("one"), ask("two")))
    course = desk.start("p")
    claimed(desk, course, "one")
    found = reached(desk, course, 2)
    assert found.moment is not None
    assert found.moment.state == found.before
    assert detail(desk, course, 2).proved is None


class TestMovedAndUndone:
    """A course moved to another version, and back: each part keeps the version that was in force."""

    @pytest.fixture
    def course(self, desk: Desk) -> int:
        desk.publish(line(ask("one"), ask("two")))
        course = desk.start("p")
        desk.complete(course, "one")
        desk.publish(line(ask("one"), ask("two"), ask("three")))
        moved(desk, course)
        return course

    def versions(self, desk: Desk, course: int) -> list[int]:
        with desk.database.read() as session:
            found = session.get_one(Course, course)
            last = audit.fitting(session, found, None)
            return [audit.version_at(session, desk.runtime, found, seq).key for seq in last]

    def test_each_entry_is_read_on_the_version_of_its_day(self, desk: Desk, course: int) -> None:
        desk.complete(course, "two")
        keys = self.versions(desk, course)
        new, old = keys[-1], keys[0]
        assert keys == [old, old, new, new]
        assert new == desk.course(course).version_key
        before = detail(desk, course, 2)
        assert before.version is not None
        assert before.version.key == old

    def test_what_was_taken_back_is_marked_and_keeps_its_own_version(
        self, desk: Desk, course: int
    ) -> None:
        do(desk, courses.undo_migration, course)
        keys = self.versions(desk, course)
        assert keys[2] != keys[1] == keys[3]
        taken_back = detail(desk, course, 3)
        assert taken_back.act.undone_by == 4
        assert taken_back.version is not None
        assert taken_back.version.key == keys[2]
        assert taken_back.act.reason == WHY
        assert detail(desk, course, 4).act.undone_by == 0

    def test_a_migration_is_reached_by_its_snapshot(self, desk: Desk, course: int) -> None:
        near = reached(desk, course, 3)
        with desk.database.write() as work:
            work.session.execute(delete(CourseSnapshot))
        far = reached(desk, course, 3)
        assert near.moment is not None
        assert far.moment is not None
        assert (near.moment.state, near.progress) == (far.moment.state, far.progress)
        assert (near.before, near.was) == (far.before, far.was)


def test_a_history_is_narrowed_by_who_what_and_when(desk: Desk) -> None:
    desk.publish(line(ask("one"), ask("two")))
    course = desk.start("p")
    claimed(desk, course, "one")
    desk.clock.advance(timedelta(days=1))
    desk.complete(course, "one")
    now = desk.clock.now()

    def seqs(wanted: Wanted) -> list[int]:
        with desk.database.read() as session:
            return list(audit.fitting(session, session.get_one(Course, course), wanted))

    assert seqs(Wanted()) == [1, 2, 3]
    assert seqs(Wanted(person=METTE.username)) == [1, 2, 3]
    assert seqs(Wanted(person="bo")) == []
    assert seqs(Wanted(element="one")) == [2, 3]
    assert seqs(Wanted(kinds=frozenset({"course:task-claimed"}))) == [2]
    assert seqs(Wanted(since=now)) == [3]
    assert seqs(Wanted(until=now)) == [1, 2]


def test_one_snapshot_is_taken_of_so_many_commands(desk: Desk, looped: int) -> None:
    with desk.database.read() as session:
        kept = session.scalar(select(func.count()).select_from(CourseSnapshot))
    assert kept == (ROUNDS + 1) // EVERY


def test_what_an_entry_interrupts_is_told(desk: Desk) -> None:
    desk.publish(line(ask("one"), ask("two")))
    course = desk.start("p")
    do(desk, courses.cancel, course)
    assert [(step.name, step.what) for step in detail(desk, course, 2).steps] == [
        ("one", audit.STOPPED)
    ]
