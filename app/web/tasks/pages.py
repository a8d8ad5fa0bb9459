"""A task: fill in, send, done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app, flash, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import courses, forms, house_of, inbox
from app.access import Principal
from app.access.closed import permit
from app.access.session import current_principal
from app.errors import Conflict, DomainError, Refused
from app.storage import UnitOfWork
from app.web.i18n import gettext as _
from app.web.site.grounds import need_ground_for_task, no_ground
from app.web.site.pages import pages
from app.web.site.sizes import takes_files
from app.web.tasks import desk, uploads
from app.web.tasks.desk import Desk
from app.web.tasks.drawing import address_of, draw, draw_too_late, draw_wrong, keep, typed, way_back

blueprint = pages("tasks", __name__)


@blueprint.get("/tasks/<key:key>")
@permit("task:work")
def show(key: int) -> ResponseReturnValue:
    """Show the task: to fill in, who has it, or as it was sent."""
    house, person = house_of(current_app), current_principal()
    with house.database.read() as session:
        at = desk.lay_out(session, house.runtime, key, person, house.clock.now())
        return draw(session, at)


@blueprint.post("/tasks/<key:key>")
@takes_files
@permit("task:work")
def submit(key: int) -> ResponseReturnValue:
    """Send the task, keep a draft, or draw the form again with a row more or less."""
    house, person = house_of(current_app), current_principal()
    with house.database.read() as session:
        need_ground_for_task(session, person, key, house.clock.now())
    uploads.take_in(key)
    with house.database.read() as session:
        at = desk.lay_out(session, house.runtime, key, person, house.clock.now())
        answers = typed(at)
        again = _again(session, at, answers) if courses.may_work(at.task, person) else None
        if again is not None:
            return again
    if not courses.is_candidate(at.task, person):
        raise no_ground(at.course)
    if "draft" in request.form and at.task.status == "open":
        keep(key, person, answers)
        return redirect(address_of(key), 303)
    try:
        house.database.run(lambda work: _send(work, key, answers, person))
    except Conflict as error:
        return draw_too_late(key, answers, error.code)
    except Refused as error:
        if error.code != "task:not-yours":
            raise
        return draw_too_late(key, answers, error.code)
    except DomainError as error:
        keep(key, person, answers)
        return draw_wrong(key, answers, error)
    return _onwards(at)


@blueprint.post("/tasks/<key:key>/draft/forget")
@permit("task:work")
def forget_draft(key: int) -> ResponseReturnValue:
    """Throw away what one typed in a task that is done."""
    house, person = house_of(current_app), current_principal()
    house.database.run(lambda work: inbox.forget(work, key, person.username))
    flash(_("Kladden er slettet."), "success")
    return redirect(address_of(key), 303)


def _again(session: Session, at: Desk, answers: Mapping[str, Any]) -> ResponseReturnValue | None:
    """Draw the form again where the person asked for that, or there is more to answer; else None."""
    if at.form is None:
        return None
    filled, wrong = forms.read_post(at.form, uploads.sent().posted), uploads.sent().wrong
    if wrong:
        keep(at.task.key, current_principal(), answers)
        return draw(session, at, answers=answers, errors=wrong)
    if filled.redraw:
        return draw(session, at, answers=answers, focus=filled.focus)
    if "draft" not in request.form and _newly_asked(at, filled):
        text = _("Dine svar giver nye spørgsmål. Svar på dem, og send igen.")
        return draw(session, at, answers=answers, notice=text)
    return None


def _send(work: UnitOfWork, key: int, answers: Mapping[str, Any], person: Principal) -> None:
    need_ground_for_task(work.session, person, key, work.now)
    courses.complete(work, house_of(current_app).runtime, key, answers, person)
    inbox.discard(work, key)


def _onwards(at: Desk) -> ResponseReturnValue:
    """Go to the person's next task of the same course, or back to the list."""
    house, person = house_of(current_app), current_principal()
    with house.database.read() as session:
        following = inbox.next_of_course(session, at.course.key, person)
    if following is None:
        flash(_("Sendt."), "success")
        return redirect(way_back(), 303)
    flash(_("Sendt. Her er din næste opgave i forløbet."), "success")
    return redirect(address_of(following.key), 303)


def _newly_asked(at: Desk, filled: forms.Filled) -> bool:
    assert at.form is not None  # noqa: S101 -- narrows the type: the caller has read the form
    now = house_of(current_app).clock.now()
    asked = forms.newly_asked(at.form, filled, variables=at.variables, now=now, choices=at.choices)
    return bool(asked)
