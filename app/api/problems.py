"""From errors to problem documents (RFC 9457), in one place: for every request under /v2, whatever went wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields
from werkzeug.exceptions import HTTPException

from app import keys, log
from app.definitions import Finding
from app.errors import Conflict, DefinitionError, DomainError, ForloebError, NotFound, Refused

PREFIX = "/v2"
_NOT_SIGNED_IN = {"login:needed", "login:header", "login:wrong", "login:basic-off"}
_STATUS: dict[type[ForloebError], int] = {
    NotFound: 404,
    DomainError: 400,  # the published API knows 400 and not 422: its clients show 400 as "mend your request"
    DefinitionError: 400,
    Conflict: 409,
    Refused: 403,
}
_SAID = {
    404: "Adressen findes ikke i API'et.",
    405: "Adressen findes, men ikke med den metode.",
    413: "Det, du sendte, fylder for meget.",
    415: "Send JSON (application/json).",
    503: "Der venter allerede så mange på et svar, som serveren kan have. Intet er sket; prøv igen om lidt.",
    504: "Det tog længere tid, end du ville vente. Arbejdet går videre.",
}


class FindingSchema(Schema):
    """One finding of a refused deployment."""

    code = fields.String()
    severity = fields.String()
    element = fields.String(allow_none=True)
    message = fields.String()
    fix = fields.String(allow_none=True)


class ProblemSchema(Schema):
    """A problem document (RFC 9457); `code`, `fields`, `findings` and `incident` are ours."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    instance = fields.String(required=True)
    code = fields.String(metadata={"description": "stable, for programs"})
    fields_ = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        data_key="fields",
        metadata={"description": "what is wrong, by input"},
    )
    findings = fields.List(fields.Nested(FindingSchema))
    incident = fields.String(metadata={"description": "number to look for in the log"})


def answer(error: Exception) -> ResponseReturnValue:
    """Answer an error of the API with a problem document; other paths keep werkzeug's own answer."""
    if isinstance(error, HTTPException):
        if not request.path.startswith(PREFIX) or (error.code or 500) < 400:
            return error.get_response()
        if error.code != 500:
            return _http(error)
        error = getattr(error, "original_exception", None) or error
    if isinstance(error, ForloebError):
        return _known(error)
    incident = keys.random_token()[:8]
    log.error("request failed", incident=incident, endpoint=request.endpoint, exc_info=error)
    text = "Det er vores fejl, ikke din. Intet er gemt halvt."
    return _problem(500, text, {"code": "bug", "incident": incident})


def _known(error: ForloebError) -> Response:
    status = next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)
    more: dict[str, Any] = {"code": error.code}
    detail = error.message
    if isinstance(error, DomainError) and error.fields:
        more["fields"] = error.fields
        detail += "".join(
            f"\n{name}: {text}" if name else "" for name, text in error.fields.items()
        )
    if isinstance(error, DefinitionError):
        found = [finding for finding in error.findings if isinstance(finding, Finding)]
        more["findings"] = [finding.as_json() for finding in found]
        detail += "".join(f"\n{one.element or '-'}: {one.message}" for one in found)
    if error.code in _NOT_SIGNED_IN:
        status = 401
    elif error.code == "login:throttled":
        status = 429
    return _problem(status, detail, more)


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    return _problem(status, _SAID.get(status) or "Anmodningen kan ikke læses.", {"code": "request"})


def _problem(status: int, detail: str, more: Mapping[str, Any]) -> Response:
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": request.path,
        **more,
    }
    text = json.dumps(body, ensure_ascii=False)
    response = Response(text, status, content_type="application/problem+json")
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="Forloeb", charset="UTF-8"'
    return response
