"""What a form asks for, as JSON Schema: for OpenAPI and for people who write clients."""

from __future__ import annotations

from typing import Any

from app.forms.component import Component
from app.forms.form import Form


def api_schema(form: Form) -> dict[str, Any]:
    """Return the JSON Schema (2020-12, as OpenAPI 3.1 uses it) of the form's answers."""
    return _object_schema(form.components, form.id, certain=True)


def _object_schema(
    components: tuple[Component, ...], title: str, *, certain: bool
) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object", "properties": {}, "additionalProperties": False}
    if title:
        schema["title"] = title
    _describe(components, schema, certain=certain)
    return schema


def _describe(components: tuple[Component, ...], schema: dict[str, Any], *, certain: bool) -> None:
    for component in components:
        shown = certain and component.hide is None
        if component.type == "group":
            _describe(component.children, schema, certain=shown)
        answer = _answer_schema(component)
        if answer is None:
            continue
        at = schema
        for segment in component.path[:-1]:
            at = at["properties"].setdefault(
                segment, {"type": "object", "properties": {}, "additionalProperties": False}
            )
        asked = shown and component.rules.required is True and not component.readonly
        at["properties"][component.path[-1]] = answer if asked else _or_null(answer)
        if asked:
            at.setdefault("required", []).append(component.path[-1])


def _answer_schema(component: Component) -> dict[str, Any] | None:
    if component.type == "dynamiclist":
        return {"type": "array", "items": _object_schema(component.children, "", certain=True)}
    if component.question is None:
        return None
    schema = component.question.api(component)
    parts = component.label.parts
    if len(parts) == 1 and isinstance(parts[0], str):
        schema["title"] = parts[0]
    return schema


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Let a schema take null too: an empty answer."""
    if "enum" in schema:
        return {**schema, "enum": [*schema["enum"], None]}
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return {**schema, "type": [*types, "null"]}
