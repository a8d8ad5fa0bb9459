"""The reader: what a BPMN file says, as values in document order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from app.definitions import (
    Call,
    CalledDecision,
    Event,
    JobDefinition,
    Kind,
    MultiInstance,
    Script,
    TimerKind,
    Trigger,
    UserTask,
    VariableMapping,
    findings,
    read_bpmn,
)

Make = Callable[..., str]


def test_nodes_and_flows_of_all_levels_come_in_document_order(model: Callable[..., bytes]) -> None:
    # Given a sub-process between two tasks
    body = """
      <startEvent id="s" name="Ny&#10;henvendelse"/>
      <subProcess id="sub"><startEvent id="s2"/><task id="inner"/>
        <sequenceFlow id="f2" sourceRef="s2" targetRef="inner"/></subProcess>
      <sequenceFlow id="f1" sourceRef="s" targetRef="sub"/>
      <manualTask id="last"/><sequenceFlow id="f3" sourceRef="sub" targetRef="last"/>"""
    # When it is read
    file = read_bpmn(model(body))
    process = file.processes[0]
    # Then parents stand before their content, and each element knows its scope
    assert [(node.id, node.kind, node.scope) for node in process.nodes] == [
        ("s", Kind.START, "p"),
        ("sub", Kind.SUB_PROCESS, "p"),
        ("s2", Kind.START, "sub"),
        ("inner", Kind.TASK, "sub"),
        ("last", Kind.MANUAL, "p"),
    ]
    assert [(flow.id, flow.source, flow.target, flow.scope) for flow in process.flows] == [
        ("f2", "s2", "inner", "sub"),
        ("f1", "s", "sub", "p"),
        ("f3", "sub", "last", "p"),
    ]
    assert process.by_id["s"].name == "Ny henvendelse"
    assert [flow.id for flow in process.outgoing["s"]] == ["f1"]
    assert [flow.id for flow in process.incoming["last"]] == ["f3"]
    assert file.digest == hashlib.sha256(model(body)).hexdigest()
    assert file.findings == ()


def test_a_user_task_says_who_when_and_with_which_form(
    model: Callable[..., bytes], ext: Make
) -> None:
    parts = ext("""<zeebe:userTask/><zeebe:formDefinition formId="samtykke"/>
      <zeebe:assignmentDefinition assignee="= koordinator" candidateGroups="Ungeteam" candidateUsers="u1"/>
      <zeebe:taskSchedule dueDate="= frist" followUpDate="2027-01-01"/>
      <zeebe:priorityDefinition priority="70"/>
      <zeebe:ioMapping><zeebe:input source="= 1" target="a"/><zeebe:output source="= b" target="c.d"/></zeebe:ioMapping>
      <zeebe:properties><zeebe:property name="legalBasis" value="SEL § 46"/></zeebe:properties>""")
    body = f'<userTask id="t"><documentation>Læs højt.</documentation>{parts}</userTask>'
    node = read_bpmn(model(body)).processes[0].by_id["t"]
    assert node.user_task == UserTask(
        "samtykke", "= koordinator", "Ungeteam", "u1", "= frist", "2027-01-01", "70"
    )
    assert node.inputs == (VariableMapping("= 1", "a"),)
    assert node.outputs == (VariableMapping("= b", "c.d"),)
    assert node.properties == (("legalBasis", "SEL § 46"),)
    assert node.documentation == "Læs højt."


@pytest.mark.parametrize(
    ("element", "inside", "field", "expected"),
    [
        (
            "serviceTask",
            """<zeebe:taskDefinition type="plan:adopt" retries="5"/>
               <zeebe:taskHeaders><zeebe:header key="k" value="v"/></zeebe:taskHeaders>""",
            "job",
            JobDefinition("plan:adopt", "5", (("k", "v"),)),
        ),
        ("sendTask", '<zeebe:taskDefinition type="mail"/>', "job", JobDefinition("mail", "3")),
        (
            "scriptTask",
            '<zeebe:script expression="= 1 + 1" resultVariable="to"/>',
            "script",
            Script("= 1 + 1", "to"),
        ),
        (
            "businessRuleTask",
            '<zeebe:calledDecision decisionId="frist" resultVariable="r" bindingType="deployment"/>',
            "decision",
            CalledDecision("frist", "r", "deployment"),
        ),
        ("callActivity", '<zeebe:calledElement processId="plan"/>', "call", Call("plan")),
        (
            "callActivity",
            """<zeebe:calledElement processId="plan" bindingType="versionTag" versionTag="v1"
               propagateAllChildVariables="false" propagateAllParentVariables="false"/>""",
            "call",
            Call("plan", "versionTag", "v1", propagate_all_parent=False, propagate_all_child=False),
        ),
    ],
)
def test_what_a_task_does(
    model: Callable[..., bytes], ext: Make, element: str, inside: str, field: str, expected: object
) -> None:
    file = read_bpmn(model(f'<{element} id="t">{ext(inside)}</{element}>'))
    assert getattr(file.processes[0].by_id["t"], field) == expected
    assert file.findings == ()


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ("", Event(Trigger.NONE)),
        (
            "<timerEventDefinition><timeDuration>P14D</timeDuration></timerEventDefinition>",
            Event(Trigger.TIMER, timer_kind=TimerKind.DURATION, timer="P14D"),
        ),
        (
            "<timerEventDefinition><timeDate>= frist</timeDate></timerEventDefinition>",
            Event(Trigger.TIMER, timer_kind=TimerKind.DATE, timer="= frist"),
        ),
        (
            "<timerEventDefinition><timeCycle>R/P1M</timeCycle></timerEventDefinition>",
            Event(Trigger.TIMER, timer_kind=TimerKind.CYCLE, timer="R/P1M"),
        ),
        (
            '<messageEventDefinition messageRef="m"/>',
            Event(Trigger.MESSAGE, "svar", correlation_key="= sag"),
        ),
        ('<signalEventDefinition signalRef="sig"/>', Event(Trigger.SIGNAL, "lukket")),
        ('<errorEventDefinition errorRef="err"/>', Event(Trigger.ERROR, "AFVIST")),
        ("<errorEventDefinition/>", Event(Trigger.ERROR)),
        ('<escalationEventDefinition escalationRef="esc"/>', Event(Trigger.ESCALATION, "SENT")),
        ("<terminateEventDefinition/>", Event(Trigger.TERMINATE)),
        ('<linkEventDefinition name="videre"/>', Event(Trigger.LINK, "videre")),
        (
            "<conditionalEventDefinition><condition>= a &gt; 1</condition></conditionalEventDefinition>",
            Event(Trigger.CONDITIONAL, condition="= a > 1"),
        ),
    ],
)
def test_what_an_event_waits_for(
    model: Callable[..., bytes], ext: Make, definition: str, expected: Event
) -> None:
    roots = f"""<message id="m" name="svar">{ext('<zeebe:subscription correlationKey="= sag"/>')}</message>
      <signal id="sig" name="lukket"/><error id="err" errorCode="AFVIST"/>
      <escalation id="esc" escalationCode="SENT"/>"""
    body = f'<task id="t"/><boundaryEvent id="b" attachedToRef="t" cancelActivity="false">{definition}</boundaryEvent>'
    file = read_bpmn(model(body, roots=roots))
    node = file.processes[0].by_id["b"]
    assert node.event == expected
    assert (node.attached_to, node.interrupting) == ("t", False)
    assert file.findings == ()


def test_a_receive_task_waits_for_its_message(model: Callable[..., bytes]) -> None:
    roots = '<message id="m" name="svar"/>'
    file = read_bpmn(model('<receiveTask id="t" messageRef="m"/>', roots=roots))
    assert file.processes[0].by_id["t"].event == Event(Trigger.MESSAGE, "svar")


def test_an_event_sub_process_and_its_start(model: Callable[..., bytes]) -> None:
    body = """<subProcess id="x" triggeredByEvent="true">
      <startEvent id="s" isInterrupting="false"><signalEventDefinition signalRef="sig"/></startEvent></subProcess>"""
    nodes = read_bpmn(model(body, roots='<signal id="sig" name="n"/>')).processes[0].by_id
    assert nodes["x"].kind is Kind.EVENT_SUB_PROCESS
    assert not nodes["s"].interrupting


def test_a_repetition(model: Callable[..., bytes], ext: Make) -> None:
    loop = ext(
        '<zeebe:loopCharacteristics inputCollection="= team" inputElement="m" '
        'outputCollection="svar" outputElement="= s"/>'
    )
    body = f"""<task id="t"><multiInstanceLoopCharacteristics isSequential="true">{loop}
      <completionCondition>= count(svar) &gt; 2</completionCondition></multiInstanceLoopCharacteristics></task>"""
    file = read_bpmn(model(body))
    assert file.processes[0].by_id["t"].loop == MultiInstance(
        True, "= team", "m", "svar", "= s", "= count(svar) > 2"
    )
    assert file.findings == ()


def test_lanes_name_the_role_innermost_first_and_sub_processes_inherit(
    model: Callable[..., bytes],
) -> None:
    body = """<laneSet><lane id="l1" name="Kommunen"><flowNodeRef>a</flowNodeRef><flowNodeRef>b</flowNodeRef>
        <flowNodeRef>sub</flowNodeRef>
        <childLaneSet><lane id="l2" name="Ungeteam"><flowNodeRef>b</flowNodeRef></lane></childLaneSet></lane></laneSet>
      <task id="a"/><task id="b"/><subProcess id="sub"><task id="c"/></subProcess><task id="d"/>"""
    process = read_bpmn(model(body)).processes[0]
    assert process.lanes == ("Kommunen", "Ungeteam")
    assert {node.id: node.lane for node in process.nodes} == {
        "a": "Kommunen",
        "b": "Ungeteam",
        "sub": "Kommunen",
        "c": "Kommunen",
        "d": "",
    }


def test_a_pool_names_its_process_and_other_pools_are_only_drawn() -> None:
    xml = """<b:definitions xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL"
        xmlns:zeebe="http://camunda.org/schema/zeebe/1.0">
      <b:collaboration id="c"><b:participant id="x" name="Ungeforløb" processRef="p"/>
        <b:participant id="y" name="Borger" processRef="q"/></b:collaboration>
      <b:process id="p" isExecutable="true"><b:extensionElements><zeebe:versionTag value="1.0"/>
        <zeebe:properties><zeebe:property name="kind" value="youth"/></zeebe:properties></b:extensionElements>
        <b:startEvent id="s"/></b:process>
      <b:process id="q"><b:task id="t"/></b:process></b:definitions>"""
    file = read_bpmn(xml.encode())
    assert [(process.id, process.name, process.version_tag) for process in file.processes] == [
        ("p", "Ungeforløb", "1.0")
    ]
    assert file.processes[0].properties == (("kind", "youth"),)
    assert [finding.code for finding in file.findings] == ["process:not-executable"]


def codes(content: bytes) -> list[tuple[str, str | None]]:
    return [
        (finding.code, finding.element)
        for finding in read_bpmn(content).findings
        if finding.severity == "error"
    ]


@pytest.mark.parametrize(
    ("body", "code", "element"),
    [
        ('<complexGateway id="x"/>', "element:unsupported", "x"),
        ('<transaction id="x"/>', "element:unsupported", "x"),
        ('<adHocSubProcess id="x"/>', "element:unsupported", "x"),
        ('<hologramTask id="x"/>', "element:unknown", "x"),
        ('<task id="x" isForCompensation="true"/>', "attribute:unsupported", "x"),
        ('<task id="x" startQuantity="2"/>', "attribute:unsupported", "x"),
        ('<receiveTask id="x" instantiate="true"/>', "attribute:unsupported", "x"),
        ('<eventBasedGateway id="x" eventGatewayType="Parallel"/>', "attribute:unsupported", "x"),
        ('<task id="x"><standardLoopCharacteristics/></task>', "element:unsupported", "x"),
        (
            """<task id="x"><multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>
               </multiInstanceLoopCharacteristics></task>""",
            "element:unsupported",
            "x",
        ),
        ('<endEvent id="x"><cancelEventDefinition/></endEvent>', "element:unsupported", "x"),
        ('<endEvent id="x"><compensateEventDefinition/></endEvent>', "element:unsupported", "x"),
        (
            '<endEvent id="x"><eventDefinitionRef>y</eventDefinitionRef></endEvent>',
            "event:several",
            "x",
        ),
        (
            '<endEvent id="x"><terminateEventDefinition/><errorEventDefinition/></endEvent>',
            "event:several",
            "x",
        ),
        (
            '<endEvent id="x"><signalEventDefinition signalRef="nix"/></endEvent>',
            "ref:unknown",
            "x",
        ),
        ('<startEvent id="x"><timerEventDefinition/></startEvent>', "timer:missing", "x"),
        ('<userTask id="x" camunda:assignee="anna"/>', "extension:other-engine", "x"),
        (
            """<task id="x"><extensionElements><camunda:formData/></extensionElements></task>""",
            "extension:other-engine",
            "x",
        ),
        (
            """<task id="x"><extensionElements><zeebe:executionListeners/></extensionElements></task>""",
            "extension:unsupported",
            "x",
        ),
        (
            """<task id="x"><extensionElements><zeebe:hologram/></extensionElements></task>""",
            "extension:unknown",
            "x",
        ),
        ('<task id="x" zeebe:hologram="1"/>', "extension:unknown", "x"),
        (
            """<startEvent id="x"><conditionalEventDefinition><extensionElements>
               <zeebe:conditionalFilter variableEvents="create, update" variableNames="b"/></extensionElements>
               <condition>=a</condition></conditionalEventDefinition></startEvent>""",
            "extension:unsupported",
            "x",
        ),
        (
            """<boundaryEvent id="x" attachedToRef="t"><errorEventDefinition camunda:errorCodeVariable="c"/>
               </boundaryEvent><task id="t"/>""",
            "extension:other-engine",
            "x",
        ),
        ('<task id="x"/><task id="x"/>', "id:duplicate", "x"),
        ("<task/>", "id:missing", "p"),
        (
            '<task id="t"/><sequenceFlow id="x" sourceRef="t" targetRef="nix"/>',
            "flow:dangling",
            "x",
        ),
        (
            """<task id="t"/><subProcess id="u"><task id="v"/></subProcess>
               <sequenceFlow id="x" sourceRef="t" targetRef="v"/>""",
            "flow:crosses-scope",
            "x",
        ),
        (
            """<laneSet><lane id="a"><flowNodeRef>x</flowNodeRef></lane>
               <lane id="b"><flowNodeRef>x</flowNodeRef></lane></laneSet><task id="x"/>""",
            "lane:overlap",
            "x",
        ),
        (
            '<laneSet><lane id="x"><flowNodeRef>nix</flowNodeRef></lane></laneSet>',
            "ref:unknown",
            "x",
        ),
    ],
)
def test_what_cannot_be_run_is_found_at_its_element(
    model: Callable[..., bytes], body: str, code: str, element: str
) -> None:
    assert (code, element) in codes(model(body))


def test_an_embedded_or_foreign_form_is_a_warning_for_a_program_may_do_the_task(
    model: Callable[..., bytes],
) -> None:
    form = """<userTask id="x"><extensionElements><zeebe:formDefinition formKey="camunda-forms:bpmn:f"/>
       </extensionElements></userTask>"""
    (found,) = [one for one in read_bpmn(model(form)).findings if one.code == "form:external"]
    assert (found.element, found.severity) == ("x", "warning")


def test_what_an_older_engine_was_told_is_only_a_warning_where_camunda_8_is_told_as_well(
    model: Callable[..., bytes], ext: Make
) -> None:
    job = ext('<zeebe:taskDefinition type="send"/>')
    both = model(f'<serviceTask id="x" camunda:class="a.Mail">{job}</serviceTask>')
    alone = model('<userTask id="x" camunda:assignee="anna"/>')
    drawn_for_8 = alone.replace(
        b"<definitions ",
        b"""<definitions xmlns:modeler="http://camunda.org/schema/modeler/1.0"
            modeler:executionPlatform="Camunda Cloud" """,
        1,
    )
    for content in (both, drawn_for_8):
        (found,) = [one for one in read_bpmn(content).findings if "Camunda 7" in one.message]
        assert (found.code, found.severity, found.element) == (
            "extension:no-effect",
            "warning",
            "x",
        )
    assert ("extension:other-engine", "x") in codes(alone)


def test_a_filter_of_a_condition_that_leaves_nothing_out_is_passed_over(
    model: Callable[..., bytes], ext: Make
) -> None:
    event = f"""<intermediateCatchEvent id="x"><conditionalEventDefinition>
      {ext('<zeebe:conditionalFilter variableEvents="create, update" variableNames="a,b"/>')}<condition>=a</condition>
      </conditionalEventDefinition></intermediateCatchEvent>"""
    file = read_bpmn(model(event))
    assert file.findings == ()
    assert file.processes[0].by_id["x"].event == Event(Trigger.CONDITIONAL, condition="=a")


def test_an_input_without_a_source_is_null_and_one_with_an_empty_source_an_empty_text(
    model: Callable[..., bytes], ext: Make
) -> None:
    """Camunda 8.8: a missing source hides an outer variable."""
    mapping = '<zeebe:ioMapping><zeebe:input target="a"/><zeebe:input source="" target="b"/></zeebe:ioMapping>'
    content = model(f'<task id="x">{ext(mapping)}</task>')
    (task,) = read_bpmn(content).processes[0].nodes
    assert [(one.source, one.target) for one in task.inputs] == [("=null", "a"), ("", "b")]
    assert not [one for one in findings(content) if one.code.startswith("mapping:")]


def test_a_refused_gateway_keeps_its_place_so_that_the_rest_is_still_checked(
    model: Callable[..., bytes],
) -> None:
    body = """<startEvent id="s"/><complexGateway id="g"/><endEvent id="e"/>
      <sequenceFlow id="f1" sourceRef="s" targetRef="g"/><sequenceFlow id="f2" sourceRef="g" targetRef="e"/>"""
    file = read_bpmn(model(body))
    assert [flow.id for flow in file.processes[0].flows] == ["f1", "f2"]
    assert file.refused == {"g"}


def test_a_file_without_executable_process_is_read_so_that_everything_wrong_is_said_at_once() -> (
    None
):
    xml = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p">
      <transaction id="x"/></process></definitions>"""
    assert codes(xml) == [("file:no-executable-process", None), ("element:unsupported", "x")]


def test_drawing_data_and_annotations_are_legal(model: Callable[..., bytes]) -> None:
    body = """<dataObject id="d"/><dataObjectReference id="r" dataObjectRef="d"/><textAnnotation id="n"><text>!</text>
      </textAnnotation><association id="a" sourceRef="n" targetRef="r"/><group id="g"/>
      <task id="t"><dataOutputAssociation id="o"><targetRef>r</targetRef></dataOutputAssociation></task>"""
    assert read_bpmn(model(body)).findings == ()


def test_notes_of_other_tools_are_mentioned_once(model: Callable[..., bytes]) -> None:
    note = '<extensionElements><x:y xmlns:x="urn:tool"/></extensionElements>'
    file = read_bpmn(model(f'<task id="t">{note}</task><task id="u">{note}</task>'))
    assert [(found.code, found.severity.value) for found in file.findings] == [
        ("extension:ignored", "info")
    ]
