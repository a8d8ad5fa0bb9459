"""Lanes: each step lies in one of a level, and lanes hold what there is."""

from __future__ import annotations

from app.definitions.fixes.drawing import Drawing, label_of, name
from app.definitions.reader import xml
from app.definitions.reader.dialect import BPMN
from app.definitions.reader.xml import XmlElement

CODES = ("lane:overlap", "ref:unknown")


def mend(drawing: Drawing) -> None:
    """Take out references to nothing, and all but the first lane of a step."""
    for process in drawing.processes():
        for lane_set in process.iter(f"{{{BPMN}}}laneSet", f"{{{BPMN}}}childLaneSet"):
            _one_lane_each(drawing, lane_set)


def _one_lane_each(drawing: Drawing, lane_set: XmlElement) -> None:
    known = {str(found.get("id")) for found in drawing.root.iter() if found.get("id")}
    placed: dict[str, str] = {}
    for lane in xml.children(lane_set, BPMN, "lane"):
        for reference in list(xml.children(lane, BPMN, "flowNodeRef")):
            node = xml.unprefixed(xml.text(reference))
            if node not in known:
                lane.remove(reference)
                message = f"Banen »{label_of(lane)}« henviste til {node}, som ikke findes."
                drawing.note("ref:unknown", lane, message, before=node)
            elif placed.get(node, name(lane)) != name(lane):
                lane.remove(reference)
                message = f"{node} lå i to baner og ligger nu kun i den første."
                drawing.note("lane:overlap", node, message, before=label_of(lane))
            placed.setdefault(node, name(lane))
