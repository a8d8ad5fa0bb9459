"""Asking a person: a choice that no condition decides becomes a user task with a form of its own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from app import canonical
from app.definitions.fixes.drawing import (
    Drawing,
    condition_of,
    label_of,
    name,
    set_condition,
    variable,
)
from app.definitions.fixes.onward import Onward, onward
from app.definitions.reader import xml
from app.definitions.reader.xml import XmlElement
from app.definitions.rules.ids import MAX_NAME

_LONGEST_LABEL = 120


def make_form(drawing: Drawing, wish: str, components: Sequence[dict[str, Any]]) -> str:
    """Make a form; return its id, which holds a digest of what it asks, so that no two forms share one."""
    parts = [{**part, "id": f"Field_{part['key']}"} for part in components]
    digest = canonical.digest_bytes(json.dumps(parts, sort_keys=True).encode())[:8]
    form_id = f"{variable(wish)[:60]}_{digest}"
    form = {
        "type": "default",
        "id": form_id,
        "schemaVersion": 18,
        "executionPlatform": "Camunda Cloud",
        "executionPlatformVersion": "8.7.0",
        "components": parts,
    }
    text = json.dumps(form, ensure_ascii=False, indent=2) + "\n"
    drawing.forms[f"{form_id}.form"] = text.encode()
    return form_id


def give_form(drawing: Drawing, task: XmlElement, components: Sequence[dict[str, Any]]) -> str:
    """Make a form and let a user task show it; return the form's id."""
    form_id = make_form(drawing, name(task), components)
    drawing.extension(task, "userTask")
    drawing.extension(task, "formDefinition", formId=form_id)
    return form_id


def ask_which_way(
    drawing: Drawing,
    scope: XmlElement,
    gateway: XmlElement,
    *,
    several: bool = False,
    ahead: Onward | None = None,
) -> XmlElement:
    """Put a question before a gateway; its answer decides which way, or with `several` which ways, it goes.

    Conditions that stood there are kept in the arrows' documentation. What leads back is offered last, and where no
    standard way was drawn, the nearest to an end is it.

    Args:
        drawing: the file.
        scope: what the gateway lies in.
        gateway: the gateway; at least two arrows leave it.
        several: more than one way may be chosen.
        ahead: where the ways of the scope lead, if that is known.

    Returns:
        The user task.
    """
    ahead = ahead or onward(drawing, scope)
    flows = ahead.in_order(name(gateway), drawing.leaving(scope, gateway))
    asked = (
        xml.one_line(xml.attribute(gateway, "name"))[:_LONGEST_LABEL] or "Hvordan går det videre?"
    )
    task = drawing.before(scope, gateway, "userTask", f"Ask_{name(gateway)}", asked)
    key = f"way_{variable(name(gateway))}"[:80]
    values = _options(drawing, flows)
    give_form(
        drawing,
        task,
        [
            {
                "type": "checklist" if several else "radio",
                "key": key,
                "label": asked,
                "values": values,
                "validate": {"required": True},
            }
        ],
    )
    default = xml.attribute(gateway, "default")
    if default not in {name(flow) for flow in flows}:
        default = name(ahead.nearest(flows))
        gateway.set("default", default)
    for flow, option in zip(flows, values, strict=True):
        drawing.document(flow, condition_of(flow))
        test = (
            f'= list contains({key}, "{option["value"]}") = true'
            if several
            else f'= {key} = "{option["value"]}"'
        )
        set_condition(flow, "" if name(flow) == default else test)
    return task


def _options(drawing: Drawing, flows: Sequence[XmlElement]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for number, flow in enumerate(flows, 1):
        target = drawing.node(flow.getparent(), xml.attribute(flow, "targetRef"))
        label = xml.one_line(xml.attribute(flow, "name")) or condition_of(flow)
        if not label and target is not None:
            label = f"Videre til »{label_of(target)}«"
        label = label[:_LONGEST_LABEL] or f"Vej {number}"
        if label in {option["label"] for option in found}:
            label = f"{label} ({number})"
        found.append({"label": label, "value": f"way_{number}"})
    return found


def short(text: str) -> str:
    """Return a text that fits as a name."""
    return xml.one_line(text)[:MAX_NAME]
