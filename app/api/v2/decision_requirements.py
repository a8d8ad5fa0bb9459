"""Decision requirements: the published .dmn files as wholes, and their XML."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app
from marshmallow import fields
from sqlalchemy import select

from app import house_of
from app.access.closed import permit
from app.api import search
from app.api.body import TENANT, KeyText, Resource, Tenant, Text, Whole, Wire
from app.api.search import Column, Sorting, Wanted, page_of, request_of
from app.api.v2 import decision_rows
from app.definitions import library

resource = Resource("decision-requirements", __name__, "Published .dmn files.")

_READERS = ("model:read", "course:read", "course:start")
_Row = library.DefinitionResource


class RequirementsSchema(Wire):
    """One version of a .dmn file."""

    decision_requirements_id = fields.String()
    decision_requirements_key = fields.String()
    decision_requirements_name = fields.String()
    resource_name = fields.String()
    tenant_id = fields.String()
    version = fields.Integer()


class RequirementsFilter(Wire):
    """What versions can be narrowed to."""

    decision_requirements_name = Wanted(Text())
    decision_requirements_id = Wanted(Text())
    decision_requirements_key = Wanted(KeyText())
    version = Wanted(Whole(), ordered=True)
    tenant_id = Tenant()
    resource_name = Wanted(Text())


RequirementsSearch = request_of(RequirementsFilter)
RequirementsPage = page_of(RequirementsSchema)


_COLUMNS: dict[str, Column] = {
    "decision_requirements_name": _Row.title,
    "decision_requirements_id": _Row.name,
    "decision_requirements_key": _Row.key,
    "version": _Row.version,
    "resource_name": _Row.resource,
}
_SORTING = Sorting(
    {
        "decisionRequirementsId": _Row.name,
        "decisionRequirementsKey": _Row.key,
        "decisionRequirementsName": _Row.title,
        "tenantId": search.nothing(),
        "version": _Row.version,
    },
    _Row.key,
)


@resource.route("/decision-requirements/search", methods=["POST"])
@resource.arguments(RequirementsSearch, required=False)
@resource.response(200, RequirementsPage)
@permit(*_READERS)
def find(asked: dict[str, Any]) -> dict[str, Any]:
    """Search the published .dmn files."""
    query = select(_Row).where(
        _Row.kind == library.REQUIREMENTS, search.conditions(asked["filter"], _COLUMNS)
    )
    order = _SORTING.order(asked["sort"])
    with house_of(current_app).database.read() as session:
        found = session.scalars(query.order_by(*order).limit(search.MOST + 1)).all()
    hits = [_result(row) for row in found[: search.MOST]]
    return search.page(hits, asked["page"], more=len(found) > search.MOST)


@resource.route("/decision-requirements/<decision_requirements_key>")
@resource.response(200, RequirementsSchema)
@permit(*_READERS)
def get(decision_requirements_key: str) -> dict[str, Any]:
    """Return one version of a .dmn file."""
    with house_of(current_app).database.read() as session:
        return _result(decision_rows.requirements(session, decision_requirements_key))


@resource.route("/decision-requirements/<decision_requirements_key>/xml")
@resource.response(200, {"type": "string"}, content_type="text/xml")
@permit(*_READERS)
def xml(decision_requirements_key: str) -> Response:
    """Return the .dmn file as it was published."""
    with house_of(current_app).database.read() as session:
        row = decision_rows.requirements(session, decision_requirements_key)
        content = library.content(session, row.digest)
    return Response(content, content_type="text/xml")


def _result(row: library.DefinitionResource) -> dict[str, Any]:
    return {
        "decision_requirements_id": row.name,
        "decision_requirements_key": row.key,
        "decision_requirements_name": row.title,
        "resource_name": row.resource,
        "tenant_id": TENANT,
        "version": row.version,
    }
