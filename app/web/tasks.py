"""A task: fill in, send, done. Also taking, giving back and assigning it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import access, courses, forms, house_of, inbox
from app.access import Principal
from app.access.session import current_principal
from app.errors import Conflict, DomainError, Refused
from app.forms import FormView
from app.storage import UnitOfWork
from app.web import context, desk
from app.web.consequences import together
from app.web.desk import Desk
from app.web.grounds import ground_for, need_ground, no_ground
from app.web.guard import local_path, permit
from app.web.i18n import gettext as _
from app.web.pages import pages
from app.web.reasons import groups_of, source_of_deadline, why_mine
from app.web.visits import seen

blueprint = pages("tasks", __name__)


@blueprint.get("/tasks/<key:key>")
@permit("task:work")
def show(key: int) -> ResponseReturnValue:
    """Show the task: to fill in, who has it, or as it was sent."""
    house, person = house_of(current_app), current_principal()
    with house.database.read() as session:
        at = desk.lay_out(session, house.runtime, key, person)
        return _page(session, at)


@blueprint.post("/tasks/<key:key>")
@permit("task:work")
def submit(key: int) -> ResponseReturnValue:
    """Send the task, keep a draft, or draw the form again with a row more or less."""
    house, person = house_of(current_app), current_principal()
    with house.database.read() as session:
        at = desk.lay_out(session, house.runtime, key, person)
        answers = _typed(at)
        filled = forms.read_post(at.form, request.form) if at.form is not None else None
        if filled is not None and courses.may_work(at.task, person):
            if filled.redraw:
                return _page(session, at, answers=answers, focus=filled.focus)
            if "draft" not in request.form and _newly_asked(at, filled):
                text = _("Dine svar giver nye spørgsmål. Svar på dem, og send igen.")
                return _page(session, at, answers=answers, notice=text)
    if not courses.is_candidate(at.task, person):
        raise no_ground()
    if "draft" in request.form and at.task.status == "open":
        _keep(key, person, answers)
        return redirect(_url(key), 303)
    try:
        house.database.run(lambda work: _send(work, key, answers, person))
    except Conflict as error:
        return _too_late(key, answers, error.code)
    except Refused as error:
        if error.code != "task:not-yours":
            raise
        return _too_late(key, answers, error.code)
    except DomainError as error:
        _keep(key, person, answers)
        return _wrong(key, answers, error)
    return _onwards(at)


@blueprint.post("/tasks/<key:key>/claim")
@permit("task:work")
def claim(key: int) -> ResponseReturnValue:
    """Take the task, and go back to where one came from."""
    house, person = house_of(current_app), current_principal()
    answers = _typed_in_passing(key)
    try:
        house.database.run(lambda work: courses.claim(work, house.runtime, key, person))
    except Conflict as error:
        return _too_late(key, answers, error.code)
    if not request.form.get("stay"):
        flash(_("Opgaven er din nu."), "success")
    return redirect(_url(key) if request.form.get("stay") else _back(), 303)


@blueprint.post("/tasks/<key:key>/release")
@permit("task:work")
def release(key: int) -> ResponseReturnValue:
    """Give the task back to its group."""
    house, person = house_of(current_app), current_principal()
    answers = _typed_in_passing(key)
    try:
        house.database.run(lambda work: courses.release(work, house.runtime, key, person))
    except Conflict as error:
        return _too_late(key, answers, error.code)
    flash(_("Opgaven er frigivet. Andre i gruppen kan tage den nu."), "success")
    return redirect(_back(), 303)


@blueprint.get("/tasks/<key:key>/assign")
@permit("task:work")
def colleagues(key: int) -> ResponseReturnValue:
    """Ask who shall have the task."""
    return _assign_page(key)


@blueprint.post("/tasks/<key:key>/assign")
@permit("task:work")
def assign(key: int) -> ResponseReturnValue:
    """Give the task to a colleague."""
    house, person = house_of(current_app), current_principal()
    username = request.form.get("username", "")
    with house.database.read() as session:
        found = {one.username: one.name for one in access.staff(session)}
    if username not in found:
        return _assign_page(key, _("Vælg, hvem der skal have opgaven."))
    try:
        house.database.run(lambda work: courses.assign(work, house.runtime, key, username, person))
    except Conflict as error:
        return _too_late(key, {}, error.code)
    flash(_("Opgaven ligger nu hos %(name)s.") % {"name": found[username]}, "success")
    return redirect(_back(), 303)


@blueprint.post("/tasks/<key:key>/draft/forget")
@permit("task:work")
def forget_draft(key: int) -> ResponseReturnValue:
    """Throw away what one typed in a task that is done."""
    house, person = house_of(current_app), current_principal()
    house.database.run(lambda work: inbox.forget(work, key, person.username))
    flash(_("Kladden er slettet."), "success")
    return redirect(_url(key), 303)


def _send(work: UnitOfWork, key: int, answers: Mapping[str, Any], person: Principal) -> None:
    courses.complete(work, house_of(current_app).runtime, key, answers, person)
    inbox.discard(work, key)


def _onwards(at: Desk) -> ResponseReturnValue:
    """Go to the person's next task of the same course, or back to the list."""
    house, person = house_of(current_app), current_principal()
    with house.database.read() as session:
        following = inbox.next_of_course(session, at.course.key, person)
    if following is None:
        flash(_("Sendt."), "success")
        return redirect(_back(), 303)
    flash(_("Sendt. Her er din næste opgave i forløbet."), "success")
    return redirect(_url(following.key), 303)


def _page(
    session: Session,
    at: Desk,
    *,
    answers: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    focus: str | None = None,
    notice: str = "",
    conflict: str = "",
) -> ResponseReturnValue:
    house, person = house_of(current_app), current_principal()
    at, ground = _in_sight(session, at, conflict=bool(conflict))
    works = courses.may_work(at.task, person) and not conflict
    form = None
    if works and at.form is not None:
        given = answers if answers is not None else at.draft.answers if at.draft else None
        form = forms.view(
            at.form,
            given,
            errors,
            variables=at.variables,
            now=house.clock.now(),
            choices=at.choices,
        )
        form = replace(form, focus=focus)
    if at.citizen is not None:
        purpose = f"{at.task.name}: {ground}"
        seen("task:read", purpose, [at.citizen.key], course_key=at.course.key)
    status = 409 if conflict else 422 if errors else 200
    beside = None
    if at.citizen is not None:
        beside = context.beside(session, at.course.key, at.citizen.key, house.clock.now())
    page = render_template(
        "task.html",
        at=at,
        beside=beside,
        party=context.party,
        task=at.task,
        form=form,
        works=works,
        follows=together(at.follows),
        typed=_typed_view(at, answers, works=works),
        sent=desk.sent_answers(session, house.runtime, at) if ground else None,
        why=why_mine(at.task, person),
        groups=groups_of(at.task),
        source=source_of_deadline(at.task, house.clock.now()),
        mine=at.task.assignee == person.username,
        may_claim=works and at.task.assignee is None,
        may_assign=at.task.status == "open" and _may_assign(at, person),
        back=_back(),
        notice=notice,
        conflict=conflict,
        error_count=len(errors or {}),
    )
    return page, status


def _in_sight(session: Session, at: Desk, *, conflict: bool) -> tuple[Desk, str]:
    """Return the desk as far as the person may see it, and the ground, in words.

    Who has lost the ground, because the task was sent by another, still gets their own words back, and nothing else.

    Raises:
        Refused: they have no ground, and have written nothing.
    """
    house, person = house_of(current_app), current_principal()
    ground = ground_for(session, person, at.course, house.clock)
    if ground is not None:
        return at, ground.words
    if courses.is_candidate(at.task, person) and (conflict or at.draft is not None):
        return replace(at, citizen=None, phase=""), ""
    raise no_ground()


def _typed_view(at: Desk, answers: Mapping[str, Any] | None, *, works: bool) -> FormView | None:
    """Return what the person typed into a form that can be sent no longer: nothing of it is lost."""
    if works or at.form is None:
        return None
    given = answers or (at.draft.answers if at.draft else None)
    if not given:
        return None
    return forms.readonly_view(
        at.form, given, now=house_of(current_app).clock.now(), choices=at.choices
    )


def _wrong(key: int, answers: Mapping[str, Any], error: DomainError) -> ResponseReturnValue:
    """Draw the form again with everything typed and what is wrong with it."""
    house = house_of(current_app)
    with house.database.read() as session:
        at = desk.lay_out(session, house.runtime, key, current_principal())
        return _page(session, at, answers=answers, errors=error.fields or {"": error.message})


def _too_late(key: int, answers: Mapping[str, Any], code: str) -> ResponseReturnValue:
    """Say who was first; what was typed is shown and kept."""
    house, person = house_of(current_app), current_principal()
    if answers:
        _keep(key, person, answers)
    with house.database.read() as session:
        at = desk.lay_out(session, house.runtime, key, person)
        if at.task.status != "open":
            who = at.closer
            text = (
                _("%(name)s har allerede sendt opgaven.") % {"name": who}
                if who
                else _("Forløbet er gået videre, så opgaven er lukket.")
            )
        elif at.holder and at.task.assignee != person.username:
            text = _("%(name)s har taget opgaven.") % {"name": at.holder}
        elif code == "task:not-yours":
            text = _("Opgaven ligger ikke hos dig længere.")
        else:
            text = _("En anden gemte samtidig. Genindlæs siden, og prøv igen.")
        return _page(session, at, answers=answers, conflict=text)


def _typed(at: Desk) -> dict[str, Any]:
    return forms.read_post(at.form, request.form).answers if at.form is not None else {}


def _typed_in_passing(key: int) -> dict[str, Any]:
    """Keep what was typed when another button than Send was pressed on the task's page."""
    if "_seen" not in request.form:
        return {}
    house, person = house_of(current_app), current_principal()
    with house.database.read() as session:
        at = desk.lay_out(session, house.runtime, key, person)
    if not courses.is_candidate(at.task, person):
        return {}
    answers = _typed(at)
    _keep(key, person, answers)
    return answers


def _keep(key: int, person: Principal, answers: Mapping[str, Any]) -> None:
    house_of(current_app).database.run(lambda work: inbox.save(work, key, person.username, answers))


def _newly_asked(at: Desk, filled: forms.Filled) -> bool:
    assert at.form is not None  # noqa: S101 -- narrows the type: the caller has read the form
    now = house_of(current_app).clock.now()
    asked = forms.newly_asked(at.form, filled, variables=at.variables, now=now, choices=at.choices)
    return bool(asked)


def _assign_page(key: int, error: str = "") -> ResponseReturnValue:
    house, person = house_of(current_app), current_principal()
    with house.database.read() as session:
        at = desk.lay_out(session, house.runtime, key, person)
        if at.task.status != "open" or not _may_assign(at, person):
            raise Refused("task:may-not-assign", _("Du kan ikke tildele opgaven til andre."))
        need_ground(session, person, at.course, house.clock)
        people = access.staff(session)
    able = {one.username: _is_able(at, one) for one in people}
    page = render_template(
        "assign.html",
        at=at,
        task=at.task,
        nearest=[one for one in people if able[one.username]],
        others=[one for one in people if not able[one.username]],
        groups=groups_of(at.task),
        back=_back(),
        error=error,
    )
    if at.citizen is not None:
        seen("task:read", at.task.name, [at.citizen.key], course_key=at.course.key)
    return page, 422 if error else 200


def _is_able(at: Desk, one: access.Person) -> bool:
    return bool(one.groups & set(at.task.groups)) or one.username in at.task.users


def _may_assign(at: Desk, person: Principal) -> bool:
    return person.may("task:assign") or at.task.assignee == person.username


def _back() -> str:
    return local_path(request.values.get("back"), url_for("inbox.index"))


def _url(key: int) -> str:
    back = request.values.get("back")
    return url_for("tasks.show", key=key, back=_back() if back else None)
