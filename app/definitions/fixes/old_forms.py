"""Form fields that stood inside a task of another engine become a form of their own."""

from __future__ import annotations

from typing import Any

from app.definitions.fixes.asking import give_form
from app.definitions.fixes.drawing import Drawing, is_, label_of, name, variable
from app.definitions.reader import xml
from app.definitions.reader.xml import XmlElement

_TYPES = {
    "long": "number",
    "int": "number",
    "integer": "number",
    "double": "number",
    "number": "number",
    "boolean": "checkbox",
    "date": "datetime",
}


def take(drawing: Drawing, element: XmlElement, found: XmlElement) -> str:
    """Take one field, or all of a `formData`; return where they went, "" if nothing can show them."""
    fields = [found] if xml.local(found) == "formProperty" else list(found)
    parts = [part for field in fields if (part := _component(field)) is not None]
    if not parts or not is_(element, "userTask", "startEvent"):
        return ""
    drawing.pending_fields.setdefault(name(element), []).extend(parts)
    return "et felt i en formular"


def finish(drawing: Drawing) -> None:
    """Make the forms of the fields taken; those of a start are asked for right after it."""
    for node in drawing.nodes():
        parts = _once(drawing.pending_fields.pop(name(node), []))
        if not parts:
            continue
        task = node
        if is_(node, "startEvent"):
            task = drawing.after(
                node.getparent(),
                node,
                "userTask",
                f"Fill_{name(node)}",
                f"Oplysninger: {label_of(node)}"[:100],
            )
        form = give_form(drawing, task, parts)
        drawing.note(
            "extension:other-engine",
            node,
            f"Felterne i »{label_of(node)}« er nu formularen {form}.",
            added=[] if task is node else [name(task)],
        )


def _once(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({part["key"]: part for part in parts}.values())


def _component(field: XmlElement) -> dict[str, Any] | None:
    if xml.local(field) not in {"formField", "formProperty"}:
        return None
    key = variable(xml.attribute(field, "id") or xml.attribute(field, "name"))
    label = xml.attribute(field, "label") or xml.attribute(field, "name") or key
    kind = xml.attribute(field, "type").lower()
    part: dict[str, Any] = {"type": _TYPES.get(kind, "textfield"), "key": key, "label": label[:120]}
    values = [
        {
            "value": xml.attribute(one, "id") or xml.attribute(one, "name"),
            "label": xml.attribute(one, "name") or xml.attribute(one, "id"),
        }
        for one in field
        if xml.local(one) == "value"
    ]
    values = list({value["value"]: value for value in values if value["value"]}.values())
    if kind == "enum" and values:
        part |= {"type": "select", "values": values}
    if part["type"] == "datetime":
        part |= {"subtype": "date", "dateLabel": part.pop("label")}
    if any(_required(one) for one in field.iter()) or xml.attribute(field, "required") == "true":
        part["validate"] = {"required": True}
    return part


def _required(one: XmlElement) -> bool:
    return xml.local(one) == "constraint" and xml.attribute(one, "name") == "required"
