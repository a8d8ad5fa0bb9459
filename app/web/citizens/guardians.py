"""A child's guardians: registering one, letting one in by days and shutting them out. And the child's own words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import access, citizens, house_of
from app.access import Person
from app.access.closed import permit
from app.access.session import current_principal
from app.citizens import Citizen, Guardian, NewGuardian
from app.clock import LOCAL
from app.errors import DomainError, NotFound
from app.web.citizens.pages import draw_citizen, working_with
from app.web.i18n import gettext as _
from app.web.site.pages import pages

blueprint = pages("guardians", __name__)

MOST_WORDS = 5000
MOST_REASON = 2000


@blueprint.get("/citizens/<key:key>/guardians/<key:guardian_key>")
@permit("guardian:admit")
def show(key: int, guardian_key: int) -> ResponseReturnValue:
    """Show what the guardian has now, and ask for login and days."""
    with house_of(current_app).database.read() as session:
        child = working_with(session, key)
        return _draw(session, child, _find(session, key, guardian_key))


@blueprint.post("/citizens/<key:key>/guardians/<key:guardian_key>")
@permit("guardian:admit")
def let_in(key: int, guardian_key: int) -> ResponseReturnValue:
    """Let the guardian in."""
    house, person = house_of(current_app), current_principal()
    typed = {
        name: request.form.get(name, "").strip()[:100]
        for name in ("username", "access_from", "access_to")
    }
    with house.database.read() as session:
        child = working_with(session, key)
        guardian = _find(session, key, guardian_key)
    try:
        days = (_day(typed, "access_from"), _day(typed, "access_to"))
        house.database.run(
            lambda work: citizens.let_in(
                work,
                house.runtime.keyring,
                (key, guardian_key),
                typed["username"],
                days,
                by=person.username,
            )
        )
    except DomainError as error:
        if not error.fields:
            raise
        with house.database.read() as session:
            return _draw(session, child, guardian, typed, error.fields), 422
    flash(_("%(name)s har fået adgang.") % {"name": guardian.name}, "success")
    return redirect(url_for("citizens.show", key=key), 303)


@blueprint.post("/citizens/<key:key>/guardians/<key:guardian_key>/end")
@permit("guardian:admit")
def shut_out(key: int, guardian_key: int) -> ResponseReturnValue:
    """End the guardian's access at once."""
    house, person = house_of(current_app), current_principal()
    with house.database.read() as session:
        working_with(session, key, protects=True)
        guardian = _find(session, key, guardian_key)
    keyring = house.runtime.keyring
    house.database.run(
        lambda work: citizens.shut_out(work, keyring, key, guardian_key, by=person.username)
    )
    flash(_("%(name)s har ikke adgang længere.") % {"name": guardian.name}, "success")
    return redirect(url_for("citizens.show", key=key), 303)


@blueprint.post("/citizens/<key:key>/guardians/<key:guardian_key>/custody")
@permit("guardian:admit")
def end_custody(key: int, guardian_key: int) -> ResponseReturnValue:
    """End the guardian's custody, and their access with it."""
    house, person = house_of(current_app), current_principal()
    typed = {
        "last": request.form.get("last", "").strip()[:20],
        "reason": request.form.get("reason", "")[:MOST_REASON],
    }
    with house.database.read() as session:
        child = working_with(session, key)
        guardian = _find(session, key, guardian_key)
    keyring = house.runtime.keyring
    try:
        last = _day(typed, "last")
        house.database.run(
            lambda work: citizens.lose_custody(
                work, keyring, (key, guardian_key), last, typed["reason"], by=person.username
            )
        )
    except DomainError as error:
        if not error.fields:
            raise
        with house.database.read() as session:
            return _draw(session, child, guardian, typed, error.fields), 422
    flash(_("%(name)s har ikke forældremyndigheden længere.") % {"name": guardian.name}, "success")
    return redirect(url_for("citizens.show", key=key), 303)


@blueprint.get("/citizens/<key:key>/guardians")
@permit("guardian:admit")
def ask(key: int) -> ResponseReturnValue:
    """Ask who is the child's parent or guardian."""
    with house_of(current_app).database.read() as session:
        return _draw_new(working_with(session, key), {})


@blueprint.post("/citizens/<key:key>/guardians")
@permit("guardian:admit")
def register(key: int) -> ResponseReturnValue:
    """Register a parent or guardian."""
    house, person = house_of(current_app), current_principal()
    typed = {
        name: request.form.get(name, "").strip()[:200]
        for name in ("name", "relation", "custody", "phone")
    }
    with house.database.read() as session:
        child = working_with(session, key)
    new = NewGuardian(
        typed["name"],
        typed["relation"],
        custody=typed["custody"] == "yes",
        phone=typed["phone"][:40],
    )
    keyring = house.runtime.keyring
    try:
        if typed["custody"] not in {"yes", "no"}:
            text = _("Vælg, om personen har forældremyndigheden.")
            raise DomainError("guardian:wrong", text, fields={"custody": text})
        house.database.run(
            lambda work: citizens.register_guardian(work, keyring, key, new, by=person.username)
        )
    except DomainError as error:
        if not error.fields:
            raise
        return _draw_new(child, typed, error.fields), 422
    flash(_("%(name)s er skrevet ind.") % {"name": new.name}, "success")
    return redirect(url_for("citizens.show", key=key), 303)


@blueprint.post("/citizens/<key:key>/words")
@permit("citizen:protect")
def hear(key: int) -> ResponseReturnValue:
    """Keep what a child said, sealed with the child's own key."""
    house, person = house_of(current_app), current_principal()
    words = request.form.get("view", "")[:MOST_WORDS]
    with house.database.read() as session:
        child = working_with(session, key)
    try:
        house.database.run(lambda work: citizens.hear(work, key, words, by=person.username))
    except DomainError as error:
        if not error.fields:
            raise
        return draw_citizen(key, error.fields, words), 422
    flash(_("Det, %(name)s har sagt, er gemt.") % {"name": child.first_name}, "success")
    return redirect(url_for("citizens.show", key=key, _anchor="said"), 303)


def _draw(
    session: Session,
    child: Citizen,
    guardian: Guardian,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> str:
    today = house_of(current_app).clock.now().astimezone(LOCAL).date()
    given = {
        "username": guardian.username or "",
        "access_from": max(guardian.access_from or today, today).isoformat(),
        "access_to": guardian.access_to.isoformat()
        if guardian.access_to is not None and guardian.access_to >= today
        else "",
    }
    return render_template(
        "citizens/guardian.html",
        citizen=child,
        guardian=guardian,
        today=today,
        last=child.turns_18 - timedelta(days=1),
        logins=_logins(session, guardian),
        typed=given | dict(typed or {}),
        errors=errors or {},
    )


def _draw_new(
    child: Citizen, typed: Mapping[str, str], errors: Mapping[str, str] | None = None
) -> str:
    return render_template(
        "citizens/new-guardian.html",
        citizen=child,
        relations=citizens.RELATIONS,
        typed=typed,
        errors=errors or {},
    )


def _logins(session: Session, guardian: Guardian) -> list[Person]:
    """Return the logins of people outside, those of the guardian's own name first."""
    found = [one for one in access.staff(session, role="external_participant") if not one.is_staff]
    return sorted(found, key=lambda one: not citizens.same_name(one.name, guardian.name))


def _find(session: Session, child_key: int, guardian_key: int) -> Guardian:
    for one in citizens.guardians(session, child_key):
        if one.key == guardian_key:
            return one
    raise NotFound("guardian:unknown", _("Den forælder eller værge er ikke registreret."))


def _day(typed: Mapping[str, str], field: str) -> date | None:
    """Return a day that was typed, or None where nothing was.

    Raises:
        DomainError: it is no day.
    """
    if not typed[field]:
        return None
    try:
        return date.fromisoformat(typed[field])
    except ValueError:
        text = _("Skriv en dato, for eksempel 1.3.2027.")
        raise DomainError("guardian:day", text, fields={field: text}) from None
