"""Boundary events: each stands on an activity, waits for something that can come, and nothing leads into it."""

from __future__ import annotations

from lxml import etree

from app.definitions.fixes.drawing import ACTIVITIES, Drawing, is_, label_of, name
from app.definitions.fixes.events import trigger
from app.definitions.reader import xml
from app.definitions.reader.dialect import BPMN
from app.definitions.reader.xml import XmlElement

CODES = (
    "boundary:no-activity",
    "boundary:incoming",
    "event:not-here",
    "element:unsupported",
    "event:error-not-interrupting",
)

_ALLOWED = {"message", "timer", "signal", "error", "escalation", "conditional"}
_INSTEAD = {"cancel": "errorEventDefinition", "compensate": "escalationEventDefinition"}


def mend(drawing: Drawing) -> None:
    """Put boundary events where they can happen."""
    for scope in list(drawing.scopes()):
        hosts = {
            name(node): node
            for node in drawing.nodes(scope)
            if xml.local(node) in ACTIVITIES
            and not xml.flag(node, "triggeredByEvent", default=False)
        }
        for node in drawing.nodes(scope):
            if is_(node, "boundaryEvent"):
                _mend(drawing, scope, node, hosts)


def _mend(
    drawing: Drawing, scope: XmlElement, node: XmlElement, hosts: dict[str, XmlElement]
) -> None:
    if xml.attribute(node, "attachedToRef") not in hosts and not _attach(drawing, node, hosts):
        _set_free(drawing, node)
        return
    what = trigger(drawing, node)
    if what in _INSTEAD:
        _replace(drawing, scope, node, what)
    elif what not in _ALLOWED:
        for found in drawing.definitions_of(node):
            node.remove(found)
        etree.SubElement(
            node, f"{{{BPMN}}}messageEventDefinition", id=drawing.new_id(f"{name(node)}_message")
        )
        message = f"Kanthændelsen »{label_of(node)}« venter nu på en besked."
        drawing.note("event:not-here", node, message, before=what or "uden definition")
    if trigger(drawing, node) == "error" and not xml.flag(node, "cancelActivity", default=True):
        node.set("cancelActivity", "true")
        drawing.note(
            "event:error-not-interrupting", node, "En fejl afbryder altid.", before="false"
        )
    for flow in drawing.entering(scope, node):
        _lead_past(drawing, scope, node, flow)


def _attach(drawing: Drawing, node: XmlElement, hosts: dict[str, XmlElement]) -> bool:
    """Look on the diagram which activity the event stands on."""
    place = drawing.sketch.places.get(name(node))
    found = drawing.sketch.near(*place.middle, set(hosts)) if place is not None else ""
    if found:
        before = xml.attribute(node, "attachedToRef")
        node.set("attachedToRef", found)
        drawing.note(
            "boundary:no-activity", node, f"Kanthændelsen er sat på {found}.", before=before
        )
    return bool(found)


def _set_free(drawing: Drawing, node: XmlElement) -> None:
    """An event on the edge of nothing waits on its own, or is passed."""
    before = xml.attribute(node, "attachedToRef")
    for key in ("attachedToRef", "cancelActivity"):
        node.attrib.pop(key, None)
    drawing.become(node, "intermediateCatchEvent")
    if trigger(drawing, node) not in {"message", "timer", "signal", "conditional"}:
        for found in drawing.definitions_of(node):
            node.remove(found)
        drawing.become(node, "intermediateThrowEvent")
    message = f"»{label_of(node)}« sad ikke på kanten af noget; den er nu en hændelse undervejs."
    drawing.note("boundary:no-activity", node, message, before=before or "boundaryEvent")


def _replace(drawing: Drawing, scope: XmlElement, node: XmlElement, what: str) -> None:
    """Cancel becomes an error; compensation becomes an escalation that leads to its handler."""
    drawing.become(drawing.definitions_of(node)[0], _INSTEAD[what])
    if what == "compensate":
        node.set("cancelActivity", "false")
        _lead_to_handler(drawing, scope, node)
    word = "en fejl" if what == "cancel" else "en eskalering"
    message = f"Kanthændelsen »{label_of(node)}« griber nu {word}."
    drawing.note("element:unsupported", node, message, before=what)


def _lead_to_handler(drawing: Drawing, scope: XmlElement, node: XmlElement) -> None:
    nodes = {name(found) for found in drawing.nodes(scope)}
    for line in list(xml.children(scope, BPMN, "association")):
        ends = [xml.attribute(line, "sourceRef"), xml.attribute(line, "targetRef")]
        other = next((end for end in ends if end != name(node)), "")
        if name(node) in ends and other in nodes:
            drawing.become(line, "sequenceFlow")
            line.attrib.pop("associationDirection", None)
            line.set("sourceRef", name(node))
            line.set("targetRef", other)
            drawing.note(
                "element:unsupported",
                line,
                "Den stiplede linje er nu en pil.",
                before="association",
            )


def _lead_past(drawing: Drawing, scope: XmlElement, node: XmlElement, flow: XmlElement) -> None:
    """What leads into an event that happens by itself goes on to where that leads, else to its activity."""
    onwards = [xml.attribute(one, "targetRef") for one in drawing.leaving(scope, node)]
    target = next(
        (one for one in onwards if one != name(node)), xml.attribute(node, "attachedToRef")
    )
    drawing.lead(flow, target=target)
    message = f"Pilen ind i kanthændelsen »{label_of(node)}« går nu til {target}."
    drawing.note("boundary:incoming", flow, message, before=name(node))
