"""What needs an operator: steps that have stopped and courses that stand still, without a word about whom."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app import access, courses, house_of, mail
from app.access.closed import permit
from app.courses import SUSPENDED, Course
from app.web.i18n import gettext as _
from app.web.i18n import ngettext
from app.web.site.links import keys_in
from app.web.site.pages import pages
from app.web.site.visits import seen

blueprint = pages("incidents", __name__)

MOST_STILL = 100
"""Suspended courses that are listed."""


@blueprint.get("/courses/incidents")
@permit("operate")
def index() -> ResponseReturnValue:
    """List what has stopped: of one course, or of all."""
    house = house_of(current_app)
    only = next(iter(keys_in(request.args.get("course", ""), 1)), None)
    with house.database.read() as session:
        rows = []
        for incident in courses.incidents(session, only):
            course = session.get_one(Course, incident.course_key)
            rows.append((incident, course, courses.step_of(session, house.runtime, incident)))
            if course.citizen_key is not None:
                seen("incident:list", "Forløb, der er standset", [course.citizen_key])
        suspended = select(Course).where(Course.status == SUSPENDED).order_by(Course.key)
        still = list(session.scalars(suspended.limit(MOST_STILL))) if only is None else []
        return render_template(
            "courses/incidents.html",
            rows=rows,
            still=still,
            held=courses.held_messages(session, only),
            lost=(lost := mail.undelivered(session) if only is None else []),
            names=access.names(session, {one.recipient for one in lost}),
            unsure=mail.UNSURE,
            only=only,
        )


@blueprint.get("/courses/incidents/find")
@permit("operate")
def find() -> ResponseReturnValue:
    """Open the operator's page of the course with this key."""
    key = next(iter(keys_in(request.args.get("key", "").strip(), 1)), None)
    with house_of(current_app).database.read() as session:
        known = key is not None and session.get(Course, key) is not None
    if key is None or not known:
        flash(_("Der er intet forløb med den nøgle."), "error")
        return redirect(url_for("incidents.index"), 303)
    return redirect(url_for("operating.show", key=key), 303)


@blueprint.post("/courses/incidents/held")
@permit("operate")
def offer() -> ResponseReturnValue:
    """Have the messages that are held back offered again at once."""
    count = house_of(current_app).database.run(courses.offer_held)
    word = ngettext("%(num)s besked prøves igen.", "%(num)s beskeder prøves igen.", count)
    flash(word % {"num": count}, "success")
    return redirect(url_for("incidents.index"), 303)


@blueprint.post("/courses/incidents/mail/<key:key>")
@permit("operate")
def send_again(key: int) -> ResponseReturnValue:
    """Have a mail that did not arrive sent again."""
    house_of(current_app).database.run(lambda work: mail.send_again(work, key))
    flash(_("Mailen sendes igen."), "success")
    return redirect(url_for("incidents.index"), 303)


@blueprint.post("/courses/incidents/mail/<key:key>/dismiss")
@permit("operate")
def dismiss(key: int) -> ResponseReturnValue:
    """Take a mail that did not arrive off the list."""
    house_of(current_app).database.run(lambda work: mail.dismiss(work, key))
    flash(_("Mailen er lagt væk."), "success")
    return redirect(url_for("incidents.index"), 303)
