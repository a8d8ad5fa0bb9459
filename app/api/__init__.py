"""REST: what programs ask, in the shape of the Camunda 8 Orchestration Cluster API.

See docs/api.md for what of it there is, and tests/api for the official Python client at work.
"""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import Any

from flask import Flask, Response, jsonify
from flask_smorest import Api
from werkzeug.exceptions import HTTPException

from app.access.closed import public
from app.api import guard, problems
from app.api.body import Resource
from app.api.v2 import RESOURCES
from app.api.v2.cluster import VERSION


class _V2(Api):
    """flask-smorest with our own error documents, and with a description that is written when it is first asked for."""

    ERROR_SCHEMA = problems.ProblemSchema

    def __init__(self, app: Flask, *, config_prefix: str) -> None:
        """Begin with nothing described."""
        super().__init__(app, config_prefix=config_prefix)
        self._undescribed: deque[Resource] = deque()
        self._describing = Lock()

    def register_blueprint(self, blp: Resource, **options: Any) -> None:
        """Put the resource's routes on the app; to describe them took every tenth Python call of `create_app`."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blp.name] = self
        self._app.register_blueprint(blp, **options)
        self._undescribed.append(blp)

    def described(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        with self._describing:
            while self._undescribed:
                resource = self._undescribed.popleft()
                resource.register_views_in_doc(
                    self, self._app, self.spec, name=resource.name, parameters=None
                )
                self.spec.tag({"name": resource.name, "description": resource.description})
            document: dict[str, Any] = self.spec.to_dict()
        return document

    def _register_error_handlers(self) -> None:
        self._app.register_error_handler(HTTPException, problems.answer)


def register(app: Flask) -> None:
    """Put the API on the app: its resources, their errors, and the OpenAPI document.

    The resources take no cookies, so they are exempt from CSRF tokens (see `app.api.guard`).
    """
    guard.install(app)
    app.config.update(
        V2_API_TITLE="Forløb",
        V2_API_VERSION=VERSION,
        V2_OPENAPI_VERSION="3.1.0",
        V2_API_SPEC_OPTIONS={
            "components": {"securitySchemes": {"basic": {"type": "http", "scheme": "basic"}}},
            "security": [{"basic": []}],
        },
    )
    api = _V2(app, config_prefix="V2_")
    for resource in (*RESOURCES, _document(api)):
        app.extensions["csrf"].exempt(resource)
        api.register_blueprint(resource)


def _document(api: _V2) -> Resource:
    resource = Resource("openapi", __name__, "This document.")

    @resource.route("/openapi.json")
    @resource.response(200, {"type": "object"})
    @public
    def document() -> Response:
        """Return the OpenAPI document of /v2."""
        return jsonify(api.described())

    return resource
