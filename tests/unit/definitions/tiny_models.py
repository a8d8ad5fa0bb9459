"""Tiny models to try the doctor's rules on: pieces of BPMN that read like sentences."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from app.definitions.rules.view import Rule


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
