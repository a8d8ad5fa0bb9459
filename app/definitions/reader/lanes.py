"""Lanes: which role each step belongs to.

Source: BPMN 2.0 §10.8. A lane may hold lanes; the innermost one names the role.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.model.findings import Finding, error
from app.definitions.reader import xml
from app.definitions.reader.dialect import BPMN
from app.definitions.reader.reading import Reading
from app.definitions.reader.xml import XmlElement


def _lanes(lane_set: XmlElement, depth: int) -> Iterator[tuple[int, XmlElement]]:
    for lane in xml.children(lane_set, BPMN, "lane"):
        yield depth, lane
        for inner in xml.children(lane, BPMN, "childLaneSet"):
            yield from _lanes(inner, depth + 1)


def lane_name(lane: XmlElement) -> str:
    """Return the role that a lane names: its label, else its id."""
    return xml.one_line(xml.attribute(lane, "name")) or xml.attribute(lane, "id")


def read_lanes(scope: XmlElement, reading: Reading) -> tuple[tuple[str, ...], dict[str, str]]:
    """Read the lanes of a process or sub-process.

    Returns:
        The names of all lanes in document order, and the lane name by node id.
        A node in two lanes of the same level, and a lane that refers to nothing, are noted as
        errors.
    """
    names: list[str] = []
    placed: dict[str, tuple[int, str, str]] = {}
    for lane_set in xml.children(scope, BPMN, "laneSet"):
        for depth, lane in _lanes(lane_set, 0):
            name, lane_id = lane_name(lane), xml.attribute(lane, "id")
            names.append(name)
            for reference in xml.children(lane, BPMN, "flowNodeRef"):
                node = xml.unprefixed(xml.text(reference))
                before = placed.get(node)
                if node not in reading.known_ids:
                    reading.findings.append(_points_at_nothing(lane_id, name, node))
                elif before is not None and before[0] == depth and before[2] != lane_id:
                    reading.findings.append(_overlap(node, before[1], name))
                elif before is None or before[0] < depth:
                    placed[node] = (depth, name, lane_id)
    return tuple(names), {node: name for node, (_depth, name, _id) in placed.items()}


def _points_at_nothing(lane_id: str, name: str, node: str) -> Finding:
    return error(
        "ref:unknown",
        lane_id,
        f"Banen »{name}« henviser til {node}, som ikke findes i filen.",
        "Flyt et element ud og ind ad banen i Camunda Modeler, og gem igen.",
    )


def _overlap(node: str, first: str, second: str) -> Finding:
    return error(
        "lane:overlap",
        node,
        f"Elementet ligger i to baner, »{first}« og »{second}«, så det er uklart, hvem der har "
        f"opgaven.",
        "Flyt elementet, så det ligger i netop én bane.",
    )
