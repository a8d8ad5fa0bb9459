"""Process definitions: the published versions of processes, and their XML."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app
from marshmallow import fields
from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from app import house_of
from app.access.closed import permit
from app.api import search
from app.api.body import TENANT, KeyText, Resource, Tenant, Text, Truth, Whole, Wire, key_of
from app.api.search import Column, Sorting, Wanted, page_of, request_of
from app.definitions import library
from app.errors import NotFound

resource = Resource("process-definitions", __name__, "Published versions of processes.")

Version = library.DefinitionVersion
_READERS = ("model:read", "course:read", "course:start")


class DefinitionSchema(Wire):
    """One version of a process."""

    name = fields.String(allow_none=True)
    resource_name = fields.String()
    version = fields.Integer()
    version_tag = fields.String(allow_none=True)
    process_definition_id = fields.String()
    tenant_id = fields.String()
    process_definition_key = fields.String()
    has_start_form = fields.Boolean()
    state = fields.String()


class DefinitionFilter(Wire):
    """What versions can be narrowed to."""

    name = Wanted(Text())
    is_latest_version = Truth()
    resource_name = Wanted(Text())
    version = Wanted(Whole(), ordered=True)
    version_tag = Wanted(Text())
    process_definition_id = Wanted(Text())
    tenant_id = Tenant()
    process_definition_key = Wanted(KeyText())
    has_start_form = Truth()
    state = Wanted(Text())


DefinitionSearch = request_of(DefinitionFilter)
DefinitionPage = page_of(DefinitionSchema)


COLUMNS: dict[str, Column] = {
    "name": func.nullif(Version.name, ""),
    "resource_name": Version.resource,
    "version": Version.version,
    "version_tag": func.nullif(Version.version_tag, ""),
    "process_definition_id": Version.process_id,
    "process_definition_key": Version.key,
    "state": literal("ACTIVE"),
}
"""Column by the name of its filter."""

_SORTING = Sorting(
    {
        "name": COLUMNS["name"],
        "processDefinitionId": COLUMNS["process_definition_id"],
        "processDefinitionKey": COLUMNS["process_definition_key"],
        "resourceName": COLUMNS["resource_name"],
        "tenantId": search.nothing(),
        "version": COLUMNS["version"],
        "versionTag": COLUMNS["version_tag"],
    },
    COLUMNS["process_definition_key"],
)


@resource.route("/process-definitions/search", methods=["POST"])
@resource.arguments(DefinitionSearch, required=False)
@resource.response(200, DefinitionPage)
@permit(*_READERS)
def find(asked: dict[str, Any]) -> dict[str, Any]:
    """Search the published versions of processes."""
    wanted = asked["filter"]
    query = select(Version).where(search.conditions(wanted, COLUMNS))
    if "is_latest_version" in wanted:
        other = Version.__table__.alias()
        newest = select(func.max(other.c.version)).where(other.c.process_id == Version.process_id)
        is_newest = Version.version == newest.correlate(Version.__table__).scalar_subquery()
        query = query.where(is_newest if wanted["is_latest_version"] else ~is_newest)
    if wanted.get("has_start_form"):  # none has: a course is started by who works, or by a program
        query = query.where(literal(0) == 1)
    order = _SORTING.order(asked["sort"])
    with house_of(current_app).database.read() as session:
        found = session.scalars(query.order_by(*order).limit(search.MOST + 1)).all()
    hits = [_result(row) for row in found[: search.MOST]]
    return search.page(hits, asked["page"], more=len(found) > search.MOST)


@resource.route("/process-definitions/<process_definition_key>")
@resource.response(200, DefinitionSchema)
@permit(*_READERS)
def get(process_definition_key: str) -> dict[str, Any]:
    """Return one version of a process."""
    with house_of(current_app).database.read() as session:
        return _result(version(session, process_definition_key))


@resource.route("/process-definitions/<process_definition_key>/xml")
@resource.response(200, {"type": "string"}, content_type="text/xml")
@permit(*_READERS)
def xml(process_definition_key: str) -> Response:
    """Return the BPMN file as it was published."""
    with house_of(current_app).database.read() as session:
        row = version(session, process_definition_key)
        content = library.content(session, row.model_digest)
    return Response(content, content_type="text/xml")


@resource.route("/process-definitions/<process_definition_key>/form")
@resource.response(204)
@permit(*_READERS)
def start_form(process_definition_key: str) -> Response:
    """Return the form of the start event: none has one."""
    with house_of(current_app).database.read() as session:
        version(session, process_definition_key)
    return Response(status=204)


def version(session: Session, text: str) -> library.DefinitionVersion:
    """Return the version whose key this is.

    Raises:
        DomainError: it is no key.
        NotFound: there is none.
    """
    row = library.version(session, key_of(text, "Modellen"))
    if row is None:
        raise NotFound("definition:no-version", "Den version af modellen findes ikke.")
    return row


def _result(row: library.DefinitionVersion) -> dict[str, Any]:
    return {
        "name": row.name or None,
        "resource_name": row.resource,
        "version": row.version,
        "version_tag": row.version_tag or None,
        "process_definition_id": row.process_id,
        "tenant_id": TENANT,
        "process_definition_key": row.key,
        "has_start_form": False,
        "state": "ACTIVE",
    }
