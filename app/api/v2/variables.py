"""Variables of the courses that the caller sees."""

from __future__ import annotations

from typing import Any

from flask import current_app
from sqlalchemy import select

from app import house_of
from app.access.closed import permit
from app.access.session import current_principal
from app.api import search, seen
from app.api.body import Resource
from app.api.search import page_of, request_of
from app.api.v2 import scopes
from app.api.v2.scopes import ValuesQuery, VariableFilter, VariableSchema
from app.courses import Course

resource = Resource("variables", __name__, "Variables of courses.")


VariableSearch = request_of(VariableFilter)
VariablePage = page_of(VariableSchema)


@resource.route("/variables/search", methods=["POST"])
@resource.arguments(ValuesQuery, location="query")
@resource.arguments(VariableSearch, required=False)
@resource.response(200, VariablePage)
@permit("course:read", "task:work", "operate")
def find(query: dict[str, str], asked: dict[str, Any]) -> dict[str, Any]:
    """Search variables: those of courses, and those that an open task sees beside or instead of them."""
    house, wanted = house_of(current_app), asked["filter"]
    whole = scopes.shows_whole(query)
    hits: list[scopes.Variable] = []
    about: list[Course] = []
    with house.database.read() as session:
        eyes = seen.Eyes(session, current_principal(), house.clock.now())
        where = search.condition(Course.key, wanted.get("process_instance_key", {}))
        courses = session.scalars(select(Course).where(eyes.near(), where).order_by(Course.key))
        for course in courses:
            if eyes.inside(course) is None:
                continue
            of_course = scopes.everything(session, house.runtime, course)
            found = [one for one in of_course if one.fulfils(wanted)]
            hits += found
            about += [course] if found else []
            if len(hits) > search.MOST:
                break
    found = scopes.ordered(hits[: search.MOST], asked["sort"])
    seen.shown("variable:search", about, "Søgning efter variable")
    page = search.page(found, asked["page"], more=len(hits) > search.MOST)
    return {**page, "items": [one.result(whole=whole) for one in page["items"]]}
