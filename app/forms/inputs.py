"""How one input is written: which partial draws it, its id, and the attributes that help to type the right thing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from app.forms.fields.number import decimals
from app.forms.fields.plain import LINE
from app.forms.node import Node
from app.forms.view import OptionView

_CARDS = frozenset({"cards", "ladder"})
_SCALE_STEPS = (5, 6)


def template(node: Node, options: Sequence[OptionView]) -> str:
    """Return the partial that draws a question: as its appearance says, where that fits what it is."""
    component = node.component
    if component.type == "radio" and component.properties.appearance in _CARDS:
        return "cards"
    scale = component.properties.appearance == "scale" and len(options) in _SCALE_STEPS
    return "scale" if component.type == "radio" and scale else component.type


def unit(node: Node) -> str:
    """Return what an answer is counted in (form-js: suffix), or nothing."""
    adorners = node.component.raw.get("appearance")
    unit = adorners.get("suffixAdorner") if isinstance(adorners, Mapping) else None
    return unit if isinstance(unit, str) and not unit.startswith("=") else ""


def attributes(node: Node) -> dict[str, str]:
    """Return attributes of the input that help to type the right thing."""
    component, found = node.component, {}
    properties, fixed = component.properties, component.rules.fixed
    if component.type == "number":
        found["inputmode"] = "numeric" if decimals(component) == 0 else "decimal"
    if component.type in {"textfield", "textarea"} and fixed.get("maxLength"):
        found["maxlength"] = str(fixed["maxLength"])
    elif component.type == "textfield":
        found["maxlength"] = str(LINE)
    if properties.format == "cpr":
        found |= {"inputmode": "numeric", "maxlength": "11", "autocomplete": "off"}
    if component.rules.kind in {"email", "phone"}:
        found["inputmode"] = {"email": "email", "phone": "tel"}[component.rules.kind]
    if component.type == "datetime":
        found["inputmode"] = "text"
    if properties.autocomplete:
        found["autocomplete"] = properties.autocomplete
    return found


def input_id(name: str) -> str:
    """Return the id of the input with a name."""
    return "f-" + re.sub(r"[^A-Za-z0-9_ÆØÅæøå-]", "-", name)
