"""One inquiry about somebody whose number nobody knows: who has it, whom it turned out to be about, or why it ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import access, courses, forms, house_of, intake
from app.access.closed import permit
from app.access.session import current_principal
from app.clock import LOCAL
from app.errors import Conflict, DomainError
from app.forms import Filled, NoChoices
from app.intake import Unattached
from app.storage import UnitOfWork
from app.web.i18n import gettext as _
from app.web.intake.beginning import Typed, Written, begin, join_family
from app.web.intake.inquiries import register_form
from app.web.site.pages import pages
from app.web.site.visits import seen

blueprint = pages("unattached", __name__)


@blueprint.get("/intake/unattached/<key:key>")
@permit("intake:read")
def show(key: int) -> ResponseReturnValue:
    """Show what was told, and the three ways on."""
    _require_hands(key)
    return _draw(key)


@blueprint.post("/intake/unattached/<key:key>/give")
@permit("intake:read")
def give(key: int) -> ResponseReturnValue:
    """Give it to one person with a day."""
    _require_hands(key)
    house, person = house_of(current_app), current_principal()
    typed = {name: request.form.get(name, "")[:100] for name in ("responsible", "contact_due")}
    due = _day(typed["contact_due"])
    try:
        house.database.run(
            lambda work: intake.give(
                work,
                house.runtime.keyring,
                key,
                typed["responsible"],
                due,
                by=person.username,
            )
        )
    except DomainError as error:
        if not error.fields:
            raise
        return _draw(key, typed, error.fields), 422
    flash(_("Henvendelsen har én ansvarlig nu."), "success")
    keeps = person.may("intake:work") or typed["responsible"] == person.username
    on = url_for("unattached.show", key=key) if keeps else url_for("inbox.index")
    return redirect(on, 303)


@blueprint.post("/intake/unattached/<key:key>/attach")
@permit("intake:read")
def attach(key: int) -> ResponseReturnValue:
    """Begin the course about the person who was found, with what was told then."""
    _require_hands(key)
    house = house_of(current_app)
    typed = {
        name: request.form.get(name, "").strip()[:200]
        for name in ("cpr", "first_name", "last_name")
    }
    try:
        joined = house.database.run(lambda work: _attach(work, key, typed))
    except DomainError as error:
        if not error.fields:
            raise
        return _draw(key, typed, error.fields), 422
    text = _("Underretningen hører til et forløb, der er i gang. De ansvarlige har den nu.")
    flash(text if joined else _("Borgeren er fundet, og forløbet er begyndt."), "success")
    return redirect(url_for("intake.index"), 303)


@blueprint.post("/intake/unattached/<key:key>/close")
@permit("intake:read")
def close(key: int) -> ResponseReturnValue:
    """Close it without a person."""
    _require_hands(key)
    house, person = house_of(current_app), current_principal()
    reason = request.form.get("reason", "")[:2000]
    keyring = house.runtime.keyring
    try:
        house.database.run(
            lambda work: intake.close_unattached(work, keyring, key, reason, by=person.username)
        )
    except DomainError as error:
        if not error.fields:
            raise
        return _draw(key, {"reason": reason}, error.fields), 422
    flash(_("Henvendelsen er afsluttet."), "success")
    return redirect(url_for("intake.index"), 303)


def _require_hands(key: int) -> None:
    """Let in who takes part in the intake, and the one in whose hands it is.

    Raises:
        Refused: neither.
    """
    person = current_principal()
    if not person.may("intake:work"):
        with house_of(current_app).database.read() as session:
            found = intake.unattached(session, key)
        if found.status != "open" or found.responsible != person.username:
            person.require("intake:work")


def _attach(work: UnitOfWork, key: int, typed: Mapping[str, str]) -> bool:
    """Begin the course, or give a concern to the family's own; tell whether it was the latter."""
    house, person = house_of(current_app), current_principal()
    found = intake.unattached(work.session, key)
    if found.status != "open":
        raise Conflict("unattached:over", _("Henvendelsen er allerede afsluttet af en anden."))
    form = register_form(work.session)
    if form is None:
        raise DomainError("intake:no-form", _("Formularen til en henvendelse er ikke udgivet."))
    written = Written(form, Filled(dict(found.answers), frozenset()))
    whom = Typed(None, typed["cpr"], typed["first_name"], typed["last_name"], found.kind)
    family = join_family(work, whom, written)
    course = begin(work, whom, written) if family is None else family
    intake.attach(work, house.runtime.keyring, key, course, by=person.username)
    return family is not None


def _draw(
    key: int, typed: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None
) -> str:
    house = house_of(current_app)
    now = house.clock.now()
    with house.database.read() as session:
        found = intake.unattached(session, key)
        seen("inquiry:unattached", "Henvendelse uden nummer", [], unregistered=True)
        form = register_form(session)
        told = (
            None
            if form is None
            else forms.readonly_view(
                form, found.answers, variables={}, now=now, choices=NoChoices()
            )
        )
        return render_template(
            "intake/unattached.html",
            one=found,
            told=told,
            kind=_kind(session, found),
            staff=access.staff(session),
            names=access.names(session, {found.responsible or "", found.registered_by}),
            typed=typed or {},
            errors=errors or {},
            today=(today := now.astimezone(LOCAL).date()),
            suggested=found.due.astimezone(LOCAL).date().isoformat()
            if found.due is not None and found.due.astimezone(LOCAL).date() >= today
            else "",
            may_open=found.course_key is not None and _may_open(session, found.course_key),
        )


def _kind(session: Session, found: Unattached) -> str:
    names = {row.process_id: row.name for row in courses.startable(session)}
    return names.get(found.kind) or found.kind


def _may_open(session: Session, course_key: int) -> bool:
    house, person = house_of(current_app), current_principal()
    course = courses.course(session, course_key)
    return courses.ground_for(session, person, course, house.clock.now()) is not None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
