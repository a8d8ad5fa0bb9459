"""Taking a migration back, on both databases: everything is as before, what ran goes on to the end that it had."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from app import courses
from app.courses import Course, Order, Task
from app.deadlines import Deadline
from app.errors import Conflict
from app.storage import schema
from tests.unit.courses import conftest as small
from tests.unit.courses.conftest import Desk
from tests.unit.courses.test_migrating import claimed, everything, moved, rich
from tests.unit.courses.test_operating import WHY, ask, do, entries, line, service, verified
from tests.unit.deadlines import conftest as dated
from tests.unit.deadlines.conftest import DRIFT, task
from tests.unit.deadlines.test_course import TREATMENT

RULE = "drug_treatment"


@pytest.fixture
def desk(engine: Engine) -> Desk:
    schema.upgrade(engine)
    return small.open_desk(engine)


@pytest.fixture
def office(engine: Engine) -> dated.Desk:
    """A desk at which courses run with the municipality's own table of deadlines."""
    schema.upgrade(engine)
    return dated.open_desk(engine)


def test_undoing_takes_everything_back_until_the_next_command(desk: Desk) -> None:
    desk.publish(rich("one", "two"))
    course = desk.start("p", who="anna")
    claimed(desk, course, "one")
    before = everything(desk, course)
    desk.publish(line(ask("first"), ask("two")))
    desk.clock.advance(timedelta(hours=1))
    moved(desk, course, one="")
    assert set(desk.open_tasks(course)) == {"first"}
    with desk.database.read() as session:
        assert courses.may_undo(session, desk.runtime, session.get_one(Course, course))

    do(desk, courses.undo_migration, course)

    assert everything(desk, course) == before
    with desk.database.read() as session:
        found = session.get_one(Course, course)
        assert courses.past_versions(session, course) == []
        assert not courses.may_undo(session, desk.runtime, found)
    with pytest.raises(Conflict):
        do(desk, courses.undo_migration, course)
    desk.complete(course, "one")
    assert verified(desk)


def test_jobs_and_incidents_come_back_too(desk: Desk) -> None:
    desk.publish(line(service("work", "outside"), ask("one")))
    course = desk.start("p")
    with desk.database.read() as session:
        (job,) = session.query(courses.CourseJob).all()
    desk.publish(line(ask("one"), service("later", "outside")))
    moved(desk, course, work="")
    do(desk, courses.undo_migration, course)
    with desk.database.read() as session:
        (again,) = session.query(courses.CourseJob).all()
    assert (again.address, again.type) == (job.address, job.type) == ("work#1", "outside")
    assert [one.kind for one in entries(desk, course)][-2:] == [
        "course:migrated",
        "course:migration-undone",
    ]
    assert verified(desk)


def running(office: dated.Desk, course: int) -> list[Deadline]:
    return [one for one in office.deadlines(course) if one.is_open]


def migrate(office: dated.Desk, course: int, **mapping: str) -> None:
    with office.database.read() as session:
        found = session.get_one(Course, course)
        key = courses.versions_to_move_to(session, found)[0].key
    order = Order(DRIFT, WHY)
    office.database.run(
        lambda work: courses.migrate(work, office.runtime, course, key, mapping, order)
    )


def undo(office: dated.Desk, course: int) -> None:
    order = Order(DRIFT, WHY)
    office.database.run(lambda work: courses.undo_migration(work, office.runtime, course, order))


def look(task: Task) -> tuple[str, int | None, datetime | None]:
    return task.status, task.deadline_key, task.due


class TestDeadlines:
    def test_a_task_that_was_closed_runs_on_to_the_end_that_it_had(
        self, office: dated.Desk
    ) -> None:
        office.publish(dated.line(task("assess", deadline=RULE)))
        course = office.start()
        before, (deadline,) = look(office.task(course, "assess")), running(office, course)
        office.clock.advance(timedelta(days=2))
        office.publish(dated.line(task("other")))
        migrate(office, course, assess="")
        assert running(office, course) == []
        office.clock.advance(timedelta(hours=3))

        undo(office, course)

        assert look(office.task(course, "assess")) == before
        assert running(office, course) == [deadline]
        # Then: it is watched again, and broken when it was to be
        office.clock.set(deadline.due + timedelta(seconds=2))
        office.run_due()
        assert "course:deadline-breached" in office.kinds(course)

    def test_one_that_stood_still_stands_still_since_when_it_did(self, office: dated.Desk) -> None:
        from app import deadlines

        office.publish(dated.line(task("assess", deadline=RULE)))
        course = office.start()
        (deadline,) = running(office, course)
        office.clock.advance(timedelta(days=1))
        paused_at = office.clock.now()
        office.database.run(
            lambda work: deadlines.pause(work, deadline.key, "x", at=work.now, by="mette")
        )
        office.clock.advance(timedelta(days=1))
        office.publish(dated.line(task("other")))
        migrate(office, course, assess="")
        undo(office, course)
        (found,) = running(office, course)
        assert (found.key, found.status, found.paused_at) == (deadline.key, "paused", paused_at)
        assert office.task(course, "assess").due is None

    def test_a_task_that_moved_keeps_its_deadline_there_and_back(self, office: dated.Desk) -> None:
        office.publish(dated.line(task("assess", deadline=RULE)))
        course = office.start()
        before, (deadline,) = look(office.task(course, "assess")), running(office, course)
        office.clock.advance(timedelta(days=2))
        office.publish(dated.line(task("examine", deadline=RULE), task("after")))
        migrate(office, course, assess="examine")
        assert look(office.task(course, "examine")) == before
        undo(office, course)
        assert look(office.task(course, "assess")) == before
        assert running(office, course) == [deadline]

    def test_a_deadline_that_only_the_new_version_gave_lapses(self, office: dated.Desk) -> None:
        office.publish(dated.line(task("assess")))
        course = office.start()
        office.clock.advance(timedelta(days=2))
        office.publish(dated.line(task("assess", deadline=RULE)))
        migrate(office, course)
        assert len(running(office, course)) == 1
        undo(office, course)
        assert running(office, course) == []
        assert look(office.task(course, "assess")) == ("open", None, None)

    def test_one_that_joined_the_courses_deadline_joins_it_again(self, office: dated.Desk) -> None:
        began = dated.service("begin", "deadline:start", deadline_from="=since", **TREATMENT)
        office.publish(dated.line(began, task("second", deadline=RULE)))
        course = office.start(since="2026-10-30T12:00:00+01:00")
        before, (deadline,) = look(office.task(course, "second")), running(office, course)
        assert before == ("open", deadline.key, deadline.due)
        office.publish(dated.line(began, task("third")))
        migrate(office, course, second="")
        assert running(office, course) == [deadline]
        undo(office, course)
        assert look(office.task(course, "second")) == before
        assert running(office, course) == [deadline]
