"""The symbols of BPMN 2.0 (§7.2) as SVG: the outline of a node, and the small sign in it that tells its type."""

from __future__ import annotations

from dataclasses import dataclass

from app.definitions.reader import xml
from app.definitions.reader.xml import XmlElement


@dataclass(frozen=True)
class Point:
    """A point, in pixels from the diagram's corner."""

    x: float
    y: float


@dataclass(frozen=True)
class Box:
    """A rectangle, in pixels."""

    x: float
    y: float
    width: float
    height: float


def symbol(kind: str, element: XmlElement, box: Box, *, expanded: bool = True) -> str:
    """Return what is drawn for a node of this kind (the element's local name), without its name."""
    if kind.endswith("Event"):
        return _event(kind, element, box)
    if kind.endswith("Gateway"):
        return _gateway(kind, box)
    if kind in {"participant", "lane"}:
        line = (
            f'<path d="M{box.x + 30:g},{box.y:g}v{box.height:g}"/>' if kind == "participant" else ""
        )
        return _rectangle(box, 0) + line
    if kind in {"subProcess", "transaction", "adHocSubProcess"}:
        return _sub_process(element, box, expanded=expanded)
    if kind == "textAnnotation":
        return f'<path fill="none" d="M{box.x + 10:g},{box.y:g}h-10v{box.height:g}h10"/>'
    if kind == "group":
        return _rectangle(box, 8, ' fill="none" stroke-dasharray="8 4"')
    if kind == "dataObjectReference":
        path = f"M{box.x:g},{box.y:g}h{box.width - 10:g}l10,10v{box.height - 10:g}h{-box.width:g}z"
        return f'<path d="{path}"/>'
    if kind == "dataStoreReference":
        return _rectangle(box, 10)
    thick = ' stroke-width="4"' if kind == "callActivity" else ""
    return _rectangle(box, 8, thick) + _task_sign(kind, box) + _loop(element, box)


def _rectangle(box: Box, round_by: int, more: str = "") -> str:
    size = f'width="{box.width:g}" height="{box.height:g}"'
    return f'<rect x="{box.x:g}" y="{box.y:g}" {size} rx="{round_by}"{more}/>'


def _sub_process(element: XmlElement, box: Box, *, expanded: bool) -> str:
    dashed = ' stroke-dasharray="3 3"' if element.get("triggeredByEvent") == "true" else ""
    drawn = _rectangle(box, 8, dashed) + _loop(element, box)
    if expanded:
        return drawn
    x, y = box.x + box.width / 2, box.y + box.height - 12
    return (
        drawn
        + f'<path fill="none" d="M{x - 6:g},{y - 6:g}h12v12h-12zM{x:g},{y - 4:g}v8M{x - 4:g},{y:g}h8"/>'
    )


def _loop(element: XmlElement, box: Box) -> str:
    kinds = {xml.local(child): child for child in element}
    x, y = box.x + box.width / 2, box.y + box.height - 5
    several = kinds.get("multiInstanceLoopCharacteristics")
    if several is not None:
        if several.get("isSequential") == "true":
            return f'<path d="M{x - 6:g},{y:g}h12m-12,-4h12m-12,-4h12"/>'
        return f'<path d="M{x - 4:g},{y:g}v-9m4,9v-9m4,9v-9"/>'
    if "standardLoopCharacteristics" in kinds:
        return f'<circle cx="{x:g}" cy="{y - 4:g}" r="5" fill="none" stroke-dasharray="24 8"/>'
    return ""


def _task_sign(kind: str, box: Box) -> str:
    x, y = box.x + 8, box.y + 8
    signs = {
        "userTask": f'<circle cx="{x + 5:g}" cy="{y + 3:g}" r="3"/>'
        f'<path d="M{x:g},{y + 13:g}v-3q5,-6 10,0v3z"/>',
        "manualTask": f'<path d="M{x:g},{y + 4:g}h10m-10,3h12m-12,3h10v3h-10z"/>',
        "serviceTask": f'<circle cx="{x + 6:g}" cy="{y + 6:g}" r="5" stroke-dasharray="3 2"/>'
        f'<circle cx="{x + 6:g}" cy="{y + 6:g}" r="2"/>',
        "scriptTask": f'<path d="M{x:g},{y:g}h10v12h-10zm2,3h6m-6,3h6m-6,3h6"/>',
        "businessRuleTask": f'<path d="M{x:g},{y:g}h12v10h-12zm0,3h12m-8,-3v10m-4,-4h12"/>',
        "sendTask": f'<path fill="#333" d="M{x:g},{y:g}h13l-6.5,5z"/>'
        f'<path fill="#333" d="M{x:g},{y + 2:g}l6.5,5l6.5,-5v8h-13z"/>',
        "receiveTask": f'<path d="M{x:g},{y:g}h13v9h-13zl6.5,5l6.5,-5"/>',
    }
    return f'<g stroke-width="1">{signs[kind]}</g>' if kind in signs else ""


def _gateway(kind: str, box: Box) -> str:
    x, y = box.x + box.width / 2, box.y + box.height / 2
    half = box.width / 2
    diamond = (
        f'<path d="M{x:g},{box.y:g}l{half:g},{half:g}l{-half:g},{half:g}l{-half:g},{-half:g}z"/>'
    )
    arm = half * 0.35
    cross = (
        f"M{x - arm:g},{y - arm:g}l{2 * arm:g},{2 * arm:g}m0,{-2 * arm:g}l{-2 * arm:g},{2 * arm:g}"
    )
    plus = f"M{x - 1.4 * arm:g},{y:g}h{2.8 * arm:g}M{x:g},{y - 1.4 * arm:g}v{2.8 * arm:g}"
    inner = {
        "exclusiveGateway": f'<path stroke-width="3" d="{cross}"/>',
        "parallelGateway": f'<path stroke-width="3" d="{plus}"/>',
        "inclusiveGateway": f'<circle cx="{x:g}" cy="{y:g}" r="{half * 0.45:g}" stroke-width="2.5"/>',
        "complexGateway": f'<path stroke-width="2.5" d="{cross}{plus}"/>',
        "eventBasedGateway": f'<circle cx="{x:g}" cy="{y:g}" r="{half * 0.55:g}"/>'
        f'<circle cx="{x:g}" cy="{y:g}" r="{half * 0.45:g}"/>',
    }
    return diamond + inner.get(kind, "")


def _event(kind: str, element: XmlElement, box: Box) -> str:
    x, y, radius = box.x + box.width / 2, box.y + box.height / 2, box.width / 2
    gentle = element.get("cancelActivity") == "false" or element.get("isInterrupting") == "false"
    dashed = ' stroke-dasharray="4 3"' if gentle else ""
    thick = ' stroke-width="4"' if kind == "endEvent" else ""
    drawn = f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}"{thick}{dashed}/>'
    if kind in {"intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"}:
        drawn += f'<circle cx="{x:g}" cy="{y:g}" r="{radius - 3:g}"{dashed}/>'
    throws = kind in {"endEvent", "intermediateThrowEvent"}
    trigger = next(
        (xml.local(one) for one in element if xml.local(one).endswith("EventDefinition")), ""
    )
    fill = ' fill="#333"' if throws else ""
    return drawn + f'<g stroke-width="1"{fill}>{_trigger(trigger, x, y, radius * 0.5)}</g>'


def _trigger(name: str, x: float, y: float, size: float) -> str:
    """The sign in an event, `size` from its middle to its edge."""
    left, right, top, bottom = x - size, x + size, y - size, y + size
    signs = {
        "timerEventDefinition": f'<circle cx="{x:g}" cy="{y:g}" r="{size:g}"/>'
        f'<path fill="none" d="M{x:g},{y - size * 0.7:g}V{y:g}h{size * 0.5:g}"/>',
        "messageEventDefinition": f'<path d="M{left:g},{y - size * 0.7:g}H{right:g}V{y + size * 0.7:g}H{left:g}z"/>'
        f'<path fill="none" stroke="#888" d="M{left:g},{y - size * 0.7:g}L{x:g},{y:g}L{right:g},{y - size * 0.7:g}"/>',
        "signalEventDefinition": f'<path d="M{x:g},{top:g}L{right:g},{y + size * 0.8:g}H{left:g}z"/>',
        "errorEventDefinition": f'<path d="M{left:g},{bottom:g}L{x - size * 0.3:g},{top:g}'
        f"L{x + size * 0.3:g},{y + size * 0.2:g}L{right:g},{top:g}L{x + size * 0.3:g},{bottom:g}"
        f'L{x - size * 0.3:g},{y - size * 0.2:g}z"/>',
        "escalationEventDefinition": f'<path d="M{x:g},{top:g}L{right:g},{bottom:g}'
        f'L{x:g},{y:g}L{left:g},{bottom:g}z"/>',
        "compensateEventDefinition": f'<path d="M{x:g},{top:g}V{bottom:g}L{left:g},{y:g}zM{right:g},{top:g}'
        f'V{bottom:g}L{x:g},{y:g}z"/>',
        "conditionalEventDefinition": f'<path d="M{left:g},{top:g}H{right:g}V{bottom:g}H{left:g}z'
        f'm2,{size * 0.6:g}h{2 * size - 4:g}m0,{size * 0.7:g}h{4 - 2 * size:g}"/>',
        "linkEventDefinition": f'<path d="M{left:g},{y - size * 0.4:g}H{x:g}V{top:g}L{right:g},{y:g}'
        f'L{x:g},{bottom:g}V{y + size * 0.4:g}H{left:g}z"/>',
        "cancelEventDefinition": f'<path stroke-width="3" d="M{left:g},{top:g}L{right:g},{bottom:g}'
        f'M{right:g},{top:g}L{left:g},{bottom:g}"/>',
        "terminateEventDefinition": f'<circle cx="{x:g}" cy="{y:g}" r="{size:g}" fill="#333"/>',
    }
    return signs.get(name, "")
