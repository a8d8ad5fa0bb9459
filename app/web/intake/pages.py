"""Intake: a new inquiry begins here, by starting a course about a citizen; and those that wait to be treated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import citizens, courses, forms, house_of, intake
from app.access.closed import permit
from app.access.session import current_principal
from app.errors import DomainError, NotFound
from app.forms import FormView, NoChoices
from app.intake import NewUnattached
from app.storage import UnitOfWork
from app.web.i18n import gettext as _
from app.web.intake.ages import age_note
from app.web.intake.beginning import Typed, Written, begin, join_family, wrong_in
from app.web.intake.inquiries import register_form, task_of, whom
from app.web.site.links import MOST
from app.web.site.pages import pages
from app.web.site.visits import seen

blueprint = pages("intake", __name__)

MOST_WAITING = 20
_OWN = ("cpr", "first_name", "last_name", "kind", "about")
"""The fields of this page beside the inquiry's own."""


@blueprint.get("/intake")
@permit("intake:read")
def index() -> ResponseReturnValue:
    """Ask whom the inquiry is about, and show those that wait."""
    typed = _of_candidate(request.args.get("candidate", ""))
    if typed is None:
        typed = replace(_read_citizen(request.args.get("citizen", "")), kind=_only_kind())
    return _page(typed)


@blueprint.post("/intake")
@permit("course:start")
def start() -> ResponseReturnValue:
    """Start a course; go to its first task, if it is the person's to do."""
    house, form = house_of(current_app), request.form
    typed = replace(
        _read_citizen(form.get("citizen", "")),
        cpr=form.get("cpr", "").strip()[:20],
        first_name=form.get("first_name", "").strip()[:100],
        last_name=form.get("last_name", "").strip()[:100],
        kind=form.get("kind", "")[:200],
        about=form.get("about", "").strip()[:2000],
        candidate=_key(form.get("candidate", "")),
    )
    written = None if _is_anonymous(typed.kind) else _written()
    if written is not None and (written.filled.redraw or _asks_more(written)):
        return _page(typed, written=written)
    try:
        if written is not None and typed.about:
            house.database.run(lambda work: _keep(work, typed, written))
            text = _("Henvendelsen er skrevet ned uden CPR-nummer. Den kommer på kl. 10-mødet.")
            flash(text, "success")
            return redirect(url_for("intake.index"), 303)
        if written is not None and house.database.run(
            lambda work: _join_family(work, typed, written)
        ):
            flash(
                _("Underretningen hører til et forløb, der er i gang. De ansvarlige har den nu."),
                "success",
            )
            return redirect(url_for("intake.index"), 303)
        key = house.database.run(lambda work: _begin(work, typed, written))
    except DomainError as error:
        if not error.fields:
            raise
        return _page(typed, error.fields, written), 422
    return _onwards(key, written=written is not None)


def _onwards(key: int, *, written: bool) -> ResponseReturnValue:
    """Go on from a course that has begun: to the next inquiry, or to the course's first task."""
    house, person = house_of(current_app), current_principal()
    with house.database.read() as session:
        course = courses.course(session, key)
        note = ""
        if course.citizen_key is not None:
            whose = citizens.citizen(session, course.citizen_key)
            note = age_note(session, course.process_id, whose)
        mine = next(
            (one for one in courses.tasks_of(session, key) if courses.may_work(one, person)), None
        )
        sees_it = courses.ground_for(session, person, course, house.clock.now()) is not None
    if note:
        flash(note, "warning")
    if written:
        flash(_("Henvendelsen er skrevet ned. Den kommer på kl. 10-mødet."), "success")
        return redirect(url_for("intake.index"), 303)
    if mine is not None:
        flash(_("Forløbet er startet. Her er den første opgave."), "success")
        return redirect(url_for("tasks.show", key=mine.key), 303)
    if sees_it:
        flash(_("Forløbet er startet."), "success")
        return redirect(url_for("courses.overview", key=key), 303)
    flash(_("Forløbet er startet. Den første opgave ligger hos dem, der skal tage den."), "success")
    return redirect(url_for("intake.index"), 303)


def _join_family(work: UnitOfWork, typed: Typed, written: Written) -> bool:
    return join_family(work, typed, written) is not None


def _begin(work: UnitOfWork, typed: Typed, written: Written | None) -> int:
    """Start the course; a candidate is one no longer, in the same transaction."""
    key = begin(work, typed, written)
    if typed.candidate is not None:
        house, person = house_of(current_app), current_principal()
        intake.leave_list(
            work, house.runtime.keyring, typed.candidate, "inquiry", by=person.username
        )
    return key


def _keep(work: UnitOfWork, typed: Typed, written: Written) -> int:
    """Keep an inquiry about somebody whose number nobody knows.

    Raises:
        DomainError: what is wrong, by field; a number or name was typed as well.
    """
    house, person = house_of(current_app), current_principal()
    wrong = wrong_in(written)
    if typed.cpr or typed.citizen_key is not None:
        wrong["about"] = _("Skriv enten CPR-nummeret, eller hvad du ved om personen. Ikke begge.")
    if typed.kind not in {row.process_id for row in courses.startable(work.session)}:
        wrong["kind"] = _("Vælg, hvilket forløb der skal startes.")
    if wrong:
        raise DomainError("intake:wrong", _("Ret svarene, og send igen."), fields=wrong)
    named = " ".join(part for part in (typed.first_name, typed.last_name) if part)
    about = f"{named}. {typed.about}" if named else typed.about
    new = NewUnattached(about, typed.kind, written.filled.answers)
    return intake.keep(work, house.runtime.keyring, new, by=person.username)


def _of_candidate(text: str) -> Typed | None:
    """Return what is known of a candidate, to begin an inquiry with; None where nobody is asked for."""
    key = _key(text)
    if key is None or not current_principal().may("intake:work"):
        return None
    house = house_of(current_app)
    with house.database.read() as session:
        try:
            found = intake.candidate(session, key, house.clock.now())
        except NotFound:
            return None
    return Typed(None, found.cpr, found.first_name, found.last_name, found.kind, candidate=key)


def _is_anonymous(kind: str) -> bool:
    with house_of(current_app).database.read() as session:
        return any(
            row.process_id == kind and row.course_kind == courses.ANONYMOUS
            for row in courses.startable(session)
        )


def _written() -> Written | None:
    """Return what was written of the inquiry itself, by who may take it down; None for others."""
    if not current_principal().may("intake:work"):
        return None
    with house_of(current_app).database.read() as session:
        form = register_form(session)
    return None if form is None else Written(form, forms.read_post(form, request.form))


def _asks_more(written: Written) -> bool:
    """Tell whether the answers bring up questions that the page has not shown."""
    now = house_of(current_app).clock.now()
    asked = forms.newly_asked(
        written.form, written.filled, variables={}, now=now, choices=NoChoices()
    )
    return bool(asked)


def _page(
    typed: Typed, errors: Mapping[str, str] | None = None, written: Written | None = None
) -> str:
    house, person = house_of(current_app), current_principal()
    wrong = dict(errors or {})
    own = {name: wrong.pop(name) for name in _OWN if name in wrong}
    with house.database.read() as session:
        chosen = None
        if typed.citizen_key is not None:
            chosen = citizens.citizens(session, [typed.citizen_key]).get(typed.citizen_key)
            if chosen is not None:
                seen("citizen:read", "Ny henvendelse", [chosen.key])
        waiting = [
            (one, whom(session, one), task_of(session, one))
            for one in intake.inquiries(session, status="open", limit=MOST_WAITING)
        ]
        people = [about.key for _one, about, _task in waiting if about is not None]
        if people:
            seen("inquiry:list", "Henvendelser, der venter", people)
        return render_template(
            "intake/index.html",
            typed=typed,
            chosen=chosen,
            errors=own,
            form=_drawn(session, wrong, written),
            kinds=courses.startable(session),
            waiting=waiting,
            unattached=intake.open_unattached(session) if person.may("intake:work") else [],
            may_start=person.may("course:start"),
            may_meet=person.may("intake:work"),
        )


def _drawn(session: Session, wrong: Mapping[str, str], written: Written | None) -> FormView | None:
    """Return the inquiry's form to fill in, for who may take inquiries down."""
    form = register_form(session) if current_principal().may("intake:work") else None
    if form is None:
        return None
    answers = written.filled.answers if written else None
    now = house_of(current_app).clock.now()
    view = forms.view(form, answers, wrong, variables={}, now=now, choices=NoChoices())
    return replace(view, focus=written.filled.focus if written else None)


def _only_kind() -> str:
    """Return the kind of course where there is only one to choose."""
    with house_of(current_app).database.read() as session:
        offered = courses.startable(session)
    return offered[0].process_id if len(offered) == 1 else ""


def _read_citizen(text: str) -> Typed:
    return Typed(_key(text))


def _key(text: str) -> int | None:
    is_key = text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= MOST
    return int(text) if is_key else None
