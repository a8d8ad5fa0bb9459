"""Where courses stand on a model, how long its steps take, which ways were never taken; and courses as scenarios."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app import courses, house_of, studio
from app.access.closed import permit
from app.access.session import current_principal
from app.courses import Course
from app.definitions import library
from app.errors import DomainError, NotFound
from app.studio import recording, seeing
from app.web.courses.diagrams import entry_number
from app.web.i18n import gettext as _
from app.web.i18n import ngettext
from app.web.site.links import keys_in
from app.web.site.pages import pages
from app.web.site.visits import seen
from app.web.studio.models import able

blueprint = pages("studio_see", __name__)
blueprint.context_processor(able)


@blueprint.get("/studio/models/<process_id>/see")
@permit("model:read")
def see(process_id: str) -> ResponseReturnValue:
    """Show a version with where its courses stand, how long steps take, and what was never walked."""
    house = house_of(current_app)
    wanted, part = entry_number(request.args.get("version", "")), request.args.get("part", "")
    with house.database.read() as session:
        lines = studio.versions(session, process_id)
        line = next((one for one in lines if one.row.version == wanted), lines[0])
        found = seeing.see(session, house.runtime, line.row.key, house.clock.now(), part)
        at = studio.published(session, line.row.key)
        calls = house.runtime.models.get(session, line.row.key).bundle.calls
        drawn = library.read_draft({n: t for n, t in at.files.items() if n.endswith(".bpmn")})
        never = {step.id for step in found.never}
        return render_template(
            "studio/see.html",
            line=line,
            lines=lines,
            found=found,
            part=part if part in calls else "",
            parts={name: each.process.name or name for name, each in calls.items()},
            file=drawn.home.get(("bpmn", part), at.main) if part in calls else at.main,
            marks={
                **found.heat(),
                "missed": [*never, *(flow for flow, times in found.flows.items() if not times)],
            },
            counts={step.id: str(step.here) for step in found.steps if step.here},
            lasting=lasting,
        )


def lasting(took: timedelta | None) -> str:
    """Say how long something takes, as people do."""
    if took is None:
        return ""
    hours = int(took.total_seconds() // 3600)
    if hours >= 48:
        return ngettext("%(num)s dag", "%(num)s dage", hours // 24) % {"num": hours // 24}
    if hours:
        return ngettext("%(num)s time", "%(num)s timer", hours) % {"num": hours}
    return _("under en time")


@blueprint.get("/studio/models/<process_id>/scenarios/<name>")
@permit("model:read")
def scenario(process_id: str, name: str) -> ResponseReturnValue:
    """Show a scenario's file, to be changed; it can be fetched, too."""
    with house_of(current_app).database.read() as session:
        row = studio.scenario(session, process_id, name)
        model = studio.versions(session, process_id)[0].row
        text = row.content.decode("utf-8", "replace")
    if "download" in request.args:
        answer = Response(row.content, mimetype="application/json")
        answer.headers.set("Content-Disposition", "attachment", filename=name)
        return answer
    return render_template("studio/scenario.html", row=row, model=model, text=text, wrong="")


@blueprint.post("/studio/models/<process_id>/scenarios/<name>")
@permit("model:publish")
def save_scenario(process_id: str, name: str) -> ResponseReturnValue:
    """Save a scenario, or delete it."""
    house, by = house_of(current_app), current_principal().username
    if "delete" in request.form:
        house.database.run(lambda work: studio.drop(work, process_id, name))
        flash(_("Scenariet er slettet."), "success")
        return redirect(url_for("studio.model", process_id=process_id), 303)
    text = request.form.get("text", "").replace("\r\n", "\n")
    try:
        studio.check_scenario(name, text.encode())
    except DomainError as error:
        with house.database.read() as session:
            row = studio.scenario(session, process_id, name)
            model = studio.versions(session, process_id)[0].row
            page = render_template(
                "studio/scenario.html", row=row, model=model, text=text, wrong=error.message
            )
        return page, 422
    house.database.run(lambda work: studio.keep(work, process_id, {name: text.encode()}, by))
    flash(_("Scenariet er gemt."), "success")
    return redirect(url_for(".scenario", process_id=process_id, name=name), 303)


@blueprint.get("/studio/models/<process_id>/courses")
@permit("model:publish")
def pick(process_id: str) -> ResponseReturnValue:
    """List courses to make a scenario of; whom they are about is not shown."""
    with house_of(current_app).database.read() as session:
        model = studio.versions(session, process_id)[0].row
        query = select(Course).where(Course.process_id == process_id)
        found = list(session.scalars(query.order_by(Course.last_at.desc()).limit(50)))
        return render_template(
            "studio/pick.html", model=model, found=found, statuses=courses.STATUS
        )


@blueprint.post("/studio/models/<process_id>/scenarios")
@permit("model:publish")
def make_scenario(process_id: str) -> ResponseReturnValue:
    """Make a scenario of a real course, with the person replaced by an invented one."""
    house, by = house_of(current_app), current_principal().username
    key = next(iter(keys_in(request.form.get("course", "").strip(), 1)), 0)
    with house.database.read() as session:
        course = courses.course(session, key)
        if course.process_id != process_id:
            raise NotFound("course:unknown", _("Forløbet findes ikke."))
        title = request.form.get("name", "").strip()[:100] or _("Fra et rigtigt forløb")
        content = recording.record(session, house.runtime, course, title)
        taken = {row.name for row in studio.scenarios(session, process_id)}
    if course.citizen_key is not None:
        words = "Et forløb blev til et scenarie; personen er skiftet ud"
        seen("studio:scenario", words, [course.citizen_key], course_key=key)
    name = _free(title, taken)
    house.database.run(lambda work: studio.keep(work, process_id, {name: content}, by))
    flash(
        _("Scenariet er lavet. Personen i det er opfundet. Prøvekør det på en kladde."), "success"
    )
    return redirect(url_for(".scenario", process_id=process_id, name=name), 303)


def _free(title: str, taken: set[str]) -> str:
    """Return a file name for a scenario that none has yet."""
    letters = {"æ": "ae", "ø": "oe", "å": "aa"}
    plain = "".join(letters.get(one, one) for one in title.casefold())
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or "scenarie"
    numbered = (f"{stem}_{number}.json" for number in range(2, 10_000))
    return next(one for one in (f"{stem}.json", *numbered) if one not in taken)
