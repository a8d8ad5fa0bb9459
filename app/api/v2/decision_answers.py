"""A decision made over /v2: its answer, and every decision made on the way with the rules that matched."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import fields

from app import canonical, dmn, feel
from app.api.body import TENANT, Wire
from app.definitions import library


class InputSchema(Wire):
    """A column of a table with the value that was tested."""

    input_id = fields.String()
    input_name = fields.String()
    input_value = fields.String()


class OutputSchema(Wire):
    """What a rule gave in one column."""

    output_id = fields.String()
    output_name = fields.String()
    output_value = fields.String()
    rule_id = fields.String(allow_none=True)
    rule_index = fields.Integer(allow_none=True)


class RuleSchema(Wire):
    """A rule that matched."""

    rule_id = fields.String()
    rule_index = fields.Integer()
    evaluated_outputs = fields.List(fields.Nested(OutputSchema))


class EvaluatedSchema(Wire):
    """One decision that was made on the way."""

    decision_definition_id = fields.String()
    decision_definition_name = fields.String()
    decision_definition_version = fields.Integer()
    decision_definition_type = fields.String()
    decision_definition_key = fields.String()
    decision_evaluation_instance_key = fields.String()
    output = fields.String()
    tenant_id = fields.String()
    matched_rules = fields.List(fields.Nested(RuleSchema))
    evaluated_inputs = fields.List(fields.Nested(InputSchema))


class EvaluationSchema(Wire):
    """A decision with how it came about; where it failed, `failureMessage` says why."""

    decision_definition_id = fields.String()
    decision_definition_key = fields.String()
    decision_definition_name = fields.String()
    decision_definition_version = fields.Integer()
    decision_evaluation_key = fields.String()
    decision_instance_key = fields.String()
    decision_requirements_id = fields.String()
    decision_requirements_key = fields.String()
    evaluated_decisions = fields.List(fields.Nested(EvaluatedSchema))
    failed_decision_definition_id = fields.String(allow_none=True)
    failure_message = fields.String(allow_none=True)
    output = fields.String()
    tenant_id = fields.String()


def answer(
    key: int,
    row: library.DefinitionResource,
    whole: library.DefinitionResource,
    model: dmn.Model,
    versions: Mapping[str, library.DefinitionResource],
    variables: Mapping[str, Any],
    at: datetime,
) -> dict[str, Any]:
    """Make a decision and say how it came about.

    Args:
        key: of this evaluation.
        row: the decision.
        whole: its file.
        model: the file, ready to be asked.
        versions: the decisions of the file by id, as they are published.
        variables: what it is to know.
        at: the instant that now() answers with.
    """
    made: list[dict[str, Any]] = []
    value, failure = None, ""
    try:
        found = dmn.evaluate(model, row.name, variables, now=at, around=True)
        value = feel.to_json(found.value)
        failure = found.fault.message if found.fault else ""
        made = [
            _made(key, place, versions[name], model, each, found)
            for place, (name, each) in enumerate(found.made, 1)
            if name in versions
        ]
    except (dmn.DmnError, feel.FeelError) as error:
        failure = str(error)
    return {
        "decision_definition_id": row.name,
        "decision_definition_key": row.key,
        "decision_definition_name": row.title,
        "decision_definition_version": row.version,
        "decision_evaluation_key": key,
        "decision_instance_key": key,
        "decision_requirements_id": whole.name,
        "decision_requirements_key": whole.key,
        "evaluated_decisions": made,
        "failed_decision_definition_id": row.name if failure else None,
        "failure_message": failure or None,
        "output": _text(value),
        "tenant_id": TENANT,
    }


def _made(
    key: int,
    place: int,
    row: library.DefinitionResource,
    model: dmn.Model,
    value: feel.Value,
    found: dmn.Result,
) -> dict[str, Any]:
    element = model.elements[row.name]
    logic = element.logic if isinstance(element, dmn.Decision) else None
    table = logic if isinstance(logic, dmn.DecisionTable) else None
    own = row.name, model.definitions.namespace
    used = [
        each for each in found.tables if table is not None and (each.owner, each.namespace) == own
    ]
    return {
        "decision_definition_id": row.name,
        "decision_definition_name": row.title,
        "decision_definition_version": row.version,
        "decision_definition_type": _type(logic),
        "decision_definition_key": row.key,
        "decision_evaluation_instance_key": f"{key}-{place}",
        "output": _text(feel.to_json(value)),
        "tenant_id": TENANT,
        "matched_rules": [
            rule for each in used[:1] if table is not None for rule in _rules(table, each)
        ],
        "evaluated_inputs": [
            {
                "input_id": clause.id or "",
                "input_name": label,
                "input_value": _text(feel.to_json(each)),
            }
            for use in used[:1]
            if table is not None
            for clause, (label, each) in zip(table.inputs, use.inputs, strict=True)
        ],
    }


def _type(logic: object) -> str:
    if isinstance(logic, dmn.DecisionTable):
        return "DECISION_TABLE"
    return "LITERAL_EXPRESSION" if isinstance(logic, dmn.Text) else "UNKNOWN"


def _rules(table: dmn.DecisionTable, used: dmn.Match) -> list[dict[str, Any]]:
    return [
        {
            "rule_id": rule_id or "",
            "rule_index": number,
            "evaluated_outputs": [
                {
                    "output_id": clause.id or "",
                    "output_name": name,
                    "output_value": _text(feel.to_json(_column(table, result, clause.name))),
                    "rule_id": rule_id,
                    "rule_index": number,
                }
                for clause, name in zip(table.outputs, used.outputs, strict=True)
            ],
        }
        for number, rule_id, result in zip(used.rules, used.rule_ids, used.results, strict=True)
    ]


def _column(table: dmn.DecisionTable, result: feel.Value, name: str | None) -> feel.Value:
    if len(table.outputs) > 1 and isinstance(result, dict):
        return result.get(name or "")
    return result


def _text(value: Any) -> str:
    """Return a value as JSON text, its numbers plain."""
    return json.dumps(canonical.to_outside(value), ensure_ascii=False, separators=(",", ":"))
