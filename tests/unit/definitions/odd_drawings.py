"""Odd drawings at random: the mistakes that students, analysts and other tools make, each drawing by its seed."""

# ruff: noqa: E501, ISC004, C901 -- pieces of XML read best on one line each
from __future__ import annotations

import random
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
HEAD = (
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:activiti="http://activiti.org/bpmn" xmlns:flowable="http://flowable.org/bpmn" '
    'xmlns:signavio="http://www.signavio.com" targetNamespace="urn:odd"'
)
LABELS = (
    "Modtag ansøgning", "Vurder sagen", "Send svar\ntil borgeren", "Er alt med?", "Indhent oplysninger",
    "Check credit", "Ordre geprüft", "", "", "  ", "Betal & afslut", "3 dage", "2 weeks later", "æøå <udkast>",
)  # fmt: skip
ANSWERS = ("Ja", "Nej", "yes", "no", "> 1000 kr.", "ellers", "", "", "")
TASKS = [
    "task",
    "task",
    "task",
    "userTask",
    "userTask",
    "serviceTask",
    "sendTask",
    "receiveTask",
    "manualTask",
    "scriptTask",
    "businessRuleTask",
    "callActivity",
]
TRIGGERS = [
    "message",
    "message",
    "timer",
    "timer",
    "signal",
    "error",
    "escalation",
    "conditional",
    "cancel",
    "compensate",
    "terminate",
    "link",
]
CONDITIONS = (
    "${approved}", "${amount > 100 && !rejected}", "#{kind == 'a'}", "x > 5", "= amount > 100", "Kunden er enig",
    "[bpmn:getDataObject('a')/x = 1]", '${execution.getVariable("a") == 1}', "",
)  # fmt: skip
ATTRIBUTES = (
    'camunda:assignee="demo"', 'camunda:candidateGroups="a,b"', 'camunda:formKey="embedded:app:x.html"',
    'camunda:class="org.x.Y"', 'camunda:delegateExpression="${bean}"', 'camunda:asyncBefore="true"',
    'activiti:assignee="${initiator}"', 'flowable:candidateUsers="kermit"', 'camunda:topic="send" camunda:type="external"',
    'camunda:dueDate="${now()}"', 'isForCompensation="true"', 'startQuantity="1" completionQuantity="1"',
)  # fmt: skip
INNER = (
    "<standardLoopCharacteristics/>",
    '<multiInstanceLoopCharacteristics isSequential="true"/>',
    "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>",
    '<multiInstanceLoopCharacteristics camunda:collection="items" camunda:elementVariable="item"/>',
    '<extensionElements><camunda:formData><camunda:formField id="approved" label="Ok?" type="boolean"/>'
    '<camunda:formField id="amount" label="Beløb" type="long"/></camunda:formData></extensionElements>',
    '<extensionElements><camunda:executionListener class="x.Y" event="start"/></extensionElements>',
    '<extensionElements><camunda:inputOutput><camunda:inputParameter name="a">${b}</camunda:inputParameter>'
    '<camunda:outputParameter name="c"><camunda:script scriptFormat="js">1</camunda:script></camunda:outputParameter>'
    "</camunda:inputOutput></extensionElements>",
    '<extensionElements><signavio:signavioMetaData metaKey="bgcolor" metaValue="#fff"/></extensionElements>',
    "<potentialOwner><resourceAssignmentExpression><formalExpression>x</formalExpression>"
    "</resourceAssignmentExpression></potentialOwner>",
    "<ioSpecification><inputSet/><outputSet/></ioSpecification>",
)  # fmt: skip


@dataclass
class Part:
    """An element of a scope."""

    kind: str
    id: str
    name: str = ""
    attributes: str = ""
    inner: str = ""


@dataclass
class Scope:
    """A process or sub-process: its parts and the arrows between them (id, source, target, name, condition)."""

    parts: list[Part] = field(default_factory=list)
    flows: list[tuple[str, str, str, str, str]] = field(default_factory=list)


class Odd:
    """One drawing."""

    def __init__(self, seed: int, *, mess: float = 0.25) -> None:
        self.source = random.Random(seed)
        self.mess = mess
        self.count = 0

    def maybe(self, chance: float) -> bool:
        return self.source.random() < chance

    def new(self, kind: str) -> str:
        self.count += 1
        return f"{kind}_{self.count}"

    def part(
        self,
        scope: Scope,
        kind: str,
        inner: str = "",
        attributes: str = "",
        name: str | None = None,
    ) -> str:
        label = self.source.choice(LABELS) if name is None else name
        part = Part(kind, self.new(kind), label, attributes, inner)
        if kind in TASKS:
            if self.maybe(self.mess / 3):
                part.attributes += " " + self.source.choice(ATTRIBUTES)
            if self.maybe(self.mess / 3):
                part.inner += self.source.choice(INNER)
            if kind == "scriptTask" and self.maybe(0.5):
                part.inner += "<script>print(1)</script>"
            if kind == "callActivity" and self.maybe(0.5):
                part.attributes += ' calledElement="elsewhere"'
        scope.parts.append(part)
        return part.id

    def flow(self, scope: Scope, one: str, other: str, name: str = "", condition: str = "") -> None:
        scope.flows.append((self.new("flow"), one, other, name, condition))

    def definition(self, *, chance: float = 0.8, among: list[str] | None = None) -> str:
        if not self.maybe(chance):
            return ""
        kind = self.source.choice(among or TRIGGERS)
        inner = ""
        if kind == "timer":
            inner = self.source.choice(
                ("", "", "<timeDuration>P2D</timeDuration>", "<timeDuration>2 days</timeDuration>",
                 "<timeCycle>R/PT1H</timeCycle>", "<timeDate>tomorrow</timeDate>", "<timeDuration>${x}</timeDuration>")
            )  # fmt: skip
        if kind == "conditional" and self.maybe(0.5):
            inner = "<condition>x is true</condition>"
        reference = f' {kind}Ref="nothing"' if self.maybe(0.1) else ""
        return f"<{kind}EventDefinition{reference}>{inner}</{kind}EventDefinition>"

    # ---- structure

    def block(self, scope: Scope, depth: int) -> tuple[str, str]:
        """Draw a part of a process; return the ids of its first and last step."""
        if depth <= 0 or self.maybe(0.35):
            return self.step(scope, depth)
        shape = self.source.choice(
            [
                "row",
                "row",
                "row",
                "row",
                "choice",
                "choice",
                "choice",
                "both",
                "loop",
                "race",
                "implicit",
                "complex",
            ]
        )
        if shape == "row":
            first, last = self.block(scope, depth - 1)
            for _ in range(self.source.randrange(1, 3)):
                head, tail = self.block(scope, depth - 1)
                self.flow(scope, last, head)
                last = tail
            return first, last
        if shape == "loop":
            return self.loop(scope, depth)
        if shape == "race":
            return self.race(scope, depth)
        return self.branches(scope, depth, shape)

    def step(self, scope: Scope, depth: int) -> tuple[str, str]:
        draw = self.source.random()
        if draw < 0.75:
            one = self.part(scope, self.source.choice(TASKS))
            if self.maybe(0.1):
                self.boundary(scope, one)
        elif draw < 0.85:
            kind = self.source.choice(["intermediateCatchEvent", "intermediateThrowEvent"])
            one = self.part(scope, kind, self.definition())
        elif draw < 0.95:
            one = self.sub_process(scope, depth)
        else:
            one = self.part(scope, self.source.choice(["dataObjectReference", "textAnnotation"]))
            other = self.part(scope, "task")
            return other, other
        return one, one

    def sub_process(self, scope: Scope, depth: int) -> str:
        inner = Scope()
        if self.maybe(0.8):
            first, last = self.block(inner, depth - 1)
            if self.maybe(0.7):
                self.flow(inner, self.part(inner, "startEvent", self.definition(chance=0.1)), first)
            if self.maybe(0.7):
                self.flow(inner, last, self.part(inner, "endEvent", self.definition(chance=0.2)))
        kind = self.source.choice(["subProcess"] * 6 + ["transaction", "adHocSubProcess"])
        one = self.part(scope, kind, self.text(inner))
        if self.maybe(0.2):
            self.boundary(scope, one)
        return one

    def boundary(self, scope: Scope, host: str) -> None:
        at = "nowhere" if self.maybe(self.mess / 10) else host
        cancel = "" if self.maybe(0.6) else ' cancelActivity="false"'
        event = self.part(
            scope, "boundaryEvent", self.definition(), f'attachedToRef="{at}"{cancel}'
        )
        if self.maybe(0.9):
            after = self.part(scope, self.source.choice(["task", "endEvent", "userTask"]))
            self.flow(scope, event, after)

    def branches(self, scope: Scope, depth: int, shape: str) -> tuple[str, str]:
        kinds = {
            "choice": "exclusiveGateway", "both": "parallelGateway", "implicit": "task", "complex": "complexGateway",
        }  # fmt: skip
        kind = kinds[shape]
        if shape == "choice" and self.maybe(0.15):
            kind = "inclusiveGateway"
        split = self.part(scope, kind)
        joins = {"choice": kind, "both": kind, "implicit": "task", "complex": "complexGateway"}
        wrong = ["exclusiveGateway", "parallelGateway", "inclusiveGateway", "task"]
        join_kind = self.source.choice(wrong) if self.maybe(self.mess) else joins[shape]
        join = self.part(scope, join_kind, name="")
        for _ in range(self.source.randrange(2, 4)):
            name = self.source.choice(ANSWERS) if shape != "both" or self.maybe(0.1) else ""
            condition = self.source.choice(CONDITIONS) if self.maybe(self.mess / 2) else ""
            if self.maybe(0.1):
                self.flow(scope, split, join, name, condition)
                continue
            head, tail = self.block(scope, depth - 1)
            self.flow(scope, split, head, name, condition)
            if self.maybe(self.mess / 4):
                self.flow(scope, tail, self.part(scope, "endEvent", self.definition(chance=0.3)))
            else:
                self.flow(scope, tail, join)
        return split, join

    def loop(self, scope: Scope, depth: int) -> tuple[str, str]:
        merge = self.part(
            scope,
            self.source.choice(["exclusiveGateway", "exclusiveGateway", "task", "parallelGateway"]),
        )
        head, tail = self.block(scope, depth - 1)
        kind = (
            "exclusiveGateway"
            if self.maybe(0.8)
            else self.source.choice(["task", "inclusiveGateway", "parallelGateway"])
        )
        split = self.part(scope, kind)
        self.flow(scope, merge, head)
        self.flow(scope, tail, split)
        self.flow(scope, split, merge, self.source.choice(ANSWERS))
        return merge, split

    def race(self, scope: Scope, depth: int) -> tuple[str, str]:
        gateway = self.part(scope, "eventBasedGateway")
        join = self.part(scope, "exclusiveGateway", name="")
        for _ in range(self.source.randrange(1, 4)):
            kind = (
                "intermediateCatchEvent"
                if self.maybe(0.85)
                else self.source.choice(["receiveTask", "task", "userTask"])
            )
            inner = (
                self.definition(chance=0.9, among=["message", "timer", "signal"])
                if "Event" in kind
                else ""
            )
            event = self.part(scope, kind, inner)
            self.flow(scope, gateway, event)
            if self.maybe(0.5):
                head, tail = self.block(scope, depth - 1)
                self.flow(scope, event, head)
                event = tail
            self.flow(scope, event, join)
        return gateway, join

    # ---- mistakes

    def spoil(self, scope: Scope) -> None:
        ids = [
            part.id
            for part in scope.parts
            if part.kind.endswith(("ask", "Event", "Gateway", "Activity"))
        ]
        for _ in range(3):
            if not self.maybe(self.mess) or not scope.flows or not ids:
                continue
            at = self.source.randrange(len(scope.flows))
            flow = scope.flows[at]
            match self.source.randrange(8):
                case 0:
                    scope.flows.pop(at)
                case 1:
                    scope.flows[at] = (flow[0], flow[1], "gone", *flow[3:])
                case 2:
                    scope.flows[at] = (flow[0], "", flow[2], *flow[3:])
                case 3:
                    scope.flows[at] = (flow[0], flow[1], self.source.choice(ids), *flow[3:])
                case 4:
                    scope.flows.append(
                        (self.new("flow"), self.source.choice(ids), self.source.choice(ids), "", "")
                    )
                case 5:
                    self.part(
                        scope,
                        self.source.choice(["task", "startEvent", "endEvent", "exclusiveGateway"]),
                    )
                case 6:
                    one = self.source.choice(scope.parts)
                    one.id = self.source.choice(
                        ["a b", "1x", one.id + ":y", "é", self.source.choice(ids), ""]
                    )
                case 7:
                    scope.flows.append((flow[0], *flow[1:]))

    def process(self) -> Scope:
        scope = Scope()
        first, last = self.block(scope, self.source.randrange(1, 5))
        starts = 0 if self.maybe(self.mess / 4) else 2 if self.maybe(self.mess / 4) else 1
        for _ in range(starts):
            start = self.part(scope, "startEvent", self.definition(chance=0.3))
            self.flow(scope, start, first)
        if not self.maybe(self.mess / 4):
            self.flow(scope, last, self.part(scope, "endEvent", self.definition(chance=0.3)))
        self.spoil(scope)
        return scope

    # ---- text

    def text(self, scope: Scope) -> str:
        lines = []
        for part in scope.parts:
            name = f" name={quoteattr(part.name)}" if part.name else ""
            if part.kind == "textAnnotation":
                lines.append(
                    f'<textAnnotation id="{part.id}"><text>{escape(part.name)}</text></textAnnotation>'
                )
                continue
            lines.append(
                f'<{part.kind} id="{part.id}"{name} {part.attributes}>{part.inner}</{part.kind}>'
            )
        for flow_id, one, other, name, condition in scope.flows:
            ends = (f' sourceRef="{one}"' if one else "") + f' targetRef="{other}"'
            label = f" name={quoteattr(name)}" if name else ""
            inner = (
                f'<conditionExpression xsi:type="tFormalExpression">{escape(condition)}</conditionExpression>'
                if condition
                else ""
            )
            lines.append(f'<sequenceFlow id="{flow_id}"{ends}{label}>{inner}</sequenceFlow>')
        return "\n".join(lines)

    def file(self) -> bytes:
        scopes = [
            self.process() for _ in range(1 if self.maybe(0.7) else self.source.randrange(2, 4))
        ]
        processes, shapes, pools = "", "", ""
        for number, scope in enumerate(scopes, 1):
            lanes = ""
            if self.maybe(0.3) and scope.parts:
                half = [
                    f"<flowNodeRef>{part.id}</flowNodeRef>"
                    for part in scope.parts
                    if self.maybe(0.7)
                ]
                lanes = f'<laneSet id="set_{number}"><lane id="lane_{number}" name="Sagsbehandler">{"".join(half)}</lane></laneSet>'
            executable = self.source.choice(["", ' isExecutable="false"', ' isExecutable="true"'])
            processes += (
                f'<process id="process_{number}"{executable}>{lanes}{self.text(scope)}</process>\n'
            )
            pools += f'<participant id="pool_{number}" name="Pool {number}" processRef="process_{number}"/>'
            if self.maybe(0.5):
                shapes += self.shapes(scope)
        if len(scopes) > 1 or self.maybe(0.4):
            ends = [part.id for scope in scopes for part in scope.parts]
            messages = "".join(
                f'<messageFlow id="{self.new("message")}" sourceRef="{self.source.choice(ends)}" targetRef="{self.source.choice(ends)}"/>'
                for _ in range(self.source.randrange(3))
            )
            black = '<participant id="pool_black" name="Borger"/>' if self.maybe(0.5) else ""
            processes = (
                f'<collaboration id="talk">{pools}{black}{messages}</collaboration>\n{processes}'
            )
        diagram = f'<bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement="process_1">{shapes}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
        text = f'<definitions xmlns="{BPMN}" {HEAD} id="odd">\n{processes}{diagram if shapes else ""}</definitions>'
        encoding = self.source.choice(["UTF-8"] * 8 + ["UTF-16", "ISO-8859-1"])
        declared = f'<?xml version="1.0" encoding="{encoding}"?>\n{text}'
        return declared.encode(encoding, "xmlcharrefreplace")

    def shapes(self, scope: Scope) -> str:
        return "".join(
            f'<bpmndi:BPMNShape id="{part.id}_di" bpmnElement="{part.id}"><dc:Bounds x="{150 * index}" y="{100 * (index % 3)}" '
            f'width="100" height="80"/></bpmndi:BPMNShape>'
            for index, part in enumerate(scope.parts)
        )


def odd_drawing(seed: int, mess: float = 0.25) -> bytes:
    """Return the drawing of this seed; the more mess, the more mistakes."""
    return Odd(seed, mess=mess).file()
