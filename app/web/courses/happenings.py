"""Reporting what has happened: each message that the course's model waits for beside its way, in the model's words.

Which happenings there are is the designer's: an event sub-process of the main process that starts at a message to the
citizen or the course. What follows from something written elsewhere is not reported here: withdrawing a consent has a
page of its own, where the consent is, and an agreement comes from a meeting's minutes.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import citizens, courses, house_of
from app.access.closed import permit
from app.access.session import current_principal
from app.courses import TOLD_BY_ITSELF, Course
from app.definitions import Kind, Node
from app.errors import DomainError
from app.storage import UnitOfWork
from app.web.courses.frame import draw, open_course
from app.web.courses.head import Head
from app.web.i18n import gettext as _
from app.web.site.grounds import need_work
from app.web.site.pages import pages

blueprint = pages("happenings", __name__)

ADDRESS_PROTECTED = "address_protected"
"""The message that also masks the citizen's address, from the next page on (CPR-loven § 28)."""

MOST_WORDS = 2000


@dataclass(frozen=True)
class Happening:
    """Something that can be reported.

    Attributes:
        name: of the message.
        key: its correlation key.
        label: what the model calls it.
        about: what the model says of it.
        ends: the course leaves its way for it, and does not come back.
        courses: the others that hear of it too.
    """

    name: str
    key: str
    label: str
    about: str
    ends: bool
    courses: tuple[Course, ...]


@blueprint.get("/courses/<key:key>/report")
@permit("task:work")
def show(key: int) -> ResponseReturnValue:
    """Ask what has happened."""
    with house_of(current_app).database.read() as session:
        head = open_course(session, key, "report")
        need_work(head.ground)
        return _draw(session, head)


@blueprint.post("/courses/<key:key>/report")
@permit("task:work")
def report(key: int) -> ResponseReturnValue:
    """Tell the courses; ask once more before one leaves its way."""
    house, person = house_of(current_app), current_principal()
    chosen, reason = request.form.get("what", ""), request.form.get("reason", "")[:MOST_WORDS]
    with house.database.read() as session:
        head = open_course(session, key, "report")
        need_work(head.ground)
        found = next((one for one in _happenings(session, head) if one.name == chosen), None)
        errors = {}
        if found is None:
            errors["what"] = _("Vælg, hvad der er sket.")
        if not reason.strip():
            errors["reason"] = _("Skriv kort, hvad du ved, og hvorfra.")
        if found is None or errors:
            return _draw(session, head, chosen, reason, errors), 422
        if found.ends and "sure" not in request.form:
            return _draw(session, head, chosen, reason, sure=found)
    house.database.run(lambda work: _tell(work, head, found, reason.strip()))
    flash(_("»%(what)s« er meldt til forløbet.") % {"what": found.label}, "success")
    by_now = url_for("courses.overview", key=key)
    return redirect(by_now if person.may("course:read") else url_for("inbox.index"), 303)


def _tell(work: UnitOfWork, head: Head, found: Happening, reason: str) -> None:
    house, person = house_of(current_app), current_principal()
    if found.name == ADDRESS_PROTECTED and head.course.citizen_key is not None:
        citizens.set_address_protection(
            work,
            house.runtime.keyring,
            head.course.citizen_key,
            protected=True,
            by=person.username,
        )
    told = courses.publish_message(
        work,
        house.runtime,
        found.name,
        found.key,
        variables={"reason": reason},
        by=person.username,
    )
    if head.course.key not in told and head.course.status != courses.SUSPENDED:
        text = _("Forløbet er gået videre og venter ikke på det mere. Genindlæs siden.")
        raise DomainError("course:not-waiting", text, fields={"what": text})


def _draw(
    session: Session,
    head: Head,
    chosen: str = "",
    reason: str = "",
    errors: dict[str, str] | None = None,
    sure: Happening | None = None,
) -> str:
    return draw(
        session,
        head,
        "report",
        happenings=_happenings(session, head),
        chosen=chosen,
        reason=reason,
        errors=errors or {},
        sure=sure,
    )


def _happenings(session: Session, head: Head) -> list[Happening]:
    """Return what the course waits for beside its way, in the order of the model."""
    course, process = head.course, head.version.bundle.process
    keys = {str(course.key), str(course.citizen_key)}
    waiting = {
        one.element: one
        for one in courses.messages_awaited(session, course.key)
        if one.correlation_key in keys and one.name not in TOLD_BY_ITSELF
    }
    found = []
    for node in process.nodes:
        around = process.by_id.get(node.scope)
        if node.kind is not Kind.START or around is None or around.scope != process.id:
            continue
        if around.kind is Kind.EVENT_SUB_PROCESS and node.id in waiting:
            one = waiting[node.id]
            others = [
                other
                for other in courses.waiting_for_message(session, one.name, one.correlation_key)
                if other.key != course.key
            ]
            found.append(_happening(node, around, one.name, one.correlation_key, tuple(others)))
    return found


def _happening(
    node: Node, around: Node, name: str, key: str, others: tuple[Course, ...]
) -> Happening:
    return Happening(
        name,
        key,
        node.name or name,
        node.documentation or around.documentation,
        node.interrupting,
        others,
    )
