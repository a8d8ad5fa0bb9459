"""Fetching a document: only as a file to keep, only for who may see it, and never without a line in the access log."""

from __future__ import annotations

from flask import Response, current_app

from app import courses, documents, house_of
from app.access.closed import permit
from app.access.session import current_principal
from app.errors import NotFound
from app.web.i18n import gettext as _
from app.web.site.pages import pages
from app.web.site.visits import denied, seen

blueprint = pages("documents", __name__)


@blueprint.get("/documents/<key:key>")
@permit("course:read")
def fetch(key: int) -> Response:
    """Give a document to a browser as a file, whatever it is: nothing of it is ever shown as a page of this site."""
    house, person = house_of(current_app), current_principal()
    with house.database.read() as session:
        one = documents.get(session, key)
        now = house.clock.now()
        ground = courses.ground_for_document(session, person, one, now) if one else None
        if one is None or ground is None:
            if one is not None:
                denied(courses.course(session, one.course_key).citizen_key, one.course_key)
            raise NotFound(
                "document:unknown", _("Dokumentet findes ikke, eller det er ikke til dig.")
            )
        content = documents.content(session, house.runtime.keyring, key)
        citizen = courses.course(session, one.course_key).citizen_key
    if citizen is not None:
        purpose = f"{one.name}: {ground.words}"
        seen("document:read", purpose, [citizen], course_key=one.course_key)
    return Response(content, mimetype=one.type, headers=documents.headers(one.name))
