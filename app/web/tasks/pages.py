"""A task: fill in, send, done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app, flash, redirect, request
from flask.typing import ResponseReturnValue

from app import courses, forms, house_of, inbox
from app.access import Principal
from app.access.closed import permit
from app.access.session import current_principal
from app.errors import Conflict, DomainError, Refused
from app.storage import UnitOfWork
from app.web.i18n import gettext as _
from app.web.site.grounds import no_ground
from app.web.site.pages import pages
from app.web.tasks import desk
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
@permit("task:work")
def submit(key: int) -> ResponseReturnValue:
    """Send the task, keep a draft, or draw the form again with a row more or less."""
    house, person = house_of(current_app), current_principal()
    with house.database.read() as session:
        at = desk.lay_out(session, house.runtime, key, person, house.clock.now())
        answers = typed(at)
        filled = forms.read_post(at.form, request.form) if at.form is not None else None
        if filled is not None and courses.may_work(at.task, person):
            if filled.redraw:
                return draw(session, at, answers=answers, focus=filled.focus)
            if "draft" not in request.form and _newly_asked(at, filled):
                text = _("Dine svar giver nye spørgsmål. Svar på dem, og send igen.")
                return draw(session, at, answers=answers, notice=text)
    if not courses.is_candidate(at.task, person):
        raise no_ground()
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
        return redirect(way_back(), 303)
    flash(_("Sendt. Her er din næste opgave i forløbet."), "success")
    return redirect(address_of(following.key), 303)


def _newly_asked(at: Desk, filled: forms.Filled) -> bool:
    assert at.form is not None  # noqa: S101 -- narrows the type: the caller has read the form
    now = house_of(current_app).clock.now()
    asked = forms.newly_asked(at.form, filled, variables=at.variables, now=now, choices=at.choices)
    return bool(asked)
