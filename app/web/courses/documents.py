"""Fetching a document: only as a file to keep, only for who may see it, and never without a line in the access log."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, current_app
from sqlalchemy.orm import Session

from app import courses, documents, house_of
from app.access import Principal
from app.access.closed import permit
from app.access.session import current_principal
from app.documents import Document
from app.errors import NotFound
from app.sight import Ground
from app.web.courses.head import may_open
from app.web.i18n import gettext as _
from app.web.site.pages import pages
from app.web.site.visits import seen

blueprint = pages("documents", __name__)


@blueprint.get("/documents/<key:key>")
@permit("course:read")
def fetch(key: int) -> Response:
    """Give a document to a browser as a file, whatever it is: nothing of it is ever shown as a page of this site."""
    house, person = house_of(current_app), current_principal()
    with house.database.read() as session:
        one = documents.get(session, key)
        ground = _ground(session, one, person) if one is not None else None
        if one is None or ground is None:
            raise NotFound(
                "document:unknown", _("Dokumentet findes ikke, eller det er ikke til dig.")
            )
        content = documents.content(session, house.runtime.keyring, key)
        citizen = courses.course(session, one.course_key).citizen_key
    if citizen is not None:
        purpose = f"{one.name}: {ground.words}"
        seen("document:read", purpose, [citizen], course_key=one.course_key)
    return as_file(one, content)


def as_file(one: Document, content: bytes) -> Response:
    """Return the answer that a browser keeps and does not open."""
    answer = Response(content, mimetype=one.type)
    plain = one.name.encode("ascii", "replace").decode().replace("?", "_")
    answer.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(one.name)}"
    )
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _ground(session: Session, one: Document, person: Principal) -> Ground | None:
    """Return why the person may have the document, or None.

    What lies in a draft is its writer's; a consent and custody open what the person has sent in themselves, and no
    other document.
    """
    house = house_of(current_app)
    course = courses.course(session, one.course_key)
    ground = courses.ground_for(session, person, course, house.clock.now())
    own = one.uploaded_by == person.username
    if ground is None or (one.sent_at is None and not own):
        return None
    return ground if own or may_open(ground, "documents") else None
