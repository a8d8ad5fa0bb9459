"""What would wait for ever is refused at publish, with the element and the way out."""

from __future__ import annotations

import pytest

from app.courses import served
from app.definitions import read_bpmn
from tests.unit.courses.conftest import HEAD


def codes(body: str) -> list[tuple[str, str | None]]:
    process = read_bpmn((HEAD + body + "</definitions>").encode()).processes[0]
    return [(finding.code, finding.element) for finding in served(process)]


@pytest.mark.parametrize(
    "event",
    [
        "<timerEventDefinition><timeCycle>R/P1D</timeCycle></timerEventDefinition>",
        '<signalEventDefinition id="sd" signalRef="s"/>',
        '<messageEventDefinition id="md" messageRef="m"/>',
    ],
)
def test_a_start_that_nobody_would_hear_is_refused(event: str) -> None:
    body = f"""<signal id="s" name="alarm"/><message id="m" name="kald"/>
    <process id="p" isExecutable="true"><startEvent id="begins">{event}</startEvent>
    <sequenceFlow id="f" sourceRef="begins" targetRef="end"/><endEvent id="end"/></process>"""

    assert codes(body) == [("start:not-served", "begins")]


def test_an_event_sub_process_may_wait_for_a_message() -> None:
    body = """<message id="m" name="kald"><extensionElements>
    <zeebe:subscription correlationKey="=x"/></extensionElements></message>
    <process id="p" isExecutable="true"><startEvent id="s"/>
    <sequenceFlow id="f" sourceRef="s" targetRef="e"/><endEvent id="e"/>
    <subProcess id="sub" triggeredByEvent="true"><startEvent id="heard">
    <messageEventDefinition id="md" messageRef="m"/></startEvent></subProcess></process>"""

    assert codes(body) == []
