"""Candidates found by matching data: off, and why, until an operator enters a legal basis; then a list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import access, courses, house_of, intake
from app.access.closed import permit
from app.access.session import current_principal
from app.errors import DomainError
from app.intake import NewBasis
from app.storage import UnitOfWork
from app.web.i18n import gettext as _
from app.web.i18n import ngettext
from app.web.site.pages import pages
from app.web.site.visits import seen

blueprint = pages("candidates", __name__)

MOST_BYTES = 1_000_000


@blueprint.get("/intake/candidates")
@permit("intake:work", "operate")
def index() -> ResponseReturnValue:
    """Show the candidates, or that it is off and why."""
    return _draw()


@blueprint.post("/intake/candidates/basis")
@permit("operate")
def open_basis() -> ResponseReturnValue:
    """Enter the legal basis."""
    house, person = house_of(current_app), current_principal()
    typed = {
        name: request.form.get(name, "").strip()[:2000]
        for name in ("paragraph", "purpose", "valid_from", "valid_to")
    }
    new = NewBasis(
        typed["paragraph"][:300],
        typed["purpose"],
        _day(typed["valid_from"]),
        _day(typed["valid_to"]),
    )
    keyring = house.runtime.keyring
    try:
        house.database.run(
            lambda work: intake.open_candidates(work, keyring, new, by=person.username)
        )
    except DomainError as error:
        if not error.fields:
            raise
        return _draw(typed, error.fields), 422
    flash(_("Hjemlen er skrevet ind. Modtagelsen kan læse kandidater ind."), "success")
    return redirect(url_for("candidates.index"), 303)


@blueprint.post("/intake/candidates/basis/end")
@permit("operate")
def close_basis() -> ResponseReturnValue:
    """End the legal basis; all candidates are deleted."""
    house, person = house_of(current_app), current_principal()
    keyring = house.runtime.keyring
    gone = house.database.run(
        lambda work: intake.close_candidates(work, keyring, by=person.username)
    )
    text = ngettext(
        "Hjemlen er afsluttet, og %(num)s kandidat er slettet.",
        "Hjemlen er afsluttet, og %(num)s kandidater er slettet.",
        gone,
    )
    flash(text % {"num": gone}, "success")
    return redirect(url_for("candidates.index"), 303)


@blueprint.post("/intake/candidates")
@permit("intake:work")
def read_in() -> ResponseReturnValue:
    """Read candidates from a file, all of it or nothing."""
    house, person = house_of(current_app), current_principal()
    upload = request.files.get("file")
    data = upload.read(MOST_BYTES + 1) if upload is not None else b""
    try:
        text = _text(data)
        count = house.database.run(
            lambda work: intake.import_candidates(
                work, house.runtime.keyring, text, _kinds(work), by=person.username
            )
        )
    except DomainError as error:
        if not error.fields:
            raise
        return _draw({}, error.fields), 422
    said = ngettext("%(num)s ny kandidat.", "%(num)s nye kandidater.", count) % {"num": count}
    flash(said, "success")
    return redirect(url_for("candidates.index"), 303)


@blueprint.post("/intake/candidates/<key:key>/leave")
@permit("intake:work")
def leave(key: int) -> ResponseReturnValue:
    """Delete a candidate who is not relevant."""
    house, person = house_of(current_app), current_principal()
    keyring = house.runtime.keyring
    house.database.run(
        lambda work: intake.leave_list(work, keyring, key, "irrelevant", by=person.username)
    )
    flash(_("Kandidaten er slettet af listen."), "success")
    return redirect(url_for("candidates.index"), 303)


def _draw(typed: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None) -> str:
    house, person = house_of(current_app), current_principal()
    now = house.clock.now()
    with house.database.read() as session:
        basis = intake.candidate_basis(session, now)
        works = person.may("intake:work")
        found = intake.candidates(session, now) if works else []
        if found:
            seen("candidate:list", "Kandidater fra samkøring", [], unregistered=True)
        return render_template(
            "intake/candidates.html",
            basis=basis,
            entered_by=access.names(session, {basis.entered_by})[basis.entered_by]
            if basis is not None
            else "",
            found=found,
            count=intake.count_candidates(session),
            kinds={row.process_id: row.name for row in courses.startable(session)},
            may_work=works,
            may_operate=person.may("operate"),
            columns=("cpr", "fornavn", "efternavn", "forløb", "hvorfor"),
            typed=typed or {},
            errors=errors or {},
        )


def _kinds(work: UnitOfWork) -> dict[str, str]:
    """Return what a file may call a course → process id: its Danish name, or the id itself."""
    found = {}
    for row in courses.startable(work.session):
        if row.course_kind != courses.ANONYMOUS:
            found[row.process_id.casefold()] = row.process_id
            found[(row.name or row.process_id).casefold()] = row.process_id
    return found


def _text(data: bytes) -> str:
    """Return a file's text.

    Raises:
        DomainError: none, too large, or not UTF-8.
    """
    text = ""
    if not data:
        text = _("Vælg en fil.")
    elif len(data) > MOST_BYTES:
        text = _("Filen er for stor. Del den.")
    else:
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = _("Filen skal være gemt som CSV i UTF-8.")
    raise DomainError("candidates:file", text, fields={"file": text})


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
