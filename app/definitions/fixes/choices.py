"""Choices: every way out has a condition that can be read and something to read, or a person is asked."""

from __future__ import annotations

import re

from app.definitions.fixes import language
from app.definitions.fixes.asking import ask_which_way
from app.definitions.fixes.drawing import (
    Drawing,
    condition_of,
    is_,
    label_of,
    name,
    set_condition,
)
from app.definitions.fixes.onward import Onward, onward
from app.definitions.fixes.variables import written
from app.definitions.reader import xml
from app.definitions.reader.xml import XmlElement

CODES = (
    "gateway:no-condition",
    "gateway:no-default",
    "gateway:condition-on-default",
    "feel:not-expression",
    "feel:other-language",
    "feel:syntax",
    "flow:condition-not-read",
)

_OTHERWISE = re.compile(
    r"\b(else|otherwise|default|ellers|andre|sonst|andernfalls|sinon|otro|nej|no|nein)\b",
    re.IGNORECASE,
)

_COMPARES = re.compile(r"[<>=]|\b(?:between|in|some|every)\b")
"""What makes an expression true or false even where nothing is known; anything else may be null."""


def mend(drawing: Drawing) -> None:
    """See to every gateway with a choice."""
    known = written(drawing)
    for scope in list(drawing.scopes()):
        ahead = onward(drawing, scope)
        for gateway in drawing.nodes(scope):
            if is_(gateway, "exclusiveGateway", "inclusiveGateway"):
                _choice(drawing, scope, gateway, known, ahead)


def _choice(
    drawing: Drawing, scope: XmlElement, gateway: XmlElement, known: frozenset[str], ahead: Onward
) -> None:
    flows = drawing.leaving(scope, gateway)
    default = xml.attribute(gateway, "default")
    if len(flows) < 2:
        gateway.attrib.pop("default", None)
        for flow in flows:
            if condition_of(flow):
                drawing.document(flow, condition_of(flow))
                message = f"Der er kun én vej ud af »{label_of(gateway)}«; betingelsen står nu i dokumentationen."
                drawing.note("flow:condition-not-read", flow, message, before=condition_of(flow))
                set_condition(flow, "")
        return
    said = {name(flow): _said(condition_of(flow), known) for flow in flows}
    open_ends = [flow for flow in flows if not said[name(flow)] and name(flow) != default]
    if not open_ends:
        _write(drawing, gateway, flows, said)
    elif len(open_ends) == 1 and not default and not condition_of(open_ends[0]) and len(flows) > 1:
        _write(drawing, gateway, flows, said)
        gateway.set("default", name(open_ends[0]))
        message = f"»{label_of(open_ends[0])}« er nu standardpil: den vej går det, når intet andet passer."
        drawing.note("gateway:no-default", gateway, message)
    else:
        _ask(drawing, scope, gateway, flows, ahead)


def _said(condition: str, known: frozenset[str]) -> str:
    """Return a condition as FEEL; "" where it says nothing that can be read here."""
    if condition.startswith("="):
        return condition if language.is_feel(condition) else ""
    found = language.to_feel(condition) if condition else ""
    names = language.names_in(found) if found else frozenset()
    if not names or not names <= known:
        return ""
    return found if _COMPARES.search(found[1:]) else f"= ({found[1:].strip()}) = true"


def _write(
    drawing: Drawing, gateway: XmlElement, flows: list[XmlElement], said: dict[str, str]
) -> None:
    default = xml.attribute(gateway, "default")
    for flow in flows:
        before, now = condition_of(flow), said[name(flow)]
        if name(flow) == default and before:
            drawing.document(flow, before)
            set_condition(flow, "")
            message = "Standardpilens betingelse læses aldrig; den står nu i dokumentationen."
            drawing.note("gateway:condition-on-default", flow, message, before=before)
        elif now and now != before:
            set_condition(flow, now)
            drawing.note(
                "feel:other-language", flow, f"Betingelsen er skrevet i FEEL: {now}", before=before
            )
    if not default and all(said.values()):
        last = next((f for f in flows if _OTHERWISE.search(xml.attribute(f, "name"))), flows[-1])
        _add_way_out(drawing, gateway, last)


def _add_way_out(drawing: Drawing, gateway: XmlElement, last: XmlElement) -> None:
    """The way that means otherwise is gone when no condition holds; what it said is kept as documentation."""
    before = condition_of(last)
    drawing.document(last, before)
    set_condition(last, "")
    gateway.set("default", name(last))
    message = f"»{label_of(last)}« er nu standardpil: den vej går det, når intet andet passer."
    drawing.note("gateway:no-default", gateway, message, before=before)


def _ask(
    drawing: Drawing,
    scope: XmlElement,
    gateway: XmlElement,
    flows: list[XmlElement],
    ahead: Onward,
) -> None:
    several = is_(gateway, "inclusiveGateway")
    added = []
    if several and len(drawing.entering(scope, gateway)) > 1:
        added.append(
            name(drawing.before(scope, gateway, "inclusiveGateway", f"Join_{name(gateway)}"))
        )
    before = "; ".join(filter(None, map(condition_of, flows)))
    task = ask_which_way(drawing, scope, gateway, several=several, ahead=ahead)
    message = f"Vejen ud af »{label_of(gateway)}« vælges nu af en person: »{label_of(task)}«."
    drawing.note(
        "gateway:no-condition", gateway, message, before=before, added=[*added, name(task)]
    )
