"""Deadlines across courses: what is broken, who takes it up, and how well each rule is kept."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import access, citizens, courses, deadlines, house_of
from app.access.closed import permit
from app.access.session import current_principal
from app.courses import Course
from app.deadlines import Deadline, DeadlineEvent
from app.web.courses.pages import page_number
from app.web.i18n import gettext as _
from app.web.site.frame import Chip
from app.web.site.pages import pages
from app.web.site.visits import seen
from app.web.words.deadlines import chip_of, source_of

blueprint = pages("deadlines", __name__)


@dataclass(frozen=True)
class Line:
    """One deadline as it is shown; whom it is about only to who may see it.

    Attributes:
        taken: who took the breach up, and what they said would happen.
    """

    deadline: Deadline
    chip: Chip
    source: str
    course: Course
    citizen: citizens.Citizen | None
    visible: bool
    taken: DeadlineEvent | None
    holder: str


@blueprint.get("/deadlines")
@permit("course:read")
def index() -> ResponseReturnValue:
    """Show the deadlines that the URL asks for, the broken ones that nobody has taken up where it says nothing."""
    state = request.args.get("state", "breached")
    state = state if state in deadlines.STATES else ""
    code = request.args.get("rule", "")[:60]
    house, person = house_of(current_app), current_principal()
    number = page_number(request.args.get("page", ""))
    with house.database.read() as session:
        # A breach is escalated to every team leader; others look after the courses that they work in.
        everything = person.may("deadline:oversee") or person.may("audit:read")
        scope = None if everything else courses.near(session, person, house.clock.now())
        found = deadlines.listing(session, scope, state=state, code=code, number=number)
        lines = [_line(session, one) for one in found.rows]
        unseen = deadlines.unseen_breaches(session, scope)
        names = access.names(session, {line.taken.actor for line in lines if line.taken})
    keys = [line.citizen.key for line in lines if line.citizen is not None]
    seen("deadline:list", "Frister på tværs af forløb", keys)
    return render_template(
        "deadlines.html",
        found=found,
        lines=lines,
        names=names,
        state=state,
        rule=lines[0].deadline.name if code and lines else "",
        may_take_up=person.may("deadline:oversee"),
        views=_views(state, code, unseen),
        previous=_url(state, code, found.number - 1) if found.number > 1 else "",
        next=_url(state, code, found.number + 1) if found.number < found.pages else "",
    )


@blueprint.post("/deadlines/<key:key>/taken-up")
@permit("deadline:oversee")
def take_up(key: int) -> ResponseReturnValue:
    """Note that a breach is taken up, and what happens now."""
    house, person = house_of(current_app), current_principal()
    note = request.form.get("note", "")
    house.database.run(lambda work: deadlines.acknowledge(work, key, note, by=person.username))
    flash(_("Gemt. Fristen står nu under overskredne, der er set."), "success")
    return redirect(_url(request.form.get("state", "breached"), "", 1), 303)


def _line(session: Session, one: Deadline) -> Line:
    house, person = house_of(current_app), current_principal()
    now = house.clock.now()
    course = courses.course(session, one.course_key)
    visible = courses.ground_for(session, person, course, now) is not None
    about = None
    if visible and course.citizen_key is not None:
        about = citizens.citizen(session, course.citizen_key)
    taken = None
    if one.acknowledged_at is not None:
        said = deadlines.events(session, one.key)
        taken = next((event for event in said if event.what == "acknowledged"), None)
    return Line(
        one,
        chip_of(one, now),
        source_of(one),
        course,
        about,
        visible,
        taken,
        _holder(session, one),
    )


def _holder(session: Session, one: Deadline) -> str:
    """Return the name of who has the task that the deadline is about; empty where nobody has, or there is none."""
    if one.task_key is None:
        return ""
    who = courses.get(session, one.task_key).assignee
    return access.names(session, {who}).get(who, "") if who else ""


def _url(state: str, code: str, number: int = 1) -> str:
    parts = {"state": state or "all", "rule": code, "page": str(number) if number > 1 else ""}
    return url_for("deadlines.index") + "?" + urlencode({k: v for k, v in parts.items() if v})


def _views(state: str, code: str, unseen: int) -> list[dict[str, object]]:
    labels = {
        "breached": _("Overskredne, ikke set"),
        "seen": _("Overskredne, set"),
        "running": _("Løber"),
        "paused": _("Sat på pause"),
        "met": _("Overholdt"),
        "late": _("Gjort for sent"),
        "": _("Alle"),
    }
    return [
        {
            "label": label,
            "url": _url(one, code),
            "current": one == state,
            "count": unseen if one == "breached" and not code else None,
        }
        for one, label in labels.items()
    ]
