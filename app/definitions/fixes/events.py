"""Events: each waits for or throws one thing, of a kind that can be where it stands."""

from __future__ import annotations

from lxml import etree

from app.definitions.fixes.drawing import Drawing, is_, label_of, name
from app.definitions.reader import xml
from app.definitions.reader.dialect import BPMN
from app.definitions.reader.xml import XmlElement

CODES = (
    "event:several",
    "event:not-here",
    "element:unsupported",
    "flow:out-of-end",
    "flow:into-start",
    "event:error-not-interrupting",
    "event-sub-process:start",
    "event-sub-process:flow",
)

_CATCH = {"message", "timer", "signal", "link", "conditional"}
_BOUNDARY = {"message", "timer", "signal", "error", "escalation", "conditional"}
_ALLOWED = {
    "startEvent": {"message", "timer", "signal"},
    "intermediateCatchEvent": _CATCH,
    "intermediateThrowEvent": {"message", "signal", "escalation", "link"},
    "boundaryEvent": _BOUNDARY,
    "endEvent": {"message", "signal", "error", "escalation", "terminate"},
}
_WORDS = {
    "cancel": "annullering",
    "compensate": "kompensation",
    "error": "fejl",
    "escalation": "eskalering",
    "conditional": "betingelse",
    "link": "link",
    "timer": "timer",
    "terminate": "afslutning",
}


def mend(drawing: Drawing) -> None:
    """Let every event be one that runs where it stands."""
    _one_each(drawing)
    for scope in list(drawing.scopes()):
        _sub_process(drawing, scope)
    for scope in list(drawing.scopes()):
        for node in drawing.nodes(scope):
            if xml.local(node) in _ALLOWED:
                _event(drawing, scope, node)


def trigger(drawing: Drawing, node: XmlElement) -> str:
    """Return what an event waits for or throws, "" for nothing."""
    found = drawing.definitions_of(node)
    return xml.local(found[0]).removesuffix("EventDefinition") if found else ""


def _one_each(drawing: Drawing) -> None:
    """Of several definitions the first one stays; shared ones are copied in."""
    shared = {
        name(found): found
        for found in drawing.root
        if isinstance(found.tag, str) and xml.local(found).endswith("EventDefinition")
    }
    for node in drawing.nodes():
        for reference in list(xml.children(node, BPMN, "eventDefinitionRef")):
            meant = shared.get(xml.unprefixed(xml.text(reference)))
            node.remove(reference)
            if meant is not None:
                _copy(drawing, node, meant)
            drawing.note("event:several", node, "Den fælles definition er skrevet ind i hændelsen.")
        for extra in drawing.definitions_of(node)[1:]:
            kind = xml.local(extra)
            node.remove(extra)
            drawing.document(node, f"Også: {kind}")
            drawing.note(
                "event:several",
                node,
                f"»{label_of(node)}« ventede på flere ting; den venter nu på den første.",
                before=kind,
            )


def _copy(drawing: Drawing, node: XmlElement, meant: XmlElement) -> None:
    copy = etree.fromstring(etree.tostring(meant))
    copy.set("id", drawing.new_id(f"{name(node)}_definition"))
    node.append(copy)


def _sub_process(drawing: Drawing, scope: XmlElement) -> None:
    """An event sub-process begins with its event and has no arrows; any other begins with a plain start."""
    if is_(scope, "process"):
        return
    around = scope.getparent()
    into, out = drawing.into(around), drawing.out_of(around)
    arrows = into.get(name(scope), []) + out.get(name(scope), [])
    starts = [node for node in drawing.nodes(scope) if is_(node, "startEvent")]
    event = xml.flag(scope, "triggeredByEvent", default=False)
    awaited = [node for node in starts if trigger(drawing, node) in _BOUNDARY]
    if event and (arrows or not starts):
        scope.attrib.pop("triggeredByEvent", None)
        code = "event-sub-process:flow" if arrows else "event-sub-process:start"
        drawing.note(
            code,
            scope,
            f"»{label_of(scope)}« er nu en almindelig delproces.",
            before="triggeredByEvent",
        )
    elif not event and not arrows and len(starts) == 1 and awaited:
        scope.set("triggeredByEvent", "true")
        message = f"»{label_of(scope)}« begynder ved en hændelse og er nu en hændelsesdelproces."
        drawing.note("event:not-here", scope, message)


def _event(drawing: Drawing, scope: XmlElement, node: XmlElement) -> None:
    kind, what = xml.local(node), trigger(drawing, node)
    if kind == "startEvent":
        _start(drawing, scope, node, what)
    elif kind == "endEvent":
        _end(drawing, scope, node, what)
    elif kind == "boundaryEvent":
        return  # see boundaries.py
    elif kind == "intermediateCatchEvent" and what not in _CATCH:
        _without(drawing, node, what, "intermediateThrowEvent")
    elif kind == "intermediateThrowEvent" and what in {"timer", "conditional"}:
        drawing.become(node, "intermediateCatchEvent")
        message = f"»{label_of(node)}« kan kun ventes på; den er nu en ventende hændelse."
        drawing.note("event:not-here", node, message, before=kind)
    elif kind == "intermediateThrowEvent" and what not in {"", *_ALLOWED[kind]}:
        _without(drawing, node, what, kind)


def _without(drawing: Drawing, node: XmlElement, what: str, kind: str) -> None:
    """Take away what an event cannot do; it stays as a milestone that is passed."""
    was = drawing.become(node, kind)
    for found in drawing.definitions_of(node):
        node.remove(found)
    if what:
        drawing.document(node, f"Var tegnet som: {_WORDS.get(what, what)}")
    message = f"»{label_of(node)}« kan ikke vente på noget her; den passeres nu som en milepæl."
    code = "element:unsupported" if what in {"cancel", "compensate"} else "event:not-here"
    drawing.note(code, node, message, before=f"{was} {what}".strip())


def _start(drawing: Drawing, scope: XmlElement, node: XmlElement, what: str) -> None:
    if is_(scope, "process"):
        if what and what not in _ALLOWED["startEvent"]:
            _without(drawing, node, what, "startEvent")
        return
    if xml.flag(scope, "triggeredByEvent", default=False):
        if what not in _BOUNDARY:
            for found in drawing.definitions_of(node):
                node.remove(found)
            etree.SubElement(
                node,
                f"{{{BPMN}}}messageEventDefinition",
                id=drawing.new_id(f"{name(node)}_message"),
            )
            message = f"»{label_of(node)}« venter nu på en besked, så delprocessen kan begynde."
            drawing.note("event-sub-process:start", node, message, before=what)
        elif what == "error" and not xml.flag(node, "isInterrupting", default=True):
            node.set("isInterrupting", "true")
            drawing.note("event:error-not-interrupting", node, "En fejl afbryder altid.")
        return
    if what:
        _without(drawing, node, what, "startEvent")


def _end(drawing: Drawing, scope: XmlElement, node: XmlElement, what: str) -> None:
    if drawing.leaving(scope, node):
        drawing.become(node, "intermediateThrowEvent")
        message = f"En pil går ud af »{label_of(node)}«; den er nu en hændelse undervejs."
        drawing.note("flow:out-of-end", node, message, before="endEvent")
        if what not in {"", *_ALLOWED["intermediateThrowEvent"]}:
            _without(drawing, node, what, "intermediateThrowEvent")
    elif what == "link":
        drawing.become(node, "intermediateThrowEvent")
        drawing.note("event:not-here", node, "Linket står nu undervejs.", before="endEvent")
    elif what == "cancel":
        found = drawing.definitions_of(node)[0]
        drawing.become(found, "errorEventDefinition")
        drawing.note(
            "element:unsupported", node, f"»{label_of(node)}« kaster nu en fejl.", before="cancel"
        )
    elif what and what not in _ALLOWED["endEvent"]:
        _without(drawing, node, what, "endEvent")
