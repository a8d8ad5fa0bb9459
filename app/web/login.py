"""Logging in and out, and the front door."""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import access, house_of
from app.access.closed import public
from app.access.session import sign_in, sign_out, signed_in
from app.errors import DomainError, Refused
from app.web.i18n import gettext as _
from app.web.site.areas import places_of
from app.web.site.guard import local_path
from app.web.site.pages import pages

blueprint = pages("login", __name__)

DEMO_PASSWORD = "demo"  # noqa: S105 -- everybody's in the demo municipality, and shown on its login page


@blueprint.get("/")
@public
def home() -> ResponseReturnValue:
    """Lead to the person's first area, or to the login; say what they can do where no page is made for their work."""
    person = signed_in()
    if person is None:
        return redirect(url_for(".form"), 303)
    drawn = {rule.rule for rule in current_app.url_map.iter_rules()}
    commands = _commands(person)
    for place in places_of(person):
        if place.path in drawn and not commands:
            return redirect(place.path, 303)
    return render_template("front.html", commands=commands, is_citizen="citizen" in person.roles)


@blueprint.get("/login")
@public
def form() -> ResponseReturnValue:
    """Ask for username and password."""
    if signed_in() is not None:
        return redirect(_next(), 303)
    return _form()


@blueprint.post("/login")
@public
def enter() -> ResponseReturnValue:
    """Sign the person in and go on to the page they asked for."""
    house = house_of(current_app)
    username = request.form.get("username", "")
    password = request.form.get("password", "")
    if house.settings.demo and request.form.get("demo"):
        username, password = request.form["demo"], DEMO_PASSWORD
    if not username.strip() or not password:
        return _form(username, _("Skriv både brugernavn og adgangskode."), 422)
    try:
        person = access.login(house.database, username, password, origin=request.remote_addr or "")
    except DomainError as error:
        return _form(username, error.message, 422)
    except Refused as error:
        return _form(username, error.message, 429)
    sign_in(house.database, person)
    return redirect(_next(), 303)


@blueprint.post("/logout")
@public
def leave() -> ResponseReturnValue:
    """Sign out."""
    sign_out()
    return redirect(url_for(".form"), 303)


def _commands(person: access.Principal) -> list[tuple[str, str]]:
    """Return the commands for who has no work with courses, and what each does."""
    if person.may("course:read") or person.may("operate") or person.may("model:read"):
        return []
    if person.may("admin"):
        return [
            ("forloeb user add BRUGERNAVN", _("opretter en bruger.")),
            ("forloeb user roles BRUGERNAVN", _("giver andre roller og grupper.")),
            ("forloeb user password BRUGERNAVN", _("giver en ny adgangskode.")),
            ("forloeb user close BRUGERNAVN", _("lukker en brugers adgang.")),
        ]
    return []


def _next() -> str:
    return local_path(request.values.get("next"), url_for(".home"))


def _form(username: str = "", error: str = "", status: int = 200) -> ResponseReturnValue:
    house = house_of(current_app)
    people: list[access.Person] = []
    if house.settings.demo:
        with house.database.read() as session:
            people = sorted(access.staff(session), key=lambda one: one.key)
    page = render_template(
        "login.html",
        username=username,
        error=error,
        next=local_path(request.values.get("next"), ""),
        people=people,
    )
    return page, status
