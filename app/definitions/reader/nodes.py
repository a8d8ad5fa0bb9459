"""Flow nodes and sequence flows: the content of a process or sub-process as `Node` and `Flow`."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.definitions.model.findings import error
from app.definitions.model.graph import Event, Flow, Kind, Node, Trigger
from app.definitions.reader import xml
from app.definitions.reader.dialect import BPMN
from app.definitions.reader.events import read_event, referring_event
from app.definitions.reader.extensions import Extensions, read_extensions
from app.definitions.reader.lanes import read_lanes
from app.definitions.reader.loops import read_loop
from app.definitions.reader.reading import Reading
from app.definitions.reader.xml import XmlElement

_KINDS = {kind.value: kind for kind in Kind if kind is not Kind.EVENT_SUB_PROCESS}
_EVENTS = frozenset({Kind.START, Kind.END, Kind.CATCH, Kind.THROW, Kind.BOUNDARY})
_SCOPES = frozenset({Kind.SUB_PROCESS, Kind.EVENT_SUB_PROCESS})
_READ_ELSEWHERE = frozenset({"multiInstanceLoopCharacteristics", "standardLoopCharacteristics"})

_UNSUPPORTED_ATTRIBUTES = (
    ("isForCompensation", "true", "Kompensation kan ikke udføres."),
    ("instantiate", "true", "Forløbet kan kun starte i en starthændelse."),
    (
        "eventGatewayType",
        "Parallel",
        "En gateway, der venter på alle sine hændelser, kan ikke udføres.",
    ),
)


@dataclass
class Contents:
    """The nodes and flows of a process, filled while reading; sub-processes add theirs in place."""

    nodes: list[Node] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    lanes: list[str] = field(default_factory=list)


def read_scope(
    scope: XmlElement, scope_id: str, lane: str, contents: Contents, reading: Reading
) -> None:
    """Read all nodes and flows of a process or sub-process, depth first.

    Args:
        scope: the process or sub-process element.
        scope_id: its id.
        lane: the lane that it stands in itself, which its content inherits.
        contents: takes the nodes and flows.
        reading: takes the findings.
    """
    lanes, lane_of = read_lanes(scope, reading)
    contents.lanes.extend(lanes)
    for element in scope:
        if xml.namespace(element) != BPMN or xml.local(element) in _READ_ELSEWHERE:
            continue
        name, element_id = xml.local(element), xml.attribute(element, "id")
        if name == "sequenceFlow":
            contents.flows.append(_flow(element, element_id, scope_id, reading))
        elif name in _KINDS:
            _read_node(
                element, _KINDS[name], scope_id, lane_of.get(element_id, lane), contents, reading
            )
        elif not name.endswith("EventDefinition"):
            entry = reading.look_up(element, element_id or scope_id)
            stand_in = entry.stand_in if entry is not None else _unknown_stand_in(element)
            if stand_in is not None:
                _read_node(
                    element, stand_in, scope_id, lane_of.get(element_id, lane), contents, reading
                )


def _unknown_stand_in(element: XmlElement) -> Kind | None:
    flows = (xml.child(element, BPMN, name) for name in ("incoming", "outgoing"))
    return Kind.TASK if any(flow is not None for flow in flows) else None


def _read_node(
    element: XmlElement, kind: Kind, scope_id: str, lane: str, contents: Contents, reading: Reading
) -> None:
    node_id = xml.attribute(element, "id")
    if not node_id:
        reading.refuse("id:missing", scope_id, f"Et element ({xml.local(element)}) har intet id.")
        return
    if kind is Kind.SUB_PROCESS and xml.flag(element, "triggeredByEvent", default=False):
        kind = Kind.EVENT_SUB_PROCESS
    extensions = read_extensions(element, node_id, reading)
    _note_unsupported(element, node_id, reading)
    if kind not in _SCOPES:
        _note_parts(element, node_id, reading)
    contents.nodes.append(
        Node(
            id=node_id,
            kind=kind,
            scope=scope_id,
            name=xml.one_line(xml.attribute(element, "name")),
            lane=lane,
            documentation=xml.text(xml.child(element, BPMN, "documentation")),
            event=_event(element, kind, node_id, extensions, reading),
            attached_to=xml.unprefixed(xml.attribute(element, "attachedToRef")),
            interrupting=xml.flag(element, "cancelActivity", default=True)
            and xml.flag(element, "isInterrupting", default=True),
            default=xml.unprefixed(xml.attribute(element, "default")),
            inputs=extensions.mappings("input"),
            outputs=extensions.mappings("output"),
            user_task=extensions.user_task if kind is Kind.USER else None,
            job=extensions.job,
            script=extensions.script,
            decision=extensions.decision,
            call=extensions.call,
            loop=read_loop(element, node_id, reading),
            properties=extensions.properties,
            headers=extensions.headers if kind is Kind.USER else (),
        )
    )
    _note_foreign_form(extensions, node_id, reading)
    if kind in _SCOPES:
        read_scope(element, node_id, lane, contents, reading)


def _event(
    element: XmlElement, kind: Kind, node_id: str, extensions: Extensions, reading: Reading
) -> Event | None:
    if kind is Kind.RECEIVE:
        return referring_event(element, Trigger.MESSAGE, node_id, extensions, reading)
    return read_event(element, node_id, extensions, reading) if kind in _EVENTS else None


def _note_unsupported(element: XmlElement, node_id: str, reading: Reading) -> None:
    for name, value, reason in _UNSUPPORTED_ATTRIBUTES:
        if xml.attribute(element, name).lower() in {value.lower(), "1"}:
            reading.refuse("attribute:unsupported", node_id, reason, f"Fjern {name}.")
    for name in ("startQuantity", "completionQuantity"):
        if xml.attribute(element, name, "1") != "1":
            reading.refuse(
                "attribute:unsupported",
                node_id,
                f"{name} andet end 1 kan ikke udføres.",
                f"Fjern {name}.",
            )


def _note_parts(element: XmlElement, node_id: str, reading: Reading) -> None:
    """Note parts of a node that nothing runs; events and loops are read elsewhere."""
    for part in element:
        if xml.namespace(part) != BPMN or xml.local(part) in _READ_ELSEWHERE:
            continue
        if not xml.local(part).lower().endswith("eventdefinition"):
            reading.look_up(part, node_id)


def _note_foreign_form(extensions: Extensions, node_id: str, reading: Reading) -> None:
    for name in ("formKey", "externalReference"):
        if extensions.get("formDefinition", name):
            reading.warn(
                "form:external",
                node_id,
                "Opgaven henviser til en indlejret eller ekstern formular, som ikke kan vises her. "
                "Den åbnes uden formular, og et program kan løse den.",
                "Gem formularen som en .form-fil, og vælg den ved id (formId).",
            )


def _flow(element: XmlElement, flow_id: str, scope_id: str, reading: Reading) -> Flow:
    read_extensions(element, flow_id, reading)
    return Flow(
        id=flow_id,
        source=xml.unprefixed(xml.attribute(element, "sourceRef")),
        target=xml.unprefixed(xml.attribute(element, "targetRef")),
        scope=scope_id,
        name=xml.one_line(xml.attribute(element, "name")),
        condition=xml.text(xml.child(element, BPMN, "conditionExpression")),
    )


def sound_flows(contents: Contents, reading: Reading) -> tuple[Flow, ...]:
    """Return the flows between two nodes of one scope; the others are noted as errors."""
    scopes = {node.id: node.scope for node in contents.nodes}
    sound = []
    for flow in contents.flows:
        ends = [scopes.get(flow.source), scopes.get(flow.target)]
        if ends == [flow.scope, flow.scope]:
            sound.append(flow)
        elif None in ends:
            reading.findings.append(
                error(
                    "flow:dangling",
                    flow.id,
                    "Pilen begynder eller ender ved noget, der ikke er et trin i processen.",
                    "Slet pilen, og tegn den igen.",
                )
            )
        else:
            reading.findings.append(
                error(
                    "flow:crosses-scope",
                    flow.id,
                    "Pilen går ind i eller ud af en delproces.",
                    "Lad pilen ende ved delprocessens kant.",
                )
            )
    return tuple(sound)
