"""The doctor's rules: for each, a tiny model that it finds fault with, and the same model mended."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from app.definitions import Surroundings, read_bpmn
from app.definitions.rules import (
    RULES,
    boundary,
    callee,
    conditions,
    decisions,
    default,
    diagram,
    ends,
    event_gateways,
    event_sub_processes,
    feel,
    forms,
    groups,
    ids,
    jobs,
    joins,
    links,
    mappings,
    names,
    reach,
    recursion,
    repetition,
    results,
    starts,
    timers,
    triggers,
)
from app.definitions.view import Rule, View


@dataclass(frozen=True)
class Case:
    """`wrong` has a finding with this code at this element; `right` has none."""

    rule: Rule
    code: str
    element: str
    wrong: str
    right: str
    roots: str = ""
    around: dict[str, Any] = field(default_factory=dict)
    undrawn: bool = False


def ext(inside: str) -> str:
    return f"<extensionElements>{inside}</extensionElements>"


def flow(name: str, source: str, target: str, condition: str = "") -> str:
    inside = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    return f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'


def way(*steps: str) -> str:
    """Flows from step to step, named after their ends: `a-b`."""
    return "".join(flow(f"{a}-{b}", a, b) for a, b in itertools.pairwise(steps))


def choice(first: str, second: str, *, kind: str = "exclusiveGateway", standard: str = "") -> str:
    """A gateway `g` with the flows f1 and f2, with these conditions ("" for none)."""
    attribute = f' default="{standard}"' if standard else ""
    return (
        f'<startEvent id="s"/><{kind} id="g"{attribute}/><endEvent id="e1"/><endEvent id="e2"/>'
        f"{way('s', 'g')}{flow('f1', 'g', 'e1', first)}{flow('f2', 'g', 'e2', second)}"
    )


def straight(element: str, name: str = "x") -> str:
    """Start, this element, end."""
    return f'<startEvent id="s"/>{element}<endEvent id="e"/>{way("s", name, "e")}'


def task(kind: str, inside: str = "", rest: str = "") -> str:
    return f'<{kind} id="x"{rest}>{ext(inside) if inside else ""}</{kind}>'


def timer(text: str, kind: str = "timeDuration", event: str = "intermediateCatchEvent") -> str:
    return f'<{event} id="x"><timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition></{event}>'


def on_boundary(definition: str, rest: str = "") -> str:
    return (
        straight('<task id="t"/>', "t")
        + f'<boundaryEvent id="x" attachedToRef="t"{rest}>{definition}</boundaryEvent><endEvent id="e2"/>'
        + way("x", "e2")
    )


def repeated(attributes: str) -> str:
    marker = ext(f"<zeebe:loopCharacteristics {attributes}/>")
    return straight(
        f'<task id="x"><multiInstanceLoopCharacteristics>{marker}</multiInstanceLoopCharacteristics></task>'
    )


def event_sub_process(start: str, around: str = "") -> str:
    return (
        '<startEvent id="s"/><endEvent id="e"/>'
        f'{way("s", "e")}<subProcess id="x" triggeredByEvent="true">{start}<endEvent id="e2"/></subProcess>{around}'
    )


SIGNAL = '<signal id="sig" name="lukket"/><signal id="nameless"/>'
CATCH = '<signalEventDefinition signalRef="sig"/>'
TIMER = "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"
CALL = '<zeebe:calledElement processId="plan"/>'
CODE = '<error id="err" errorCode="NEJ"/>'
MESSAGE = (
    f'<message id="m" name="svar">{ext("<zeebe:subscription correlationKey=" + chr(34) + "= sag" + chr(34) + "/>")}'
    '</message><message id="keyless" name="svar"/><message id="nameless"/>'
)


def waits_for(message: str) -> str:
    event = f'<messageEventDefinition messageRef="{message}"/>'
    return straight(f'<intermediateCatchEvent id="x">{event}</intermediateCatchEvent>')


def race(
    first: str, second: str = f'<intermediateCatchEvent id="b">{TIMER}</intermediateCatchEvent>'
) -> str:
    return (
        f'<startEvent id="s"/><eventBasedGateway id="g"/>{first}{second}<endEvent id="e"/>'
        f"{way('s', 'g', 'a', 'e')}{way('g', 'b', 'e')}"
    )


def link(kind: str, node: str, name: str = "L") -> str:
    return f'<{kind} id="{node}"><linkEventDefinition name="{name}"/></{kind}>'


def loop_into(kind: str) -> str:
    """A gateway `g` that waits for the start and for its own loop."""
    return (
        f'<startEvent id="s"/><{kind} id="g"/><exclusiveGateway id="c" default="c-g"/><endEvent id="e"/>'
        f"{way('s', 'g', 'c', 'g')}{flow('out', 'c', 'e', '= ok')}"
    )


def block_in_loop() -> str:
    return (
        '<startEvent id="s"/><exclusiveGateway id="m"/><inclusiveGateway id="split" default="split-b"/>'
        '<task id="a"/><task id="b"/><inclusiveGateway id="g"/><exclusiveGateway id="c" default="c-m"/>'
        f'<endEvent id="e"/>{way("s", "m", "split", "b", "g", "c", "m")}{flow("split-a", "split", "a", "= x")}'
        f"{way('a', 'g')}{flow('out', 'c', 'e', '= ok')}"
    )


CASES = [
    Case(ids.check, "id:invalid", "a/b", '<task id="a/b"/>', '<task id="a-b"/>'),
    Case(ids.check, "id:invalid", "x#1", '<task id="x#1"/>', '<task id="Indhent_samtykke.1"/>'),
    Case(
        ids.check,
        "name:too-long",
        "x",
        f'<task id="x" name="{"æ" * 201}"/>',
        f'<task id="x" name="{"æ" * 200}"/>',
    ),
    Case(starts.check, "start:missing", "p", '<task id="t"/>', straight(task("task"))),
    Case(
        starts.check,
        "start:missing",
        "x",
        straight('<subProcess id="x"><task id="t"/></subProcess>'),
        straight('<subProcess id="x"><startEvent id="s2"/></subProcess>'),
    ),
    Case(
        starts.check,
        "start:ambiguous",
        "s2",
        straight(task("task")) + '<startEvent id="s2"/>' + flow("f", "s2", "x"),
        straight(task("task")) + f'<startEvent id="s2">{CATCH}</startEvent>' + flow("f", "s2", "x"),
        SIGNAL,
    ),
    Case(
        reach.check,
        "flow:unreachable",
        "t",
        straight(task("task")) + '<task id="t"/>',
        straight(task("task")) + '<task id="t"/>' + way("x", "t", "e"),
    ),
    Case(
        reach.check,
        "flow:unreachable",
        "t",
        straight(task("task")) + '<task id="t"/>' + way("t", "t"),
        on_boundary(TIMER),
    ),
    Case(
        reach.check,
        "flow:into-start",
        "s",
        straight(task("task")) + way("x", "s"),
        straight(task("task")),
    ),
    Case(
        reach.check,
        "flow:out-of-end",
        "e",
        straight(task("task")) + way("e", "x"),
        straight(task("task")),
    ),
    Case(
        ends.check,
        "end:missing",
        "p",
        '<startEvent id="s"/><task id="x"/>' + way("s", "x"),
        straight(task("task")),
    ),
    Case(
        ends.check,
        "flow:no-way-on",
        "x",
        '<startEvent id="s"/><task id="x"/>' + way("s", "x"),
        straight(task("task")),
    ),
    Case(
        ends.check,
        "end:unreachable",
        "s",
        '<startEvent id="s"/><task id="x"/><task id="y"/><endEvent id="e"/>'
        + way("s", "x", "y", "x"),
        loop_into("exclusiveGateway"),
    ),
    Case(
        conditions.check,
        "gateway:no-condition",
        "f2",
        choice("= a", ""),
        choice("= a", "", standard="f2"),
    ),
    Case(
        conditions.check,
        "gateway:no-condition",
        "f1",
        choice("", "= a", kind="inclusiveGateway"),
        choice("= b", "= a", kind="inclusiveGateway"),
    ),
    Case(
        conditions.check,
        "gateway:condition-on-default",
        "f2",
        choice("= a", "= b", standard="f2"),
        choice("= a", "", standard="f2"),
    ),
    Case(
        conditions.check,
        "ref:unknown",
        "g",
        choice("= a", "= b", standard="nix"),
        choice("= a", "= b"),
    ),
    Case(
        conditions.check,
        "flow:condition-not-read",
        "f1",
        choice("= a", "", kind="parallelGateway"),
        choice("", "", kind="parallelGateway"),
    ),
    Case(
        conditions.check,
        "flow:condition-on-activity",
        "f",
        '<startEvent id="s"/><task id="x"/><endEvent id="e"/>'
        + way("s", "x")
        + flow("f", "x", "e", "= a"),
        straight(task("task")),
    ),
    Case(
        default.check,
        "gateway:no-default",
        "g",
        choice("= a", "= b"),
        choice("= a", "", standard="f2"),
    ),
    Case(
        joins.check,
        "join:own-loop",
        "g",
        loop_into("parallelGateway"),
        loop_into("exclusiveGateway"),
    ),
    Case(
        joins.check, "join:inclusive-in-loop", "g", loop_into("inclusiveGateway"), block_in_loop()
    ),
    Case(
        event_gateways.check,
        "event-gateway:target",
        "a",
        race('<task id="a"/>'),
        race(f'<intermediateCatchEvent id="a">{CATCH}</intermediateCatchEvent>'),
        SIGNAL,
    ),
    Case(
        event_gateways.check,
        "event-gateway:one-way",
        "g",
        straight(
            f'<eventBasedGateway id="g"/><intermediateCatchEvent id="a">{TIMER}</intermediateCatchEvent>',
            "g",
        ),
        race(f'<intermediateCatchEvent id="a">{CATCH}</intermediateCatchEvent>'),
        SIGNAL,
    ),
    Case(
        event_sub_processes.check,
        "event-sub-process:start",
        "x",
        event_sub_process(""),
        event_sub_process(f'<startEvent id="s2">{CATCH}</startEvent>'),
        SIGNAL,
    ),
    Case(
        event_sub_processes.check,
        "event-sub-process:flow",
        "x",
        event_sub_process(f'<startEvent id="s2">{CATCH}</startEvent>', way("s", "x")),
        event_sub_process(f'<startEvent id="s2">{CATCH}</startEvent>'),
        SIGNAL,
    ),
    Case(
        boundary.check,
        "boundary:no-activity",
        "x",
        straight(f'<boundaryEvent id="x" attachedToRef="e">{TIMER}</boundaryEvent>'),
        on_boundary(TIMER),
    ),
    Case(
        boundary.check,
        "boundary:incoming",
        "x",
        on_boundary(TIMER) + way("t", "x"),
        on_boundary(TIMER),
    ),
    Case(
        triggers.check,
        "event:not-here",
        "x",
        event_sub_process('<startEvent id="x2"/>').replace('id="x"', 'id="y"').replace("x2", "x"),
        event_sub_process(f'<startEvent id="s2">{CATCH}</startEvent>'),
        SIGNAL,
    ),
    Case(
        triggers.check,
        "event:not-here",
        "x",
        straight('<intermediateCatchEvent id="x"/>'),
        straight(timer("P1D")),
    ),
    Case(triggers.check, "event:not-here", "x", on_boundary(""), on_boundary(TIMER)),
    Case(
        triggers.check,
        "event:not-here",
        "x",
        straight('<intermediateThrowEvent id="x"><errorEventDefinition/></intermediateThrowEvent>'),
        straight('<intermediateThrowEvent id="x"/>'),
    ),
    Case(
        triggers.check,
        "event:error-not-interrupting",
        "x",
        on_boundary("<errorEventDefinition/>", ' cancelActivity="false"'),
        on_boundary("<errorEventDefinition/>"),
    ),
    Case(names.check, "message:no-name", "x", waits_for("nameless"), waits_for("m"), MESSAGE),
    Case(names.check, "message:no-key", "x", waits_for("keyless"), waits_for("m"), MESSAGE),
    Case(
        names.check,
        "message:no-key",
        "x",
        straight('<receiveTask id="x" messageRef="keyless"/>'),
        '<startEvent id="s"><messageEventDefinition messageRef="keyless"/></startEvent>',
        MESSAGE,
    ),
    Case(
        names.check,
        "signal:no-name",
        "x",
        on_boundary('<signalEventDefinition signalRef="nameless"/>'),
        on_boundary(CATCH),
        SIGNAL,
    ),
    Case(
        names.check,
        "error:no-code",
        "x",
        '<endEvent id="x"><errorEventDefinition/></endEvent>',
        '<endEvent id="x"><errorEventDefinition errorRef="err"/></endEvent>',
        CODE,
    ),
    Case(
        names.check,
        "escalation:no-code",
        "x",
        '<endEvent id="x"><escalationEventDefinition/></endEvent>',
        on_boundary("<escalationEventDefinition/>"),
    ),
    Case(
        names.check,
        "condition:missing",
        "x",
        on_boundary("<conditionalEventDefinition/>"),
        on_boundary(
            "<conditionalEventDefinition><condition>= a</condition></conditionalEventDefinition>"
        ),
    ),
    Case(
        links.check,
        "link:no-target",
        "x",
        straight(link("intermediateThrowEvent", "x")),
        straight(link("intermediateThrowEvent", "x")) + link("intermediateCatchEvent", "y"),
    ),
    Case(
        links.check,
        "link:several-targets",
        "y",
        link("intermediateCatchEvent", "y") + link("intermediateCatchEvent", "z"),
        link("intermediateCatchEvent", "y") + link("intermediateCatchEvent", "z", "M"),
    ),
    Case(
        links.check,
        "link:no-name",
        "x",
        link("intermediateThrowEvent", "x", ""),
        link("intermediateCatchEvent", "x"),
    ),
    Case(timers.check, "timer:unquoted", "x", straight(timer("= P3D")), straight(timer("P3D"))),
    Case(
        timers.check,
        "timer:unquoted",
        "x",
        straight(timer("=R3/PT1H")),
        straight(timer('= duration("PT1H")')),
    ),
    Case(
        timers.check,
        "timer:invalid",
        "x",
        straight(timer("3 dage")),
        straight(timer("P1Y2M3DT4H5M6S")),
    ),
    Case(timers.check, "timer:invalid", "x", straight(timer('"P3D"')), straight(timer("P2W"))),
    Case(timers.check, "timer:invalid", "x", straight(timer("P1DT")), straight(timer("P1DT1M"))),
    Case(timers.check, "timer:invalid", "x", straight(timer("")), straight(timer("= frist"))),
    Case(
        timers.check,
        "timer:invalid",
        "x",
        straight(timer("31/1 2027", "timeDate")),
        straight(timer("2027-01-31T12:00:00Z", "timeDate")),
    ),
    Case(
        timers.check,
        "timer:invalid",
        "x",
        timer("0 0 9 * * *", "timeCycle", "startEvent"),
        timer("R/P1D", "timeCycle", "startEvent"),
    ),
    Case(
        timers.check,
        "timer:invalid",
        "x",
        straight(timer("R/PT0S", "timeCycle", "startEvent")),
        straight(timer("R3/2027-01-01T00:00:00Z/P1M", "timeCycle", "startEvent")),
    ),
    Case(
        timers.check,
        "timer:cycle-here",
        "x",
        on_boundary(TIMER.replace("timeDuration", "timeCycle").replace("P1D", "R/P1D")),
        on_boundary(
            TIMER.replace("timeDuration", "timeCycle").replace("P1D", "R/P1D"),
            ' cancelActivity="false"',
        ),
    ),
    Case(
        repetition.check,
        "loop:no-collection",
        "x",
        repeated('inputElement="m"'),
        repeated('inputCollection="= team"'),
    ),
    Case(
        repetition.check,
        "loop:output",
        "x",
        repeated('inputCollection="= team" outputCollection="svar"'),
        repeated('inputCollection="= team" outputCollection="svar" outputElement="= s"'),
    ),
    Case(
        mappings.check,
        "mapping:target",
        "x",
        straight(
            task(
                "task",
                '<zeebe:ioMapping><zeebe:input source="= 1" target="to ord"/></zeebe:ioMapping>',
            )
        ),
        straight(
            task(
                "task",
                '<zeebe:ioMapping><zeebe:input source="= 1" target="mål.næste"/></zeebe:ioMapping>',
            )
        ),
    ),
    Case(
        mappings.check,
        "mapping:no-source",
        "x",
        straight(task("task", '<zeebe:ioMapping><zeebe:output target="a"/></zeebe:ioMapping>')),
        straight(
            task(
                "task", '<zeebe:ioMapping><zeebe:output source="= 1" target="a"/></zeebe:ioMapping>'
            )
        ),
    ),
    Case(
        results.check,
        "result:missing",
        "x",
        straight(task("scriptTask", '<zeebe:script expression="= 1"/>')),
        straight(task("scriptTask", '<zeebe:script expression="= 1" resultVariable="r"/>')),
    ),
    Case(
        results.check,
        "script:missing",
        "x",
        straight(task("scriptTask", '<zeebe:script resultVariable="r"/>')),
        straight(task("scriptTask", '<zeebe:script expression="= 1" resultVariable="r"/>')),
    ),
    Case(
        results.check,
        "decision:missing",
        "x",
        straight(task("businessRuleTask", '<zeebe:calledDecision resultVariable="r"/>')),
        straight(
            task("businessRuleTask", '<zeebe:calledDecision decisionId="d" resultVariable="r"/>')
        ),
    ),
    Case(
        jobs.check,
        "job:missing",
        "x",
        straight(task("serviceTask")),
        straight(task("serviceTask", '<zeebe:taskDefinition type="plan:adopt"/>')),
    ),
    Case(
        jobs.check,
        "job:missing",
        "x",
        '<endEvent id="x"><messageEventDefinition messageRef="m"/></endEvent>',
        f'<endEvent id="x">{ext("<zeebe:taskDefinition type=" + chr(34) + "mail" + chr(34) + "/>")}'
        '<messageEventDefinition messageRef="m"/></endEvent>',
        MESSAGE,
    ),
    Case(
        jobs.check,
        "script:missing",
        "x",
        straight('<scriptTask id="x" scriptFormat="python"/>'),
        straight(task("scriptTask", '<zeebe:taskDefinition type="script"/>')),
    ),
    Case(
        jobs.check,
        "decision:missing",
        "x",
        straight(task("businessRuleTask")),
        straight(
            task("businessRuleTask", '<zeebe:calledDecision decisionId="d" resultVariable="r"/>')
        ),
    ),
    Case(
        jobs.check,
        "job:unknown",
        "x",
        straight(task("serviceTask", '<zeebe:taskDefinition type="plan:adpot"/>')),
        straight(task("serviceTask", '<zeebe:taskDefinition type="plan:adopt"/>')),
        around={"jobs": frozenset({"plan:adopt"})},
    ),
    Case(
        jobs.check,
        "job:unknown",
        "x",
        straight(task("serviceTask", '<zeebe:taskDefinition type="esdh"/>')),
        straight(
            task(
                "serviceTask",
                '<zeebe:taskDefinition type="esdh"/><zeebe:properties>'
                '<zeebe:property name="external" value="true"/></zeebe:properties>',
            )
        ),
        around={"jobs": frozenset()},
    ),
    Case(
        jobs.check,
        "job:retries",
        "x",
        straight(task("serviceTask", '<zeebe:taskDefinition type="a" retries="tre"/>')),
        straight(task("serviceTask", '<zeebe:taskDefinition type="a" retries="= n"/>')),
    ),
    Case(
        forms.check,
        "form:missing",
        "x",
        straight(task("userTask")),
        straight(task("userTask", '<zeebe:formDefinition formId="f"/>')),
        around={"forms": frozenset({"f"})},
    ),
    Case(
        forms.check,
        "form:unknown",
        "x",
        straight(task("userTask", '<zeebe:formDefinition formId="g"/>')),
        straight(task("userTask", '<zeebe:formDefinition formId="f"/>')),
        around={"forms": frozenset({"f"})},
    ),
    Case(
        forms.check,
        "form:expression",
        "x",
        straight(task("userTask", '<zeebe:formDefinition formId="= f"/>')),
        straight(task("userTask", '<zeebe:formDefinition formId="f"/>')),
        around={"forms": frozenset({"f"})},
    ),
    Case(
        decisions.check,
        "decision:unknown",
        "x",
        straight(
            task("businessRuleTask", '<zeebe:calledDecision decisionId="e" resultVariable="r"/>')
        ),
        straight(
            task("businessRuleTask", '<zeebe:calledDecision decisionId="d" resultVariable="r"/>')
        ),
        around={"decisions": frozenset({"d"})},
    ),
    Case(
        callee.check,
        "callee:missing",
        "x",
        straight(task("callActivity")),
        straight(task("callActivity", CALL)),
    ),
    Case(
        callee.check,
        "callee:unknown",
        "x",
        straight(task("callActivity", '<zeebe:calledElement processId="q"/>')),
        straight(task("callActivity", CALL)),
        around={"processes": {"plan": ()}},
    ),
    Case(
        callee.check,
        "callee:binding",
        "x",
        straight(
            task("callActivity", '<zeebe:calledElement processId="= q" bindingType="deployment"/>')
        ),
        straight(task("callActivity", '<zeebe:calledElement processId="= q"/>')),
    ),
    Case(
        callee.check,
        "callee:binding",
        "x",
        straight(
            task("callActivity", '<zeebe:calledElement processId="q" bindingType="versionTag"/>')
        ),
        straight(
            task(
                "callActivity",
                '<zeebe:calledElement processId="q" bindingType="versionTag" versionTag="1"/>',
            )
        ),
    ),
    Case(
        callee.check,
        "callee:binding",
        "x",
        straight(task("callActivity", '<zeebe:calledElement processId="q" bindingType="newest"/>')),
        straight(task("callActivity", '<zeebe:calledElement processId="q" bindingType="latest"/>')),
    ),
    Case(
        recursion.check,
        "callee:recursive",
        "x",
        straight(task("callActivity", '<zeebe:calledElement processId="loops"/>')),
        straight(task("callActivity", CALL)),
        around={"processes": {"plan": (), "loops": ("p",)}},
    ),
    Case(
        groups.check,
        "task:no-group",
        "x",
        straight(task("userTask")),
        straight(task("userTask", '<zeebe:assignmentDefinition candidateGroups="Ungeteam"/>')),
    ),
    Case(
        groups.check,
        "task:no-group",
        "x",
        straight(task("userTask")),
        '<laneSet><lane id="l" name="Ungeteam"><flowNodeRef>x</flowNodeRef></lane></laneSet>'
        + straight(task("userTask")),
    ),
    Case(feel.check, "feel:syntax", "f1", choice("= a &gt;", "= b"), choice("= a &gt; 1", "= b")),
    Case(
        feel.check,
        "feel:not-expression",
        "f1",
        choice("a &gt; 1", "= b"),
        choice("= a &gt; 1", "= b"),
    ),
    Case(feel.check, "feel:other-language", "f1", choice("${a}", "= b"), choice("= a", "= b")),
    Case(
        feel.check,
        "feel:not-expression",
        "x",
        straight(
            task("task", '<zeebe:ioMapping><zeebe:output source="a" target="b"/></zeebe:ioMapping>')
        ),
        straight(
            task("task", '<zeebe:ioMapping><zeebe:input source="a" target="b"/></zeebe:ioMapping>')
        ),
    ),
    Case(
        diagram.check,
        "diagram:missing",
        "p",
        straight(task("task")),
        straight(task("task")),
        undrawn=True,
    ),
]


def run(case: Case, body: str, model: Callable[..., bytes], *, drawn: bool = True) -> list[Any]:
    file = read_bpmn(model(body, roots=case.roots, drawn=drawn))
    return list(case.rule(View(file.processes[0], file, Surroundings(**case.around))))


def name(case: Case) -> str:
    return f"{case.rule.__module__.rpartition('.')[2]}-{case.code}"


@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_rule_finds_what_is_wrong_and_says_why(case: Case, model: Callable[..., bytes]) -> None:
    found = run(case, case.wrong, model, drawn=not case.undrawn)
    assert (case.code, case.element) in {(finding.code, finding.element) for finding in found}
    assert all(finding.message for finding in found)


@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_rule_is_silent_about_what_is_right(case: Case, model: Callable[..., bytes]) -> None:
    assert run(case, case.right, model) == []


def test_every_rule_is_tried() -> None:
    assert {case.rule for case in CASES} == set(RULES)


def test_a_step_missing_on_the_diagram_is_named(model: Callable[..., bytes]) -> None:
    content = model(straight(task("task"))).replace(b'bpmnElement="x"', b'bpmnElement="y"')
    file = read_bpmn(content)
    found = [
        (finding.code, finding.element) for finding in diagram.check(View(file.processes[0], file))
    ]
    assert found == [("diagram:incomplete", "x")]


def test_a_repetition_of_a_gateway_is_found(model: Callable[..., bytes]) -> None:
    body = repeated('inputCollection="= team"').replace("<task", "<parallelGateway")
    file = read_bpmn(model(body.replace("</task>", "</parallelGateway>")))
    assert "loop:not-activity" in {f.code for f in repetition.check(View(file.processes[0], file))}
