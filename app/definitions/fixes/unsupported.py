"""Elements that are not run: each becomes the nearest one that is, and keeps its id, its name and its arrows."""

from __future__ import annotations

from app.definitions.fixes.drawing import Drawing, label_of, name
from app.definitions.reader import xml
from app.definitions.reader.dialect import BPMN, TABLE, Treatment
from app.definitions.reader.xml import XmlElement

CODES = ("element:unsupported", "element:unknown", "attribute:unsupported")

_NEAREST = {
    "transaction": ("subProcess", "Transaktionen »{}« er nu en almindelig delproces."),
    "adHocSubProcess": ("subProcess", "Ad hoc-delprocessen »{}« er nu en almindelig delproces."),
    "complexGateway": ("inclusiveGateway", "Den komplekse gateway »{}« er nu inklusiv."),
}
_ATTRIBUTES = {
    "isForCompensation": "true",
    "instantiate": "true",
    "startQuantity": "",
    "completionQuantity": "",
    "parallelMultiple": "true",
}


def mend(drawing: Drawing) -> None:
    """Turn what is not run into what is."""
    for element in list(drawing.root.iter(f"{{{BPMN}}}*")):
        kind = xml.local(element)
        if kind in _NEAREST:
            nearest, said = _NEAREST[kind]
            drawing.become(element, nearest)
            drawing.note(
                "element:unsupported", element, said.format(label_of(element)), before=kind
            )
        _attributes(drawing, element)
    for scope in list(drawing.scopes()):
        _strangers(drawing, scope)
    drawing.refresh()


def _attributes(drawing: Drawing, element: XmlElement) -> None:
    for key in [key for key in _ATTRIBUTES if key in element.attrib]:
        harmful, value = _ATTRIBUTES[key], xml.attribute(element, key)
        if (
            not value
            or (harmful and value.lower() not in {harmful, "1"})
            or (not harmful and value == "1")
        ):
            continue
        del element.attrib[key]
        drawing.property(element, key, value)
        drawing.note(
            "attribute:unsupported",
            element,
            f"{key} på »{label_of(element)}« er nu en egenskab.",
            before=value,
        )
    if xml.attribute(element, "eventGatewayType").lower() == "parallel":
        del element.attrib["eventGatewayType"]
        drawing.become(element, "parallelGateway")
        message = (
            f"»{label_of(element)}« venter på alle sine hændelser og er nu en parallel gateway."
        )
        drawing.note("attribute:unsupported", element, message, before="eventBasedGateway")


def _strangers(drawing: Drawing, scope: XmlElement) -> None:
    """Elements of BPMN's namespace that nobody knows: with arrows they become tasks, else a note of what was there."""
    ends = {
        xml.attribute(flow, end)
        for flow in drawing.flows(scope)
        for end in ("sourceRef", "targetRef")
    }
    for element in list(scope):
        if xml.namespace(element) != BPMN:
            continue
        entry = TABLE.get(xml.local(element))
        if entry is None and (name(element) in ends or _has_arrows(element)):
            was = drawing.become(element, "task")
            message = f"»{label_of(element)}« ({was}) er ikke kendt her og er nu en opgave."
            drawing.note("element:unknown", element, message, before=was)
        elif entry is None:
            _set_aside(drawing, scope, element)
        elif xml.local(element) != "subProcess":
            for part in list(element):
                if xml.namespace(part) == BPMN and _unreadable(part):
                    _set_aside(drawing, element, part)


def mend_roots(drawing: Drawing) -> None:
    """What nobody knows, or cannot be run, beside the processes is kept as a property of the first one."""
    first = drawing.processes()[0]
    for element in list(drawing.root):
        entry = TABLE.get(xml.local(element))
        refused = entry is None or entry.treatment is Treatment.REFUSED
        if xml.namespace(element) == BPMN and refused:
            _set_aside(drawing, first, element)


def _has_arrows(element: XmlElement) -> bool:
    return any(xml.child(element, BPMN, kind) is not None for kind in ("incoming", "outgoing"))


def _unreadable(part: XmlElement) -> bool:
    if xml.local(part).lower().endswith("eventdefinition"):
        return False
    entry = TABLE.get(xml.local(part))
    return entry is None or (
        entry.treatment is Treatment.REFUSED and not xml.local(part).endswith("Characteristics")
    )


def _set_aside(drawing: Drawing, around: XmlElement, part: XmlElement) -> None:
    """Keep an unreadable part as a property of what it stood in."""
    kind = xml.local(part)
    text = xml.one_line(" ".join(str(piece) for piece in part.itertext()))
    part.getparent().remove(part)
    if kind == "script":
        drawing.document(around, text)
    drawing.property(around, kind, (name(part) + " " + text).strip()[:2_000] or kind)
    drawing.note(
        "element:unknown",
        around,
        f"{kind} i »{label_of(around)}« er nu en egenskab.",
        before=name(part) or kind,
    )
