"""Efterprøv: prove that every chain is whole and that every course decides as it did; the daily signed heads."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import access, audit, house_of
from app.access.closed import permit
from app.access.session import current_principal
from app.audit import Broken, Verification
from app.courses import Course
from app.errors import DomainError, NotFound
from app.journal import signing
from app.web.i18n import gettext as _
from app.web.site.pages import pages

blueprint = pages("verifying", __name__)

_LARGEST_HEAD = 50_000_000


@blueprint.get("/audit/verify")
@permit("audit:read")
def ask() -> ResponseReturnValue:
    """Offer to check every chain, and show how the last times went."""
    return _page()


@blueprint.post("/audit/verify")
@permit("audit:read")
def verify() -> ResponseReturnValue:
    """Check every chain, and decide every course again; a large journal is gone through in the background."""
    key = house_of(current_app).verifying.begin(current_principal().username)
    return redirect(url_for("verifying.shown", key=key), 303)


@blueprint.get("/audit/verify/<key:key>")
@permit("audit:read")
def shown(key: int) -> ResponseReturnValue:
    """Show how far a verification is, or what it came to."""
    return _page(key)


@blueprint.get("/audit/heads/<day>.json")
@permit("audit:read")
def head(day: str) -> ResponseReturnValue:
    """Give a day's signed head as a file, to be kept elsewhere."""
    with house_of(current_app).database.read() as session:
        found = signing.signed(session, day[:10])
    if found is None:
        raise NotFound("audit:no-head", _("Der er ikke underskrevet noget kædehoved for den dag."))
    name = f'attachment; filename="kaedehoved-{found.day}.json"'
    return Response(
        found.to_text(), mimetype="application/json", headers={"Content-Disposition": name}
    )


@blueprint.post("/audit/heads")
@permit("audit:read")
def compare() -> ResponseReturnValue:
    """Hold the journal against a signed head that was kept elsewhere."""
    house = house_of(current_app)
    file = request.files.get("head")
    text = file.read(_LARGEST_HEAD).decode("utf-8", "replace") if file else ""
    try:
        kept = signing.from_text(text)
    except DomainError as error:
        return _page(wrong=error.message), 422
    with house.database.read() as session:
        faults = audit.against_head(session, kept, house.public_key, house.access_log)
    return _page(compared=(kept.day, faults))


def _page(
    key: int | None = None,
    *,
    wrong: str = "",
    compared: tuple[str, list[Broken]] | None = None,
) -> str:
    house = house_of(current_app)
    with house.database.read() as session:
        runs = audit.verifications(session)
        run = audit.verification(session, key) if key is not None else None
        if run is None and not compared and not wrong:
            run = runs[0] if runs else None
        names = access.names(session, {one.asked_by for one in runs})
        return render_template(
            "audit/verify.html",
            run=run,
            running=run is not None and run.ended_at is None,
            broken=[broken_line(session, fault) for fault in run.report.broken] if run else [],
            runs=runs,
            names=names,
            days=signing.days(session, 30),
            public_key=house.public_key,
            wrong=wrong,
            compared=compared,
            differing=[broken_line(session, fault) for fault in compared[1]] if compared else [],
            outcome=_outcome,
        )


def _outcome(run: Verification) -> tuple[str, str, str]:
    """Say how a verification went: words, icon, kind of mark."""
    if run.ended_at is None:
        return _("I gang, %(percent)s %%") % {"percent": run.percent}, "hourglass", "here"
    if run.report.ok:
        return _("Kæden er hel"), "check", "ok"
    return _("Kæden er brudt"), "error", "late"


def broken_line(session: Session, fault: Broken) -> dict[str, Any]:
    """Say where a chain is broken, what was expected and found, with a link where it is a course's."""
    noun, _colon, key = fault.stream.partition(":")
    known = noun == "course" and key.isdigit() and session.get(Course, int(key)) is not None
    labels = {
        "course": _("Forløb %(key)s"),
        "citizen": _("Borger %(key)s"),
        "inquiry": _("Henvendelse %(key)s"),
        "document": _("Dokument %(key)s"),
        "definition": _("Model %(key)s"),
        "form": _("Formular %(key)s"),
        "dmn": _("Beslutning %(key)s"),
        "sample": _("Stikprøve %(key)s"),
        "access": _("Adgangsloggen, kæde %(key)s"),
        "key": _("Nøgle %(key)s"),
        "head": _("Kædehovedet for %(key)s"),
    }
    if noun == "definition" and key.partition(":")[0] in {"form", "dmn"}:
        noun, _colon, key = key.partition(":")
    return {
        "label": labels[noun] % {"key": key} if noun in labels else fault.stream,
        "url": url_for("film.course", key=int(key)) if known else "",
        "seq": fault.seq,
        "words": fault.words,
        "expected": fault.expected,
        "found": fault.found,
    }
