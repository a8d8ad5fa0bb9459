"""Nødadgang: opening what one has no ground to see, with a reason; and reviewing what others opened."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import access, citizens, courses, emergencies, house_of
from app.access import Looks, Principal
from app.access.closed import permit
from app.access.session import current_principal
from app.emergencies import Emergency
from app.errors import DomainError, NotFound, Refused
from app.web.i18n import gettext as _
from app.web.site.grounds import no_ground
from app.web.site.pages import pages
from app.web.site.visits import seen
from app.web.words import looks

blueprint = pages("emergencies", __name__)


@blueprint.get("/emergency/courses/<key:key>")
@permit("emergency:open")
def ask_course(key: int) -> ResponseReturnValue:
    """Ask for the reason, before a course that the person has no ground to see."""
    _citizen_of(key)
    return _form(url_for("emergencies.open_course", key=key), _("Forløb %(key)s") % {"key": key})


@blueprint.post("/emergency/courses/<key:key>")
@permit("emergency:open")
def open_course(key: int) -> ResponseReturnValue:
    """Open the course for some hours."""
    citizen_key = _citizen_of(key)
    label = _("Forløb %(key)s") % {"key": key}
    return _open(citizen_key, url_for("courses.overview", key=key), label)


@blueprint.get("/emergency/citizens/<key:key>")
@permit("emergency:open")
def ask_citizen(key: int) -> ResponseReturnValue:
    """Ask for the reason, before a citizen whom the person has no ground to see."""
    _need_citizen(key)
    return _form(url_for("emergencies.open_citizen", key=key), _("Borger %(key)s") % {"key": key})


@blueprint.post("/emergency/citizens/<key:key>")
@permit("emergency:open")
def open_citizen(key: int) -> ResponseReturnValue:
    """Open the citizen for some hours."""
    _need_citizen(key)
    return _open(key, url_for("citizens.show", key=key), _("Borger %(key)s") % {"key": key})


@blueprint.get("/audit/break-glass")
@permit("emergency:review", "audit:read")
def index() -> ResponseReturnValue:
    """Show what waits for this person's review, and what has been reviewed."""
    house, person = house_of(current_app), current_principal()
    with house.database.read() as session:
        waiting = emergencies.to_review(session, person)
        reviewed = emergencies.reviewed(session, person)
        both = [*waiting, *reviewed]
        page = render_template(
            "audit/emergencies.html",
            waiting=waiting,
            reviewed=reviewed,
            names=_names(session, both),
            citizens=citizens.citizens(session, [one.citizen_key for one in both]),
            verdicts=_verdicts(),
            now=house.clock.now(),
        )
    seen("audit:emergency", "Gennemgang af nødadgang", [one.citizen_key for one in both])
    return page


@blueprint.get("/audit/break-glass/<key:key>")
@permit("emergency:review")
def show(key: int) -> ResponseReturnValue:
    """Show one, with all that was seen by it."""
    return _review_page(key)


@blueprint.post("/audit/break-glass/<key:key>")
@permit("emergency:review")
def review(key: int) -> ResponseReturnValue:
    """Keep what the reviewer thinks."""
    house, person = house_of(current_app), current_principal()
    verdict, remark = request.form.get("verdict", ""), request.form.get("remark", "")
    keyring = house.runtime.keyring
    try:
        house.database.run(
            lambda work: emergencies.review(work, keyring, key, person, verdict, remark)
        )
    except NotFound:
        raise
    except DomainError as error:
        return _review_page(key, list(error.fields.items())), 422
    flash(_("Gennemgangen er gemt."), "success")
    return redirect(url_for("emergencies.index"), 303)


def _open(citizen_key: int, target: str, label: str) -> ResponseReturnValue:
    house, person = house_of(current_app), current_principal()
    reason = request.form.get("reason", "")
    keyring = house.runtime.keyring
    try:
        house.database.run(
            lambda work: emergencies.open_access(work, keyring, citizen_key, person, reason)
        )
    except DomainError as error:
        return _form(request.path, label, list(error.fields.items()), reason), 422
    flash(_("Du har nødadgang i %(hours)s timer.") % {"hours": emergencies.HOURS}, "warning")
    return redirect(target, 303)


def _form(
    url: str, label: str, wrong: list[tuple[str, str]] | None = None, reason: str = ""
) -> str:
    house, person = house_of(current_app), current_principal()
    with house.database.read() as session:
        waiting = emergencies.of_person(session, person.username)
    return render_template(
        "emergency.html",
        url=url,
        label=label,
        wrong=wrong or [],
        reason=reason,
        hours=emergencies.HOURS,
        waiting=len(waiting),
        several=emergencies.SEVERAL,
    )


def _review_page(key: int, wrong: list[tuple[str, str]] | None = None) -> str:
    house, person = house_of(current_app), current_principal()
    with house.database.read() as session:
        found = emergencies.emergency(session, key)
        _need_reviewer(found, person)
        wanted = Looks(found.username, found.citizen_key, since=found.opened_at, until=found.until)
        looked = house.access_log.search(wanted)
        page = render_template(
            "audit/emergency.html",
            one=found,
            wrong=wrong or [],
            asked=request.form,
            names=_names(session, [found]),
            citizen=citizens.citizen(session, found.citizen_key),
            looked=looked,
            action_words=looks.action_words,
            verdicts=_verdicts(),
            now=house.clock.now(),
        )
    seen("audit:emergency", "Gennemgang af nødadgang", [found.citizen_key])
    return page


def _need_reviewer(found: Emergency, person: Principal) -> None:
    if not found.may_review(person):
        text = _(
            "Nødadgang gennemgås af en leder i samme enhed eller en revisor, aldrig af en selv."
        )
        raise Refused("emergency:reviewer", text)


def _citizen_of(course_key: int) -> int:
    with house_of(current_app).database.read() as session:
        citizen_key = courses.course(session, course_key).citizen_key
    if citizen_key is None:
        raise no_ground()
    return citizen_key


def _need_citizen(key: int) -> None:
    with house_of(current_app).database.read() as session:
        citizens.citizen(session, key)


def _names(session: Session, found: list[Emergency]) -> dict[str, str]:
    people = {name for one in found for name in (one.username, one.reviewed_by)} - {""}
    return dict(access.names(session, people))


def _verdicts() -> dict[str, str]:
    return {"justified": _("Berettiget"), "unjustified": _("Ikke berettiget")}
