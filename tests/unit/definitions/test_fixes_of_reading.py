"""Fixes of what the reader finds before any rule looks: references, arrows, extensions, elements that are not run."""
# ruff: noqa: E501 -- pieces of XML read best on one line each

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.definitions import findings, fix
from tests.unit.definitions.test_fixes import KNOWN, errors, lost
from tests.unit.definitions.tiny_models import TIMER, flow, straight, task, way

SUB = f'<subProcess id="sub"><startEvent id="s2"/><task id="in"/><endEvent id="e2"/>{way("s2", "in", "e2")}</subProcess>'
LANES = '<laneSet id="ls"><lane id="l1" name="A"><flowNodeRef>x</flowNodeRef></lane><lane id="l2" name="B"><flowNodeRef>x</flowNodeRef><flowNodeRef>gone</flowNodeRef></lane></laneSet>'

CASES = [
    ("id:missing", straight('<task id="x"/>') + "<task/>"),
    ("id:duplicate", straight('<task id="x"/>') + '<task id="x"/>'),
    ("flow:dangling", straight('<task id="x"/>') + flow("loose", "x", "nowhere")),
    ("flow:crosses-scope", straight(SUB, "sub") + '<task id="x"/>' + flow("across", "in", "x")),
    ("lane:overlap", LANES + straight('<task id="x"/>')),
    ("ref:unknown", LANES + straight('<task id="x"/>')),
    (
        "event:several",
        straight(
            f'<intermediateCatchEvent id="x">{TIMER}<messageEventDefinition/></intermediateCatchEvent>'
        ),
    ),
    ("element:unsupported", straight('<complexGateway id="x"/>')),
    ("element:unsupported", straight(SUB.replace("subProcess", "transaction"), "sub")),
    ("element:unsupported", straight('<adHocSubProcess id="x"><task id="a"/></adHocSubProcess>')),
    ("element:unsupported", straight('<task id="x"><standardLoopCharacteristics/></task>')),
    (
        "element:unsupported",
        straight('<task id="x"/>')
        + '<boundaryEvent id="b" attachedToRef="x"><compensateEventDefinition/></boundaryEvent><task id="undo" isForCompensation="true"/><association id="as" sourceRef="b" targetRef="undo"/>',
    ),
    ("attribute:unsupported", straight('<receiveTask id="x" instantiate="true"/>')),
    ("element:unknown", straight('<scriptTask id="x"><script>print(1)</script></scriptTask>')),
    ("element:unknown", straight('<somethingElse id="x"><incoming>s-x</incoming></somethingElse>')),
    ("extension:other-engine", straight('<serviceTask id="x" camunda:topic="send" camunda:asyncBefore="true"/>')),
    ("extension:other-engine", straight(task("userTask", '<camunda:executionListener class="a.B"/>'))),
    ("extension:unknown", straight(task("task", "<zeebe:unheardOf/>"))),
    ("extension:unsupported", straight(task("task", "<zeebe:executionListeners/>"))),
]  # fmt: skip


@pytest.mark.parametrize(("code", "body"), CASES, ids=[code for code, _ in CASES])
def test_what_the_reader_finds_is_mended(code: str, body: str, model: Callable[..., bytes]) -> None:
    wrong = model(body)
    assert code in {finding.code for finding in findings(wrong)}
    result = fix(wrong, around=KNOWN)
    assert code not in {finding.code for finding in findings(result.text)}
    assert code in {change.code for change in result.report}
    assert errors(result) == []
    assert lost(wrong.decode(), result) == []
    assert fix(result.text, around=KNOWN).text == result.text


def test_what_no_place_is_found_for_is_kept_as_a_property(model: Callable[..., bytes]) -> None:
    body = straight('<userTask id="x" camunda:formKey="embedded:a.html" camunda:assignee="kim"/>')
    text = fix(model(body), around=KNOWN).text
    assert '<zeebe:property name="camunda:formKey" value="embedded:a.html"/>' in text
    assert '<zeebe:assignmentDefinition assignee="kim"/>' in text


def test_a_script_in_another_language_is_kept(model: Callable[..., bytes]) -> None:
    body = straight('<scriptTask id="x"><script>print(1)</script></scriptTask>')
    assert "print(1)" in fix(model(body), around=KNOWN).text
