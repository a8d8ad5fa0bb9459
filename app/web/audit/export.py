"""Udlevering: one course as a sealed file for a supervisory authority, and many courses as an event log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import Response, current_app, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import audit, courses, house_of
from app.access.closed import permit
from app.access.session import current_principal
from app.audit import Request
from app.courses import Course
from app.errors import DomainError
from app.house import House
from app.web.audit.film import open_for_audit
from app.web.audit.filters import midnight
from app.web.audit.report import report
from app.web.i18n import gettext as _
from app.web.site.links import keys_in
from app.web.site.pages import pages

blueprint = pages("exporting", __name__)


@blueprint.get("/audit/exports")
@permit("audit:read")
def index() -> ResponseReturnValue:
    """Offer both ways out."""
    return _page()


@blueprint.post("/audit/exports")
@permit("audit:read")
def take_out() -> ResponseReturnValue:
    """Give one course as a sealed file."""
    house = house_of(current_app)
    key = next(iter(keys_in(request.form.get("key", "").strip(), 1)), None)
    wrong = [] if key is not None else [("key", _("Skriv forløbets nøgle, som er et tal."))]
    try:
        purpose = audit.need_purpose(request.form.get("purpose", ""))
    except DomainError as error:
        wrong += list(error.fields.items())
    if wrong or key is None:
        return _page(wrong), 422
    with house.database.read() as session:
        course = open_for_audit(session, key, "audit:export")
        who = current_principal().username
        content = sealed(session, house, course, who, purpose)
    name = f"forloeb-{key}-{house.clock.now():%Y%m%d}.zip"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype="application/zip", headers=disposition)


@blueprint.post("/audit/exports/log")
@permit("audit:read")
def event_log() -> ResponseReturnValue:
    """Give many courses as an event log for process mining; nobody is named in it."""
    house, asked = house_of(current_app), request.form
    wanted = audit.LogFilter(
        asked.get("kind", "")[:200],
        midnight(asked.get("since", "")),
        midnight(asked.get("until", ""), days=1),
    )
    wrong = [
        (name, _("Skriv datoen som 2026-11-23."))
        for name in ("since", "until")
        if asked.get(name, "").strip() and midnight(asked[name]) is None
    ]
    if wrong:
        return _page(wrong), 422
    pieces = _pieces(house, wanted)
    name = f"forloeb-{house.clock.now():%Y%m%d}.xes"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(stream_with_context(pieces), mimetype="application/xml", headers=disposition)


def _pieces(house: House, wanted: audit.LogFilter) -> Iterator[str]:
    with house.database.read() as session:
        yield from audit.event_log(session, house.runtime, wanted)


def _page(wrong: list[tuple[str, str]] | None = None) -> str:
    house = house_of(current_app)
    with house.database.read() as session:
        return render_template(
            "audit/exports.html",
            asked=request.form if request.method == "POST" else request.args,
            wrong=wrong or [],
            kinds=courses.kinds(session),
            public_key=house.public_key,
        )


def sealed(session: Session, house: House, course: Course, by: str, purpose: str) -> bytes:
    """Return the sealed file of a course, with its report.

    Args:
        session: a read session.
        house: whose signature it carries.
        course: which.
        by: username of who takes it out.
        purpose: for whom, and why.
    """
    now: datetime = house.clock.now()
    asked = Request(by, purpose, house.settings.municipality, now)
    told = report(session, course, asked)
    return audit.export(session, house.runtime, course, asked, told, house.signing_key)
