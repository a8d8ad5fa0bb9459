"""Drawing a task's page: to fill in, held by another, closed, with what is wrong, or after somebody else was first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import courses, forms, house_of, inbox
from app.access import Principal
from app.access.session import current_principal
from app.errors import DomainError
from app.forms import FormView
from app.web.i18n import gettext as _
from app.web.site.grounds import no_ground, not_this_page
from app.web.site.guard import local_path
from app.web.site.visits import seen
from app.web.tasks import context, desk
from app.web.tasks.desk import Desk
from app.web.tasks.uploads import sent
from app.web.words.consequences import together
from app.web.words.deadlines import dues
from app.web.words.reasons import groups_of, why_mine


def draw(
    session: Session,
    at: Desk,
    *,
    answers: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    focus: str | None = None,
    notice: str = "",
    conflict: str = "",
) -> ResponseReturnValue:
    """Draw the page.

    Args:
        session: a read session.
        at: the task.
        answers: what was posted, in place of the draft.
        errors: what is wrong, by dotted path.
        focus: dotted path of the row that was added.
        notice: something to say above the form.
        conflict: who was first; the form can be sent no longer.

    Raises:
        Refused: the person has no ground to see it.
    """
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
        limit=dues(session, [at.task], house.clock.now())[at.task.key],
        mine=at.task.assignee == person.username,
        may_claim=works and at.task.assignee is None,
        may_assign=at.task.status == "open" and may_assign(at, person),
        back=way_back(),
        notice=notice,
        conflict=conflict,
        error_count=len(errors or {}),
    )
    return page, status


def draw_wrong(key: int, answers: Mapping[str, Any], error: DomainError) -> ResponseReturnValue:
    """Draw the form again with everything typed and what is wrong with it."""
    house = house_of(current_app)
    with house.database.read() as session:
        at = desk.lay_out(session, house.runtime, key, current_principal(), house.clock.now())
        return draw(session, at, answers=answers, errors=error.fields or {"": error.message})


def draw_too_late(key: int, answers: Mapping[str, Any], code: str) -> ResponseReturnValue:
    """Say who was first; what was typed is shown and kept."""
    house, person = house_of(current_app), current_principal()
    if answers:
        keep(key, person, answers)
    with house.database.read() as session:
        at = desk.lay_out(session, house.runtime, key, person, house.clock.now())
        if at.task.status != "open":
            who = at.closer
            text = (
                _("%(name)s har allerede sendt opgaven.") % {"name": who}
                if who
                else _("Forløbet er gået videre, så opgaven er lukket.")
            )
        elif at.holder and at.task.assignee != person.username:
            text = _("%(name)s har taget opgaven.") % {"name": at.holder}
        elif code == "course:suspended":
            text = _("Forløbet er sat i bero.")
        elif code == "task:not-yours":
            text = _("Opgaven ligger ikke hos dig længere.")
        else:
            text = _("En anden gemte samtidig. Genindlæs siden, og prøv igen.")
        return draw(session, at, answers=answers, conflict=text)


def typed(at: Desk) -> dict[str, Any]:
    """Return what this request's form holds, valid or not."""
    return forms.read_post(at.form, sent().posted).answers if at.form is not None else {}


def keep(key: int, person: Principal, answers: Mapping[str, Any]) -> None:
    """Keep answers as the person's draft."""
    house_of(current_app).database.run(lambda work: inbox.save(work, key, person.username, answers))


def may_assign(at: Desk, person: Principal) -> bool:
    """Tell whether the person may give the task to others: team leaders, and who has it."""
    return person.may("task:assign") or at.task.assignee == person.username


def way_back() -> str:
    """Return the list that the person came from."""
    return local_path(request.values.get("back"), url_for("inbox.index"))


def address_of(key: int) -> str:
    """Return a task's URL, with the way back in it."""
    back = request.values.get("back")
    return url_for("tasks.show", key=key, back=way_back() if back else None)


def _in_sight(session: Session, at: Desk, *, conflict: bool) -> tuple[Desk, str]:
    """Return the desk as far as the person may see it, and the ground, in words.

    Who has lost the ground, because the task was sent by another, still gets their own words back, and nothing else.
    While it is open there is no such way in: anybody in its group could write themselves a draft.

    Raises:
        Refused: they have no ground, and have written nothing.
    """
    house, person = house_of(current_app), current_principal()
    ground = courses.ground_for(session, person, at.course, house.clock.now())
    if ground is not None:
        candidate = at.task.status == "open" and courses.is_candidate(at.task, person)
        if not ground.opens_task(person, at.task.closed_by, candidate=candidate):
            raise not_this_page(at.course)
        return at, ground.words
    over = conflict or (at.draft is not None and at.task.status != "open")
    if over and courses.is_candidate(at.task, person):
        return replace(at, citizen=None, phase=""), ""
    raise no_ground(at.course)


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
