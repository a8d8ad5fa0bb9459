"""Event-based gateways: what follows is something to wait for; else a person is asked which way it went."""

from __future__ import annotations

from app.definitions.fixes.drawing import Drawing, is_, label_of, name
from app.definitions.fixes.events import trigger
from app.definitions.reader import xml
from app.definitions.reader.xml import XmlElement

CODES = ("event-gateway:one-way", "event-gateway:target")

_AWAITED = {"message", "timer", "signal", "conditional"}


def mend(drawing: Drawing) -> None:
    """Turn event-based gateways that cannot wait into exclusive ones."""
    for scope in list(drawing.scopes()):
        nodes = {name(node): node for node in drawing.nodes(scope)}
        hosts = {xml.attribute(node, "attachedToRef") for node in nodes.values()}
        for gateway in [node for node in nodes.values() if is_(node, "eventBasedGateway")]:
            targets = [
                nodes[xml.attribute(flow, "targetRef")] for flow in drawing.leaving(scope, gateway)
            ]
            if len(targets) < 2:
                drawing.become(gateway, "exclusiveGateway")
                message = (
                    f"»{label_of(gateway)}« havde færre end to veje og er nu en almindelig gateway."
                )
                drawing.note("event-gateway:one-way", gateway, message, before="eventBasedGateway")
                continue
            into = drawing.into(scope)
            wrong = [
                node
                for node in targets
                if not _is_awaited(drawing, node, hosts) or len(into[name(node)]) != 1
            ]
            if wrong:
                drawing.become(gateway, "exclusiveGateway")
                message = (
                    f"Efter »{label_of(gateway)}« står andet end hændelser ({label_of(wrong[0])}); "
                    "den er nu eksklusiv, og en person vælger vej."
                )
                drawing.note("event-gateway:target", gateway, message, before="eventBasedGateway")


def _is_awaited(drawing: Drawing, node: XmlElement, hosts: set[str]) -> bool:
    if is_(node, "receiveTask"):
        looped = any(xml.local(part).endswith("Characteristics") for part in node)
        return name(node) not in hosts and not looped
    return is_(node, "intermediateCatchEvent") and trigger(drawing, node) in _AWAITED
