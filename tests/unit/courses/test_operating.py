"""What an operator does to a course by hand: each a command with a reason, and the history still verifies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select

from app import audit, courses, jobs
from app.courses import Course, CourseJob, Incident, Order, Subscription, Task
from app.courses.jobs import Failure
from app.errors import Conflict, DomainError, Refused
from app.journal import Entry, read
from tests.unit.courses.conftest import BO, METTE, Desk

WHY = "Fejlen er rettet."
TASK = """<extensionElements><zeebe:userTask/>
  <zeebe:assignmentDefinition candidateGroups="youth"/></extensionElements>"""


def line(*steps: str) -> str:
    """A process of steps in a row; each is a whole element with its id in it as `id="…"`."""
    ids = ["start", *(step.partition('id="')[2].partition('"')[0] for step in steps), "end"]
    flows = "".join(
        f'<sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}"/>'
        for n, (a, b) in enumerate(pairwise(ids))
    )
    body = "".join(steps)
    return f"""<process id="p" name="Lille forløb" isExecutable="true"><startEvent id="start"/>
      {body}<endEvent id="end"/>{flows}</process>"""


def ask(name: str) -> str:
    return f'<userTask id="{name}" name="{name}">{TASK}</userTask>'


def late(name: str, attached: str, duration: str) -> str:
    """A boundary timer that does not interrupt, and what it leads to."""
    return f"""<boundaryEvent id="{name}" attachedToRef="{attached}" cancelActivity="false">
      <timerEventDefinition><timeDuration>{duration}</timeDuration></timerEventDefinition></boundaryEvent>
      <sequenceFlow id="f_{name}" sourceRef="{name}" targetRef="{name}_task"/>
      <userTask id="{name}_task">{TASK}</userTask>"""


def service(name: str, kind: str = "test:note") -> str:
    return f"""<serviceTask id="{name}"><extensionElements>
      <zeebe:taskDefinition type="{kind}" retries="2"/></extensionElements></serviceTask>"""


WAIT = """<intermediateCatchEvent id="wait"><messageEventDefinition id="md" messageRef="m"/>
  </intermediateCatchEvent>"""
REPLY = """<message id="m" name="reply"><extensionElements>
  <zeebe:subscription correlationKey="=who"/></extensionElements></message>"""


def do(desk: Desk, act: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
    """Give one of the operator's commands."""
    order = more.pop("order", Order(BO, WHY))
    return desk.database.run(lambda work: act(work, desk.runtime, *arguments, order, **more))


def entries(desk: Desk, course: int) -> list[Entry]:
    with desk.database.read() as session:
        return list(read(session, courses.stream(course), desk.runtime.keyring))


def verified(desk: Desk) -> bool:
    """Every chain holds, every state is decided again, and the rows are what the journals lead to."""
    with desk.database.read() as session:
        for key in session.scalars(select(Course.key)):
            assert courses.differences(session, desk.runtime, key) == []
        return audit.verify(session, desk.runtime).ok


def incident(desk: Desk, course: int) -> Incident:
    with desk.database.read() as session:
        return courses.incidents(session, course)[0]


def reply(desk: Desk, to: str, **variables: Any) -> list[int]:
    return desk.database.run(
        lambda work: courses.publish_message(work, desk.runtime, "reply", to, variables=variables)
    )


def test_the_reason_and_who_asked_stand_in_the_entry(desk: Desk) -> None:
    desk.publish(line(ask("one")))
    course = desk.start("p")
    do(desk, courses.set_variables, course, {"x": 1}, order=Order(BO, "  Tallet var forkert. "))
    last = entries(desk, course)[-1]
    assert (last.kind, last.actor) == ("course:variables-set", "bo")
    assert last.payload["reason"] == "Tallet var forkert."
    with desk.database.read() as session:
        acts = audit.acts(session, desk.runtime, desk.course(course))
    assert acts.rows[0].reason == "Tallet var forkert."
    assert verified(desk)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2_001])
def test_nothing_is_done_without_a_reason_or_with_a_novel(desk: Desk, reason: str) -> None:
    desk.publish(line(ask("one")))
    course = desk.start("p")
    with pytest.raises(DomainError) as refused:
        do(desk, courses.cancel, course, order=Order(BO, reason))
    assert "reason" in refused.value.fields
    assert len(entries(desk, course)) == 1


def test_only_who_operates_may_do_it(desk: Desk) -> None:
    desk.publish(line(ask("one")))
    course = desk.start("p")
    for act in (courses.suspend, courses.cancel, courses.resume):
        with pytest.raises(Refused):
            do(desk, act, course, order=Order(METTE, WHY))
    assert len(entries(desk, course)) == 1


def test_a_variable_is_mended_where_it_is_or_kept_at_a_step(desk: Desk) -> None:
    desk.publish(line(ask("one"), ask("two")))
    course = desk.start("p", x=1)
    do(desk, courses.set_variables, course, {"x": 2, "y": 3})
    do(desk, courses.set_variables, course, {"y": 4}, scope="one#1", local=True)
    with desk.database.read() as session:
        task = desk.open_tasks(course)["one"]
        seen = courses.visible_variables(session, desk.runtime, task)
    assert (seen["x"], seen["y"]) == (2, 4)
    with pytest.raises(Conflict):
        do(desk, courses.set_variables, course, {"y": 4}, scope="two#1")
    assert verified(desk)


def test_a_token_is_moved_and_the_inbox_follows(desk: Desk) -> None:
    desk.publish(line(ask("one"), ask("two"), ask("three")))
    course = desk.start("p")
    do(desk, courses.move_token, course, activate=[("", "three")], terminate=["one#1"])
    assert set(desk.open_tasks(course)) == {"three"}
    assert desk.course(course).progress["here"] == {"three": 1}
    assert entries(desk, course)[-1].kind == "course:token-moved"
    with pytest.raises(Conflict):
        do(desk, courses.move_token, course, terminate=["one#1"])
    with pytest.raises(DomainError):
        do(desk, courses.move_token, course)
    desk.complete(course, "three")
    assert desk.course(course).status == "ended"
    assert verified(desk)


def test_a_course_from_which_all_is_taken_away_is_cancelled(desk: Desk) -> None:
    desk.publish(line(ask("one")))
    course = desk.start("p")
    do(desk, courses.move_token, course, terminate=["one#1"])
    assert (desk.course(course).status, desk.course(course).outcome) == ("ended", "cancelled")
    assert verified(desk)


def test_work_that_failed_for_good_is_given_more_attempts(desk: Desk) -> None:
    desk.publish(line(service("send", "outside")))
    course = desk.start("p")
    with desk.database.read() as session:
        job = session.scalars(select(CourseJob)).one()
    order = Order(BO, WHY)
    failure = Failure(0, "Systemet er nede.")
    desk.database.run(lambda work: courses.fail_job(work, desk.runtime, job.key, failure, BO))
    assert "nede" in incident(desk, course).message

    with pytest.raises(DomainError):
        do(desk, courses.retry, incident(desk, course).key, 0)
    do(desk, courses.retry, incident(desk, course).key, 5, order=order)

    with desk.database.read() as session:
        again = session.scalars(select(CourseJob)).one()
        assert not courses.incidents(session, course)
    assert (again.key, again.retries, again.status) == (job.key, 5, "open")
    assert [entry.kind for entry in entries(desk, course)[-2:]] == [
        "course:retries-updated",
        "course:incident-resolved",
    ]
    assert verified(desk)


def test_a_cancelled_course_is_over(desk: Desk) -> None:
    desk.publish(line(ask("one")))
    course = desk.start("p")
    do(desk, courses.cancel, course)
    assert (desk.course(course).status, desk.open_tasks(course)) == ("ended", {})
    with pytest.raises(Conflict):
        do(desk, courses.cancel, course)
    assert verified(desk)


# Standing still ------------------------------------------------------------------------------


def test_a_task_of_a_suspended_course_is_read_but_not_completed(desk: Desk) -> None:
    desk.publish(line(ask("one")))
    course = desk.start("p")
    do(desk, courses.suspend, course)
    assert desk.course(course).status == "suspended"
    with desk.database.read() as session:
        task = desk.open_tasks(course)["one"]
        assert courses.visible_variables(session, desk.runtime, task)["course"]
    with pytest.raises(Conflict, match="sat i bero") as refused:
        desk.complete(course, "one")
    assert refused.value.code == "course:suspended"
    with pytest.raises(Conflict):
        do(desk, courses.suspend, course)

    do(desk, courses.resume, course)
    desk.complete(course, "one")
    assert desk.course(course).status == "ended"
    assert verified(desk)


def test_timers_that_fall_due_wait_and_fire_in_due_order(desk: Desk) -> None:
    timers = (
        late("second", "one", "P2D") + late("first", "one", "P1D") + late("third", "one", "P9D")
    )
    desk.publish(line(ask("one")).replace("</process>", timers + "</process>"))
    course = desk.start("p")
    do(desk, courses.suspend, course)
    desk.clock.advance(timedelta(days=3))
    desk.run_due()
    assert set(desk.open_tasks(course)) == {"one"}

    do(desk, courses.resume, course)

    assert set(desk.open_tasks(course)) == {"one", "first_task", "second_task"}
    fired = [one.element for one in entries(desk, course) if one.kind == "course:timer-fired"]
    assert fired == ["first", "second"]
    # And the third still comes, once
    desk.clock.advance(timedelta(days=7))
    assert desk.run_due() == 1
    assert "third_task" in desk.open_tasks(course)
    assert desk.run_due() == 0
    assert verified(desk)


def test_messages_are_kept_and_given_in_order_of_time_with_what_fell_due(desk: Desk) -> None:
    """The message came on the second day, and the timer that takes the task away was due on the first."""
    events = """<boundaryEvent id="told" attachedToRef="one" cancelActivity="false">
      <messageEventDefinition id="md" messageRef="m"/></boundaryEvent>
      <sequenceFlow id="f_told" sourceRef="told" targetRef="answer"/>"""
    events += ask("answer") + late("first", "one", "P1D")
    desk.publish(REPLY + line(ask("one")).replace("</process>", events + "</process>"))
    course = desk.start("p", who="anna")
    do(desk, courses.suspend, course)
    desk.clock.advance(timedelta(days=2))
    assert reply(desk, "anna", said="ja") == [course]
    assert set(desk.open_tasks(course)) == {"one"}

    do(desk, courses.resume, course)

    kinds = [entry.kind for entry in entries(desk, course)[-2:]]
    assert kinds == ["course:timer-fired", "course:message-received"]
    assert set(desk.open_tasks(course)) == {"one", "first_task", "answer"}
    assert verified(desk)


def test_a_kept_message_that_nobody_waits_for_any_longer_goes_to_the_next_who_does(
    desk: Desk,
) -> None:
    desk.publish(REPLY + line(ask("one"), WAIT, ask("two")))
    first, second = (desk.start("p", who="anna") for _ in range(2))
    desk.complete(first, "one")
    do(desk, courses.suspend, first)
    reply(desk, "anna")
    do(desk, courses.move_token, first, activate=[("", "one")], terminate=["wait#1"])
    desk.complete(second, "one")

    do(desk, courses.resume, first)
    desk.run_due()

    assert set(desk.open_tasks(first)) == {"one"}
    assert set(desk.open_tasks(second)) == {"two"}
    assert verified(desk)


def test_a_buffered_message_waits_for_a_subscription_that_was_opened_while_it_stood_still(
    desk: Desk,
) -> None:
    desk.publish(REPLY + line(ask("one"), WAIT, ask("two")))
    course = desk.start("p", who="anna")
    desk.database.run(
        lambda work: courses.publish_message(
            work, desk.runtime, "reply", "anna", time_to_live=timedelta(days=1)
        )
    )
    do(desk, courses.suspend, course)
    do(desk, courses.move_token, course, activate=[("", "wait")], terminate=["one#1"])
    with desk.database.read() as session:
        assert session.scalars(select(Subscription)).one().element == "wait"

    do(desk, courses.resume, course)

    assert set(desk.open_tasks(course)) == {"two"}
    assert verified(desk)


def test_work_of_ours_that_comes_up_while_it_stands_still_is_done_when_it_goes_on(
    desk: Desk,
) -> None:
    desk.publish(line(ask("one"), service("note"), ask("two")))
    course = desk.start("p")
    do(desk, courses.suspend, course)
    do(desk, courses.move_token, course, activate=[("", "note")], terminate=["one#1"])
    assert desk.performed == []
    assert desk.open_tasks(course) == {}

    do(desk, courses.resume, course)

    assert len(desk.performed) == 1
    assert set(desk.open_tasks(course)) == {"two"}
    assert verified(desk)


def test_jobs_of_a_suspended_course_are_not_handed_out_nor_answered(desk: Desk) -> None:
    desk.publish(line(service("send", "outside")))
    course = desk.start("p")
    wanted = courses.JobsWanted("outside", "w", timedelta(minutes=1))

    def take() -> list[Any]:
        return courses.take_jobs(desk.database, desk.runtime, BO, wanted, timedelta(0))

    taken = take()
    assert len(taken) == 1
    do(desk, courses.suspend, course)
    desk.clock.advance(timedelta(hours=1))
    assert take() == []
    with pytest.raises(Conflict) as refused:
        desk.database.run(
            lambda work: courses.complete_job(work, desk.runtime, taken[0].job.key, {}, BO)
        )
    assert refused.value.code == "course:suspended"

    do(desk, courses.resume, course)
    assert [one.job.key for one in take()] == [taken[0].job.key]
    assert verified(desk)


def test_a_suspended_course_may_be_mended_and_ended(desk: Desk) -> None:
    desk.publish(line(ask("one")))
    course = desk.start("p", x=1)
    do(desk, courses.suspend, course)
    do(desk, courses.set_variables, course, {"x": 2})
    do(desk, courses.cancel, course)
    assert desk.course(course).status == "ended"
    with desk.database.read() as session:
        assert session.scalars(select(Task.status)).all() == ["cancelled"]
        assert not jobs.is_scheduled(session, courses.TIMER, f"{course}:one#1")
    assert verified(desk)
