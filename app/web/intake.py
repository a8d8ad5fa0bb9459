"""Intake: a new inquiry begins here, by starting a course about a citizen; and those that wait to be treated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import citizens, courses, forms, house_of, intake
from app.access.closed import permit
from app.access.session import current_principal
from app.citizens import Citizen, Cpr, NewCitizen
from app.courses import StartRequest
from app.errors import DomainError
from app.forms import Filled, Form, FormView, NoChoices
from app.storage import UnitOfWork
from app.web.i18n import gettext as _
from app.web.inquiries import REGISTER, register_form, task_of, whom
from app.web.links import MOST
from app.web.pages import pages
from app.web.visits import seen

blueprint = pages("intake", __name__)

MOST_WAITING = 20
_OWN = ("cpr", "first_name", "last_name", "kind")
"""The fields of this page beside the inquiry's own."""


@dataclass(frozen=True)
class Typed:
    """What was typed: a citizen by key, or by number and, where the number is new, by name."""

    citizen_key: int | None = None
    cpr: str = ""
    first_name: str = ""
    last_name: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Written:
    """What was written of the inquiry itself, and the form that it was written in."""

    form: Form
    filled: Filled


@blueprint.get("/intake")
@permit("intake:read")
def index() -> ResponseReturnValue:
    """Ask whom the inquiry is about, and show those that wait."""
    return _page(replace(_read_citizen(request.args.get("citizen", "")), kind=_only_kind()))


@blueprint.post("/intake")
@permit("course:start")
def start() -> ResponseReturnValue:
    """Start a course; go to its first task, if it is the person's to do."""
    house, person = house_of(current_app), current_principal()
    form = request.form
    typed = replace(
        _read_citizen(form.get("citizen", "")),
        cpr=form.get("cpr", "").strip()[:20],
        first_name=form.get("first_name", "").strip()[:100],
        last_name=form.get("last_name", "").strip()[:100],
        kind=form.get("kind", "")[:200],
    )
    written = None if _is_anonymous(typed.kind) else _written()
    if written is not None and (written.filled.redraw or _asks_more(written)):
        return _page(typed, written=written)
    try:
        if written is not None and house.database.run(lambda work: _attached(work, typed, written)):
            flash(
                _("Underretningen hører til et forløb, der er i gang. De ansvarlige har den nu."),
                "success",
            )
            return redirect(url_for("intake.index"), 303)
        key = house.database.run(lambda work: _start(work, typed, written))
    except DomainError as error:
        if not error.fields:
            raise
        return _page(typed, error.fields, written), 422
    if written is not None:
        flash(_("Henvendelsen er skrevet ned. Den kommer på kl. 10-mødet."), "success")
        return redirect(url_for("intake.index"), 303)
    with house.database.read() as session:
        course = courses.course(session, key)
        mine = next(
            (one for one in courses.tasks_of(session, key) if courses.may_work(one, person)), None
        )
        sees_it = courses.ground_for(session, person, course, house.clock.now()) is not None
    if mine is not None:
        flash(_("Forløbet er startet. Her er den første opgave."), "success")
        return redirect(url_for("tasks.show", key=mine.key), 303)
    if sees_it:
        flash(_("Forløbet er startet."), "success")
        return redirect(url_for("courses.overview", key=key), 303)
    flash(_("Forløbet er startet. Den første opgave ligger hos dem, der skal tage den."), "success")
    return redirect(url_for("intake.index"), 303)


def _start(work: UnitOfWork, typed: Typed, written: Written | None) -> int:
    """Start the course; what was written of the inquiry completes its first task at once.

    Raises:
        DomainError: what is wrong, all of it together, by field.
    """
    house, person = house_of(current_app), current_principal()
    offered = {row.process_id: row for row in courses.startable(work.session)}
    if typed.kind in offered and offered[typed.kind].course_kind == courses.ANONYMOUS:
        return _start_anonymous(work, typed)
    wrong: dict[str, str] = {}
    citizen: Citizen | None = None
    try:
        citizen = _citizen(work, typed)
    except DomainError as error:
        if not error.fields:
            raise
        wrong |= error.fields
    if typed.kind not in offered:
        wrong["kind"] = _("Vælg, hvilket forløb der skal startes.")
    elif citizen is not None and _runs_already(work.session, citizen, typed.kind):
        wrong["kind"] = _("Borgeren har allerede et forløb af den slags i gang.")
    if written is not None:
        wrong |= _wrong_in(written)
    if citizen is None or wrong:
        raise DomainError("intake:wrong", _("Ret svarene, og send igen."), fields=wrong)
    seen("course:start", _("Ny henvendelse"), [citizen.key])
    course = courses.start(work, house.runtime, StartRequest(typed.kind, citizen), person.username)
    if written is not None:
        work.session.flush()
        first = next(
            one for one in courses.tasks_of(work.session, course.key) if one.form_id == REGISTER
        )
        courses.complete(work, house.runtime, first.key, written.filled.answers, person)
    return course.key


def _attached(work: UnitOfWork, typed: Typed, written: Written) -> bool:
    """Give a concern for a child to the family's course, where one runs; False where none does."""
    house, person = house_of(current_app), current_principal()
    if written.filled.answers.get("concern_for_child") != "yes" or _wrong_in(written):
        return False
    key = typed.citizen_key
    if key is None and typed.cpr:
        known = citizens.by_cpr(work.session, Cpr.parse(typed.cpr))
        key = known.key if known is not None else None
    course = None if key is None else courses.family_course(work.session, key, work.now)
    if course is None or key is None:
        return False
    seen("course:start", _("Ny henvendelse"), [key])
    courses.attach_concern(work, house.runtime, course, written.filled.answers, person.username)
    return True


def _start_anonymous(work: UnitOfWork, typed: Typed) -> int:
    """Start a course about somebody whose name nobody asks for (sundhedsloven § 141, serviceloven § 101 a).

    Raises:
        DomainError: a number or a name was typed all the same.
    """
    house, person = house_of(current_app), current_principal()
    given = {"cpr": typed.cpr, "first_name": typed.first_name, "last_name": typed.last_name}
    text = _("Et anonymt forløb må ikke have navn eller nummer. Slet det, og send igen.")
    wrong = {field: text for field, value in given.items() if value}
    if typed.citizen_key is not None:
        wrong["kind"] = _("Borgeren er valgt ved navn. Vælg et andet forløb, eller begynd forfra.")
    if wrong:
        raise DomainError("intake:not-anonymous", text, fields=wrong)
    return courses.start(work, house.runtime, StartRequest(typed.kind), person.username).key


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


def _wrong_in(written: Written) -> dict[str, str]:
    now = house_of(current_app).clock.now()
    try:
        forms.validate(
            written.form, written.filled.answers, variables={}, now=now, choices=NoChoices()
        )
    except DomainError as error:
        return dict(error.fields)
    return {}


def _citizen(work: UnitOfWork, typed: Typed) -> Citizen:
    """Return the citizen, registered now if nobody has the number yet.

    Raises:
        DomainError: a number that cannot be, or no name for a new one.
        Refused: the person may not register citizens.
    """
    person = current_principal()
    if typed.citizen_key is not None:
        return citizens.citizen(work.session, typed.citizen_key)
    cpr = Cpr.parse(typed.cpr)
    known = citizens.by_cpr(work.session, cpr)
    if known is not None:
        return known
    person.require("citizen:register")
    missing = {
        field: text
        for field, value, text in (
            ("first_name", typed.first_name, _("Nummeret er nyt her. Skriv borgerens fornavn.")),
            ("last_name", typed.last_name, _("Nummeret er nyt her. Skriv efternavnet.")),
        )
        if not value
    }
    if missing:
        raise DomainError("citizen:name", _("Skriv borgerens navn."), fields=missing)
    new = NewCitizen(typed.cpr, typed.first_name, typed.last_name)
    keyring = house_of(current_app).runtime.keyring
    return citizens.find_or_register(work, keyring, new, person.username)


def _runs_already(session: Session, citizen: Citizen, kind: str) -> bool:
    return any(
        one.status != "ended" and one.process_id == kind
        for one in courses.of_citizen(session, citizen.key)
    )


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
                seen("citizen:read", _("Ny henvendelse"), [chosen.key])
        waiting = [
            (one, whom(session, one), task_of(session, one))
            for one in intake.inquiries(session, status="open", limit=MOST_WAITING)
        ]
        people = [about.key for _one, about, _task in waiting if about is not None]
        if people:
            seen("inquiry:list", _("Henvendelser, der venter"), people)
        return render_template(
            "intake/index.html",
            typed=typed,
            chosen=chosen,
            errors=own,
            form=_drawn(session, wrong, written),
            kinds=courses.startable(session),
            waiting=waiting,
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
    is_key = text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= MOST
    return Typed(int(text) if is_key else None)
