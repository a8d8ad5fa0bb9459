"""Incidents: what has stopped, where and why; who operates lets it try again."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app
from marshmallow import fields

from app import courses, house_of
from app.access.closed import permit
from app.access.session import current_principal
from app.api import search, seen
from app.api.body import Resource, Text, Wire, key_of
from app.api.seen import Eyes
from app.api.v2 import element_keys, incident_search
from app.api.v2.incident_search import IncidentPage, IncidentSchema, IncidentSearch
from app.courses import Order
from app.errors import NotFound

OVER_API = "Bedt om over /v2."
"""The reason in the journal of what a program asks for: the published API has no field for one."""

resource = Resource("v2-incidents", __name__, "What has stopped.")


class ResolutionRequest(Wire):
    """Let the element try again."""

    operation_reference = fields.Integer(allow_none=True)
    reason = Text(2_000, load_default=OVER_API, metadata={"description": "why (ours)"})


@resource.route("/incidents/search", methods=["POST"])
@resource.arguments(IncidentSearch, required=False)
@resource.response(200, IncidentPage)
@permit("operate", "course:read", "job:work")
def find(asked: dict[str, Any]) -> dict[str, Any]:
    """Search incidents: who operates finds all of them, others those of the courses that they see."""
    return _found(asked, None)


@resource.route("/process-instances/<process_instance_key>/incidents/search", methods=["POST"])
@resource.arguments(IncidentSearch, required=False)
@resource.response(200, IncidentPage)
@permit("operate", "course:read", "job:work")
def find_in_course(asked: dict[str, Any], process_instance_key: str) -> dict[str, Any]:
    """Search the incidents of a course."""
    key = key_of(process_instance_key, "Forløbet")
    with house_of(current_app).database.read() as session:
        courses.course(session, key)
    return _found(asked, key)


@resource.route("/element-instances/<element_instance_key>/incidents/search", methods=["POST"])
@resource.arguments(IncidentSearch, required=False)
@resource.response(200, IncidentPage)
@permit("operate", "course:read", "job:work")
def find_at_element(asked: dict[str, Any], element_instance_key: str) -> dict[str, Any]:
    """Search the incidents of an element occurrence; a course's key stands for all of it."""
    key = key_of(element_instance_key, "Elementet")
    if element_keys.course_of(key) is None:
        return _found(asked, key)
    here = {"element_instance_key": {"$eq": key}}
    return _found({**asked, "filter": {**asked["filter"], **here}}, None)


@resource.route("/incidents/<incident_key>")
@resource.response(200, IncidentSchema)
@permit("operate", "course:read", "job:work")
def get(incident_key: str) -> dict[str, Any]:
    """Return an incident."""
    house = house_of(current_app)
    with house.database.read() as session:
        eyes = Eyes(session, current_principal(), house.clock.now())
        hit = incident_search.one(eyes, key_of(incident_key, "Hændelsen"))
    if hit is None:
        raise NotFound("incident:unknown", "Hændelsen findes ikke.")
    seen.shown("incident:read", [hit[0]], "Opslag af en hændelse")
    return hit[1]


@resource.route("/incidents/<incident_key>/resolution", methods=["POST"])
@resource.arguments(ResolutionRequest, required=False)
@resource.response(204)
@permit("operate", "job:work")
def resolve(asked: dict[str, Any], incident_key: str) -> Response:
    """Let the element that has the incident try again."""
    house = house_of(current_app)
    key = key_of(incident_key, "Hændelsen")
    order = Order(current_principal(), asked["reason"])
    house.database.run(lambda work: courses.resolve_incident(work, house.runtime, key, order))
    return Response(status=204)


def _found(asked: dict[str, Any], course_key: int | None) -> dict[str, Any]:
    house = house_of(current_app)
    with house.database.read() as session:
        eyes = Eyes(session, current_principal(), house.clock.now())
        found, more = incident_search.found(eyes, asked, course_key)
    page = search.page(found, asked["page"], more=more)
    seen.shown("incident:search", [course for course, _ in page["items"]], "Søgning i hændelser")
    return {**page, "items": [result for _, result in page["items"]]}
