"""Decision definitions: the published versions of decisions, their XML, and a decision made on request."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app
from marshmallow import fields
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app import house_of
from app.access.closed import permit
from app.api import search
from app.api.body import TENANT, KeyText, Resource, Tenant, Text, Truth, Variables, Whole, Wire
from app.api.search import Column, Sorting, Wanted, page_of, request_of
from app.api.v2 import decision_answers, decision_rows
from app.api.v2.decision_answers import EvaluationSchema
from app.api.v2.decision_rows import Decision
from app.definitions import library
from app.errors import DomainError

resource = Resource("decision-definitions", __name__, "Published versions of decisions.")

_READERS = ("model:read", "course:read", "course:start")
_File = decision_rows.Whole


class DecisionSchema(Wire):
    """One version of a decision."""

    decision_definition_id = fields.String()
    decision_definition_key = fields.String()
    decision_requirements_id = fields.String()
    decision_requirements_key = fields.String()
    decision_requirements_name = fields.String()
    decision_requirements_version = fields.Integer()
    name = fields.String()
    tenant_id = fields.String()
    version = fields.Integer()


class DecisionFilter(Wire):
    """What versions can be narrowed to."""

    decision_definition_id = Wanted(Text())
    name = Wanted(Text())
    is_latest_version = Truth()
    version = Wanted(Whole(), ordered=True)
    decision_requirements_id = Wanted(Text())
    tenant_id = Tenant()
    decision_definition_key = Wanted(KeyText())
    decision_requirements_key = Wanted(KeyText())
    decision_requirements_name = Wanted(Text())
    decision_requirements_version = Wanted(Whole(), ordered=True)


DecisionSearch = request_of(DecisionFilter)
DecisionPage = page_of(DecisionSchema)


class EvaluationRequest(Wire):
    """Which decision to make (by key, or the newest of an id), and what it is to know."""

    decision_definition_id = Text()
    decision_definition_key = fields.String()
    variables = Variables(load_default=dict)
    tenant_id = Tenant()


_COLUMNS: dict[str, Column] = {
    "decision_definition_id": Decision.name,
    "decision_definition_key": Decision.key,
    "name": Decision.title,
    "version": Decision.version,
    "decision_requirements_id": _File.name,
    "decision_requirements_key": _File.key,
    "decision_requirements_name": _File.title,
    "decision_requirements_version": _File.version,
}
_SORTING = Sorting(
    {
        "decisionDefinitionId": Decision.name,
        "decisionDefinitionKey": Decision.key,
        "decisionRequirementsId": _File.name,
        "decisionRequirementsKey": _File.key,
        "decisionRequirementsName": _File.title,
        "decisionRequirementsVersion": _File.version,
        "name": Decision.title,
        "tenantId": search.nothing(),
        "version": Decision.version,
    },
    Decision.key,
)


@resource.route("/decision-definitions/search", methods=["POST"])
@resource.arguments(DecisionSearch, required=False)
@resource.response(200, DecisionPage)
@permit(*_READERS)
def find(asked: dict[str, Any]) -> dict[str, Any]:
    """Search the published versions of decisions."""
    wanted = asked["filter"]
    query = decision_rows.decisions().where(search.conditions(wanted, _COLUMNS))
    if "is_latest_version" in wanted:
        other = aliased(library.DefinitionResource)
        newest = (
            select(func.max(other.version))
            .where(other.kind == "dmn", other.name == Decision.name)
            .correlate(Decision)
            .scalar_subquery()
        )
        is_newest = Decision.version == newest
        query = query.where(is_newest if wanted["is_latest_version"] else ~is_newest)
    order = _SORTING.order(asked["sort"])
    with house_of(current_app).database.read() as session:
        found = session.execute(query.order_by(*order).limit(search.MOST + 1)).all()
    hits = [_result(row, whole) for row, whole in found[: search.MOST]]
    return search.page(hits, asked["page"], more=len(found) > search.MOST)


@resource.route("/decision-definitions/<decision_definition_key>")
@resource.response(200, DecisionSchema)
@permit(*_READERS)
def get(decision_definition_key: str) -> dict[str, Any]:
    """Return one version of a decision."""
    with house_of(current_app).database.read() as session:
        return _result(*decision_rows.decision(session, decision_definition_key))


@resource.route("/decision-definitions/<decision_definition_key>/xml")
@resource.response(200, {"type": "string"}, content_type="text/xml")
@permit(*_READERS)
def xml(decision_definition_key: str) -> Response:
    """Return the .dmn file of a decision as it was published."""
    with house_of(current_app).database.read() as session:
        row, _ = decision_rows.decision(session, decision_definition_key)
        content = library.content(session, row.digest)
    return Response(content, content_type="text/xml")


@resource.route("/decision-definitions/evaluation", methods=["POST"])
@resource.arguments(EvaluationRequest)
@resource.response(200, EvaluationSchema)
@permit(*_READERS)
def evaluate(asked: dict[str, Any]) -> dict[str, Any]:
    """Make a decision; nothing of it is kept."""
    house = house_of(current_app)
    with house.database.read() as session:
        if "decision_definition_key" in asked:
            row, whole = decision_rows.decision(session, asked["decision_definition_key"])
        elif "decision_definition_id" in asked:
            row, whole = decision_rows.newest_decision(session, asked["decision_definition_id"])
        else:
            text = "Skriv decisionDefinitionId eller decisionDefinitionKey."
            raise DomainError("request:invalid", text, fields={"decisionDefinitionId": text})
        model = library.decision_model(session, row.digest)
        siblings = decision_rows.versions(session, whole)
    key = house.database.run(lambda work: work.next_key())
    return decision_answers.answer(
        key, row, whole, model, siblings, asked["variables"], house.clock.now()
    )


def _result(row: library.DefinitionResource, whole: library.DefinitionResource) -> dict[str, Any]:
    return {
        "decision_definition_id": row.name,
        "decision_definition_key": row.key,
        "decision_requirements_id": whole.name,
        "decision_requirements_key": whole.key,
        "decision_requirements_name": whole.title,
        "decision_requirements_version": whole.version,
        "name": row.title,
        "tenant_id": TENANT,
        "version": row.version,
    }
