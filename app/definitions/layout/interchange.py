"""Writes a picture into a BPMN file as its diagram interchange (BPMN 2.0 §12), as Camunda Modeler does.

The model itself stays untouched: only the diagrams are replaced.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from app.definitions.layout.placing import lay_out
from app.definitions.layout.shapes import SUB_PROCESSES, Box, Picture
from app.definitions.model.graph import Kind, Process
from app.definitions.reader import read_bpmn, xml
from app.definitions.reader.dialect import BPMN, BPMN_DI
from app.definitions.reader.lanes import lane_name
from app.definitions.reader.xml import XmlElement
from app.errors import DefinitionError

DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"

_NAMESPACES = {"bpmndi": BPMN_DI, "dc": DC, "di": DI}


def draw(content: bytes) -> bytes:
    """Return the file with a new diagram of its first executable process.

    Raises:
        DefinitionError: the file cannot be read, or refers to elements that it does not have.
    """
    process = next(iter(read_bpmn(content).processes), None)
    if process is None:
        raise DefinitionError("file:no-process", "Filen har ingen proces at tegne.")
    root = xml.parse(content)
    for old in list(xml.children(root, BPMN_DI, "BPMNDiagram")):
        root.remove(old)
    found = next(e for e in xml.children(root, BPMN, "process") if e.get("id") == process.id)
    participant = next(
        (p for p in root.iter(f"{{{BPMN}}}participant") if p.get("processRef") == process.id), None
    )
    leaves = tuple(
        lane_name(lane)
        for lane in found.iter(f"{{{BPMN}}}lane")
        if next(_lanes(lane), None) is None
    )
    picture = lay_out(replace(process, lanes=leaves), pool=participant is not None)
    root.append(_diagram(process, picture, found, participant))
    etree.indent(root)
    text: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return (
        text.replace(
            b"<?xml version='1.0' encoding='UTF-8'?>", b'<?xml version="1.0" encoding="UTF-8"?>'
        )
        + b"\n"
    )


def _lanes(around: XmlElement) -> Iterator[XmlElement]:
    """The lanes directly in a process or a lane."""
    for name in ("laneSet", "childLaneSet"):
        for lane_set in xml.children(around, BPMN, name):
            yield from xml.children(lane_set, BPMN, "lane")


def _diagram(
    process: Process, picture: Picture, found: XmlElement, participant: XmlElement | None
) -> XmlElement:
    diagram = etree.Element(f"{{{BPMN_DI}}}BPMNDiagram", id="BPMNDiagram_1", nsmap=_NAMESPACES)
    around = participant.getparent().get("id") if participant is not None else process.id
    plane = etree.SubElement(
        diagram, f"{{{BPMN_DI}}}BPMNPlane", id="BPMNPlane_1", bpmnElement=around
    )
    put_picture(plane, process, picture, found, participant)
    return diagram


def put_picture(
    plane: XmlElement,
    process: Process,
    picture: Picture,
    found: XmlElement,
    participant: XmlElement | None,
) -> None:
    """Write the shapes and edges of a picture onto a plane.

    Args:
        plane: takes them.
        process: what is drawn.
        picture: how.
        found: the process's element in the file.
        participant: its pool; None draws none.
    """
    if participant is not None and picture.pool is not None:
        _shape(plane, participant.get("id"), picture.pool, isHorizontal="true")
        for lane in _lanes(found):
            _lane(plane, lane, picture)
    _nodes(plane, process, picture)
    for flow in process.flows:
        edge = etree.SubElement(
            plane, f"{{{BPMN_DI}}}BPMNEdge", id=f"{flow.id}_di", bpmnElement=flow.id
        )
        for point in picture.edges[flow.id]:
            etree.SubElement(edge, f"{{{DI}}}waypoint", x=str(point.x), y=str(point.y))
        _label(edge, picture.labels.get(flow.id))


def _nodes(plane: XmlElement, process: Process, picture: Picture) -> None:
    """Shapes of all nodes, those around others before what they hold, boundary events after their hosts."""
    for node in sorted(process.nodes, key=lambda n: n.kind is Kind.BOUNDARY):
        marks = {"isExpanded": "true"} if node.kind in SUB_PROCESSES else {}
        if node.kind is Kind.EXCLUSIVE:
            marks = {"isMarkerVisible": "true"}
        _shape(plane, node.id, picture.shapes[node.id], picture.labels.get(node.id), **marks)


def _lane(plane: XmlElement, lane: XmlElement, picture: Picture) -> Box:
    """A lane's shape; one that holds lanes lies around them."""
    inner = list(_lanes(lane))
    shape = etree.SubElement(plane, f"{{{BPMN_DI}}}BPMNShape")
    if inner:
        boxes = [_lane(plane, part, picture) for part in inner]
        box = Box(boxes[0].x, boxes[0].y, boxes[0].width, sum(part.height for part in boxes))
    else:
        box = picture.lanes[lane_name(lane)]
    _bounded(shape, lane.get("id"), box, {"isHorizontal": "true"})
    return box


def _shape(
    plane: XmlElement, element: str, box: Box, label: Box | None = None, **marks: str
) -> None:
    shape = etree.SubElement(plane, f"{{{BPMN_DI}}}BPMNShape")
    _bounded(shape, element, box, marks)
    _label(shape, label)


def _bounded(shape: XmlElement, element: str, box: Box, marks: dict[str, str]) -> None:
    shape.set("id", f"{element}_di")
    shape.set("bpmnElement", element)
    for name, value in marks.items():
        shape.set(name, value)
    _bounds(shape, box)


def _label(around: XmlElement, box: Box | None) -> None:
    if box is not None:
        _bounds(etree.SubElement(around, f"{{{BPMN_DI}}}BPMNLabel"), box)


def _bounds(around: XmlElement, box: Box) -> None:
    etree.SubElement(
        around,
        f"{{{DC}}}Bounds",
        x=str(box.x),
        y=str(box.y),
        width=str(box.width),
        height=str(box.height),
    )
