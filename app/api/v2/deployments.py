"""Deployments: publish models with their forms, all together or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import current_app, request
from flask_smorest.fields import Upload
from marshmallow import fields

from app import house_of
from app.access.closed import permit
from app.access.session import current_principal
from app.api.body import TENANT, Resource, Wire
from app.definitions import library
from app.errors import DomainError
from app.storage import UnitOfWork

MOST_FILES = 200

resource = Resource("deployments", __name__, "Publish models and forms.")


class DeploymentForm(Wire):
    """The parts of a deployment: files named `resources`, each with a file name."""

    resources = fields.List(Upload(), required=True)
    tenant_id = fields.String()


class ProcessItem(Wire):
    """A process that was published, or was there already unchanged."""

    process_definition_id = fields.String()
    process_definition_version = fields.Integer()
    resource_name = fields.String()
    tenant_id = fields.String()
    process_definition_key = fields.String()


class FormItem(Wire):
    """A form that was published, or was there already unchanged."""

    form_id = fields.String()
    version = fields.Integer()
    resource_name = fields.String()
    tenant_id = fields.String()
    form_key = fields.String()


class DecisionItem(Wire):
    """A decision that was published, or was there already unchanged."""

    decision_definition_id = fields.String()
    version = fields.Integer()
    name = fields.String()
    tenant_id = fields.String()
    decision_requirements_id = fields.String()
    decision_definition_key = fields.String()
    decision_requirements_key = fields.String()


class RequirementsItem(Wire):
    """A .dmn file as a whole that was published, or was there already unchanged."""

    decision_requirements_id = fields.String()
    decision_requirements_name = fields.String()
    version = fields.Integer()
    resource_name = fields.String()
    tenant_id = fields.String()
    decision_requirements_key = fields.String()


class DeploymentItem(Wire):
    """One thing deployed; the other fields are null."""

    process_definition = fields.Nested(ProcessItem, allow_none=True)
    decision_definition = fields.Nested(DecisionItem, allow_none=True)
    decision_requirements = fields.Nested(RequirementsItem, allow_none=True)
    form = fields.Nested(FormItem, allow_none=True)
    resource = fields.Dict(allow_none=True)


class DeploymentSchema(Wire):
    """What was deployed."""

    deployment_key = fields.String()
    tenant_id = fields.String()
    deployments = fields.List(fields.Nested(DeploymentItem))


@resource.route("/deployments", methods=["POST"])
@resource.doc(
    requestBody={"required": True, "content": {"multipart/form-data": {"schema": DeploymentForm}}}
)
@resource.response(200, DeploymentSchema)
@permit("model:publish")
def create() -> dict[str, Any]:
    """Publish files that belong together; refused with the findings where one of them is an error."""
    files, house = _files(), house_of(current_app)
    by = current_principal().username

    def publish(work: UnitOfWork) -> tuple[int, library.Published]:
        found = house.publish(work, files, by)
        return work.next_key(), found

    key, published = house.database.run(publish)
    items = [_process(row) for row in published.versions]
    items += [_resource(row, published.resources) for row in published.resources]
    return {"deployment_key": str(key), "tenant_id": TENANT, "deployments": items}


def _files() -> Mapping[str, bytes]:
    tenant = request.form.get("tenantId") or TENANT
    if tenant != TENANT:
        text = f"Der er kun én kommune her: {TENANT}."
        raise DomainError("request:invalid", text, fields={"tenantId": text})
    sent = request.files.getlist("resources")
    if not sent or len(sent) > MOST_FILES:
        text = f"Send mellem én og {MOST_FILES} filer som »resources«."
        raise DomainError("request:invalid", text, fields={"resources": text})
    files: dict[str, bytes] = {}
    for file in sent:
        name = file.filename or ""
        if not name or not name.isprintable() or name in files:
            text = "Hver fil skal have sit eget navn."
            raise DomainError("request:invalid", text, fields={"resources": text})
        files[name] = file.read()
    return files


def _process(row: library.DefinitionVersion) -> dict[str, Any]:
    return {
        "process_definition": {
            "process_definition_id": row.process_id,
            "process_definition_version": row.version,
            "resource_name": row.resource,
            "tenant_id": TENANT,
            "process_definition_key": row.key,
        }
    }


def _resource(
    row: library.DefinitionResource, all_of_them: Sequence[library.DefinitionResource]
) -> dict[str, Any]:
    if row.kind == "form":
        return {
            "form": {
                "form_id": row.name,
                "version": row.version,
                "resource_name": row.resource,
                "tenant_id": TENANT,
                "form_key": row.key,
            }
        }
    if row.kind == library.REQUIREMENTS:
        return {
            "decision_requirements": {
                "decision_requirements_id": row.name,
                "decision_requirements_name": row.title,
                "version": row.version,
                "resource_name": row.resource,
                "tenant_id": TENANT,
                "decision_requirements_key": row.key,
            }
        }
    whole = next(
        other
        for other in all_of_them
        if other.kind == library.REQUIREMENTS and other.digest == row.digest
    )
    return {
        "decision_definition": {
            "decision_definition_id": row.name,
            "version": row.version,
            "name": row.title,
            "tenant_id": TENANT,
            "decision_requirements_id": whole.name,
            "decision_definition_key": row.key,
            "decision_requirements_key": whole.key,
        }
    }
