"""Citizens: finding one, and the page of one: all courses, one plan, household, guardians, consents, who has looked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import access, citizens, consents, courses, house_of, plans, teams
from app.access import ROLES, AccessRow
from app.access.closed import permit
from app.access.session import current_principal
from app.citizens import OF_AGE, Citizen
from app.clock import LOCAL
from app.courses import Course, Task
from app.errors import Refused
from app.sight import Ground, Subject, sees
from app.teams import Post
from app.web.courses.head import consent_chip, outcome_words
from app.web.courses.kin import kin_of
from app.web.i18n import gettext as _
from app.web.pictures.phases import phase_name
from app.web.site.grounds import need_work
from app.web.site.pages import pages
from app.web.site.visits import denied, searched, seen
from app.web.words.looks import spoken

blueprint = pages("citizens", __name__)

MOST_FOUND = 50
LOOKS = 50
"""Looks on a citizen's page."""


@blueprint.get("/citizens")
@permit("citizen:search")
def index() -> ResponseReturnValue:
    """Ask whom to find."""
    return render_template("citizens/index.html", text="", found=None, open_to={}, error="")


@blueprint.post("/citizens")
@permit("citizen:search")
def search() -> ResponseReturnValue:
    """Find citizens by name or number; what was typed never comes into an address."""
    house = house_of(current_app)
    text = request.form.get("text", "").strip()[:200]
    if len(text) < 2:
        error = _("Skriv mindst to bogstaver af navnet, eller hele CPR-nummeret.")
        page = render_template(
            "citizens/index.html", text=text, found=None, open_to={}, error=error
        )
        return page, 422
    with house.database.read() as session:
        found = citizens.search(session, text, limit=MOST_FOUND)
        may_read = current_principal().may("citizen:read")
        open_to = {
            one.key: may_read and ground_for_citizen(session, one.key) is not None for one in found
        }
    purpose = searched("Søgning efter borgere", text)
    seen("citizen:search", purpose, [one.key for one in found])
    return render_template(
        "citizens/index.html",
        text=text,
        found=found,
        open_to=open_to,
        may_break_in=current_principal().may("emergency:open"),
        error="",
        most=MOST_FOUND,
    )


@blueprint.get("/citizens/<key:key>")
@permit("citizen:read")
def show(key: int) -> ResponseReturnValue:
    """Show one citizen to who works with them."""
    return draw_citizen(key)


def draw_citizen(key: int, errors: Mapping[str, str] | None = None, view: str = "") -> str:
    """Draw the page of a citizen, with what is wrong with a child's words that were typed there (`view`)."""
    house, now = house_of(current_app), house_of(current_app).clock.now()
    person = current_principal()
    with house.database.read() as session:
        ground = ground_for_citizen(session, key)
        if ground is None:
            raise _no_ground(session, key)
        citizen = citizens.citizen(session, key)
        staff = ground.basis == "statute"
        found = courses.of_citizen(session, key)
        given = consents.consents(session, key)
        looks = access_looks(key)
        said = citizens.child_views(session, house.runtime.keyring, key) if staff else []
        leads = _leads(session, found)
        page = render_template(
            "citizens/show.html",
            leads=leads,
            phones={one.key: _phone(session, one) for one in leads},
            citizen=citizen,
            ground=ground,
            now=now,
            courses=[_course_line(session, course) for course in found],
            plan=plans.current(session, key) or plans.draft(session, key),
            plan_statuses=plans.STATUS,
            household=household_of(session, citizen),
            guardians=citizens.guardians(session, key),
            barred=citizens.barred(session, key, now) if staff else [],
            relations=citizens.RELATIONS,
            may_protect=staff and person.may("citizen:protect"),
            may_admit=ground.works and person.may("guardian:admit"),
            today=now.astimezone(LOCAL).date(),
            child=citizen.age(now) < OF_AGE,
            said=said,
            may_hear=ground.works and person.may("citizen:protect"),
            errors=errors or {},
            view=view,
            consents=given,
            consent_state=consent_chip(given, now),
            states=consents.STATES,
            looks=looks,
            spoken=spoken,
            names=access.names(session, {look.actor for look in looks} | {one.by for one in said}),
            roles={code: role.title for code, role in ROLES.items()},
        )
    seen("citizen:read", ground.words, [key])
    return page


def ground_for_citizen(session: Session, key: int) -> Ground | None:
    """Return why the person at the page may see a citizen: by themselves, or through one of their courses."""
    house, person = house_of(current_app), current_principal()
    found = sees(session, person, Subject(key), house.clock.now())
    if found is not None and found.works:
        return found
    for course in courses.of_citizen(session, key):
        other = courses.ground_for(session, person, course, house.clock.now())
        if other is not None and (found is None or other.works):
            return other
    return found


def working_with(session: Session, key: int, *, protects: bool = False) -> Citizen:
    """Return a citizen whom the person at the page works with for the municipality.

    Args:
        session: a read session.
        key: the citizen's.
        protects: what they are about to do only keeps others out, which an emergency is enough for.

    Raises:
        Refused: they do not, or see the citizen only by consent, custody, an emergency or an audit.
    """
    ground = ground_for_citizen(session, key)
    if ground is None or ground.basis != "statute":
        raise _no_ground(session, key)
    if not protects:
        need_work(ground)
    seen("citizen:read", ground.words, [key])
    return citizens.citizen(session, key)


def works_with(session: Session, key: int) -> bool:
    """Tell whether the person at the page works with a citizen, and does not only read in an emergency."""
    ground = ground_for_citizen(session, key)
    return ground is not None and ground.works


def access_looks(key: int) -> list[AccessRow]:
    """Return who has looked at a citizen last: of one person's looks on one day for one purpose, the latest."""
    rows: list[AccessRow] = house_of(current_app).access_log.of_citizen(key)
    latest: dict[tuple[date, str, str], AccessRow] = {}
    for row in rows:
        latest.setdefault((row.at.astimezone(LOCAL).date(), row.actor, row.purpose), row)
    return list(latest.values())[:LOOKS]


def _no_ground(session: Session, key: int) -> Refused:
    if citizens.citizens(session, [key]):
        denied(key)
    text = _(
        "Borgeren findes ikke, eller du arbejder ikke med borgeren. Du får adgang, når du har en opgave"
        " eller en plads i borgerens team."
    )
    return Refused("sight:no-ground", text)


def _leads(session: Session, found: Sequence[Course]) -> list[Post]:
    """Return who is responsible in the citizen's running courses, each once: the one who has been longest first."""
    running = [one.key for one in found if one.status != "ended"]
    posts = sorted(
        teams.coordinators(session, running).values(), key=lambda one: (one.valid_from, one.key)
    )
    each: dict[str, Post] = {}
    for post in posts:
        each.setdefault(post.username or post.name, post)
    return list(each.values())


def _phone(session: Session, post: Post) -> str:
    person = access.person(session, post.username) if post.username else None
    return person.phone if person is not None else ""


def _course_line(session: Session, course: Course) -> dict[str, object]:
    house, person = house_of(current_app), current_principal()
    post = teams.coordinator(session, course.key)
    model = house.runtime.models.get(session, course.version_key).model
    waiting = session.scalars(
        select(Task).where(Task.course_key == course.key, Task.status == "open")
    ).all()
    return {
        "course": course,
        "phase": phase_name(session, house.runtime, course),
        "coordinator": post.name if post is not None else "",
        "open": len(waiting),
        "due": min((task.due for task in waiting if task.due is not None), default=None),
        "outcome": outcome_words(course, model) if course.status == "ended" else "",
        "before": kin_of(session, course, house.clock.now()).before,
        "visible": courses.ground_for(session, person, course, house.clock.now()) is not None,
    }


def household_of(session: Session, citizen: Citizen) -> list[tuple[Citizen, bool]]:
    """Return who lives with the citizen, each with whether the person at the page may open them."""
    home = citizens.household(session, citizen.key, house_of(current_app).clock.now())
    if home is None:
        return []
    return [
        (one, ground_for_citizen(session, one.key) is not None)
        for one in home.members
        if one.key != citizen.key
    ]
