"""Point in time: a course, a citizen or a plan as they were, and as a named colleague was allowed to see them then."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import access, audit, citizens, consents, courses, house_of, plans, sight, teams
from app.access import ROLES, Person
from app.access.closed import permit
from app.access.session import current_principal
from app.clock import LOCAL
from app.definitions import library
from app.errors import Refused
from app.sight import Saw, Subject
from app.web.audit.film import citizen_of
from app.web.courses.frame import words_in
from app.web.courses.head import may_open
from app.web.i18n import DANISH
from app.web.i18n import gettext as _
from app.web.pictures.drawings import drawing_then
from app.web.pictures.phases import name_of
from app.web.pictures.progress import steps
from app.web.site.frame import exact_time
from app.web.site.grounds import need_ground
from app.web.site.pages import pages
from app.web.site.visits import seen
from app.web.words.why import words

blueprint = pages("then", __name__)

_INSTANT = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[ T](\d{1,2})[.:](\d\d)(?::(\d\d)(\.\d{1,6})?)?)?(Z|[+-]\d\d:\d\d)?"
)


@dataclass(frozen=True)
class Asked:
    """Which instant, through whose eyes, and why; what could not be read stands in `wrong`, by field."""

    at: datetime
    text: str
    colleague: Person | None = None
    typed: str = ""
    purpose: str = ""
    wrong: tuple[tuple[str, str], ...] = ()

    @property
    def query(self) -> dict[str, Any]:
        """The same as an address carries it on to another page of that instant."""
        given = {"time": self.text, "as": self.typed, "purpose": self.purpose}
        return {name: value for name, value in given.items() if value}


@blueprint.get("/audit/courses/<key:key>/at")
@permit("audit:read")
def course(key: int) -> ResponseReturnValue:
    """Show a course as it was at an instant."""
    house = house_of(current_app)
    with house.database.read() as session:
        asked = _asked(session)
        found = courses.course(session, key)
        need_ground(session, current_principal(), found, house.clock.now())
        _note(asked, [found.citizen_key] if found.citizen_key else [], key)
        then = audit.course_then(session, house.runtime, found, asked.at)
        saw = None
        if asked.colleague is not None:
            name = asked.colleague.username
            saw = audit.ground_then(session, found, then.tasks, name, asked.at)
        drawn = None
        if then.version is not None:
            drawn = drawing_then(
                session,
                house.runtime,
                found,
                then.version,
                asked.at,
                request.args.get("process", ""),
                then.progress,
            )
        page = render_template(
            "audit/then-course.html",
            course=found,
            citizen=citizen_of(session, found),
            asked=asked,
            then=then,
            saw=saw,
            may=_may(saw),
            drawn=drawn,
            steps=[
                {"label": one.label, "state": one.state, "detail": ""}
                for one in (steps(drawn.process, drawn.prefix, drawn.progress, ()) if drawn else ())
            ],
            version=_version(session, then),
            phase=_phase(session, then),
            names=access.names(session, {one.holder for one in then.tasks if one.holder}),
            groups=access.GROUPS,
            statuses=courses.STATUS,
            posts=teams.POSTS,
            plan=_plan_key(session, found.citizen_key, asked.at),
            variables=[(name, words(value)) for name, value in sorted(then.variables.items())],
            **_common(session, asked, saw, _team(session, key)),
        )
    return page, 422 if asked.wrong else 200


@blueprint.get("/audit/citizens/<key:key>/at")
@permit("audit:read")
def citizen(key: int) -> ResponseReturnValue:
    """Show a citizen as they were known at an instant."""
    house = house_of(current_app)
    with house.database.read() as session:
        asked = _asked(session)
        _need_ground(session, key)
        now = citizens.citizen(session, key)
        _note(asked, [key])
        saw = _saw(session, asked, key)
        then = citizens.citizen_then(session, house.runtime.keyring, key, asked.at)
        known = then is not None
        given = [one for one in consents.consents(session, key) if one.recorded_at <= asked.at]
        page = render_template(
            "audit/then-citizen.html",
            now=now,
            citizen=then,
            asked=asked,
            saw=saw,
            may=_may(saw),
            courses=[
                (one, audit.status_then(session, one, asked.at))
                for one in courses.of_citizen(session, key)
                if one.started_at <= asked.at
            ],
            statuses=courses.STATUS,
            plan=_plan_key(session, key, asked.at),
            household=citizens.household(session, key, asked.at) if known else None,
            guardians=citizens.guardians(session, key, asked.at) if known else [],
            barred=citizens.barred(session, key, asked.at) if known else [],
            consents=given,
            **_common(session, asked, saw, set()),
        )
    return page, 422 if asked.wrong else 200


@blueprint.get("/audit/plans/<key:key>/at")
@permit("audit:read")
def plan(key: int) -> ResponseReturnValue:
    """Show a plan as it was at an instant."""
    house = house_of(current_app)
    with house.database.read() as session:
        asked = _asked(session)
        known = plans.plan(session, key)
        _need_ground(session, known.citizen_key)
        then = plans.plan_then(session, key, asked.at)
        _note(asked, [known.citizen_key, *known.shared_with])
        saw = _saw(session, asked, known.citizen_key)
        page = render_template(
            "audit/then-plan.html",
            citizen=citizens.citizen(session, known.citizen_key),
            members=citizens.citizens(session, then.shared_with) if then else {},
            key=key,
            plan=then,
            asked=asked,
            saw=saw,
            may=_may(saw),
            statuses=plans.STATUS,
            people=access.names(
                session, {one.responsible for one in then.goals} if then else set()
            ),
            words=_plan_words(session, then) if then else {},
            plan_gaps=[plans.GAPS[code] for code in plans.gaps_of(then)] if then else [],
            **_common(session, asked, saw, set()),
        )
    return page, 422 if asked.wrong else 200


def _asked(session: Session) -> Asked:
    wrong: list[tuple[str, str]] = []
    text = request.args.get("time", "").strip()[:40]
    purpose = request.args.get("purpose", "").strip()[:200]
    typed = request.args.get("as", "").strip()[:100]
    now = house_of(current_app).clock.now()
    at = instant(text) if text else now
    if at is None:
        wrong.append(("time", _("Skriv tidspunktet som 2026-11-23 14.05.")))
    elif at - timedelta(minutes=1) > now:
        wrong.append(("time", _("Tidspunktet er ikke kommet endnu.")))
        at = None
    colleague = access.person(session, typed) if typed else None
    if typed and colleague is None:
        near = access.colleagues(session, typed, limit=5)
        colleague = near[0] if len(near) == 1 else None
        if not near:
            wrong.append(("as", _("Ingen kollega har det navn eller brugernavn.")))
        elif colleague is None:
            named = ", ".join(f"{one.name} ({one.username})" for one in near)
            wrong.append(
                ("as", _("Flere passer. Skriv brugernavnet: %(names)s") % {"names": named})
            )
    at = now if at is None else min(at, now)
    return Asked(at, written(at), colleague, typed, purpose, tuple(wrong))


def instant(text: str) -> datetime | None:
    """Return the instant that a text names, Danish time where it says no other; None where it is none.

    What is left out counts to its end: "2026-11-23 14.05" is the end of that minute, "2026-11-23" of that day.
    """
    found = _INSTANT.fullmatch(text)
    if found is None:
        return None
    day, hour, minute, second, rest, zone = found.groups()
    whole = f"{day}T{int(hour or 0):02}:{minute or '00'}:{second or '00'}{rest or ''}{zone or ''}"
    try:
        begins = datetime.fromisoformat(whole)
        begins = begins if begins.tzinfo is not None else begins.replace(tzinfo=LOCAL)
        if rest:
            return begins.astimezone(UTC)
        unit = {"days": 1} if not hour else {"minutes": 1} if not second else {"seconds": 1}
        return (begins + timedelta(**unit) - timedelta(microseconds=1)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def written(at: datetime) -> str:
    """Return an instant as the field for it wants it: Danish time, to the second.

    The hour that comes twice when summer ends is written with its zone the second time: else it reads as the first.
    """
    local = at.astimezone(LOCAL)
    return (local if local.fold else local.replace(tzinfo=None)).isoformat(timespec="seconds")


def _need_ground(session: Session, citizen_key: int) -> None:
    """Go on only where the person at the page sees the citizen today."""
    now = house_of(current_app).clock.now()
    if sight.sees(session, current_principal(), Subject(citizen_key), now) is None:
        text = _("Du arbejder ikke med borgeren, så siden kan ikke vises for dig.")
        raise Refused("sight:no-ground", text)


def _saw(session: Session, asked: Asked, citizen_key: int) -> Saw | None:
    """Return what the named colleague was allowed to see of the citizen then; None where nobody is named."""
    if asked.colleague is None:
        return None
    runtime = house_of(current_app).runtime
    return audit.citizen_ground_then(
        session, runtime, citizen_key, asked.colleague.username, asked.at
    )


def _note(asked: Asked, people: Iterable[int], course_key: int | None = None) -> None:
    """Write down whose past was looked at, through whose eyes, and why."""
    purpose = f"Revision: som det stod {exact_time(asked.at, DANISH)}"
    if asked.colleague is not None:
        purpose += f", set med den adgang, {asked.colleague.name} havde"
    if asked.purpose:
        purpose += f". {asked.purpose}"
    seen("audit:then", purpose[:500], people, course_key=course_key)


def _common(session: Session, asked: Asked, saw: Saw | None, near: set[str]) -> dict[str, Any]:
    """Return what all three pages show: the form, the answer to what the colleague saw, and what is not known."""
    was = saw.was.principal if saw is not None else None
    return {
        "givers": consents.GIVERS,
        "decisions": consents.DECISIONS,
        "states": consents.STATES,
        "parties": {**access.AREAS, **teams.PARTY_KINDS},
        "field": written(asked.at),
        "near": access.names(session, near),
        "roles": ", ".join(ROLES[code].title for code in sorted(was.roles) if code in ROLES)
        if was is not None
        else "",
        "gaps": [sight.GAPS[code] for code in saw.gaps] if saw is not None else [],
    }


def _may(saw: Saw | None) -> Callable[[str], bool]:
    """Return what tells whether a part was open: to the auditor all, to the colleague as the ground says."""

    def may(part: str) -> bool:
        return saw is None or (saw.ground is not None and may_open(saw.ground, part))

    return may


def _team(session: Session, key: int) -> set[str]:
    """Return who was ever in a course's team: likely colleagues to look through."""
    return {post.username for post in teams.history(session, key) if post.username}


def _version(session: Session, then: audit.CourseThen) -> int:
    row = library.version(session, then.version.key) if then.version is not None else None
    return row.version if row is not None else 0


def _phase(session: Session, then: audit.CourseThen) -> str:
    """Return the names of the phases that the course stood in."""
    if then.version is None:
        return ""
    runtime, here = house_of(current_app).runtime, then.progress.get("here", {})
    process = then.version.bundle.process
    calls = [node.id for node in process.nodes if node.call is not None and here.get(node.id)]
    named = [name_of(session, runtime, then.version.key, one) for one in calls]
    return ", ".join(name for name in named if name)


def _plan_key(session: Session, citizen_key: int | None, at: datetime) -> int | None:
    """Return the key of the plan that a citizen had by an instant."""
    if citizen_key is None:
        return None
    found = plans.current(session, citizen_key) or plans.draft(session, citizen_key)
    if found is None or plans.plan_then(session, found.key, at) is None:
        return None
    return found.key


def _plan_words(session: Session, plan: plans.Plan) -> dict[str, str]:
    """Return the kinds of support in words, as the form of the plan's course has them."""
    runtime = house_of(current_app).runtime
    own = runtime.models.get(session, courses.course(session, plan.course_key).version_key)
    called = courses.versions_called(session, runtime.models, own, plan.course_key)
    found = words_in(session, (own, *called.values()), "choose_interventions")
    return found.get("intervention_type", {})
