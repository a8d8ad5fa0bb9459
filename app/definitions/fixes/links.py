"""Links: a jump has a name and one place to land; a jump to nowhere is a milestone."""

from __future__ import annotations

from app.definitions.fixes.drawing import Drawing, is_, label_of, name
from app.definitions.fixes.events import trigger
from app.definitions.reader import xml
from app.definitions.reader.xml import XmlElement

CODES = ("link:no-name", "link:no-target", "link:several-targets", "flow:out-of-end")


def mend(drawing: Drawing) -> None:
    """Name links after their labels and let each lead to one place."""
    for scope in list(drawing.scopes()):
        linked = [node for node in drawing.nodes(scope) if trigger(drawing, node) == "link"]
        for node in linked:
            found = drawing.definitions_of(node)[0]
            if not xml.attribute(found, "name"):
                found.set("name", label_of(node))
                drawing.note("link:no-name", node, f"Linket hedder nu »{label_of(node)}«.")
        _land(drawing, scope, linked)


def _land(drawing: Drawing, scope: XmlElement, linked: list[XmlElement]) -> None:
    into, out = drawing.into(scope), drawing.out_of(scope)
    targets: set[str] = set()
    for node in [one for one in linked if is_(one, "intermediateCatchEvent")]:
        said = _said(drawing, node)
        if said in targets or into[name(node)]:
            code = "link:several-targets" if said in targets else "link:no-target"
            _pass(drawing, node, code)
        else:
            targets.add(said)
    for node in [one for one in linked if is_(one, "intermediateThrowEvent")]:
        if _said(drawing, node) not in targets or out[name(node)]:
            _pass(drawing, node, "link:no-target")
    thrown = {
        _said(drawing, node)
        for node in linked
        if is_(node, "intermediateThrowEvent") and drawing.definitions_of(node)
    }
    for node in [one for one in linked if is_(one, "intermediateCatchEvent")]:
        if _said(drawing, node) not in thrown:
            _pass(drawing, node, "link:no-target")


def _said(drawing: Drawing, node: XmlElement) -> str:
    found = drawing.definitions_of(node)
    return xml.attribute(found[0], "name") if found else ""


def _pass(drawing: Drawing, node: XmlElement, code: str) -> None:
    before = _said(drawing, node)
    for found in drawing.definitions_of(node):
        node.remove(found)
    was = drawing.become(node, "intermediateThrowEvent")
    message = f"Linket »{label_of(node)}« førte ingen steder hen; det passeres nu som en milepæl."
    drawing.note(code, node, message, before=f"{was} {before}".strip())
