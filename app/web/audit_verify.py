"""Efterprøv: prove that every chain is whole and that every course decides as it did."""

from __future__ import annotations

from typing import Any

from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import audit, house_of
from app.access.closed import permit
from app.audit import Broken, Report
from app.courses import Course
from app.web.i18n import gettext as _
from app.web.pages import pages

blueprint = pages("verifying", __name__)


@blueprint.get("/audit/verify")
@permit("audit:read")
def ask() -> ResponseReturnValue:
    """Offer to check every chain."""
    return _page()


@blueprint.post("/audit/verify")
@permit("audit:read")
def verify() -> ResponseReturnValue:
    """Check every chain, and decide every course again."""
    house = house_of(current_app)
    with house.database.read() as session:
        report = audit.verify(
            session,
            house.runtime,
            public_key=house.public_key,
            access_log=house.access_log,
        )
        return _page(report, [broken_line(session, fault) for fault in report.broken])


def _page(report: Report | None = None, broken: list[dict[str, Any]] | None = None) -> str:
    return render_template("audit/verify.html", report=report, broken=broken or [])


def broken_line(session: Session, fault: Broken) -> dict[str, Any]:
    """Say where a chain is broken, with a link where it is a course's."""
    noun, _colon, key = fault.stream.partition(":")
    known = noun == "course" and key.isdigit() and session.get(Course, int(key)) is not None
    labels = {
        "course": _("Forløb %(key)s"),
        "citizen": _("Borger %(key)s"),
        "definition": _("Model %(key)s"),
    }
    return {
        "label": labels.get(noun, "%(key)s") % {"key": key or fault.stream},
        "url": url_for("film.course", key=int(key)) if known else "",
        "seq": fault.seq,
        "words": fault.words,
    }
