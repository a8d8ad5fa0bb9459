"""Ids: every element has one, its own, that can be stored and written in an address."""

from __future__ import annotations

from app.definitions.fixes.drawing import NODES, Drawing, name
from app.definitions.reader import xml
from app.definitions.reader.dialect import BPMN, BPMN_DI
from app.definitions.reader.xml import XmlElement
from app.definitions.rules.ids import ID

CODES = ("id:missing", "id:invalid", "id:duplicate")

REFERENCES = (
    "sourceRef",
    "targetRef",
    "attachedToRef",
    "default",
    "processRef",
    "messageRef",
    "signalRef",
    "errorRef",
    "escalationRef",
    "activityRef",
    "dataObjectRef",
    "dataStoreRef",
    "bpmnElement",
    "calledElement",
    "operationRef",
    "itemSubjectRef",
    "categoryValueRef",
)
_TEXTS = frozenset(
    {
        "incoming",
        "outgoing",
        "flowNodeRef",
        "sourceRef",
        "targetRef",
        "participantRef",
        "dataInputRefs",
    }
)
_NEED_ONE = NODES | {
    "transaction",
    "adHocSubProcess",
    "complexGateway",
    "choreographyTask",
    "subChoreography",
    "callChoreography",
    "textAnnotation",
    "sequenceFlow",
    "process",
    "lane",
    "participant",
    "subProcess",
    "message",
    "signal",
    "error",
    "escalation",
}


def mend(drawing: Drawing) -> None:
    """Give missing, unusable and repeated ids new ones, and let what refers to them follow."""
    _plain_references(drawing)
    for element in drawing.root.iter(f"{{{BPMN}}}*"):
        if not name(element) and xml.local(element) in _NEED_ONE:
            element.set("id", drawing.new_id(xml.local(element)))
            drawing.note("id:missing", element, "Elementet har fået et id.")
    renamed = {}
    for element in list(drawing.root.iter(f"{{{BPMN}}}*")):
        old = name(element)
        if old and ID.fullmatch(old) is None and old not in renamed:
            new = renamed[old] = drawing.new_id(old)
            message = f"Id'et »{old[:60]}« er skrevet om til {new}."
            drawing.note("id:invalid", new, message, before=old)
    if renamed:
        _rename(drawing, drawing.root, renamed)
    _own_ids(drawing)
    drawing.refresh()


def _plain_references(drawing: Drawing) -> None:
    """Write references without the prefixes that some modelers put before them, and ids without space around."""
    ids = {str(found.get("id")) for found in drawing.root.iter() if found.get("id")}
    for element in drawing.root.iter():
        raw = element.get("id")
        if raw is not None and raw != raw.strip():
            element.set("id", raw.strip())
        for key in REFERENCES:
            value = element.get(key)
            if value is not None and value not in ids:
                element.set(key, xml.unprefixed(value))
        if xml.local(element) in _TEXTS and element.text and element.text.strip() not in ids:
            element.text = xml.unprefixed(element.text)


def _rename(drawing: Drawing, within: XmlElement, names: dict[str, str]) -> None:
    """Rename elements and all that refers to them inside `within`."""
    _follow(within, names, "id")
    drawing.sketch.rename(names)


def _own_ids(drawing: Drawing) -> None:
    """Of several elements with one id, the first flow node, else the first of all, keeps it."""
    shapes = _by(drawing, "bpmnElement", f"{{{BPMN_DI}}}BPMNShape", f"{{{BPMN_DI}}}BPMNEdge")
    moves: dict[XmlElement, dict[str, str]] = {}
    redrawn = False
    for old, elements in _by(drawing, "id", f"{{{BPMN}}}*").items():
        keeper = next((e for e in elements if xml.local(e) in NODES), elements[0])
        here = _scope(keeper)
        for element in elements:
            if element is keeper:
                continue
            new = drawing.new_id(old)
            element.set("id", new)
            if xml.local(element) in NODES and _scope(element) is not here:
                moves.setdefault(_scope(element), {}).setdefault(old, new)
            message = f"Id'et {old} blev brugt flere gange; dette element hedder nu {new}."
            drawing.note("id:duplicate", new, message, before=old)
        renamed = [element for element in elements if element is not keeper]
        for shape, element in zip(shapes.get(old, [])[1:], renamed, strict=False):
            shape.set("bpmnElement", name(element))
            redrawn = True
    for scope, names in moves.items():
        _follow(scope, names)
    if redrawn:
        drawing.sketch = type(drawing.sketch)(drawing.root)


def _by(drawing: Drawing, key: str, *tags: str) -> dict[str, list[XmlElement]]:
    """Return the elements with an attribute by its value, where several have the same."""
    found: dict[str, list[XmlElement]] = {}
    for element in drawing.root.iter(*tags):
        value = xml.attribute(element, key)
        if value:
            found.setdefault(value, []).append(element)
    return {value: elements for value, elements in found.items() if len(elements) > 1}


def _scope(element: XmlElement) -> XmlElement:
    parent = element.getparent()
    return element if parent is None else parent


def _follow(scope: XmlElement, names: dict[str, str], *also: str) -> None:
    """Let what refers to elements inside `scope` (and other attributes, where told) follow their new names."""
    for element in scope.iter():
        for key in (*also, *REFERENCES):
            value = element.get(key)
            if value is not None and value.strip() in names:
                element.set(key, names[value.strip()])
        if xml.local(element) in _TEXTS and element.text and element.text.strip() in names:
            element.text = names[element.text.strip()]
