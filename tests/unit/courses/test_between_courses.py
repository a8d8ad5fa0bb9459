"""Signals and messages from one course to another: on their way in one transaction, there in the next."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app import audit, courses, jobs
from app.connectors import Operation, OperationContext
from app.errors import Conflict
from app.journal import read
from app.storage import UnitOfWork
from tests.unit.courses.conftest import MONDAY, Desk
from tests.unit.courses.test_run import TASK

SIGNAL = '<signal id="sg" name="alarm"/>'


def catches(event: str, name: str = "hears", task: str = "heard") -> str:
    """A course that waits at `catch`, then at a task."""
    return f"""<process id="{name}" isExecutable="true"><startEvent id="s"/>
    <sequenceFlow id="f1" sourceRef="s" targetRef="catch"/>
    <intermediateCatchEvent id="catch">{event}</intermediateCatchEvent>
    <sequenceFlow id="f2" sourceRef="catch" targetRef="{task}"/>
    <userTask id="{task}">{TASK}</userTask></process>"""


def after_a_task(throws: str, name: str = "throws") -> str:
    """A course that throws once `go` is done, and ends at `done`."""
    return f"""<process id="{name}" isExecutable="true"><startEvent id="s"/>
    <sequenceFlow id="f1" sourceRef="s" targetRef="go"/><userTask id="go">{TASK}</userTask>
    <sequenceFlow id="f2" sourceRef="go" targetRef="throw"/>{throws}</process>"""


HEARS_SIGNAL = SIGNAL + catches('<signalEventDefinition id="sd" signalRef="sg"/>')
ENDS_WITH_SIGNAL = SIGNAL + after_a_task(
    '<endEvent id="throw"><signalEventDefinition id="sd" signalRef="sg"/></endEvent>'
)


def message(name: str = "treatment_ended") -> str:
    return f"""<message id="m" name="{name}"><extensionElements>
    <zeebe:subscription correlationKey="=who"/></extensionElements></message>"""


HEARS = message() + catches('<messageEventDefinition id="md" messageRef="m"/>')


def sends(name: str = "treatment_ended", inputs: str = "") -> str:
    return after_a_task(
        f"""<intermediateThrowEvent id="throw"><extensionElements>
        <zeebe:taskDefinition type="message:publish"/><zeebe:ioMapping>
        <zeebe:input source="{name}" target="message_name"/>
        <zeebe:input source="=who" target="correlation_key"/>
        <zeebe:input source="={{outcome: &quot;rask&quot;}}" target="message_variables"/>{inputs}
        </zeebe:ioMapping></extensionElements><messageEventDefinition id="md" messageRef="m"/>
        </intermediateThrowEvent><sequenceFlow id="f3" sourceRef="throw" targetRef="done"/>
        <endEvent id="done"/>"""
    ).replace("<process", f'<message id="m" name="{name}"/><process', 1)


def verified(desk: Desk) -> bool:
    with desk.database.read() as session:
        report = audit.verify(session, desk.runtime)
    assert report.ok, report.broken
    return True


def kinds(desk: Desk, course: int) -> list[str]:
    with desk.database.read() as session:
        return [e.kind for e in read(session, courses.stream(course), desk.runtime.keyring)]


# Signals ---------------------------------------------------------------------------------------


def test_a_signal_reaches_every_course_that_waits_and_no_other(desk: Desk) -> None:
    desk.publish(HEARS_SIGNAL)
    desk.publish(ENDS_WITH_SIGNAL)
    first, second = desk.start("hears"), desk.start("hears")
    thrower = desk.start("throws", what="brand")
    late_model_course = desk.start("throws")

    desk.complete(thrower, "go")

    assert desk.course(thrower).status == "ended", "who throws it at its end ends"
    assert desk.open_tasks(first) == {}, "it arrives in a transaction of its own"
    assert desk.run_due() == 2
    assert set(desk.open_tasks(first)) == set(desk.open_tasks(second)) == {"heard"}
    assert set(desk.open_tasks(late_model_course)) == {"go"}
    assert "course:signal-received" not in kinds(desk, thrower)
    assert verified(desk)


def test_who_waits_after_it_was_thrown_does_not_hear_it(desk: Desk) -> None:
    desk.publish(HEARS_SIGNAL)
    desk.publish(ENDS_WITH_SIGNAL)
    desk.complete(desk.start("throws"), "go")
    late = desk.start("hears")
    desk.run_due()
    assert desk.open_tasks(late) == {}


def test_a_course_that_no_longer_waits_when_it_arrives_is_left_alone(desk: Desk) -> None:
    desk.publish(HEARS_SIGNAL)
    course = desk.start("hears")
    for _ in range(2):
        desk.database.run(lambda work: courses.broadcast_signal(work, "alarm", {}, "bo"))
    desk.run_due()
    assert kinds(desk, course) == ["course:started", "course:signal-received"]
    assert verified(desk)


def test_a_boundary_signal_that_does_not_interrupt_hears_every_one(desk: Desk) -> None:
    desk.publish(
        f"""{SIGNAL}<process id="p" isExecutable="true"><startEvent id="s"/>
        <sequenceFlow id="f1" sourceRef="s" targetRef="work"/><userTask id="work">{TASK}</userTask>
        <boundaryEvent id="b" attachedToRef="work" cancelActivity="false">
          <signalEventDefinition id="sd" signalRef="sg"/></boundaryEvent>
        <sequenceFlow id="f2" sourceRef="b" targetRef="look"/>
        <userTask id="look">{TASK}</userTask></process>"""
    )
    course = desk.start("p")
    for _ in range(2):
        desk.database.run(lambda work: courses.broadcast_signal(work, "alarm", {}, "bo"))
        desk.run_due()
    assert len(courses_tasks(desk, course, "look")) == 2
    desk.complete(course, "work")
    reached = desk.database.run(lambda work: courses.broadcast_signal(work, "alarm", {}, "bo"))
    assert reached == 0


def courses_tasks(desk: Desk, course: int, element: str) -> list[int]:
    with desk.database.read() as session:
        return [t.key for t in courses.tasks_of(session, course) if t.element == element]


def test_a_course_that_signals_itself_in_a_circle_does_not_hang(desk: Desk) -> None:
    desk.publish(
        f"""{SIGNAL}<process id="p" isExecutable="true"><startEvent id="s"/>
        <sequenceFlow id="f1" sourceRef="s" targetRef="go"/><userTask id="go">{TASK}</userTask>
        <sequenceFlow id="f2" sourceRef="go" targetRef="t"/>
        <endEvent id="t"><signalEventDefinition id="sd" signalRef="sg"/></endEvent>
        <sequenceFlow id="f4" sourceRef="s" targetRef="stay"/><userTask id="stay">{TASK}</userTask>
        <subProcess id="sub" triggeredByEvent="true"><startEvent id="heard" isInterrupting="false">
          <signalEventDefinition id="sd2" signalRef="sg"/></startEvent>
          <sequenceFlow id="f3" sourceRef="heard" targetRef="again"/>
          <endEvent id="again"><signalEventDefinition id="sd3" signalRef="sg"/></endEvent>
        </subProcess></process>"""
    )
    course = desk.start("p")

    desk.complete(course, "go")

    assert len(kinds(desk, course)) == 2 + 200
    assert jobs.run_due(desk.database, courses.duties(desk.runtime), most=1) == 1
    assert len(kinds(desk, course)) > 2 + 200


# Messages --------------------------------------------------------------------------------------


def test_a_message_from_one_course_reaches_another(desk: Desk) -> None:
    desk.publish(HEARS)
    desk.publish(sends())
    waiting, other = desk.start("hears", who="anna"), desk.start("hears", who="emil")
    sender = desk.start("throws", who="anna")

    desk.complete(sender, "go")

    assert desk.course(sender).status == "ended", "it does not wait for an answer"
    assert desk.open_tasks(waiting) == {}
    desk.run_due()
    task = desk.open_tasks(waiting)["heard"]
    with desk.database.read() as session:
        assert courses.visible_variables(session, desk.runtime, task)["outcome"] == "rask"
    assert desk.open_tasks(other) == {}
    assert verified(desk)


def test_each_process_takes_a_kept_message_once_whoever_comes_when(desk: Desk) -> None:
    desk.publish(HEARS)
    desk.publish(HEARS.replace('process id="hears"', 'process id="listens"'))
    desk.publish(sends())
    first = desk.start("hears", who="anna")
    desk.complete(desk.start("throws", who="anna"), "go")
    desk.run_due()

    # Then: it waits for the other kind of course, not for a second of the same kind
    second = desk.start("hears", who="anna")
    late = desk.start("listens", who="anna")
    too_late = desk.start("listens", who="anna")

    assert set(desk.open_tasks(first)) == set(desk.open_tasks(late)) == {"heard"}
    assert desk.open_tasks(second) == desk.open_tasks(too_late) == {}
    assert verified(desk)


def test_a_message_lives_as_long_as_the_model_says(desk: Desk) -> None:
    desk.publish(HEARS)
    keep = '<zeebe:input source="=2" target="keep_days"/>'
    desk.publish(sends(inputs=keep))
    desk.complete(desk.start("throws", who="anna"), "go")
    desk.run_due()
    desk.clock.set(MONDAY + timedelta(days=3))
    assert desk.open_tasks(desk.start("hears", who="anna")) == {}
    desk.database.run(courses.drop_expired)


def test_a_message_under_one_id_counts_once_while_it_is_kept(desk: Desk) -> None:
    def send() -> list[int]:
        return desk.database.run(
            lambda work: courses.publish_message(
                work,
                desk.runtime,
                "treatment_ended",
                "anna",
                time_to_live=timedelta(days=1),
                message_id="brev 7",
            )
        )

    send()
    with pytest.raises(Conflict) as caught:
        send()
    assert caught.value.code == "message:duplicate"
    desk.clock.set(MONDAY + timedelta(days=2))
    send()


def test_a_message_to_oneself_arrives_after_the_commit(desk: Desk) -> None:
    """A course that both sends and waits: nothing leads back to it while it is being decided."""
    desk.publish(
        message()
        + f"""<process id="p" isExecutable="true"><startEvent id="s"/>
        <sequenceFlow id="f1" sourceRef="s" targetRef="go"/><userTask id="go">{TASK}</userTask>
        <sequenceFlow id="f2" sourceRef="go" targetRef="send"/>
        <sendTask id="send"><extensionElements><zeebe:taskDefinition type="message:publish"/>
          <zeebe:ioMapping><zeebe:input source="treatment_ended" target="message_name"/>
          <zeebe:input source="=who" target="correlation_key"/></zeebe:ioMapping>
          </extensionElements></sendTask>
        <sequenceFlow id="f3" sourceRef="s" targetRef="catch"/>
        <intermediateCatchEvent id="catch"><messageEventDefinition id="md" messageRef="m"/>
        </intermediateCatchEvent><sequenceFlow id="f4" sourceRef="catch" targetRef="heard"/>
        <userTask id="heard">{TASK}</userTask></process>"""
    )
    course = desk.start("p", who="anna")
    desk.complete(course, "go")
    assert set(desk.open_tasks(course)) == set()
    desk.run_due()
    assert set(desk.open_tasks(course)) == {"heard"}
    assert verified(desk)


@pytest.mark.parametrize("known", [True, False])
def test_an_operation_whose_fact_leads_back_to_its_course_cannot_spoil_its_state(
    desk: Desk, known: bool
) -> None:
    """Given: an operation that publishes by the front door, as a subscriber of facts does."""

    def shout(work: UnitOfWork, context: OperationContext, values: dict[str, Any]) -> Any:
        found = courses.publish_message(work, desk.runtime, "treatment_ended", values["who"])
        assert found == []
        return {"told": True}

    schema = desk.runtime.operations["test:note"].takes
    desk.runtime.operations.add(Operation("test:shout", schema, schema, "Råb", "Råber.", shout))
    desk.publish(
        message()
        + f"""<process id="p" isExecutable="true"><startEvent id="s"/>
        <sequenceFlow id="f1" sourceRef="s" targetRef="go"/><userTask id="go">{TASK}</userTask>
        <boundaryEvent id="b" attachedToRef="go" cancelActivity="false">
          <messageEventDefinition id="md" messageRef="m"/></boundaryEvent>
        <sequenceFlow id="f5" sourceRef="b" targetRef="heard"/>
        <userTask id="heard">{TASK}</userTask>
        <sequenceFlow id="f4" sourceRef="s" targetRef="shout"/>
        <serviceTask id="shout"><extensionElements><zeebe:taskDefinition type="test:shout"/>
        </extensionElements></serviceTask></process>"""
    )
    course = desk.start("p", who="anna" if known else "emil")
    desk.run_due()
    assert set(desk.open_tasks(course)) == {"go", "heard"}
    assert verified(desk)


def test_a_course_that_is_being_decided_cannot_be_decided_again(desk: Desk) -> None:
    """Whatever way leads back to it: an error, and nothing is written."""

    def back(work: UnitOfWork, context: OperationContext, values: dict[str, Any]) -> Any:
        courses.fire_timer(work, desk.runtime, f"{context.course_key}:t#1")
        return {}

    schema = desk.runtime.operations["test:note"].takes
    desk.runtime.operations.add(Operation("test:back", schema, schema, "Tilbage", "Går.", back))
    desk.publish(
        f"""<process id="p" isExecutable="true"><startEvent id="s"/>
        <sequenceFlow id="f1" sourceRef="s" targetRef="go"/><userTask id="go">{TASK}</userTask>
        <sequenceFlow id="f2" sourceRef="go" targetRef="back"/>
        <serviceTask id="back"><extensionElements><zeebe:taskDefinition type="test:back"/>
        </extensionElements></serviceTask></process>"""
    )
    course = desk.start("p")
    with pytest.raises(RuntimeError, match="being decided"):
        desk.complete(course, "go")
    assert set(desk.open_tasks(course)) == {"go"}
    assert verified(desk)
