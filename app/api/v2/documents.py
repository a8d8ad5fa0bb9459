"""Documents of courses: sent in ahead of the form that names them, and fetched."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, request
from flask_smorest.fields import Upload
from marshmallow import fields

from app import courses, documents, house_of
from app.access.closed import permit
from app.access.session import current_principal
from app.api import seen
from app.api.body import Resource, Wire, key_of, read_json
from app.api.seen import Eyes
from app.documents import MEGABYTE, Document, NewDocument
from app.errors import DomainError, NotFound
from app.storage import UnitOfWork

resource = Resource("v2-documents", __name__, "Documents that forms are filled in with.")

_STORE = "forloeb"
_UNKNOWN = "Dokumentet findes ikke, eller det er ikke til dig."


class DocumentForm(Wire):
    """The parts of a document: the file, and what is known of it as JSON; `processInstanceKey` names the course."""

    file = Upload(required=True)
    metadata = fields.Dict()


class MetadataSchema(Wire):
    """What is known of a document."""

    content_type = fields.String()
    file_name = fields.String()
    expires_at = fields.String(allow_none=True)
    size = fields.Integer()
    process_definition_id = fields.String(allow_none=True)
    process_instance_key = fields.String()
    custom_properties = fields.Dict()


class DocumentSchema(Wire):
    """A reference to a document; a form's answer takes it as it is."""

    kind = fields.String(data_key="camunda.document.type")
    store_id = fields.String()
    document_id = fields.String()
    content_hash = fields.String()
    metadata = fields.Nested(MetadataSchema)


@resource.route("/documents", methods=["POST"])
@resource.doc(
    requestBody={"required": True, "content": {"multipart/form-data": {"schema": DocumentForm}}}
)
@resource.response(201, DocumentSchema)
@permit("task:work", "operate")
def create() -> dict[str, Any]:
    """Send a document in; it becomes the course's own when a form is completed with it, else it is thrown away."""
    house, person = house_of(current_app), current_principal()
    most = house.settings.document_bytes
    request.max_content_length = most + MEGABYTE
    file, metadata = request.files.get("file"), _metadata()
    if file is None:
        raise _wrong("file", "Send dokumentet som »file«.")
    name = str(metadata.get("fileName") or file.filename or "")
    key = key_of(str(metadata.get("processInstanceKey") or ""), "Forløbet")
    content = file.stream.read(most + 1)

    def act(work: UnitOfWork) -> Document:
        course = Eyes(work.session, person, house.clock.now()).course(key)
        if course.status == "ended":
            raise _wrong("metadata", "Forløbet er slut, så det tager ikke imod flere dokumenter.")
        new = NewDocument(course.key, course.citizen_key, name, content)
        keyring = house.runtime.keyring
        return documents.receive(work, keyring, new, by=person.username, most=most)

    return _reference(house.database.run(act))


@resource.route("/documents/<document_id>")
@resource.response(200, {"type": "string", "format": "binary"}, content_type="*/*")
@permit("course:read", "task:work", "operate")
def get(document_id: str) -> Response:
    """Fetch a document that the caller may have."""
    house, person = house_of(current_app), current_principal()
    with house.database.read() as session:
        now = house.clock.now()
        one = documents.get(session, key_of(document_id, "Dokumentet"))
        ground = courses.ground_for_document(session, person, one, now) if one else None
        if one is None or ground is None:
            if one is not None:
                seen.denied(courses.course(session, one.course_key))
            raise NotFound("document:unknown", _UNKNOWN)
        content = documents.content(session, house.runtime.keyring, one.key)
        course = courses.course(session, one.course_key)
        seen.shown("document:read", [course], f"{one.name}: {ground.words}")
    return Response(content, mimetype=one.type, headers=documents.headers(one.name))


def _metadata() -> dict[str, Any]:
    """Read what is said of the document; it comes as a part of its own, with a file name or without."""
    part = request.files.get("metadata")
    text = part.read() if part is not None else request.form.get("metadata", "").encode()
    found = read_json(text) if text else {}
    if not isinstance(found, dict) or "processInstanceKey" not in found:
        raise _wrong("metadata", "Skriv i metadata, hvilket forløb dokumentet hører til.")
    return found


def _wrong(name: str, text: str) -> DomainError:
    return DomainError("request:invalid", text, fields={name: text})


def _reference(one: Document) -> dict[str, Any]:
    return {
        "kind": "camunda",
        "store_id": _STORE,
        "document_id": str(one.key),
        "content_hash": one.sha256,
        "metadata": {
            "content_type": one.type,
            "file_name": one.name,
            "size": one.size,
            "process_instance_key": str(one.course_key),
            "custom_properties": {},
        },
    }
