"""Courses that begin by themselves: at a message, a signal, or a time, on the newest version alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app import audit, citizens, courses, jobs
from app.citizens import NewCitizen
from app.courses import Course, StartListener
from app.definitions import read_bpmn
from app.house import can_begin
from app.journal import read
from tests.unit.courses.conftest import HEAD, MONDAY, Desk
from tests.unit.courses.test_run import TASK

DEFINED = """<message id="m" name="referral"/><signal id="sg" name="alarm"/>"""
MESSAGE = '<messageEventDefinition id="md" messageRef="m"/>'
SIGNAL = '<signalEventDefinition id="sd" signalRef="sg"/>'


def timer(kind: str, text: str) -> str:
    return f"<timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition>"


def process(event: str, task: str = "look", name: str = "begun") -> str:
    return f"""{DEFINED}<process id="{name}" name="Begyndt" isExecutable="true">
    <startEvent id="begins">{event}</startEvent>
    <sequenceFlow id="f1" sourceRef="begins" targetRef="{task}"/>
    <userTask id="{task}">{TASK}</userTask>
    <sequenceFlow id="f2" sourceRef="{task}" targetRef="end"/><endEvent id="end"/></process>"""


def begun(desk: Desk, name: str = "begun") -> list[Course]:
    with desk.database.read() as session:
        return list(
            session.scalars(select(Course).where(Course.process_id == name).order_by(Course.key))
        )


def send(desk: Desk, key: str = "", days: int = 0, **more: Any) -> list[int]:
    return desk.database.run(
        lambda work: courses.publish_message(
            work,
            desk.runtime,
            "referral",
            key,
            variables={"body": "Kære kommune"},
            time_to_live=timedelta(days=days),
            by="lone",
            **more,
        )
    )


def verified(desk: Desk) -> bool:
    with desk.database.read() as session:
        report = audit.verify(session, desk.runtime)
    assert report.ok, report.broken
    return True


# Messages ------------------------------------------------------------------------------------


def test_a_message_begins_a_course_with_its_variables(desk: Desk) -> None:
    desk.publish(process(MESSAGE))

    [key] = send(desk)

    [course] = begun(desk)
    assert (course.key, course.citizen_key, course.started_by) == (key, None, "lone")
    tasks = desk.open_tasks(key)
    assert set(tasks) == {"look"}
    with desk.database.read() as session:
        [entry] = read(session, courses.stream(key), desk.runtime.keyring)
        seen = courses.visible_variables(session, desk.runtime, tasks["look"])
    assert entry.payload["start_event"] == "begins"
    assert seen == {"body": "Kære kommune", "course": {"key": str(key), "kind": "begun"}}
    assert verified(desk)


def test_one_course_at_a_time_for_each_correlation_key(desk: Desk) -> None:
    desk.publish(process(MESSAGE))
    [first] = send(desk, "anna")

    assert send(desk, "anna") == [], "dropped: it has no time to live"
    assert send(desk, "anna", days=1) == [], "kept"
    assert send(desk, "anna", days=1) == [], "kept behind it"
    assert len(send(desk, "emil")) == 1
    assert len(send(desk)) == len(send(desk)) == 1, "without a key each begins one"
    assert len(begun(desk)) == 4

    # When: the first has ended, the oldest that was kept begins the next, and so on
    desk.complete(first, "look")
    desk.run_due()
    assert len(begun(desk)) == 5
    desk.run_due()
    assert len(begun(desk)) == 5
    desk.complete(begun(desk)[-1].key, "look")
    desk.run_due()
    assert len(begun(desk)) == 6
    desk.complete(begun(desk)[-1].key, "look")
    desk.run_due()
    assert len(begun(desk)) == 6
    assert verified(desk)


def test_a_kept_message_whose_time_is_over_begins_nothing(desk: Desk) -> None:
    desk.publish(process(MESSAGE))
    [first] = send(desk, "anna")
    send(desk, "anna", days=1)
    desk.clock.set(MONDAY + timedelta(days=2))

    desk.complete(first, "look")
    desk.run_due()

    assert len(begun(desk)) == 1


def test_a_message_reaches_waiting_courses_and_begins_others(desk: Desk) -> None:
    desk.publish(process(MESSAGE))
    desk.publish(process(MESSAGE, name="other"))
    desk.publish(
        f"""<message id="w" name="referral"><extensionElements>
        <zeebe:subscription correlationKey="=who"/></extensionElements></message>
        <process id="waits" isExecutable="true"><startEvent id="s"/>
        <sequenceFlow id="f1" sourceRef="s" targetRef="catch"/>
        <intermediateCatchEvent id="catch"><messageEventDefinition id="wd" messageRef="w"/>
        </intermediateCatchEvent><sequenceFlow id="f2" sourceRef="catch" targetRef="t"/>
        <userTask id="t">{TASK}</userTask></process>"""
    )
    waiting = desk.start("waits", who="anna")

    reached = send(desk, "anna")

    assert waiting in reached
    assert len(reached) == 3
    assert len(begun(desk)) == len(begun(desk, "other")) == 1
    assert set(desk.open_tasks(waiting)) == {"t"}


# Signals and times -----------------------------------------------------------------------------


def test_a_signal_begins_a_technical_course(desk: Desk) -> None:
    desk.publish(process(SIGNAL))

    reached = desk.database.run(
        lambda work: courses.broadcast_signal(work, "alarm", {"what": "brand"}, "bo")
    )
    assert (reached, begun(desk)) == (1, []), "it is on its way"
    desk.run_due()

    [course] = begun(desk)
    assert (course.citizen_key, course.started_by) == (None, "bo")
    assert verified(desk)


def test_a_cycle_begins_one_course_after_the_other(desk: Desk) -> None:
    desk.publish(process(timer("timeCycle", "R2/P1D")))
    assert desk.run_due() == 0

    for days in (1, 2, 3):
        desk.clock.set(MONDAY + timedelta(days=days, minutes=1))
        desk.run_due()

    assert [course.started_by for course in begun(desk)] == ["system", "system"]
    assert verified(desk)


def test_a_server_that_was_stopped_makes_up_for_the_turns_it_missed(desk: Desk) -> None:
    desk.publish(process(timer("timeCycle", "R/P1D")))

    desk.clock.set(MONDAY + timedelta(days=3, minutes=1))
    desk.run_due()

    assert len(begun(desk)) == 3
    with desk.database.read() as session:
        assert jobs.next_due(session) == MONDAY + timedelta(days=4)


def test_a_date_comes_once(desk: Desk) -> None:
    desk.publish(process(timer("timeDate", "2026-03-03T08:00:00Z")))
    desk.clock.set(MONDAY + timedelta(days=5))
    desk.run_due()
    desk.run_due()
    assert len(begun(desk)) == 1
    with desk.database.read() as session:
        assert session.scalars(select(StartListener)).all() == []


# Versions --------------------------------------------------------------------------------------


@pytest.mark.parametrize("event", [MESSAGE, SIGNAL, timer("timeCycle", "R/P1D")])
def test_only_the_newest_version_listens(desk: Desk, event: str) -> None:
    desk.publish(process(event, "old"))
    desk.publish(process(event, "new"))

    send(desk)
    desk.database.run(lambda work: courses.broadcast_signal(work, "alarm", {}, "bo"))
    desk.clock.set(MONDAY + timedelta(days=1))
    desk.run_due()

    assert [set(desk.open_tasks(course.key)) for course in begun(desk)] == [{"new"}]


def test_a_version_without_a_start_event_ends_those_before_it(desk: Desk) -> None:
    desk.publish(process(timer("timeCycle", "R/P1D")))
    desk.publish(process(""))
    desk.clock.set(MONDAY + timedelta(days=1))
    assert desk.run_due() == 0
    assert begun(desk) == []


def test_publishing_the_same_again_leaves_a_cycle_where_it_was(desk: Desk) -> None:
    desk.publish(process(timer("timeCycle", "R/P2D")))
    desk.clock.set(MONDAY + timedelta(days=1))
    desk.publish(process(timer("timeCycle", "R/P2D")))
    with desk.database.read() as session:
        assert jobs.next_due(session) == MONDAY + timedelta(days=2)


def test_a_name_that_needs_a_variable_is_refused_at_publish() -> None:
    body = process(MESSAGE).replace('name="referral"', 'name="=kind"')
    read_model = read_bpmn((HEAD + body + "</definitions>").encode()).processes[0]
    assert [finding.code for finding in can_begin(read_model)] == ["engine:start"]
    body = process(MESSAGE)
    read_model = read_bpmn((HEAD + body + "</definitions>").encode()).processes[0]
    assert can_begin(read_model) == []


# Whom it is about --------------------------------------------------------------------------------


def test_a_message_whose_key_is_a_citizens_begins_a_course_about_them(desk: Desk) -> None:
    desk.publish(process(MESSAGE))
    keyring = desk.runtime.keyring
    new = NewCitizen("120388-1111", "Anna", "Sø")
    anna = desk.database.run(lambda work: citizens.find_or_register(work, keyring, new, "lone"))
    home = desk.database.run(
        lambda work: citizens.add_household(work, "Åvej 1", [anna.key], MONDAY.date())
    )

    [about_anna] = send(desk, str(anna.key))
    [about_home] = send(desk, str(home))
    [about_nobody] = send(desk, "99999999999999999999999")

    found = {course.key: course.citizen_key for course in begun(desk)}
    assert found == {about_anna: anna.key, about_home: None, about_nobody: None}
    with desk.database.read() as session:
        [entry] = read(session, courses.stream(about_anna), keyring)
    given = entry.payload["variables"]
    assert (given["citizen"]["key"], given["household"]) == (str(anna.key), {"key": str(home)})
    assert verified(desk)


def test_a_message_cannot_say_whom_a_course_is_about(desk: Desk) -> None:
    desk.publish(process(MESSAGE))
    false = {"citizen": {"key": "1"}, "household": {"key": "2"}, "course": {"key": "3"}}
    [key] = desk.database.run(
        lambda work: courses.publish_message(work, desk.runtime, "referral", "", variables=false)
    )
    with desk.database.read() as session:
        [entry] = read(session, courses.stream(key), desk.runtime.keyring)
    assert entry.payload["variables"] == {"course": {"key": str(key), "kind": "begun"}}
