"""Steps that have stopped: what, where and why, without a word about whom; who operates lets them try again."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import courses, house_of
from app.access.closed import permit
from app.access.session import current_principal
from app.courses import Course
from app.web.guard import local_path
from app.web.i18n import gettext as _
from app.web.pages import pages

blueprint = pages("incidents", __name__)


@blueprint.get("/courses/incidents")
@permit("operate")
def index() -> ResponseReturnValue:
    """List what has stopped: of one course, or of all."""
    house = house_of(current_app)
    key = request.args.get("course", "")
    only = int(key) if key.isascii() and key.isdigit() and len(key) < 19 else None
    with house.database.read() as session:
        rows = []
        for incident in courses.incidents(session, only):
            course = session.get_one(Course, incident.course_key)
            rows.append((incident, course, courses.step_of(session, house.runtime, incident)))
        return render_template("courses/incidents.html", rows=rows, only=only)


@blueprint.post("/courses/incidents/<key:key>/resolve")
@permit("operate")
def resolve(key: int) -> ResponseReturnValue:
    """Let the step try again, and say whether it went on."""
    house, person = house_of(current_app), current_principal()
    order = courses.Order(person, request.form.get("reason", _("Prøvet igen.")))
    house.database.run(lambda work: courses.resolve_incident(work, house.runtime, key, order))
    with house.database.read() as session:
        incident = session.get_one(courses.Incident, key)
        still = any(
            one.address == incident.address
            for one in courses.incidents(session, incident.course_key)
        )
    if still:
        flash(_("Trinnet prøvede igen og stoppede samme sted. Årsagen skal rettes først."), "error")
    else:
        flash(_("Trinnet er gået videre."), "success")
    back = local_path(request.form.get("back"), url_for("incidents.index"))
    return redirect(back, 303)
