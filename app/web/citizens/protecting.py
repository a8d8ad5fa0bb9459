"""Who must have no access to a citizen: the block list, what it closes, and taking somebody off it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import access, citizens, courses, house_of, meetings, teams
from app.access.closed import permit
from app.access.session import current_principal
from app.citizens import Barred, Citizen
from app.errors import DomainError, NotFound
from app.storage import UnitOfWork
from app.web.citizens.pages import household_of, working_with, works_with
from app.web.i18n import gettext as _
from app.web.site.links import MOST
from app.web.site.pages import pages

blueprint = pages("protecting", __name__)

MOST_WORDS = 2000


@dataclass(frozen=True)
class Closed:
    """What a line on the list closes.

    Attributes:
        guardians: who is registered as a parent or guardian by that name or login; they stay registered.
        seats: in which teams they sit.
        meetings: how many coming meetings they are invited to.
    """

    guardians: tuple[str, ...]
    seats: tuple[str, ...]
    meetings: int


@blueprint.get("/citizens/<key:key>/barred")
@permit("citizen:protect")
def show(key: int) -> ResponseReturnValue:
    """Show the list, and ask whom to add."""
    with house_of(current_app).database.read() as session:
        return _draw(session, working_with(session, key, protects=True), {})


@blueprint.post("/citizens/<key:key>/barred")
@permit("citizen:protect")
def add(key: int) -> ResponseReturnValue:
    """Say first what closes for whom; then put the name on the list."""
    house, person = house_of(current_app), current_principal()
    typed: dict[str, Any] = {
        "name": request.form.get("name", "").strip()[:200],
        "username": request.form.get("username", "").strip()[:100].casefold(),
        "reason": request.form.get("reason", "").strip()[:MOST_WORDS],
        "also": _keys(request.form.getlist("also")),
    }
    with house.database.read() as session:
        citizen = working_with(session, key, protects=True)
        wrong = _wrong_in(session, typed)
        if wrong:
            return _draw(session, citizen, typed, wrong), 422
        home = {one.key: one for one, visible in household_of(session, citizen) if visible}
        whose = [citizen, *(home[other] for other in typed["also"] if other in home)]
        if "sure" not in request.form:
            closed = {one.key: _closed(session, one.key, typed) for one in whose}
            return _draw(session, citizen, typed, sure=whose, closed=closed)

    def act(work: UnitOfWork) -> None:
        for one in whose:
            citizens.bar(
                work,
                one.key,
                typed["name"],
                by=person.username,
                reason=typed["reason"],
                username=typed["username"] or None,
            )

    house.database.run(act)
    flash(_("%(name)s har ingen adgang længere.") % {"name": typed["name"]}, "success")
    return redirect(url_for("protecting.show", key=key), 303)


@blueprint.get("/citizens/<key:key>/barred/<key:line>/lift")
@permit("citizen:unprotect")
def ask(key: int, line: int) -> ResponseReturnValue:
    """Say what opens again, and ask why that is safe."""
    with house_of(current_app).database.read() as session:
        citizen = working_with(session, key)
        return _draw_lift(session, citizen, _line(session, key, line))


@blueprint.post("/citizens/<key:key>/barred/<key:line>/lift")
@permit("citizen:unprotect")
def lift(key: int, line: int) -> ResponseReturnValue:
    """Take somebody off the list."""
    house, person = house_of(current_app), current_principal()
    reason = request.form.get("reason", "")[:MOST_WORDS]
    with house.database.read() as session:
        citizen = working_with(session, key)
        found = _line(session, key, line)
    try:
        house.database.run(
            lambda work: citizens.lift(work, key, line, by=person.username, reason=reason)
        )
    except DomainError as error:
        if not error.fields:
            raise
        with house.database.read() as session:
            return _draw_lift(session, citizen, found, error.fields), 422
    flash(_("%(name)s er taget af listen.") % {"name": found.name}, "success")
    return redirect(url_for("protecting.show", key=key), 303)


def _draw(
    session: Session,
    citizen: Citizen,
    typed: Mapping[str, Any],
    errors: Mapping[str, str] | None = None,
    sure: list[Citizen] | None = None,
    closed: Mapping[int, Closed] | None = None,
) -> str:
    barred = citizens.barred(session, citizen.key, house_of(current_app).clock.now())
    return render_template(
        "citizens/barred.html",
        citizen=citizen,
        barred=barred,
        recorders=access.names(session, {one.recorded_by for one in barred}),
        home=[one for one, visible in household_of(session, citizen) if visible],
        typed=typed,
        errors=errors or {},
        sure=sure or [],
        closed=closed or {},
        may_lift=current_principal().may("citizen:unprotect") and works_with(session, citizen.key),
    )


def _draw_lift(
    session: Session, citizen: Citizen, line: Barred, errors: Mapping[str, str] | None = None
) -> str:
    closed = _closed(session, citizen.key, {"name": line.name, "username": line.username or ""})
    return render_template(
        "citizens/lift.html",
        citizen=citizen,
        line=line,
        closed=closed,
        errors=errors or {},
        recorder=access.names(session, {line.recorded_by})[line.recorded_by],
    )


def _line(session: Session, citizen_key: int, line: int) -> Barred:
    now = house_of(current_app).clock.now()
    for one in citizens.barred(session, citizen_key, now):
        if one.key == line:
            return one
    raise NotFound("citizen:not-barred", _("Personen står ikke på listen."))


def _wrong_in(session: Session, typed: Mapping[str, Any]) -> dict[str, str]:
    wrong = {}
    if not typed["name"]:
        wrong["name"] = _("Skriv navnet på den, der ikke må få adgang.")
    if typed["username"] and access.person(session, typed["username"]) is None:
        wrong["username"] = _("Ingen har det login. Lad feltet stå tomt, hvis du er i tvivl.")
    if not typed["reason"]:
        wrong["reason"] = _("Skriv hvorfor, så kollegerne forstår det.")
    return wrong


def _closed(session: Session, citizen_key: int, typed: Mapping[str, Any]) -> Closed:
    """Find what somebody of that name or login has now."""
    now = house_of(current_app).clock.now()
    running = [one for one in courses.of_citizen(session, citizen_key) if one.status != "ended"]

    def means(name: str, username: str | None = None) -> bool:
        same = citizens.same_name(name, typed["name"])
        return same or bool(typed["username"] and username == typed["username"])

    return Closed(
        tuple(
            one.name
            for one in citizens.guardians(session, citizen_key, now)
            if means(one.name, one.username)
        ),
        tuple(
            course.name
            for course in running
            for post in teams.members(session, course.key, now)
            if means(post.name, post.username)
        ),
        sum(
            means(one.name)
            for course in running
            for meeting in meetings.meetings(session, course.key)
            if meeting.status == "convened" and meeting.starts_at > now
            for one in meeting.participants
        ),
    )


def _keys(texts: list[str]) -> list[int]:
    return [int(text) for text in texts if text.isdigit() and len(text) < 20 and int(text) <= MOST]
