"""Diagram: what is run can be seen. What nobody drew is laid out; what was drawn stays where it is."""

from __future__ import annotations

from lxml import etree

from app.definitions.fixes.drawing import Drawing, is_, label_of, name, size_of
from app.definitions.layout import lay_out
from app.definitions.layout.interchange import put_picture
from app.definitions.layout.shapes import Picture, Point
from app.definitions.model.graph import Flow, Kind, Node, Process
from app.definitions.reader import xml
from app.definitions.reader.dialect import BPMN, BPMN_DI
from app.definitions.reader.lanes import lane_name
from app.definitions.reader.xml import XmlElement

CODES = ("diagram:missing", "diagram:incomplete")

_MOST_ROUTED = 14
"""So many flows find their way around shapes; in a larger picture they go straight."""
_BELOW = 60


def mend(drawing: Drawing) -> None:
    """Draw what is not drawn, scope by scope, the outer ones first."""
    drawn = set(drawing.sketch.places)
    pools: dict[str, XmlElement] = {}
    for pool in drawing.root.iter(f"{{{BPMN}}}participant"):
        pools.setdefault(xml.attribute(pool, "processRef"), pool)
    for scope in drawing.scopes():
        nodes = drawing.nodes(scope)
        missing = [node for node in nodes if name(node) not in drawn]
        if not missing:
            continue
        if len(missing) == len(nodes):
            drawn |= _lay_out(drawing, scope, pools.get(name(scope)))
            drawing.note("diagram:missing", scope, f"Diagrammet af »{label_of(scope)}« er tegnet.")
        else:
            for node in missing:
                _place(drawing, scope, node, nodes)
                drawn.add(name(node))
            message = f"{len(missing)} trin i »{label_of(scope)}« er sat ind på diagrammet."
            drawing.note(
                "diagram:incomplete", scope, message, added=[name(node) for node in missing]
            )
    drawing.sketch.write()


def is_needed(drawing: Drawing) -> str:
    """Return which finding holds: "" where every step is drawn."""
    nodes = [name(node) for node in drawing.nodes()]
    drawn = sum(node in drawing.sketch.places for node in nodes)
    if drawn == len(nodes):
        return ""
    return "diagram:incomplete" if drawn else "diagram:missing"


def _lay_out(drawing: Drawing, scope: XmlElement, participant: XmlElement | None) -> set[str]:
    graph = _graph(drawing, scope)
    plane, top = _plane(drawing, scope, participant)
    own_pool = (
        participant
        if participant is not None and name(participant) not in drawing.sketch.places
        else None
    )
    picture = lay_out(graph, pool=own_pool is not None, routed=len(graph.flows) <= _MOST_ROUTED)
    put_picture(plane, graph, _lowered(picture, top), scope, own_pool)
    drawing.sketch.read_plane(plane)
    return {node.id for node in graph.nodes}


def _lowered(picture: Picture, top: float) -> Picture:
    return picture if top <= 0 else picture.moved(Point(0, int(top)))


def _graph(drawing: Drawing, scope: XmlElement) -> Process:
    """Return a scope with all that is in it as a graph, as far as a picture needs it."""
    nodes: list[Node] = []
    flows: list[Flow] = []
    inside = [found for found in scope.iter(f"{{{BPMN}}}subProcess") if found is not scope]
    for inner in [scope, *inside]:
        for found in drawing.nodes(inner):
            kind = Kind(xml.local(found))
            if kind is Kind.SUB_PROCESS and xml.flag(found, "triggeredByEvent", default=False):
                kind = Kind.EVENT_SUB_PROCESS
            lane = drawing.lane_of.get(name(found))
            nodes.append(
                Node(
                    name(found),
                    kind,
                    name(inner),
                    xml.one_line(xml.attribute(found, "name")),
                    lane="" if lane is None else lane_name(lane),
                    attached_to=xml.attribute(found, "attachedToRef"),
                )
            )
        flows += [
            Flow(
                name(flow),
                xml.attribute(flow, "sourceRef"),
                xml.attribute(flow, "targetRef"),
                name(inner),
                xml.one_line(xml.attribute(flow, "name")),
            )
            for flow in drawing.flows(inner)
        ]
    lanes = dict.fromkeys(
        lane_name(lane)
        for lane in scope.iter(f"{{{BPMN}}}lane")
        if xml.child(lane, BPMN, "childLaneSet") is None and is_(scope, "process")
    )
    return Process(name(scope), nodes=tuple(nodes), flows=tuple(flows), lanes=tuple(lanes))


def _plane(
    drawing: Drawing, scope: XmlElement, participant: XmlElement | None
) -> tuple[XmlElement, float]:
    """Return the plane that a scope is drawn on, and from where down it is free."""
    diagrams = xml.children(drawing.root, BPMN_DI, "BPMNDiagram")
    planes = (plane for found in diagrams for plane in xml.children(found, BPMN_DI, "BPMNPlane"))
    first = next(planes, None)
    if is_(scope, "process") and first is not None:
        element = xml.attribute(first, "bpmnElement")
        ours = participant is not None and name(participant) not in drawing.sketch.places
        if element == name(scope) or (
            ours and participant is not None and element == name(participant.getparent())
        ):
            foot = drawing.sketch.below(first)
            return first, 0 if foot is None else foot + _BELOW
    if not is_(scope, "process"):
        _fold(drawing, scope)
    of = scope
    if first is None and participant is not None:
        of = participant.getparent()
    diagram = etree.SubElement(
        drawing.root, f"{{{BPMN_DI}}}BPMNDiagram", id=drawing.new_id("BPMNDiagram")
    )
    plane = etree.SubElement(
        diagram, f"{{{BPMN_DI}}}BPMNPlane", id=drawing.new_id("BPMNPlane"), bpmnElement=name(of)
    )
    return plane, 0


def _fold(drawing: Drawing, scope: XmlElement) -> None:
    """A sub-process whose content lies on a plane of its own is drawn folded."""
    place = drawing.sketch.places.get(name(scope))
    if place is not None and place.shape.get("isExpanded"):
        place.shape.set("isExpanded", "false")


def _place(drawing: Drawing, scope: XmlElement, node: XmlElement, nodes: list[XmlElement]) -> None:
    """Put one step beside a step that leads to it or follows it, else below all of them."""
    size = size_of(xml.local(node))
    places = drawing.sketch.places
    host = xml.attribute(node, "attachedToRef")
    flows = drawing.flows(scope)
    before = [
        xml.attribute(f, "sourceRef") for f in flows if xml.attribute(f, "targetRef") == name(node)
    ]
    after = [
        xml.attribute(f, "targetRef") for f in flows if xml.attribute(f, "sourceRef") == name(node)
    ]
    near = next((key for key in [*before, *after] if key in places), "")
    if host in places:
        at = places[host]
        drawing.sketch.put(name(node), host, size, at.x + at.width - 25, at.y + at.height)
    elif near:
        drawing.sketch.after(name(node), near, size, room=False)
    else:
        known = [key for key in map(name, nodes) if key in places]
        lowest = max(known, key=lambda key: places[key].y + places[key].height)
        at = places[lowest]
        drawing.sketch.put(
            name(node), lowest, size, at.x + size[0] / 2, at.y + at.height + _BELOW + size[1] / 2
        )
    for flow in flows:
        ends = {xml.attribute(flow, "sourceRef"), xml.attribute(flow, "targetRef")}
        if name(node) in ends and ends <= set(places):
            drawing.sketch.join(
                name(flow), xml.attribute(flow, "sourceRef"), xml.attribute(flow, "targetRef")
            )
