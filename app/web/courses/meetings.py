"""One network meeting: its agenda, who is invited and who is not and why, its calendar file, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import access, citizens, consents, courses, house_of, meetings, plans, teams
from app.access.closed import permit
from app.access.session import current_principal
from app.citizens import Citizen
from app.clock import LOCAL
from app.consents import GIVERS
from app.errors import Conflict, DomainError, NotFound, Refused
from app.meetings import Meeting
from app.web.courses import agreements
from app.web.courses.frame import draw, open_course
from app.web.courses.head import Head
from app.web.i18n import gettext as _
from app.web.site.pages import pages

blueprint = pages("meetings", __name__)

DECIDE = frozenset({"decide", "decide_treatment", "decide_child_plan"})
"""Tasks of the models in which the authority decides."""


@dataclass(frozen=True)
class Clash:
    """Another meeting about the citizen in the same week; the course is named to those who may see it."""

    starts_at: datetime
    course: courses.Course | None
    key: int


@blueprint.get("/courses/<key:key>/meetings/<key:meeting_key>")
@permit("course:read")
def show(key: int, meeting_key: int) -> ResponseReturnValue:
    """Show a meeting."""
    return _page(key, meeting_key)


@blueprint.get("/courses/<key:key>/meetings/<key:meeting_key>/calendar.ics")
@permit("course:read")
def calendar(key: int, meeting_key: int) -> ResponseReturnValue:
    """Give the meeting as a file for calendars: an invitation, an update or a cancellation."""
    house = house_of(current_app)
    with house.database.read() as session:
        head, meeting = _find(session, key, meeting_key)
        now = house.clock.now()
        people = _at_home(session, head, now)
        file = meetings.ics(
            meeting,
            organiser=house.settings.municipality,
            secrets=[
                word
                for one in people
                for word in (one.first_name, one.last_name, *_streets(one.address))
            ],
            protected=any(one.address_protected for one in people),
            at=now,
        )
    answer = Response(file, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'attachment; filename="moede.ics"'
    return answer


@blueprint.post("/courses/<key:key>/meetings/<key:meeting_key>/move")
@permit("task:work")
def move(key: int, meeting_key: int) -> ResponseReturnValue:
    """Give the meeting another time or place."""
    house, person = house_of(current_app), current_principal()
    with house.database.read() as session:
        _mine(*_find(session, key, meeting_key))
    said = request.form
    try:
        wanted = _said_time(said.get("starts_at", ""), said.get("minutes", ""))
        house.database.run(
            lambda work: meetings.move(
                work,
                meeting_key,
                starts_at=wanted[0],
                minutes=wanted[1],
                place=said.get("place", ""),
                by=person.username,
                reason=said.get("reason", ""),
            )
        )
    except DomainError as error:
        return _page(key, meeting_key, error.fields, said), 422
    flash(
        _("Mødet er flyttet. Hent kalenderfilen igen, og giv den til dem, der er indbudt."),
        "success",
    )
    return redirect(url_for("meetings.show", key=key, meeting_key=meeting_key), 303)


@blueprint.post("/courses/<key:key>/meetings/<key:meeting_key>/cancel")
@permit("task:work")
def cancel(key: int, meeting_key: int) -> ResponseReturnValue:
    """Call the meeting off."""
    house, person = house_of(current_app), current_principal()
    with house.database.read() as session:
        _mine(*_find(session, key, meeting_key))
    reason = request.form.get("why", "")
    try:
        house.database.run(
            lambda work: meetings.cancel(work, meeting_key, by=person.username, reason=reason)
        )
    except DomainError as error:
        return _page(key, meeting_key, {"why": error.message}, request.form), 422
    flash(_("Mødet er aflyst. Kalenderfilen fjerner det hos dem, der har det."), "success")
    return redirect(url_for("meetings.show", key=key, meeting_key=meeting_key), 303)


@blueprint.post("/courses/<key:key>/meetings/<key:meeting_key>/agreements/<int:number>")
@permit("task:work")
def settle(key: int, meeting_key: int, number: int) -> ResponseReturnValue:
    """Say what became of an agreement; the task of it closes."""
    house, person, typed = house_of(current_app), current_principal(), request.form
    with house.database.read() as session:
        _head, meeting = _find(session, key, meeting_key)
        task = agreements.tasks_of(session, meeting, person).get(number)
    if task is None:
        text = _("Aftalen er besvaret, eller den ligger hos en anden. Genindlæs siden.")
        raise Conflict("meeting:agreement", text)
    try:
        house.database.run(lambda work: agreements.complete(work, task, typed, person))
    except DomainError as error:
        said = {f"{name}-{number}": typed.get(name, "") for name in agreements.NAMES}
        return _page(key, meeting_key, agreements.wrong_in(error, number), said), 422
    flash(_("Svaret er gemt, og opgaven er lukket."), "success")
    return redirect(url_for("meetings.show", key=key, meeting_key=meeting_key), 303)


def _page(
    key: int,
    meeting_key: int,
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> str:
    house = house_of(current_app)
    with house.database.read() as session:
        head, meeting = _find(session, key, meeting_key)
        now = house.clock.now()
        who = {one.who for one in meeting.agreements} | {meeting.convened_by, meeting.recorded_by}
        return draw(
            session,
            head,
            "meeting",
            meeting=meeting,
            invitations=meetings.invitations(session, meeting, now),
            suggestions=_suggestions(session, head, meeting, now),
            clashes=_clashes(session, head, meeting, now),
            may_change=meeting.status == "convened" and _may_change(head),
            people=access.names(session, {*who, *(one.by for one in meeting.changes)} - {""}),
            statuses=meetings.STATUS,
            agreement_words=meetings.AGREEMENT_STATUS,
            to_answer=agreements.tasks_of(session, meeting, current_principal()),
            parties=teams.PARTY_KINDS,
            givers=GIVERS,
            errors=errors or {},
            typed=typed or _as_typed(meeting),
        )


def _find(session: Session, key: int, meeting_key: int) -> tuple[Head, Meeting]:
    """Return the course's head and its meeting.

    Raises:
        NotFound: no such meeting in this course.
    """
    head = open_course(session, key, "meetings")
    meeting = meetings.meeting(session, meeting_key)
    if meeting.course_key != key:
        raise NotFound("meeting:unknown", _("Mødet findes ikke."))
    return head, meeting


def _may_change(head: Head) -> bool:
    return head.ground.works and current_principal().may("task:work")


def _mine(head: Head, _meeting: Meeting) -> None:
    """Go on only for the municipality's own people, and not for who only audits."""
    if not _may_change(head):
        raise Refused("meeting:change", _("Kun dem, der arbejder med borgeren, kan flytte mødet."))


def _said_time(when: str, minutes: str) -> tuple[datetime, int]:
    """Read what a form says of the time, which is Danish.

    Raises:
        DomainError: no time, or no number.
    """
    try:
        moment = datetime.fromisoformat(when.strip())
    except ValueError:
        text = _("Skriv dato og klokkeslæt.")
        raise DomainError("meeting:time", text, fields={"starts_at": text}) from None
    number = minutes.strip()
    lasts = int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 0
    return (moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)), lasts


def _as_typed(meeting: Meeting) -> dict[str, str]:
    local = meeting.starts_at.astimezone(LOCAL)
    return {
        "starts_at": local.strftime("%Y-%m-%dT%H:%M"),
        "minutes": str(meeting.minutes),
        "place": meeting.place,
    }


def _at_home(session: Session, head: Head, now: datetime) -> list[Citizen]:
    """Return whom a place could give away: the citizen, and those who live with them."""
    if head.citizen is None:
        return []
    home = citizens.household(session, head.citizen.key, now)
    return [head.citizen, *(home.members if home else ())]


def _streets(address: str) -> list[str]:
    """Return what of an address may stand in a place's name: the street with and without its number."""
    street = address.partition(",")[0].strip()
    return [street, street.rstrip("0123456789 ABCDEFGH")]


def _suggestions(
    session: Session, head: Head, meeting: Meeting, now: datetime
) -> list[meetings.Suggestion]:
    if head.citizen is None or meeting.status != "convened" or not _may_change(head):
        return []
    plan = plans.current(session, head.citizen.key)
    return meetings.suggestions(
        meeting.starts_at.astimezone(LOCAL).date(),
        goals=[
            (goal.citizen_words, goal.target_date)
            for goal in (plan.goals if plan else ())
            if not goal.done
        ],
        decisions=[
            (task.name, task.due.astimezone(LOCAL).date() if task.due else None)
            for task in head.open
            if task.element.rpartition("/")[2] in DECIDE
        ],
        consents=[
            (GIVERS.get(one.giver, one.giver), one.valid_until)
            for one in consents.valid_consents(session, head.citizen.key, now)
        ],
        taken=[item.title for item in meeting.agenda],
    )


def _clashes(session: Session, head: Head, meeting: Meeting, now: datetime) -> list[Clash]:
    if meeting.status != "convened" or head.ground.basis != "statute":
        return []
    found = []
    for other in meetings.clashes(session, meeting):
        course = courses.course(session, other.course_key)
        ground = courses.ground_for(session, current_principal(), course, now)
        found.append(Clash(other.starts_at, course if ground else None, other.key))
    return found
