"""What the doctor finds wrong with what a model's elements say."""

from __future__ import annotations

from app.definitions.rules import (
    callee,
    decisions,
    diagram,
    feel,
    forms,
    groups,
    jobs,
    links,
    mappings,
    recursion,
    repetition,
    results,
    timers,
)
from tests.unit.definitions.tiny_models import (
    CALL,
    MESSAGE,
    TIMER,
    Case,
    choice,
    ext,
    link,
    on_boundary,
    repeated,
    straight,
    task,
    timer,
)


def given(name: str) -> str:
    return f'<zeebe:ioMapping><zeebe:input source="= 1" target="{name}"/></zeebe:ioMapping>'


CASES = [
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
        straight(timer("2027-01-31T12:00:00+01:00[Europe/Nowhere]", "timeDate")),
        straight(timer("2027-01-31T12:00:00+01:00[Europe/Berlin]", "timeDate")),
    ),
    Case(
        timers.check,
        "timer:invalid",
        "x",
        timer("0 0 9 * *", "timeCycle", "startEvent"),
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
        around={"decisions": {"d": ()}},
    ),
    Case(
        decisions.check,
        "decision:binding",
        "x",
        straight(
            task(
                "businessRuleTask",
                '<zeebe:calledDecision decisionId="d" resultVariable="r" bindingType="newest"/>',
            )
        ),
        straight(
            task(
                "businessRuleTask",
                '<zeebe:calledDecision decisionId="d" resultVariable="r" bindingType="versionTag" versionTag="1"/>',
            )
        ),
    ),
    Case(
        decisions.check,
        "decision:binding",
        "x",
        straight(
            task(
                "businessRuleTask",
                '<zeebe:calledDecision decisionId="d" resultVariable="r" bindingType="versionTag"/>',
            )
        ),
        straight(
            task(
                "businessRuleTask",
                '<zeebe:calledDecision decisionId="d" resultVariable="r" bindingType="versionTag" versionTag="1"/>',
            )
        ),
    ),
    Case(
        decisions.check,
        "decision:binding",
        "x",
        straight(
            task(
                "businessRuleTask",
                '<zeebe:calledDecision decisionId="= d" resultVariable="r" bindingType="deployment"/>',
            )
        ),
        straight(
            task(
                "businessRuleTask",
                '<zeebe:calledDecision decisionId="d" resultVariable="r" bindingType="versionTag" versionTag="1"/>',
            )
        ),
    ),
    Case(
        decisions.check,
        "decision:input",
        "x",
        straight(
            task(
                "businessRuleTask",
                '<zeebe:calledDecision decisionId="d" resultVariable="r"/>' + given("aleder"),
            )
        ),
        straight(
            task(
                "businessRuleTask",
                '<zeebe:calledDecision decisionId="d" resultVariable="r"/>' + given("alder"),
            )
        ),
        around={"decisions": {"d": ("alder", "kommune")}},
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
