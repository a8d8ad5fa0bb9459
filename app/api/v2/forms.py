"""Forms as they were published."""

from __future__ import annotations

from typing import Any

from flask import current_app
from marshmallow import fields
from sqlalchemy.orm import Session

from app import house_of
from app.access.closed import permit
from app.api.body import TENANT, Resource, Wire, key_of
from app.definitions import library
from app.errors import NotFound

resource = Resource("forms", __name__, "Forms as they were published.")


class FormSchema(Wire):
    """A form: `schema` is the .form file's text."""

    tenant_id = fields.String()
    form_id = fields.String()
    schema = fields.String()
    version = fields.Integer()
    form_key = fields.String()


@resource.route("/forms/<form_key>")
@resource.response(200, FormSchema)
@permit("model:read", "task:work", "course:read")
def get(form_key: str) -> dict[str, Any]:
    """Return a form by its key."""
    key = key_of(form_key, "Formularen")
    with house_of(current_app).database.read() as session:
        row = session.get(library.DefinitionResource, key)
        if row is None or row.kind != "form":
            raise NotFound("form:unknown", "Formularen findes ikke.")
        return as_result(session, row)


def as_result(session: Session, row: library.DefinitionResource) -> dict[str, Any]:
    """Return a published form as `FormSchema` writes it."""
    return {
        "tenant_id": TENANT,
        "form_id": row.name,
        "schema": library.content(session, row.digest).decode(),
        "version": row.version,
        "form_key": row.key,
    }
