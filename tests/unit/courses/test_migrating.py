"""Moving a course to another version: tried dry, done as one command, taken back as one; the history verifies."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app import audit, courses, jobs
from app.courses import Course, CourseJob, Incident, Order, Subscription, TaskCandidate, Trial
from app.errors import Conflict, DomainError, NotFound, Refused
from tests.unit.courses.conftest import BO, METTE, Desk
from tests.unit.courses.test_operating import (
    REPLY,
    TASK,
    WAIT,
    WHY,
    ask,
    do,
    entries,
    late,
    line,
    reply,
    service,
    verified,
)


def newest(desk: Desk, course: int) -> int:
    with desk.database.read() as session:
        found = courses.versions_to_move_to(session, session.get_one(Course, course))
        return found[0].key


def tried(desk: Desk, course: int, version: int | None = None, **mapping: str) -> Trial:
    key = version or newest(desk, course)
    with desk.database.read() as session:
        found = session.get_one(Course, course)
        return courses.try_migration(session, desk.runtime, found, key, mapping or None)


def moved(desk: Desk, course: int, version: int | None = None, **mapping: str) -> None:
    do(desk, courses.migrate, course, version or newest(desk, course), mapping)


def claimed(desk: Desk, course: int, element: str) -> None:
    key = desk.open_tasks(course)[element].key
    desk.database.run(lambda work: courses.claim(work, desk.runtime, key, METTE))


def tasks(desk: Desk, course: int) -> dict[str, tuple[int, str, str | None]]:
    return {name: (t.key, t.status, t.assignee) for name, t in desk.open_tasks(course).items()}


def everything(desk: Desk, course: int) -> dict[str, Any]:
    """All that is kept of a course besides its journal; keys of rows that come and go are left out."""
    with desk.database.read() as session:
        found = session.get_one(Course, course)
        state = session.scalar(
            select(courses.CourseState.state).where(courses.CourseState.course_key == course)
        )
        tasks = [
            (t.key, t.address, t.element, t.name, t.status, t.assignee, t.groups, t.due)
            for t in courses.tasks_of(session, course)
            if t.status != "cancelled"
        ]
        waits = session.execute(
            select(Subscription.address, Subscription.name, Subscription.correlation_key)
            .where(Subscription.course_key == course)
            .order_by(Subscription.address)
        ).all()
        due = session.execute(select(jobs.DueWork.ref, jobs.DueWork.due).order_by("ref")).all()
        return {
            "course": (found.version_key, found.status, found.progress, found.phase),
            "state": state,
            "tasks": tasks,
            "candidates": session.execute(
                select(TaskCandidate.task_key, TaskCandidate.value).order_by("task_key")
            ).all(),
            "waits": waits,
            "due": due,
        }


def test_a_course_moves_to_a_version_whose_later_part_differs(desk: Desk) -> None:
    desk.publish(line(ask("one"), ask("two")))
    course = desk.start("p")
    desk.complete(course, "one")
    desk.publish(line(ask("one"), ask("two"), ask("three")))
    claimed(desk, course, "two")
    before = tasks(desk, course)

    trial = tried(desk, course)
    assert (trial.fits, trial.moved) == (True, {"two#1": "two#1"})
    moved(desk, course)

    # Then: the open task is the same one, and who has it keeps it
    assert tasks(desk, course) == before
    assert desk.course(course).version_key == trial.version.key
    last = entries(desk, course)[-1]
    assert (last.kind, last.payload["mapping"], last.payload["reason"]) == (
        "course:migrated",
        {},
        WHY,
    )
    assert last.payload["from"] != last.payload["to"] == last.model_digest
    desk.complete(course, "two")
    assert set(desk.open_tasks(course)) == {"three"}
    assert verified(desk)


def test_where_it_does_not_fit_the_report_says_at_which_entry_and_offers_a_mapping(
    desk: Desk,
) -> None:
    named = '<userTask id="{}" name="Aftal mødet">' + TASK + "</userTask>"
    desk.publish(line(named.format("one"), ask("two")))
    course = desk.start("p")
    desk.complete(course, "one")
    desk.publish(line(named.format("first"), ask("two")))

    trial = tried(desk, course)

    assert not trial.fits
    assert (trial.code, trial.seq, trial.element) == ("migrate:unknown", 2, "one")
    assert trial.offer == {"one": "first"}
    with pytest.raises(DomainError) as refused:
        moved(desk, course)
    assert "mapping" in refused.value.fields
    assert len(entries(desk, course)) == 2
    # And with what it offers it fits
    assert tried(desk, course, **dict(trial.offer)).fits
    moved(desk, course, **dict(trial.offer))
    assert desk.course(course).progress["done"] == {"start": 1, "first": 1}
    assert verified(desk)


def test_what_is_gone_closes_and_what_is_fresh_opens(desk: Desk) -> None:
    desk.publish(line(ask("one")).replace("</process>", late("slow", "one", "P5D") + "</process>"))
    course = desk.start("p")
    timer = late("fast", "one", "P1D")
    desk.publish(line(ask("one")).replace("</process>", timer + "</process>"))
    moved(desk, course)
    with desk.database.read() as session:
        assert not jobs.is_scheduled(session, courses.TIMER, f"{course}:slow#1")
        assert jobs.is_scheduled(session, courses.TIMER, f"{course}:fast#1")
    desk.clock.advance(timedelta(days=1))
    assert desk.run_due() == 1
    assert set(desk.open_tasks(course)) == {"one", "fast_task"}
    assert verified(desk)


def test_a_subscription_keeps_its_place_in_the_queue(desk: Desk) -> None:
    desk.publish(REPLY + line(WAIT, ask("one")))
    first, second = (desk.start("p", who="anna") for _ in range(2))
    desk.publish(REPLY + line(WAIT, ask("one"), ask("two")))
    moved(desk, first)
    assert reply(desk, "anna") == [first]
    assert reply(desk, "anna") == [second]
    assert verified(desk)


def test_a_fresh_subscription_takes_what_was_buffered(desk: Desk) -> None:
    desk.publish(line(ask("one")))
    course = desk.start("p", who="anna")
    reply_to = """<boundaryEvent id="told" attachedToRef="one"><messageEventDefinition id="md" messageRef="m"/>
      </boundaryEvent><sequenceFlow id="ft" sourceRef="told" targetRef="answer"/>"""
    body = line(ask("one")).replace("</process>", reply_to + ask("answer") + "</process>")
    desk.publish(REPLY + body)
    desk.database.run(
        lambda work: courses.publish_message(
            work, desk.runtime, "reply", "anna", time_to_live=timedelta(days=1)
        )
    )
    moved(desk, course)
    assert set(desk.open_tasks(course)) == {"answer"}
    assert verified(desk)


def test_the_job_of_a_worker_outside_goes_with_the_course(desk: Desk) -> None:
    desk.publish(line(service("send", "outside")))
    course = desk.start("p")
    with desk.database.read() as session:
        job = session.scalars(select(CourseJob)).one()
    desk.publish(line(service("deliver", "outside"), ask("one")))
    moved(desk, course, send="deliver")
    with desk.database.read() as session:
        row = session.scalars(select(CourseJob)).one()
    assert (row.key, row.element, row.address) == (job.key, "deliver", "deliver#1")
    desk.database.run(lambda work: courses.complete_job(work, desk.runtime, row.key, {}, BO))
    assert set(desk.open_tasks(course)) == {"one"}
    assert verified(desk)


def test_work_of_ours_that_the_new_version_comes_to_is_done(desk: Desk) -> None:
    desk.publish(line(service("send", "outside"), ask("one")))
    course = desk.start("p")
    desk.publish(line(service("send"), ask("one")))
    moved(desk, course)
    assert len(desk.performed) == 1
    assert set(desk.open_tasks(course)) == {"one"}
    with desk.database.read() as session:
        assert session.scalars(select(CourseJob)).all() == []
    assert verified(desk)


def test_an_incident_that_the_new_version_does_not_have_is_over(desk: Desk) -> None:
    def choice(condition: str) -> str:
        return f"""<process id="p" isExecutable="true"><startEvent id="start"/>
          <sequenceFlow id="f1" sourceRef="start" targetRef="g"/><exclusiveGateway id="g"/>
          <sequenceFlow id="f2" sourceRef="g" targetRef="one"><conditionExpression>{condition}
          </conditionExpression></sequenceFlow>{ask("one")}
          <sequenceFlow id="f3" sourceRef="one" targetRef="end"/><endEvent id="end"/></process>"""

    desk.publish(choice("=missing = 1"))
    course = desk.start("p")
    desk.publish(choice("=true"))
    moved(desk, course)
    assert set(desk.open_tasks(course)) == {"one"}
    with desk.database.read() as session:
        assert courses.incidents(session) == []
        assert len(session.scalars(select(Incident)).all()) == 1
    assert verified(desk)


def rich(first: str, second: str) -> str:
    """A task with a timer and a message at it, then another."""
    events = late("slow", first, "P5D") + (
        f"""<boundaryEvent id="told" attachedToRef="{first}" cancelActivity="false">
        <messageEventDefinition id="md" messageRef="m"/></boundaryEvent>
        <sequenceFlow id="ft" sourceRef="told" targetRef="answer"/>"""
    )
    body = line(ask(first), ask(second)).replace(
        "</process>", events + ask("answer") + "</process>"
    )
    return REPLY + body


def test_after_the_next_command_the_way_back_is_a_migration(desk: Desk) -> None:
    desk.publish(line(ask("one"), ask("two"), ask("three")))
    course = desk.start("p")
    old = desk.course(course).version_key
    desk.publish(line(ask("first"), ask("second"), ask("third")))
    moved(desk, course, one="first", two="second", three="third")
    desk.complete(course, "first")
    with pytest.raises(Conflict) as refused:
        do(desk, courses.undo_migration, course)
    assert refused.value.code == "migrate:too-late"

    trial = tried(desk, course, old)
    assert trial.fits
    assert trial.mapping == {"first": "one", "second": "two", "third": "three"}
    moved(desk, course, old, **dict(trial.mapping))

    assert set(desk.open_tasks(course)) == {"two"}
    assert verified(desk)
    # And a report after that still names entries of the journal
    desk.publish(line(ask("other"), ask("two"), ask("three")))
    trial = tried(desk, course)
    assert (trial.seq, trial.element) == (3, "one")


def test_the_versions_that_a_course_ran_on_are_known_with_how_far_it_had_come(desk: Desk) -> None:
    desk.publish(line(ask("one"), ask("two")))
    course = desk.start("p")
    old = desk.course(course).version_key
    desk.complete(course, "one")
    progress = desk.course(course).progress
    desk.publish(line(ask("one"), ask("second")))
    moved(desk, course, two="second")
    desk.complete(course, "second")
    with desk.database.read() as session:
        past = courses.past_versions(session, course)
        assert [(one.version_key, one.until_seq, one.progress) for one in past] == [
            (old, 2, progress)
        ]
        now = session.get_one(Course, course).version_key
        moments = list(audit.replay(session, desk.runtime, course))
    assert [moment.version.key for moment in moments] == [old, old, now, now]
    assert verified(desk)


def test_a_suspended_course_may_be_moved_and_stands_still_afterwards(desk: Desk) -> None:
    desk.publish(rich("one", "two"))
    course = desk.start("p", who="anna")
    do(desk, courses.suspend, course)
    desk.publish(rich("one", "second"))
    moved(desk, course)
    assert desk.course(course).status == "suspended"
    desk.clock.advance(timedelta(days=6))
    reply(desk, "anna")
    desk.run_due()
    assert set(desk.open_tasks(course)) == {"one"}
    do(desk, courses.resume, course)
    assert set(desk.open_tasks(course)) == {"one", "slow_task", "answer"}
    assert verified(desk)


def test_what_makes_no_sense_is_refused_and_writes_nothing(desk: Desk) -> None:
    desk.publish(line(ask("one")))
    course = desk.start("p")
    here = desk.course(course).version_key
    desk.publish(line(ask("one")).replace('id="p"', 'id="q"'))
    other = desk.course(desk.start("q")).version_key
    desk.publish(line(ask("one"), ask("two")))
    for version, kind in ((here, DomainError), (other, DomainError), (1, NotFound)):
        with pytest.raises(kind):
            tried(desk, course, version)
    assert tried(desk, course, nothing="one").code == "migrate:unknown"
    assert tried(desk, course, one="nothing").code == "migrate:unknown"
    with pytest.raises(Refused):
        do(desk, courses.migrate, course, newest(desk, course), {}, order=Order(METTE, WHY))
    with pytest.raises(DomainError):
        do(desk, courses.migrate, course, newest(desk, course), {}, order=Order(BO, ""))
    assert len(entries(desk, course)) == 1
    desk.complete(course, "one")
    with pytest.raises(Conflict):
        tried(desk, course)


def test_a_version_in_which_the_course_would_be_over_is_refused(desk: Desk) -> None:
    desk.publish(line(ask("one"), ask("two")))
    course = desk.start("p")
    desk.complete(course, "one")
    desk.publish(line(ask("one")))
    trial = tried(desk, course, two="")
    assert (trial.fits, trial.code) == (False, "migrate:ends")
    with pytest.raises(DomainError):
        moved(desk, course, two="")
    assert set(desk.open_tasks(course)) == {"two"}


def test_the_same_task_twice_in_a_loop_keeps_its_row(desk: Desk) -> None:
    """Addresses that change places do not meet on the way."""
    fork = """<process id="p" isExecutable="true"><startEvent id="start"/>
      <sequenceFlow id="f1" sourceRef="start" targetRef="fork"/><parallelGateway id="fork"/>
      <sequenceFlow id="f2" sourceRef="fork" targetRef="a"/><sequenceFlow id="f3" sourceRef="fork" targetRef="b"/>
      {}{}<sequenceFlow id="f4" sourceRef="a" targetRef="join"/>
      <sequenceFlow id="f5" sourceRef="b" targetRef="join"/><parallelGateway id="join"/>
      <sequenceFlow id="f6" sourceRef="join" targetRef="end"/><endEvent id="end"/></process>"""
    desk.publish(fork.format(service("a", "outside"), service("b", "outside")))
    course = desk.start("p")
    with desk.database.read() as session:
        before = {row.address: row.key for row in session.scalars(select(CourseJob))}
    desk.publish(fork.format(service("a", "outside"), service("b", "outside")) + " ")
    moved(desk, course, a="b", b="a")
    with desk.database.read() as session:
        after = {row.address: row.key for row in session.scalars(select(CourseJob))}
    assert after == {"a#1": before["b#1"], "b#1": before["a#1"]}
    assert verified(desk)
