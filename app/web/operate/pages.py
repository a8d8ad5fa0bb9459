"""Operating one course: what has stopped and why, mending and trying again, standing still, ending.

Whoever operates sees no more of a citizen than the values that a stopped step was about; that they did stands in the
access log.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import courses, house_of
from app.access.closed import permit
from app.access.session import current_principal
from app.courses import Course, CourseState, Incident, Order, Version
from app.definitions import library
from app.engine import LiveElement, live, variables_at
from app.errors import DomainError, Refused
from app.storage import UnitOfWork
from app.web.courses.diagrams import entry_number
from app.web.i18n import gettext as _
from app.web.operate.stopped import explained, stopped_at
from app.web.pictures.drawings import Drawing, drawing_of
from app.web.site.pages import pages
from app.web.site.visits import seen
from app.web.words import values

blueprint = pages("operating", __name__)


@dataclass(frozen=True)
class Standing:
    """One thing that lives in the course: where it is, and what it is called."""

    live: LiveElement
    name: str


@dataclass(frozen=True)
class Operated:
    """A course as its operator sees it.

    Attributes:
        row: the version it runs on, as published.
        variables: its own variables, where the operator has a ground to see them; else None.
        names: of its variables.
        past: the versions it ran on before, with when it left them.
    """

    course: Course
    version: Version
    row: library.DefinitionVersion
    state: bytes
    living: tuple[Standing, ...]
    variables: Mapping[str, Any] | None
    names: tuple[str, ...]
    past: tuple[courses.PastVersion, ...]

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self.course.status != "ended"


def open_operated(session: Session, key: int) -> Operated:
    """Read a course for who operates it.

    Raises:
        NotFound: no such course.
        Refused: the person may not operate it.
    """
    house, person = house_of(current_app), current_principal()
    course = courses.course(session, key)
    if not courses.may_operate(course, person):
        raise Refused("access:permit", _("Du har ikke adgang til at gøre det her."))
    version = house.runtime.models.get(session, course.version_key)
    row = library.version(session, course.version_key)
    assert row is not None  # noqa: S101 -- `models` has just read it
    state = session.scalar(select(CourseState.state).where(CourseState.course_key == key)) or b""
    living = living_of(session, version, key, state) if course.status != "ended" else ()
    own = variables_at(version.model, state) if state else {}
    ground = courses.ground_for(session, person, course, house.clock.now())
    if ground is not None and course.citizen_key is not None:
        seen("course:operate", ground.words, [course.citizen_key], course_key=key)
    return Operated(
        course,
        version,
        row,
        state,
        living,
        own if ground is not None else None,
        tuple(sorted(own)),
        tuple(courses.past_versions(session, key)),
    )


def living_of(
    session: Session, version: Version, course_key: int, state: bytes
) -> tuple[Standing, ...]:
    """Return what lives in a state, with names."""
    models = house_of(current_app).runtime.models
    callees = courses.Calling(session, models, version)
    found = []
    for one in live(version.model, state, callees):
        if one.address:
            at = courses.place(session, models, version, course_key, one.address, one.element)
            name = (at.node.name or at.node.id) if at.node is not None else one.element
            found.append(Standing(one, name))
    return tuple(found)


@blueprint.get("/courses/<key:key>/operate")
@permit("operate", "model:publish")
def show(key: int) -> ResponseReturnValue:
    """Show what has stopped, where the course stands, and what can be done about it."""
    return _page(key)


@blueprint.get("/courses/<key:key>/operate/diagram")
@permit("operate", "model:publish")
def drawing(key: int) -> ResponseReturnValue:
    """Show the model with where the course stands, or as far as it came on a version that it ran on before."""
    with house_of(current_app).database.read() as session:
        at = open_operated(session, key)
        return render_template(
            "operate/drawing.html", at=at, drawn=drawn_of(session, at), errors={}
        )


@blueprint.get("/courses/<key:key>/operate/model.bpmn")
@permit("operate", "model:publish")
def model(key: int) -> ResponseReturnValue:
    """Give the file of the model, or of a called process, in the version that the course runs on, or ran on."""
    with house_of(current_app).database.read() as session:
        content = library.content(session, drawn_of(session, open_operated(session, key)).digest)
    return Response(content, mimetype="application/xml")


def drawn_of(session: Session, at: Operated) -> Drawing:
    """Return what the URL asks to be drawn."""
    process = request.args.get("process", "")
    until = entry_number(request.args.get("until", ""))
    return drawing_of(session, house_of(current_app).runtime, at.course, process, until)


@blueprint.post("/courses/<key:key>/operate/incidents/<key:incident_key>")
@permit("operate", "model:publish")
def mend(key: int, incident_key: int) -> ResponseReturnValue:
    """Mend what the step was about, and let it try again."""
    house = house_of(current_app)
    form = request.form
    names = [name for name in form.get("names", "").split(",") if values.is_name(name)]
    mended, wrong = values.asked(form, names)
    attempts = form.get("attempts", "").strip()
    if attempts and not (
        attempts.isascii() and attempts.isdigit() and 0 < int(attempts[:4]) < 1000
    ):
        wrong["attempts"] = _("Skriv et tal fra 1 til 999.")
    order = order_of(form)
    if wrong:
        return _page(key, {f"{incident_key}.{name}": text for name, text in wrong.items()})

    def act(work: UnitOfWork) -> None:
        if mended:
            courses.set_variables(work, house.runtime, key, mended, order)
        if attempts:
            courses.retry(work, house.runtime, incident_key, int(attempts), order)
        else:
            courses.resolve_incident(work, house.runtime, incident_key, order)

    try:
        house.database.run(act)
    except DomainError as error:
        return _page(key, {f"{incident_key}.{name}": text for name, text in _fields(error).items()})
    with house.database.read() as session:
        address = session.get_one(Incident, incident_key).address
        still = any(one.address == address for one in courses.incidents(session, key))
    if still:
        flash(_("Trinnet prøvede igen og stoppede samme sted. Årsagen skal rettes først."), "error")
    else:
        flash(_("Trinnet er gået videre."), "success")
    return redirect(url_for("operating.show", key=key), 303)


@blueprint.get("/courses/<key:key>/operate/variables")
@permit("operate", "model:publish")
def variables(key: int) -> ResponseReturnValue:
    """Ask which variable is wrong, and what it should be."""
    return _variables_page(key)


@blueprint.post("/courses/<key:key>/operate/variables")
@permit("operate", "model:publish")
def set_variable(key: int) -> ResponseReturnValue:
    """Mend one variable of the course."""
    house, form = house_of(current_app), request.form
    name, wrong, value = form.get("name", "").strip(), {}, None
    if not values.is_name(name):
        wrong["name"] = _("Skriv oplysningens navn, som det står i modellen.")
    try:
        value = values.read(values.Typed(form.get("kind", ""), form.get("value", "")))
    except ValueError as error:
        wrong["value"] = str(error)
    if wrong:
        return _variables_page(key, wrong)
    order = order_of(form)
    try:
        house.database.run(
            lambda work: courses.set_variables(work, house.runtime, key, {name: value}, order)
        )
    except DomainError as error:
        return _variables_page(key, _fields(error))
    flash(_("Oplysningen »%(name)s« er rettet.") % {"name": name}, "success")
    return redirect(url_for("operating.show", key=key), 303)


@dataclass(frozen=True)
class Act:
    """One thing that is done to a course as a whole, after a page that says what follows.

    Attributes:
        title: as a question.
        follows: what happens, each a sentence.
        button: what to press.
        done: what is said afterwards.
        final: whether it cannot be undone.
    """

    title: str
    follows: tuple[str, ...]
    button: str
    done: str
    act: Callable[..., None]
    final: bool = False


def acts() -> dict[str, Act]:
    """Return what can be done to a course as a whole, by the last part of its path."""
    return {
        "suspend": Act(
            _("Skal forløbet sættes i bero?"),
            (
                _("Opgaver kan læses, men ikke sendes."),
                _("Frister og ventetider, der udløber imens, sker først, når forløbet går videre."),
                _("Beskeder til forløbet gemmes. Andre systemer får ikke noget arbejde herfra."),
            ),
            _("Sæt i bero"),
            _("Forløbet er sat i bero."),
            courses.suspend,
        ),
        "resume": Act(
            _("Skal forløbet gå videre?"),
            (
                _(
                    "Det, der er udløbet eller kommet imens, sker med det samme i den rækkefølge, det kom."
                ),
                _("Opgaver kan sendes igen."),
            ),
            _("Lad forløbet gå videre"),
            _("Forløbet går videre."),
            courses.resume,
        ),
        "cancel": Act(
            _("Skal forløbet stoppes?"),
            (
                _("Alle åbne opgaver lukkes, og intet i modellen bliver kørt til ende."),
                _("Det kan ikke fortrydes. Historikken bliver stående."),
            ),
            _("Stop forløbet"),
            _("Forløbet er stoppet."),
            courses.cancel,
            final=True,
        ),
        "undo": Act(
            _("Skal flytningen fortrydes?"),
            (
                _("Forløbet er igen, hvor det var før flytningen, på den gamle version."),
                _("Opgaver, som flytningen lukkede, åbner igen med kladder og ejer."),
            ),
            _("Fortryd flytningen"),
            _("Flytningen er fortrudt."),
            courses.undo_migration,
        ),
    }


@blueprint.get("/courses/<key:key>/operate/<any(suspend, resume, cancel, undo):what>")
@permit("operate", "model:publish")
def ask(key: int, what: str) -> ResponseReturnValue:
    """Say what follows, and ask why."""
    return _act_page(key, what)


@blueprint.post("/courses/<key:key>/operate/<any(suspend, resume, cancel, undo):what>")
@permit("operate", "model:publish")
def do(key: int, what: str) -> ResponseReturnValue:
    """Do it."""
    house, act, order = house_of(current_app), acts()[what], order_of(request.form)
    try:
        house.database.run(lambda work: act.act(work, house.runtime, key, order))
    except DomainError as error:
        return _act_page(key, what, _fields(error))
    flash(act.done, "success")
    return redirect(url_for("operating.show", key=key), 303)


def order_of(form: Mapping[str, str]) -> Order:
    """Return who asks, and why, from a form."""
    return Order(current_principal(), form.get("reason", ""))


def _page(key: int, errors: Mapping[str, str] | None = None) -> ResponseReturnValue:
    house = house_of(current_app)
    with house.database.read() as session:
        at = open_operated(session, key)
        stopped = [
            stopped_at(session, at.course, at.version, at.state, one)
            for one in courses.incidents(session, key)
        ]
        if any(one.values for one in stopped) and at.course.citizen_key is not None:
            purpose = "Drift: et trin er stoppet"
            seen("course:operate", purpose, [at.course.citizen_key], course_key=key)
        page = render_template(
            "operate/show.html",
            at=at,
            stopped=stopped,
            explained=explained(),
            drawn=drawn_of(session, at),
            may_undo=courses.may_undo(session, house.runtime, at.course),
            errors=errors or {},
            typed=request.form,
            values=values,
            kinds=values.kinds(),
            statuses=courses.STATUS,
        )
        return page, 422 if errors else 200


def _variables_page(key: int, errors: Mapping[str, str] | None = None) -> ResponseReturnValue:
    with house_of(current_app).database.read() as session:
        at = open_operated(session, key)
        page = render_template(
            "operate/variables.html",
            at=at,
            errors=errors or {},
            typed=request.form,
            values=values,
            kinds=values.kinds(),
        )
        return page, 422 if errors else 200


def _act_page(key: int, what: str, errors: Mapping[str, str] | None = None) -> ResponseReturnValue:
    with house_of(current_app).database.read() as session:
        at = open_operated(session, key)
        page = render_template(
            "operate/act.html",
            at=at,
            what=what,
            act=acts()[what],
            errors=errors or {},
            typed=request.form,
        )
        return page, 422 if errors else 200


def _fields(error: DomainError) -> dict[str, str]:
    """Return what is wrong by field; what is about no field stands at the reason."""
    return dict(error.fields) or {"reason": error.message}
