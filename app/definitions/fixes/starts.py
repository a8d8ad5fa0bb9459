"""Starts: every process and sub-process has one way in, and nothing leads back into it."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from app.definitions.fixes.drawing import Drawing, is_, label_of, name, size_of
from app.definitions.fixes.events import trigger
from app.definitions.reader import xml
from app.definitions.reader.dialect import BPMN
from app.definitions.reader.xml import XmlElement

CODES = ("start:missing", "start:ambiguous", "flow:into-start", "flow:unreachable")


def mend(drawing: Drawing) -> None:
    """Give each scope its start, tell several apart, and lead to what nothing leads to."""
    for scope in list(drawing.scopes()):
        for node in drawing.nodes(scope):
            if is_(node, "startEvent"):
                _past_start(drawing, scope, node)
        if xml.flag(scope, "triggeredByEvent", default=False):
            _only_one(drawing, scope)
        else:
            _begin(drawing, scope)
            if not is_(scope, "process"):
                _only_one(drawing, scope)
        _lead_everywhere(drawing, scope)
    for process in drawing.processes():
        _tell_apart(drawing, process)


def _past_start(drawing: Drawing, scope: XmlElement, node: XmlElement) -> None:
    """An arrow into a start goes to what follows it; a start in the middle is a milestone."""
    flows, onwards = drawing.entering(scope, node), drawing.leaving(scope, node)
    if not flows:
        return
    target = xml.attribute(onwards[0], "targetRef") if len(onwards) == 1 else ""
    if target and target != name(node):
        for flow in flows:
            drawing.lead(flow, target=target)
            message = (
                f"Pilen ind i starten »{label_of(node)}« går nu til det, der følger efter den."
            )
            drawing.note("flow:into-start", flow, message, before=name(node))
        return
    for found in drawing.definitions_of(node):
        node.remove(found)
    drawing.become(node, "intermediateThrowEvent")
    message = f"Der går en pil ind i »{label_of(node)}«; den er nu en hændelse undervejs."
    drawing.note("flow:into-start", node, message, before="startEvent")


def _only_one(drawing: Drawing, scope: XmlElement) -> None:
    """A sub-process has one start; the others are passed on the way from it."""
    starts = [node for node in drawing.nodes(scope) if is_(node, "startEvent")]
    for node in starts[1:]:
        for found in drawing.definitions_of(node):
            node.remove(found)
        drawing.become(node, "intermediateThrowEvent")
        message = (
            f"Delprocessen havde flere starter; »{label_of(node)}« er nu en hændelse undervejs."
        )
        drawing.note("start:ambiguous", node, message, before="startEvent")


def _waits_for_nobody(node: XmlElement) -> bool:
    """Whether a node needs an arrow to be come to."""
    return not (
        is_(node, "startEvent", "boundaryEvent")
        or xml.flag(node, "triggeredByEvent", default=False)
    )


def _is_link_target(drawing: Drawing, node: XmlElement) -> bool:
    return is_(node, "intermediateCatchEvent") and trigger(drawing, node) == "link"


def _begin(drawing: Drawing, scope: XmlElement) -> None:
    nodes = drawing.nodes(scope)
    if any(is_(node, "startEvent") for node in nodes):
        return
    into = drawing.into(scope)
    first = [
        node
        for node in nodes
        if _waits_for_nobody(node) and not into[name(node)] and not _is_link_target(drawing, node)
    ]
    if not first:
        first = [node for node in nodes if _waits_for_nobody(node)][:1]
    start = drawing.add(
        scope, "startEvent", f"Start_{name(scope)}", lane_of=name(first[0]) if first else ""
    )
    if first:
        drawing.sketch.before(name(start), name(first[0]), size_of("startEvent"))
        drawing.connect(scope, start, first[0])
    else:
        end = drawing.add(scope, "endEvent", f"End_{name(scope)}")
        drawing.connect(scope, start, end)
    drawing.note(
        "start:missing",
        scope,
        f"Der er tegnet en starthændelse i »{label_of(scope)}«.",
        added=[name(start)],
    )


def _lead_everywhere(drawing: Drawing, scope: XmlElement) -> None:
    """What nothing leads to begins with the start: first what no arrow ends at; a link leads to its own target."""
    start = next((node for node in drawing.nodes(scope) if is_(node, "startEvent")), None)
    if start is None:
        return
    nodes = {name(node): node for node in drawing.nodes(scope)}
    out, into = drawing.out_of(scope), drawing.into(scope)
    jumps = _jumps(drawing, nodes)
    reached: set[str] = set()

    def reach(first: list[str]) -> None:
        waiting = [key for key in first if key not in reached]
        reached.update(waiting)
        while waiting:
            here = waiting.pop()
            onwards = [*(xml.attribute(f, "targetRef") for f in out[here]), *jumps.get(here, [])]
            new = {key for key in onwards if key in nodes} - reached
            reached.update(new)
            waiting += new

    reach([key for key, node in nodes.items() if not _waits_for_arrow(node)])
    lost = [key for key, node in nodes.items() if not is_(node, "boundaryEvent")]
    lost = [key for key in lost if key not in reached]
    lost.sort(key=lambda key: (_is_link_target(drawing, nodes[key]), bool(into[key])))
    split: XmlElement | None = None
    for key in lost:
        if key in reached:
            continue
        if split is None:
            split = _split(drawing, scope, start)
        drawing.connect(scope, split, nodes[key])
        reach([key])
        message = (
            f"Ingen vej førte til »{label_of(nodes[key])}«; den begynder nu sammen med det øvrige."
        )
        drawing.note("flow:unreachable", nodes[key], message, added=[name(split)])


def _split(drawing: Drawing, scope: XmlElement, start: XmlElement) -> XmlElement:
    if not drawing.leaving(scope, start):
        return start
    return drawing.after(scope, start, "parallelGateway", f"Split_{name(start)}")


def _waits_for_arrow(node: XmlElement) -> bool:
    return not (is_(node, "startEvent") or xml.flag(node, "triggeredByEvent", default=False))


def _jumps(drawing: Drawing, nodes: Mapping[str, XmlElement]) -> dict[str, list[str]]:
    """Return what is come to without an arrow: boundary events from their hosts, links from what throws them."""
    jumps: dict[str, list[str]] = {}
    links: dict[str, list[str]] = {}
    for key, node in nodes.items():
        if is_(node, "boundaryEvent"):
            jumps.setdefault(xml.attribute(node, "attachedToRef"), []).append(key)
        if _is_link_target(drawing, node):
            links.setdefault(_link(drawing, node), []).append(key)
    for key, node in nodes.items():
        if is_(node, "intermediateThrowEvent") and trigger(drawing, node) == "link":
            jumps.setdefault(key, []).extend(links.get(_link(drawing, node), []))
    return jumps


def _link(drawing: Drawing, node: XmlElement) -> str:
    return xml.attribute(drawing.definitions_of(node)[0], "name")


def _tell_apart(drawing: Drawing, process: XmlElement) -> None:
    """Of several plain starts the first one stays plain; each of the others waits for a message of its own."""
    plain = [
        node
        for node in drawing.nodes(process)
        if is_(node, "startEvent") and not drawing.definitions_of(node)
    ]
    for node in plain[1:]:
        etree.SubElement(
            node, f"{{{BPMN}}}messageEventDefinition", id=drawing.new_id(f"{name(node)}_message")
        )
        message = f"Processen havde flere starter; »{label_of(node)}« begynder nu ved en besked."
        drawing.note("start:ambiguous", node, message)
