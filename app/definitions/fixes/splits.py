"""Implicit splits: where several arrows leave a step, a gateway says whether all or one of them is gone."""

from __future__ import annotations

from app.definitions.fixes.drawing import (
    ACTIVITIES,
    EVENTS,
    Drawing,
    condition_of,
    is_,
    label_of,
    name,
    set_condition,
)
from app.definitions.reader import xml
from app.definitions.reader.xml import XmlElement

CODES = ("flow:implicit-split", "flow:condition-on-activity", "flow:condition-not-read")


def mend(drawing: Drawing) -> None:
    """Put a gateway after each step that several arrows, or arrows with conditions, leave."""
    for scope in list(drawing.scopes()):
        for node in drawing.nodes(scope):
            flows = drawing.leaving(scope, node)
            if is_(node, "parallelGateway", "eventBasedGateway"):
                _unread(drawing, node, flows)
            elif xml.local(node) in ACTIVITIES | EVENTS and flows:
                _split(drawing, scope, node, flows)


def _unread(drawing: Drawing, node: XmlElement, flows: list[XmlElement]) -> None:
    for flow in flows:
        if condition_of(flow):
            drawing.document(flow, condition_of(flow))
            message = (
                f"Betingelsen efter »{label_of(node)}« læses aldrig; den står nu i dokumentationen."
            )
            drawing.note("flow:condition-not-read", flow, message, before=condition_of(flow))
            set_condition(flow, "")
    if xml.attribute(node, "default"):
        del node.attrib["default"]


def _split(drawing: Drawing, scope: XmlElement, node: XmlElement, flows: list[XmlElement]) -> None:
    conditions = [flow for flow in flows if condition_of(flow)]
    if len(flows) == 1 and not conditions:
        node.attrib.pop("default", None)
        return
    if len(flows) == 1:
        _unread(drawing, node, flows)
        return
    if conditions:
        kind, code = "inclusiveGateway", "flow:condition-on-activity"
        if len(conditions) + bool(xml.attribute(node, "default")) >= len(flows):
            kind = "exclusiveGateway"
    else:
        code = "flow:implicit-split"
        choice = any(xml.attribute(flow, "name") for flow in flows) or _returns(
            drawing, scope, node
        )
        kind = "exclusiveGateway" if choice else "parallelGateway"
    gateway = drawing.after(scope, node, kind, f"Split_{name(node)}")
    word = "alle går på én gang" if kind == "parallelGateway" else "der vælges imellem"
    message = f"Flere pile gik ud af »{label_of(node)}«; en gateway siger nu, at de {word}."
    if kind != "parallelGateway":
        message = message.replace("at de der", "at der").replace(
            "at der vælges imellem", "at der vælges"
        )
    drawing.note(code, node, message, added=[name(gateway)])


def _returns(drawing: Drawing, scope: XmlElement, node: XmlElement) -> bool:
    """Whether a way out leads back here: taken together with the others, it would never come to an end."""
    out = drawing.out_of(scope)
    seen: set[str] = set()
    waiting = [xml.attribute(flow, "targetRef") for flow in out[name(node)]]
    while waiting:
        here = waiting.pop()
        if here == name(node):
            return True
        if here not in seen:
            seen.add(here)
            waiting += [xml.attribute(flow, "targetRef") for flow in out.get(here, [])]
    return False
