"""Who has a task: taking it, giving it back, giving it to a colleague."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import access, courses, house_of
from app.access.closed import permit
from app.access.session import current_principal
from app.errors import Conflict, Refused
from app.storage import UnitOfWork
from app.web.i18n import gettext as _
from app.web.site.grounds import need_ground, need_ground_for_task
from app.web.site.pages import pages
from app.web.site.sizes import takes_files
from app.web.site.visits import seen
from app.web.tasks import desk, uploads
from app.web.tasks.desk import Desk
from app.web.tasks.drawing import address_of, draw_too_late, keep, may_assign, typed, way_back
from app.web.words.reasons import groups_of

blueprint = pages("handing", __name__)


@blueprint.post("/tasks/<key:key>/claim")
@takes_files
@permit("task:work")
def claim(key: int) -> ResponseReturnValue:
    """Take the task, and go back to where one came from."""
    house, person = house_of(current_app), current_principal()
    answers = _typed_in_passing(key)

    def act(work: UnitOfWork) -> None:
        need_ground_for_task(work.session, person, key, work.now)
        courses.claim(work, house.runtime, key, person)

    try:
        house.database.run(act)
    except Conflict as error:
        return draw_too_late(key, answers, error.code)
    if not request.form.get("stay"):
        flash(_("Opgaven er din nu."), "success")
    return redirect(address_of(key) if request.form.get("stay") else way_back(), 303)


@blueprint.post("/tasks/<key:key>/release")
@takes_files
@permit("task:work")
def release(key: int) -> ResponseReturnValue:
    """Give the task back to its group."""
    house, person = house_of(current_app), current_principal()
    answers = _typed_in_passing(key)
    try:
        house.database.run(lambda work: courses.release(work, house.runtime, key, person))
    except Conflict as error:
        return draw_too_late(key, answers, error.code)
    flash(_("Opgaven er frigivet. Andre i gruppen kan tage den nu."), "success")
    return redirect(way_back(), 303)


@blueprint.get("/tasks/<key:key>/assign")
@permit("task:work")
def colleagues(key: int) -> ResponseReturnValue:
    """Ask who shall have the task."""
    with house_of(current_app).database.read() as session:
        return _assign_page(session, key)


@blueprint.post("/tasks/<key:key>/assign")
@permit("task:work")
def assign(key: int) -> ResponseReturnValue:
    """Give the task to a colleague."""
    house, person = house_of(current_app), current_principal()
    username = request.form.get("username", "")
    with house.database.read() as session:
        names = {one.username: one.name for one in _workers(session)}
        if username not in names:
            return _assign_page(session, key, _("Vælg, hvem der skal have opgaven."))
        _need_hand(session, key)
    try:
        house.database.run(lambda work: courses.assign(work, house.runtime, key, username, person))
    except Conflict as error:
        return draw_too_late(key, {}, error.code)
    flash(_("Opgaven ligger nu hos %(name)s.") % {"name": names[username]}, "success")
    return redirect(way_back(), 303)


def _typed_in_passing(key: int) -> dict[str, Any]:
    """Keep what was typed when another button than Send was pressed on the task's page."""
    if "_seen" not in request.form:
        return {}
    house, person = house_of(current_app), current_principal()
    with house.database.read() as session:
        need_ground_for_task(session, person, key, house.clock.now())
    uploads.take_in(key)
    for text in uploads.sent().wrong.values():
        flash(text, "warning")
    with house.database.read() as session:
        at = desk.lay_out(session, house.runtime, key, person, house.clock.now())
    if not courses.is_candidate(at.task, person):
        return {}
    answers = typed(at)
    keep(key, person, answers)
    return answers


def _assign_page(session: Session, key: int, error: str = "") -> ResponseReturnValue:
    at = _need_hand(session, key)
    if at.citizen is not None:
        seen("task:read", at.task.name, [at.citizen.key], course_key=at.course.key)
    people = _workers(session)
    able = {one.username: _is_able(at, one) for one in people}
    page = render_template(
        "assign.html",
        at=at,
        task=at.task,
        nearest=[one for one in people if able[one.username]],
        others=[one for one in people if not able[one.username]],
        groups=groups_of(at.task),
        back=way_back(),
        error=error,
    )
    return page, 422 if error else 200


def _need_hand(session: Session, key: int) -> Desk:
    """Return the task if the person may give it to others.

    Raises:
        Refused: they may not, or have no ground to see it.
    """
    house, person = house_of(current_app), current_principal()
    at = desk.lay_out(session, house.runtime, key, person, house.clock.now())
    need_ground(session, person, at.course, house.clock.now())
    if at.task.status == "open" and not may_assign(at, person):
        raise Refused("task:may-not-assign", _("Du kan ikke tildele opgaven til andre."))
    return at


def _workers(session: Session) -> list[access.Person]:
    """Return the colleagues who can work on tasks at all."""
    return [one for one in access.staff(session) if "task:work" in access.permits_of(one.roles)]


def _is_able(at: Desk, one: access.Person) -> bool:
    return bool(one.groups & set(at.task.groups)) or one.username in at.task.users
