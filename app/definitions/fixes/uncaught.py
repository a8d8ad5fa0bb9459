"""Errors that nobody catches: an ending that would halt the course ends it instead."""

from __future__ import annotations

from app.definitions.fixes.drawing import Drawing, is_, label_of, name
from app.definitions.fixes.events import trigger
from app.definitions.reader import xml
from app.definitions.reader.xml import XmlElement

CODES = ("error:uncaught",)


def mend(drawing: Drawing) -> None:
    """Turn thrown errors that nothing around catches into an end of all, inside a sub-process into an escalation."""
    codes = {
        name(found): xml.attribute(found, "errorCode")
        for found in drawing.root
        if isinstance(found.tag, str) and xml.local(found) == "error"
    }
    for scope in list(drawing.scopes()):
        for node in drawing.nodes(scope):
            if is_(node, "endEvent") and trigger(drawing, node) == "error":
                found = drawing.definitions_of(node)[0]
                code = codes.get(xml.attribute(found, "errorRef"), "")
                if not _caught(drawing, scope, code, codes):
                    _end(drawing, scope, node, found, code)


def _caught(drawing: Drawing, scope: XmlElement, code: str, codes: dict[str, str]) -> bool:
    """Whether a boundary event or an event sub-process, here or further out, takes the code."""
    while True:
        for node in drawing.nodes(scope):
            starts = (
                drawing.nodes(node) if xml.flag(node, "triggeredByEvent", default=False) else []
            )
            for catcher in (one for one in starts if is_(one, "startEvent")):
                if _takes(drawing, catcher, code, codes):
                    return True
        if is_(scope, "process"):
            return False
        around = scope.getparent()
        for node in drawing.nodes(around):
            on_it = is_(node, "boundaryEvent") and xml.attribute(node, "attachedToRef") == name(
                scope
            )
            if on_it and _takes(drawing, node, code, codes):
                return True
        scope = around


def _takes(drawing: Drawing, catcher: XmlElement, code: str, codes: dict[str, str]) -> bool:
    if trigger(drawing, catcher) != "error":
        return False
    taken = codes.get(xml.attribute(drawing.definitions_of(catcher)[0], "errorRef"), "")
    return taken in {"", code}


def _end(
    drawing: Drawing, scope: XmlElement, node: XmlElement, found: XmlElement, code: str
) -> None:
    found.attrib.pop("errorRef", None)
    drawing.document(node, f"Fejlkode: {code}" if code else "")
    if is_(scope, "process"):
        drawing.become(found, "terminateEventDefinition")
        message = f"Ingen griber fejlen »{label_of(node)}«; forløbet slutter nu der."
    else:
        node.remove(found)
        message = f"Ingen griber fejlen »{label_of(node)}«; delprocessen slutter nu der."
    drawing.note("error:uncaught", node, message, before=f"error {code}".strip())
