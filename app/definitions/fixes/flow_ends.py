"""Arrows: each goes from one step to another one of the same process or sub-process."""

from __future__ import annotations

from app.definitions.fixes.drawing import NODES, Drawing, name
from app.definitions.reader import xml
from app.definitions.reader.dialect import BPMN
from app.definitions.reader.xml import XmlElement

CODES = ("flow:dangling", "flow:crosses-scope", "ref:unknown")


def mend(drawing: Drawing) -> None:
    """Give loose ends the step that they point at, and keep what joins nothing as a dotted line or message."""
    for process in drawing.processes():
        _shared(process)
    drawing.forget()
    nodes = {
        name(found): found
        for found in drawing.root.iter(f"{{{BPMN}}}*")
        if xml.local(found) in NODES and name(found)
    }
    for flow in list(drawing.root.iter(f"{{{BPMN}}}sequenceFlow")):
        if xml.local(flow.getparent()) in {"process", "subProcess"}:
            _mend(drawing, flow, nodes)
    drawing.forget()
    _defaults(drawing)


def _shared(process: XmlElement) -> None:
    """Flows that stand in the process although their ends are in one sub-process belong there."""
    homes = {
        name(found): found.getparent()
        for found in process.iter(f"{{{BPMN}}}*")
        if xml.local(found) in NODES
    }
    for flow in list(process.iter(f"{{{BPMN}}}sequenceFlow")):
        home = homes.get(xml.attribute(flow, "sourceRef"))
        same = home is homes.get(xml.attribute(flow, "targetRef"))
        if home is not None and same and home is not flow.getparent():
            home.append(flow)


def _mend(drawing: Drawing, flow: XmlElement, nodes: dict[str, XmlElement]) -> None:
    for end, index in (("sourceRef", 0), ("targetRef", -1)):
        if xml.attribute(flow, end) not in nodes:
            _find(drawing, flow, end, index, nodes)
    source, target = (nodes.get(xml.attribute(flow, end)) for end in ("sourceRef", "targetRef"))
    if source is None or target is None:
        drawing.turn_to_association(flow)
        message = "Pilen havde en løs ende og er nu en stiplet linje uden virkning."
        drawing.note("flow:dangling", flow, message, before="sequenceFlow")
        return
    if source.getparent() is target.getparent():
        if source is target and xml.local(source) in {"startEvent", "endEvent"}:
            drawing.turn_to_association(flow)
            drawing.note("flow:dangling", flow, "Pilen gik i ring og er nu en stiplet linje.")
        return
    _lift(drawing, flow, source, target)


def _find(
    drawing: Drawing, flow: XmlElement, end: str, index: int, nodes: dict[str, XmlElement]
) -> None:
    """Look on the diagram which step a loose end points at."""
    line = drawing.sketch.lines.get(name(flow))
    if line is None or not line.points:
        return
    other = xml.attribute(flow, "targetRef" if end == "sourceRef" else "sourceRef")
    candidates = {
        key for key, node in nodes.items() if key != other and node.getparent() is flow.getparent()
    }
    x, y = line.points[index]
    found = drawing.sketch.near(x, y, candidates)
    if found:
        before = xml.attribute(flow, end)
        flow.set(end, found)
        drawing.forget()
        drawing.note("flow:dangling", flow, f"Pilens løse ende er sat på {found}.", before=before)


def _around(node: XmlElement) -> list[XmlElement]:
    """A node and the scopes around it, innermost first."""
    found = [node]
    while found[-1].getparent() is not None:
        found.append(found[-1].getparent())
    return found


def _lift(drawing: Drawing, flow: XmlElement, source: XmlElement, target: XmlElement) -> None:
    """Let an arrow across the edge of a sub-process end at that edge; one between pools is a message."""
    ours, theirs = _around(source), _around(target)
    shared = next(found for found in ours if found in theirs)
    if xml.local(shared) == "definitions":
        _to_message_flow(drawing, flow)
        return
    one, other = ours[ours.index(shared) - 1], theirs[theirs.index(shared) - 1]
    if shared in (source, target) or one is other:
        drawing.turn_to_association(flow)
        drawing.note(
            "flow:crosses-scope",
            flow,
            "Pilen gik ind i sin egen delproces og er nu en stiplet linje.",
        )
        return
    before = f"{name(source)} → {name(target)}"
    shared.append(flow)
    drawing.lead(flow, source=one, target=other)
    drawing.note(
        "flow:crosses-scope", flow, "Pilen ender nu ved delprocessens kant.", before=before
    )


def _to_message_flow(drawing: Drawing, flow: XmlElement) -> None:
    collaboration = next(iter(drawing.root.iter(f"{{{BPMN}}}collaboration")), None)
    if collaboration is None:
        drawing.turn_to_association(flow)
        drawing.note(
            "flow:dangling", flow, "Pilen gik mellem to processer og er nu en stiplet linje."
        )
        return
    for part in [found for found in flow if xml.local(found) == "conditionExpression"]:
        flow.remove(part)
    drawing.become(flow, "messageFlow")
    collaboration.append(flow)
    drawing.note(
        "flow:dangling",
        flow,
        "Pilen gik mellem to pools og er nu en besked.",
        before="sequenceFlow",
    )


def _defaults(drawing: Drawing) -> None:
    """A default flow leaves its own gateway, or is none."""
    for scope in drawing.scopes():
        out = drawing.out_of(scope)
        for node in drawing.nodes(scope):
            default = xml.attribute(node, "default")
            if default and default not in {name(flow) for flow in out[name(node)]}:
                del node.attrib["default"]
                message = "Standardpilen fandtes ikke; valget af den er taget væk."
                drawing.note("ref:unknown", node, message, before=default)
