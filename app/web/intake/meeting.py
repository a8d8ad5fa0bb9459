"""The daily intake meeting: a board for a screen on the wall, one inquiry at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import access, courses, house_of, intake
from app.access.closed import permit
from app.access.session import current_principal
from app.citizens import Citizen
from app.clock import LOCAL
from app.courses import Course, Task
from app.errors import DomainError
from app.intake import Inquiry, InquiryEvent, Item, NewCarryOver
from app.web.i18n import gettext as _
from app.web.intake.ages import age_note
from app.web.intake.earlier import Earlier, earlier_contacts
from app.web.intake.inquiries import labels, task_of, whom
from app.web.site.grounds import no_ground
from app.web.site.pages import pages
from app.web.site.visits import seen

blueprint = pages("intake_meeting", __name__)


@dataclass(frozen=True)
class Line:
    """An inquiry on the board, as far as the person at the screen may see it."""

    item: Item
    citizen: Citizen | None
    task: int | None

    @property
    def inquiry(self) -> Inquiry:
        """The inquiry itself."""
        return self.item.inquiry


@blueprint.get("/intake/meeting")
@permit("intake:work")
def board() -> ResponseReturnValue:
    """Show the running meeting, or what waits for the next one."""
    return _draw()


@blueprint.post("/intake/meeting")
@permit("intake:work")
def begin() -> ResponseReturnValue:
    """Begin the meeting, or join the one that runs."""
    house, person = house_of(current_app), current_principal()
    keyring = house.runtime.keyring
    house.database.run(lambda work: intake.open_meeting(work, keyring, person.username))
    return redirect(url_for("intake_meeting.board"), 303)


@blueprint.post("/intake/meeting/<key:key>/inquiries/<key:inquiry>")
@permit("intake:work")
def carry_over(key: int, inquiry: int) -> ResponseReturnValue:
    """Leave an inquiry for the next meeting, in one person's hands."""
    house, person = house_of(current_app), current_principal()
    typed = {name: request.form.get(name, "") for name in ("responsible", "contact_due", "reason")}
    new = NewCarryOver(
        inquiry, typed["responsible"][:100], _day(typed["contact_due"]), typed["reason"][:2000]
    )
    keyring = house.runtime.keyring
    try:
        house.database.run(lambda work: intake.carry_over(work, keyring, key, new, person.username))
    except DomainError as error:
        if not error.fields:
            raise
        return _draw(inquiry, error.fields, typed), 422
    flash(_("Henvendelsen er udskudt til næste møde."), "success")
    return redirect(url_for("intake_meeting.board"), 303)


@blueprint.post("/intake/inquiries/<key:inquiry>/advice")
@permit("intake:work")
def advise(inquiry: int) -> ResponseReturnValue:
    """Write down what a colleague advises."""
    house, person = house_of(current_app), current_principal()
    text, keyring = request.form.get("advice", "")[:2000], house.runtime.keyring
    with house.database.read() as session:
        if whom(session, intake.inquiry(session, inquiry)) is None:
            raise no_ground()
    try:
        house.database.run(
            lambda work: intake.advise(work, keyring, inquiry, text, by=person.username)
        )
    except DomainError as error:
        if not error.fields:
            raise
        return _draw(inquiry, error.fields), 422
    flash(_("Sparringen er gemt på henvendelsen."), "success")
    return redirect(url_for("intake_meeting.board", inquiry=inquiry), 303)


@blueprint.post("/intake/inquiries/<key:inquiry>/colleagues")
@permit("intake:work")
def ask(inquiry: int) -> ResponseReturnValue:
    """Ask a colleague to be ready for an inquiry that is taken before the meeting."""
    house, person = house_of(current_app), current_principal()
    field, keyring = f"colleague-{inquiry}", house.runtime.keyring
    with house.database.read() as session:
        if whom(session, intake.inquiry(session, inquiry)) is None:
            raise no_ground()
    named = [one[:100] for one in (request.form.get(field, ""),) if one]
    try:
        house.database.run(
            lambda work: intake.ask_colleagues(work, keyring, inquiry, named, by=person.username)
        )
    except DomainError as error:
        if not error.fields:
            raise
        return _draw(None, {field: _("Vælg en kollega.")}), 422
    flash(_("Kollegaen får en mail nu."), "success")
    return redirect(url_for("intake_meeting.board"), 303)


@blueprint.post("/intake/meeting/<key:key>/present")
@permit("intake:work")
def present(key: int) -> ResponseReturnValue:
    """Keep who is here, so that it still stands there after the next inquiry."""
    there = request.form.getlist("present")
    house_of(current_app).database.run(lambda work: intake.note_present(work, key, there))
    flash(_("Fremmødet er gemt."), "success")
    return redirect(url_for("intake_meeting.board"), 303)


@blueprint.post("/intake/meeting/<key:key>/close")
@permit("intake:work")
def close(key: int) -> ResponseReturnValue:
    """Close the meeting, if every inquiry has one person and a day."""
    house, person = house_of(current_app), current_principal()
    there = request.form.getlist("present")
    keyring = house.runtime.keyring
    try:
        house.database.run(
            lambda work: intake.close_meeting(work, keyring, key, there, person.username)
        )
    except DomainError as error:
        if not error.fields:
            raise
        return _draw(None, error.fields, {}, there), 422
    flash(_("Mødet er lukket. Alle henvendelser har en ansvarlig."), "success")
    return redirect(url_for("intake_meeting.board"), 303)


def _draw(
    at: int | None = None,
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
    there: Sequence[str] | None = None,
) -> str:
    house = house_of(current_app)
    now = house.clock.now()
    with house.database.read() as session:
        meeting = intake.running_meeting(session)
        found = intake.of_meeting(session, meeting.key) if meeting else intake.waiting(session)
        lines = [
            Line(item, whom(session, item.inquiry), task_of(session, item.inquiry))
            for item in found.items
        ]
        shown = _at_hand(lines, at) if meeting else None
        advice = _advice(session, shown)
        calls = _calls_due(session, now)
        people = [one.citizen.key for one in lines if one.citizen is not None]
        if people:
            seen("inquiry:meeting", "Kl. 10-mødet", people)
        return render_template(
            "intake/meeting.html",
            meeting=meeting,
            last=intake.last_held(session),
            board=found,
            lines=lines,
            at=shown,
            earlier=_earlier(session, shown),
            advice=advice,
            age_note=_age_note(session, shown),
            calls=calls,
            labels=labels(session),
            areas=access.AREAS,
            staff=access.staff(session) if meeting else [],
            names=access.names(
                session,
                {one.item.responsible or "" for one in lines}
                | {one.responsible or "" for one in found.unattached}
                | {one.actor for one in advice},
            ),
            errors=errors or {},
            typed=typed or {},
            present=there if there is not None else meeting.present if meeting else (),
            today=now.astimezone(LOCAL).date(),
            hour=_hour(house.settings.meeting_at),
            ready=_ready(session, lines) if meeting is None else {},
            mailable=_mailable(session),
        )


def _ready(session: Session, lines: Sequence[Line]) -> dict[int, list[str]]:
    """Return who is asked to be ready, by inquiry; nothing where no mail is sent, and of nobody hidden."""
    if not house_of(current_app).settings.sends_mail:
        return {}
    return {
        line.inquiry.key: [
            one.note
            for one in intake.chronology(session, line.inquiry.key)
            if one.what == "colleagues_asked"
        ]
        for line in lines
        if line.citizen is not None
    }


def _mailable(session: Session) -> list[tuple[str, str]]:
    """Return the colleagues to whom mail goes: username and name."""
    if not house_of(current_app).settings.sends_mail:
        return []
    own = current_principal().username
    return [
        (one.username, one.name)
        for one in access.staff(session)
        if one.takes_mail and one.username != own
    ]


def _hour(at: time | None) -> str:
    """Return the hour at which the meeting begins by itself, as people write it; "" where it does not."""
    return f"{at:%H.%M}".lstrip("0").removesuffix(".00") if at is not None else ""


def _at_hand(lines: Sequence[Line], at: int | None) -> Line | None:
    """Return the inquiry that the meeting looks at: the one asked for, else the first that nobody has."""
    wanted = at if at is not None else request.args.get("inquiry", type=int)
    for line in lines:
        if line.inquiry.key == wanted:
            return line
    return next((line for line in lines if not line.item.settled), None)


def _earlier(session: Session, line: Line | None) -> Earlier | None:
    if line is None or line.citizen is None:
        return None
    return earlier_contacts(session, line.citizen.key, but=line.inquiry.course_key)


def _age_note(session: Session, line: Line | None) -> str:
    """Return what there is to say of the age of whom the inquiry is about."""
    course = session.get(Course, line.inquiry.course_key) if line is not None else None
    if line is None or line.citizen is None or course is None:
        return ""
    return age_note(session, course.process_id, line.citizen)


def _advice(session: Session, line: Line | None) -> list[InquiryEvent]:
    if line is None or line.citizen is None:
        return []
    return [one for one in intake.chronology(session, line.inquiry.key) if one.what == "sparring"]


def _calls_due(session: Session, now: datetime) -> list[Task]:
    """Return the call-backs that are due before tomorrow."""
    midnight = datetime.combine(
        now.astimezone(LOCAL).date() + timedelta(days=1), datetime.min.time(), LOCAL
    )
    return courses.open_with_form(session, "call_back", due_before=midnight)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
