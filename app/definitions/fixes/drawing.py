"""A BPMN file while it is mended: its elements by what they are, and the few ways to change it.

Every change goes through here, so that ids stay unique, arrows keep both ends, the diagram follows,
and the report names what was touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from app.definitions.fixes.report import Change
from app.definitions.fixes.sketch import Sketch
from app.definitions.model.graph import Kind
from app.definitions.reader import xml
from app.definitions.reader.dialect import BPMN, ZEEBE
from app.definitions.reader.xml import XmlElement
from app.definitions.rules.view import Surroundings

NODES = frozenset(kind.value for kind in Kind if kind is not Kind.EVENT_SUB_PROCESS)
SCOPES = ("process", "subProcess")
EVENTS = frozenset(name for name in NODES if name.endswith("Event"))
GATEWAYS = frozenset(name for name in NODES if name.endswith("Gateway"))
ACTIVITIES = NODES - EVENTS - GATEWAYS
SIZES = {"event": (36, 36), "gateway": (50, 50), "activity": (100, 80)}
_BPMN = f"{{{BPMN}}}"
_FLOW_TAG = f"{_BPMN}sequenceFlow"
_NODE_TAGS = frozenset(f"{_BPMN}{kind}" for kind in NODES)
_FIRST = ("documentation", "extensionElements", "auditing", "monitoring", "categoryValueRef")


class _Arrows:
    """The nodes and flows of one scope, found by each other."""

    def __init__(self, nodes: dict[str, XmlElement], flows: list[XmlElement]) -> None:
        self.nodes = nodes
        self.flows = dict.fromkeys(flows)
        self.out: dict[str, list[XmlElement]] = {key: [] for key in nodes}
        self.into: dict[str, list[XmlElement]] = {key: [] for key in nodes}
        for flow in flows:
            self.tie(flow)

    def tie(self, flow: XmlElement) -> None:
        """Note a flow at both its ends."""
        self.out.setdefault(flow.get("sourceRef", ""), []).append(flow)
        self.into.setdefault(flow.get("targetRef", ""), []).append(flow)

    def untie(self, flow: XmlElement) -> None:
        """Take a flow off both its ends."""
        self.out[flow.get("sourceRef", "")].remove(flow)
        self.into[flow.get("targetRef", "")].remove(flow)


@dataclass
class Drawing:
    """One file.

    Attributes:
        root: the `definitions` element.
        around: what the file may refer to.
        changes: what was done.
        forms: content of the forms made, by file name.
        pending_fields: form fields found in a step, by its id, before the form is made.
    """

    root: XmlElement
    around: Surroundings = field(default_factory=Surroundings)
    changes: list[Change] = field(default_factory=list)
    forms: dict[str, bytes] = field(default_factory=dict)
    pending_fields: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._index: dict[XmlElement, _Arrows] = {}
        self._numbers: dict[str, int] = {}
        self.sketch = Sketch(self.root)
        self.ids = {str(found.get("id")) for found in self.root.iter() if found.get("id")}
        self.refresh()

    def refresh(self) -> None:
        """Look anew which elements hold others on the diagram, and which lane each node is in."""
        self.forget()
        self._read_lanes()
        holders = {"participant", "lane", "subProcess", "transaction", "adHocSubProcess", "group"}
        self.sketch.mark_holders(
            {
                xml.attribute(found, "id")
                for name in holders
                for found in self.root.iter(f"{{{BPMN}}}{name}")
            }
        )

    def _read_lanes(self) -> None:
        self.lane_of: dict[str, XmlElement] = {}
        for lane in self.root.iter(f"{{{BPMN}}}lane"):
            for reference in xml.children(lane, BPMN, "flowNodeRef"):
                self.lane_of[xml.unprefixed(xml.text(reference))] = lane

    # ---- reading

    def processes(self) -> list[XmlElement]:
        """Return the processes in document order."""
        return list(xml.children(self.root, BPMN, "process"))

    def scopes(self) -> Iterator[XmlElement]:
        """Iterate over processes and sub-processes, outer ones first."""
        for process in self.processes():
            yield process
            yield from process.iter(f"{{{BPMN}}}subProcess")

    def nodes(self, scope: XmlElement | None = None) -> list[XmlElement]:
        """Return the flow nodes of one scope, or of all."""
        scopes = [scope] if scope is not None else list(self.scopes())
        return [node for each in scopes for node in self._arrows(each).nodes.values()]

    def node(self, scope: XmlElement, node_id: str) -> XmlElement | None:
        """Return the flow node of a scope with this id, or None."""
        return self._arrows(scope).nodes.get(node_id)

    def flows(self, scope: XmlElement | None = None) -> list[XmlElement]:
        """Return the sequence flows of one scope, or of all."""
        scopes = [scope] if scope is not None else list(self.scopes())
        return [flow for each in scopes for flow in self._arrows(each).flows]

    def out_of(self, scope: XmlElement) -> dict[str, list[XmlElement]]:
        """Return the flows that leave each node of a scope."""
        return self._arrows(scope).out

    def into(self, scope: XmlElement) -> dict[str, list[XmlElement]]:
        """Return the flows that enter each node of a scope."""
        return self._arrows(scope).into

    def leaving(self, scope: XmlElement, node: XmlElement) -> list[XmlElement]:
        """Return the flows that leave a node, in a list of their own."""
        return list(self._arrows(scope).out[name(node)])

    def entering(self, scope: XmlElement, node: XmlElement) -> list[XmlElement]:
        """Return the flows that enter a node, in a list of their own."""
        return list(self._arrows(scope).into[name(node)])

    def _arrows(self, scope: XmlElement) -> _Arrows:
        found = self._index.get(scope)
        if found is None:
            nodes = {name(one): one for one in scope if one.tag in _NODE_TAGS}
            flows = list(scope.iterchildren(_FLOW_TAG))
            found = self._index[scope] = _Arrows(nodes, flows)
        return found

    def forget(self) -> None:
        """Look anew at nodes and flows: something was changed behind this drawing's back."""
        self._index.clear()

    def definitions_of(self, node: XmlElement) -> list[XmlElement]:
        """Return the event definitions of an event."""
        return [
            found
            for found in node
            if found.tag.startswith(_BPMN) and found.tag.endswith("ventDefinition")
        ]

    # ---- changing

    def note(
        self,
        code: str,
        element: XmlElement | str | None,
        message: str,
        *,
        before: str = "",
        added: Iterable[str] = (),
    ) -> None:
        """Put a change into the report."""
        at = element if element is None or isinstance(element, str) else name(element) or None
        self.changes.append(Change(code, at, message, before, tuple(added)))

    def new_id(self, wish: str) -> str:
        """Return an id that is free: the wish itself, or the wish with a number."""
        base = re.sub(r"[^\w.\-]", "_", wish)[:80] or "element"
        if not re.match(r"[^\W\d]", base):
            base = f"_{base}"
        found, number = base, self._numbers.get(base, 2)
        while found in self.ids:
            found, number = f"{base}_{number}", number + 1
        self.ids.add(found)
        self._numbers[base] = number
        return found

    def add(
        self, scope: XmlElement, kind: str, wish: str, label: str = "", *, lane_of: str = ""
    ) -> XmlElement:
        """Add a flow node to a scope, in the lane of another one; it is not drawn yet."""
        node = etree.SubElement(scope, f"{{{BPMN}}}{kind}", id=self.new_id(wish))
        if label:
            node.set("name", label)
        arrows = self._arrows(scope)
        arrows.nodes[name(node)] = node
        arrows.out.setdefault(name(node), [])
        arrows.into.setdefault(name(node), [])
        lane = self.lane_of.get(lane_of)
        if lane is not None:
            self.put_in_lane(node, lane)
        return node

    def put_in_lane(self, node: XmlElement, lane: XmlElement) -> None:
        """Let a lane refer to a node."""
        reference = etree.Element(f"{{{BPMN}}}flowNodeRef")
        reference.text = name(node)
        place = [
            i
            for i, e in enumerate(lane)
            if xml.local(e) in {*_FIRST, "partitionElement", "flowNodeRef"}
        ]
        lane.insert(place[-1] + 1 if place else 0, reference)
        self.lane_of[name(node)] = lane

    def connect(
        self, scope: XmlElement, source: XmlElement | str, target: XmlElement | str, label: str = ""
    ) -> XmlElement:
        """Add a sequence flow."""
        one, other = _id(source), _id(target)
        flow = etree.SubElement(
            scope,
            f"{{{BPMN}}}sequenceFlow",
            id=self.new_id(f"{one}_{other}"),
            sourceRef=one,
            targetRef=other,
        )
        if label:
            flow.set("name", label)
        arrows = self._arrows(scope)
        if flow not in arrows.flows:
            arrows.flows[flow] = None
            arrows.tie(flow)
        self.sketch.join(name(flow), one, other)
        return flow

    def lead(
        self,
        flow: XmlElement,
        *,
        source: XmlElement | str | None = None,
        target: XmlElement | str | None = None,
    ) -> None:
        """Give a flow another beginning or end."""
        arrows = self._index.get(flow.getparent())
        if arrows is not None and flow in arrows.flows:
            arrows.untie(flow)
        if source is not None:
            flow.set("sourceRef", _id(source))
        if target is not None:
            flow.set("targetRef", _id(target))
        if arrows is not None and flow in arrows.flows:
            arrows.tie(flow)
        self.sketch.join(
            name(flow), xml.attribute(flow, "sourceRef"), xml.attribute(flow, "targetRef")
        )

    def before(
        self, scope: XmlElement, node: XmlElement, kind: str, wish: str, label: str = ""
    ) -> XmlElement:
        """Put a new node before another one: all that led to that leads to the new one."""
        new = self.add(scope, kind, wish, label, lane_of=name(node))
        self.sketch.before(name(new), name(node), size_of(kind))
        for flow in self.entering(scope, node):
            self.lead(flow, target=new)
        self.connect(scope, new, node)
        return new

    def after(
        self, scope: XmlElement, node: XmlElement, kind: str, wish: str, label: str = ""
    ) -> XmlElement:
        """Put a new node after another one: all that went from that goes from the new one."""
        new = self.add(scope, kind, wish, label, lane_of=name(node))
        self.sketch.after(name(new), name(node), size_of(kind), room=True)
        for flow in self.leaving(scope, node):
            self.lead(flow, source=new)
        if xml.attribute(node, "default"):
            new.set("default", xml.attribute(node, "default"))
            del node.attrib["default"]
        self.connect(scope, node, new)
        return new

    def become(self, element: XmlElement, kind: str) -> str:
        """Make an element one of another kind; return what it was."""
        was = xml.local(element)
        if (element.tag in _NODE_TAGS) != (kind in NODES) or _FLOW_TAG in {
            element.tag,
            f"{_BPMN}{kind}",
        }:
            self._index.pop(element.getparent(), None)
        element.tag = f"{{{BPMN}}}{kind}"
        return was

    def turn_to_association(self, flow: XmlElement) -> None:
        """Keep an arrow that carries nothing as a dotted line; one with a loose end as a note."""
        for end in ("sourceRef", "targetRef"):
            if xml.attribute(flow, end) not in self.ids:
                scope = flow.getparent()
                note = etree.SubElement(
                    scope, f"{{{BPMN}}}textAnnotation", id=self.new_id(f"{name(flow)}_note")
                )
                text = etree.SubElement(note, f"{{{BPMN}}}text")
                text.text = xml.attribute(flow, "name") or "(pil uden ende)"
                flow.set(end, name(note))
        self.become(flow, "association")
        for part in [found for found in flow if xml.local(found) == "conditionExpression"]:
            flow.remove(part)
        for attribute in ("name", "isImmediate"):
            if attribute in flow.attrib:
                del flow.attrib[attribute]

    def document(self, element: XmlElement, text: str) -> None:
        """Add a text to an element's documentation, so that nothing that was written is lost."""
        if not text.strip():
            return
        found = xml.child(element, BPMN, "documentation")
        if found is None:
            found = etree.Element(f"{{{BPMN}}}documentation")
            element.insert(0, found)
        old = (found.text or "").strip()
        if text not in old:
            found.text = f"{old}\n{text}".strip()

    def extension(self, element: XmlElement, kind: str, **attributes: str) -> XmlElement:
        """Add a `zeebe:` extension, or fill in one that is there."""
        container = xml.child(element, BPMN, "extensionElements")
        if container is None:
            container = etree.Element(f"{{{BPMN}}}extensionElements")
            element.insert(len(list(xml.children(element, BPMN, "documentation"))), container)
        found = xml.child(container, ZEEBE, kind)
        if found is None:
            found = etree.SubElement(container, f"{{{ZEEBE}}}{kind}")
        for key, value in attributes.items():
            found.set(key, value)
        return found

    def has_extension(self, element: XmlElement, kind: str) -> bool:
        """Tell whether an element has a `zeebe:` extension."""
        return any(
            xml.child(container, ZEEBE, kind) is not None
            for container in xml.children(element, BPMN, "extensionElements")
        )

    def property(self, element: XmlElement, key: str, value: str) -> None:
        """Add a `zeebe:property`; one of the same name gets the new value."""
        container = self.extension(element, "properties")
        found = next((p for p in container if xml.attribute(p, "name") == key), None)
        if found is None:
            found = etree.SubElement(container, f"{{{ZEEBE}}}property")
            found.set("name", key)
        found.set("value", value)

    def root_element(self, kind: str, **attributes: str) -> XmlElement:
        """Add a message, signal, error or escalation to the file."""
        found = etree.Element(f"{{{BPMN}}}{kind}", id=self.new_id(kind), **attributes)
        first = self.processes()
        self.root.insert(self.root.index(first[0]) if first else 0, found)
        return found

    def finish(self) -> None:
        """Write arrows into the nodes they touch and the diagram into the file."""
        self.forget()
        for scope in self.scopes():
            out, into = self.out_of(scope), self.into(scope)
            for node in self.nodes(scope):
                _list_flows(node, into[name(node)], out[name(node)])
        self.sketch.write()


def name(element: XmlElement) -> str:
    """Return an element's id, as references to it are written."""
    return str(element.get("id", "")).strip()


def label_of(element: XmlElement) -> str:
    """Return how people call an element: its name on one line, else its id."""
    return xml.one_line(xml.attribute(element, "name")) or name(element)


def size_of(kind: str) -> tuple[float, float]:
    """Return the size of a shape."""
    if kind in EVENTS:
        return SIZES["event"]
    return SIZES["gateway"] if kind in GATEWAYS else SIZES["activity"]


def is_(element: XmlElement, *kinds: str) -> bool:
    """Tell whether an element is one of some BPMN kinds."""
    return str(element.tag).rpartition("}")[2] in kinds


def condition_of(flow: XmlElement) -> str:
    """Return the text of a flow's condition."""
    return xml.text(xml.child(flow, BPMN, "conditionExpression"))


def set_condition(flow: XmlElement, text: str) -> None:
    """Give a flow a condition; "" takes it away."""
    for old in list(xml.children(flow, BPMN, "conditionExpression")):
        flow.remove(old)
    if text:
        found = etree.SubElement(flow, f"{{{BPMN}}}conditionExpression")
        found.set(
            "{http://www.w3.org/2001/XMLSchema-instance}type", f"{_prefix(flow)}tFormalExpression"
        )
        found.text = text


def _prefix(element: XmlElement) -> str:
    prefix = next((key for key, space in element.nsmap.items() if space == BPMN and key), None)
    return f"{prefix}:" if prefix else ""


def variable(text: str) -> str:
    """Return a name that FEEL can write without quotes."""
    found = re.sub(r"_+", "_", re.sub(r"[^A-Za-z0-9_]", "_", text)).strip("_")
    return found if re.match(r"[A-Za-z_]", found) else f"v_{found}".rstrip("_")


def _id(element: XmlElement | str) -> str:
    return element if isinstance(element, str) else name(element)


def _list_flows(node: XmlElement, into: list[XmlElement], out: list[XmlElement]) -> None:
    for old in [found for found in node if xml.local(found) in {"incoming", "outgoing"}]:
        if xml.namespace(old) == BPMN:
            node.remove(old)
    at = sum(1 for found in node if xml.namespace(found) == BPMN and xml.local(found) in _FIRST)
    for kind, flows in (("outgoing", out), ("incoming", into)):
        for flow in reversed(flows):
            found = etree.Element(f"{{{BPMN}}}{kind}")
            found.text = name(flow)
            node.insert(at, found)
