"""Beginning a course with an inquiry: about somebody by number, about nobody by name, or in the family's course.

Shared by the page that takes an inquiry down and the one that finds out whom an earlier one is about.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from sqlalchemy.orm import Session

from app import citizens, courses, forms, house_of
from app.access.session import current_principal
from app.citizens import Citizen, Cpr, NewCitizen
from app.courses import StartRequest
from app.errors import DomainError
from app.forms import Filled, Form, NoChoices
from app.storage import UnitOfWork
from app.web.i18n import gettext as _
from app.web.intake.inquiries import REGISTER
from app.web.site.visits import seen


@dataclass(frozen=True)
class Typed:
    """What was typed: a citizen by key, or by number and, where the number is new, by name.

    `about` says whom it is about where nobody knows the number; `candidate` is who was on the list of candidates.
    """

    citizen_key: int | None = None
    cpr: str = ""
    first_name: str = ""
    last_name: str = ""
    kind: str = ""
    about: str = ""
    candidate: int | None = None


@dataclass(frozen=True)
class Written:
    """What was written of the inquiry itself, and the form that it was written in."""

    form: Form
    filled: Filled


def begin(work: UnitOfWork, typed: Typed, written: Written | None) -> int:
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
        wrong |= wrong_in(written)
    if citizen is None or wrong:
        raise DomainError("intake:wrong", _("Ret svarene, og send igen."), fields=wrong)
    seen("course:start", "Ny henvendelse", [citizen.key])
    course = courses.start(work, house.runtime, StartRequest(typed.kind, citizen), person.username)
    if written is not None:
        work.session.flush()
        first = next(
            one for one in courses.tasks_of(work.session, course.key) if one.form_id == REGISTER
        )
        courses.complete(work, house.runtime, first.key, written.filled.answers, person)
    return course.key


def join_family(work: UnitOfWork, typed: Typed, written: Written) -> int | None:
    """Give a concern for a child to the family's course, where one runs, and return its key; None where none does."""
    house, person = house_of(current_app), current_principal()
    if written.filled.answers.get("concern_for_child") != "yes" or wrong_in(written):
        return None
    key = typed.citizen_key
    if key is None and typed.cpr:
        known = citizens.by_cpr(work.session, Cpr.parse(typed.cpr))
        key = known.key if known is not None else None
    course = None if key is None else courses.family_course(work.session, key, work.now)
    if course is None or key is None:
        return None
    seen("course:start", "Ny henvendelse", [key])
    courses.attach_concern(work, house.runtime, course, written.filled.answers, person.username)
    return course.key


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


def wrong_in(written: Written) -> dict[str, str]:
    """Return what is wrong with the inquiry's own answers, by field."""
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
