"""Element templates: the operations of this installation, as Camunda Modeler offers them to a designer.

Source: Camunda's JSON schema for element templates of Camunda 8 (zeebe-element-templates-json-schema).
"""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from app.connectors import Operation, Registry

_SCHEMA = "https://unpkg.com/@camunda/zeebe-element-templates-json-schema/resources/schema.json"
_TASK = "bpmn:ServiceTask"


def element_templates(registry: Registry) -> list[dict[str, Any]]:
    """Return one template for each operation: its type is fixed, each value that it takes has a field of its own."""
    return [_template(one) for one in registry]


def _template(one: Operation) -> dict[str, Any]:
    noun = one.name.partition(":")[0]
    return {
        "$schema": _SCHEMA,
        "name": one.title,
        "id": f"forloeb.{one.name.replace(':', '.')}",
        "description": one.description,
        "version": 1,
        "category": {"id": noun, "name": noun},
        "appliesTo": ["bpmn:Task", _TASK],
        "elementType": {"value": _TASK},
        "groups": [
            {"id": "takes", "label": "Det får den"},
            {"id": "gives", "label": "Det giver den"},
        ],
        "properties": [
            {
                "type": "Hidden",
                "value": one.name,
                "binding": {"type": "zeebe:taskDefinition", "property": "type"},
            },
            *(_input(name, field) for name, field in _fields(one.takes)),
            *(_output(name) for name, _ in _fields(one.gives)),
        ],
    }


def _fields(schema: type[Schema]) -> list[tuple[str, fields.Field[Any]]]:
    return list(schema().fields.items())


def _input(name: str, field: fields.Field[Any]) -> dict[str, Any]:
    needed = (
        "Skal udfyldes."
        if field.required
        else "Kan undværes: uden den bruges variablen af samme navn."
    )
    return {
        "id": name,
        "label": name,
        "description": needed,
        "group": "takes",
        "type": "String",
        "feel": "optional",
        "optional": True,
        "binding": {"type": "zeebe:input", "name": name},
    }


def _output(name: str) -> dict[str, Any]:
    return {
        "id": f"gives.{name}",
        "label": name,
        "description": f"Variablen til {name}. Står intet her, får svarets dele variabler af samme navne.",
        "group": "gives",
        "type": "String",
        "optional": True,
        "binding": {"type": "zeebe:output", "source": f"={name}"},
    }
