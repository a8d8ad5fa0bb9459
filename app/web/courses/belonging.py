"""Moving a course to another unit: a team leader says which one, and why; the responsible person stays."""

from __future__ import annotations

from collections.abc import Mapping

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import courses, house_of, units
from app.access.closed import permit
from app.access.session import current_principal
from app.errors import DomainError, Refused
from app.web.courses.frame import draw, open_course
from app.web.courses.head import Head
from app.web.i18n import gettext as _
from app.web.site.pages import pages

blueprint = pages("belonging", __name__)

MOST_WORDS = 2000


def may_place(head: Head) -> bool:
    """Tell whether the person at the page may move the course to another unit."""
    works = head.ground.works and head.course.status != "ended"
    return works and current_principal().may("course:place")


@blueprint.get("/courses/<key:key>/unit")
@permit("course:place")
def show(key: int) -> ResponseReturnValue:
    """Ask for the unit, and why."""
    with house_of(current_app).database.read() as session:
        return _draw(session, _opened(session, key))


@blueprint.post("/courses/<key:key>/unit")
@permit("course:place")
def move(key: int) -> ResponseReturnValue:
    """Move the course; who leads another unit may not see it any longer."""
    house, person = house_of(current_app), current_principal()
    unit, reason = request.form.get("unit", "")[:100], request.form.get("reason", "")[:MOST_WORDS]
    with house.database.read() as session:
        head = _opened(session, key)
    try:
        house.database.run(
            lambda work: courses.move_to_unit(work, house.runtime, key, unit, person, reason)
        )
    except DomainError as error:
        with house.database.read() as session:
            return _draw(session, head, unit, reason, error.fields), 422
    with house.database.read() as session:
        name = units.names(session, {unit})[unit]
        course = courses.course(session, key)
        sees = courses.ground_for(session, person, course, house.clock.now()) is not None
    flash(_("Forløbet hører nu til %(unit)s.") % {"unit": name}, "success")
    after = url_for("courses.team", key=key) if sees else url_for("courses.index")
    return redirect(after, 303)


def _opened(session: Session, key: int) -> Head:
    head = open_course(session, key, "unit")
    if not may_place(head):
        raise Refused("access:permit", _("Du har ikke adgang til at gøre det her."))
    return head


def _draw(
    session: Session,
    head: Head,
    unit: str = "",
    reason: str = "",
    errors: Mapping[str, str] | None = None,
) -> str:
    here = units.unit_of(session, head.course.key)
    everywhere = units.all_units(session)
    return draw(
        session,
        head,
        "unit",
        here=units.names(session, {here.unit})[here.unit] if here is not None else "",
        units=[one for one in everywhere if here is None or one.code != here.unit],
        unit=unit,
        reason=reason,
        errors=errors or {},
    )
