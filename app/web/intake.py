"""Intake: a new inquiry begins here, by starting a course about a citizen; and those that wait to be treated."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import citizens, courses, house_of, intake
from app.access.closed import permit
from app.access.session import current_principal
from app.citizens import Citizen, Cpr, NewCitizen
from app.courses import Course, StartRequest
from app.errors import DomainError
from app.storage import UnitOfWork
from app.web.citizens import ground_for_citizen
from app.web.i18n import gettext as _
from app.web.links import MOST
from app.web.pages import pages
from app.web.visits import seen

blueprint = pages("intake", __name__)

MOST_WAITING = 20


@dataclass(frozen=True)
class Typed:
    """What was typed: a citizen by key, or by number and, where the number is new, by name."""

    citizen_key: int | None = None
    cpr: str = ""
    first_name: str = ""
    last_name: str = ""
    kind: str = ""


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
    try:
        key = house.database.run(lambda work: _start(work, typed))
    except DomainError as error:
        if not error.fields:
            raise
        return _page(typed, error.fields), 422
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


def _start(work: UnitOfWork, typed: Typed) -> int:
    house, person = house_of(current_app), current_principal()
    offered = {row.process_id: row for row in courses.startable(work.session)}
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
    if citizen is None or wrong:
        raise DomainError("intake:wrong", _("Ret svarene, og send igen."), fields=wrong)
    seen("course:start", _("Ny henvendelse"), [citizen.key])
    request_ = StartRequest(typed.kind, citizen)
    return courses.start(work, house.runtime, request_, person.username).key


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


def _page(typed: Typed, errors: dict[str, str] | None = None) -> str:
    house, person = house_of(current_app), current_principal()
    with house.database.read() as session:
        chosen = None
        if typed.citizen_key is not None:
            chosen = citizens.citizens(session, [typed.citizen_key]).get(typed.citizen_key)
            if chosen is not None:
                seen("citizen:read", _("Ny henvendelse"), [chosen.key])
        waiting = [
            (one, _whom(session, one.citizen_key), _task_of(session, one.course_key))
            for one in intake.inquiries(session, status="open", limit=MOST_WAITING)
        ]
        people = [whom.key for _one, whom, _task in waiting if whom is not None]
        if people:
            seen("inquiry:list", _("Henvendelser, der venter"), people)
        return render_template(
            "intake/index.html",
            typed=typed,
            chosen=chosen,
            errors=errors or {},
            kinds=courses.startable(session),
            waiting=waiting,
            may_start=person.may("course:start"),
        )


def _whom(session: Session, citizen_key: int | None) -> Citizen | None:
    """Return whom an inquiry is about, if the person at the page may see them."""
    if citizen_key is None or ground_for_citizen(session, citizen_key) is None:
        return None
    return citizens.citizen(session, citizen_key)


def _task_of(session: Session, course_key: int) -> int | None:
    """Return the key of the open task in the inquiry's course that the person could do."""
    person = current_principal()
    course = session.get(Course, course_key)
    if course is None:
        return None
    return next(
        (one.key for one in courses.tasks_of(session, course_key) if courses.may_work(one, person)),
        None,
    )


def _only_kind() -> str:
    """Return the kind of course where there is only one to choose."""
    with house_of(current_app).database.read() as session:
        offered = courses.startable(session)
    return offered[0].process_id if len(offered) == 1 else ""


def _read_citizen(text: str) -> Typed:
    is_key = text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= MOST
    return Typed(int(text) if is_key else None)
