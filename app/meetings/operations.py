"""The only writer of meetings: calling one, and recording what was said and agreed."""

from __future__ import annotations

from sqlalchemy import delete

from app import access, citizens, consents, teams
from app.clock import LOCAL
from app.connectors import OperationContext, Registry, Values, operation
from app.errors import DomainError
from app.meetings.agreements import share_out
from app.meetings.clashing import MeetingsClash, clashes
from app.meetings.queries import of_row
from app.meetings.rows import AgreementRow, MeetingRow, ParticipantRow
from app.meetings.schemas import ConveneIn, ConveneOut, MinutesIn, MinutesOut
from app.meetings.settling import find_agreements, settle
from app.storage import UnitOfWork


@operation(
    "meeting:convene",
    ConveneIn,
    ConveneOut,
    title="Indkald til netværksmøde",
    description="Gemmer dagsorden, tid, sted og deltagere, og siger, hvem udefra der ikke er dækket af et samtykke.",
)
def convene(work: UnitOfWork, context: OperationContext, values: Values) -> Values:
    """Keep a meeting and tell which participants from outside no valid consent covers (forvaltningsloven § 28)."""
    row = MeetingRow(
        key=work.next_key(),
        course_key=context.course_key,
        citizen_key=context.citizen_key,
        starts_at=values["starts_at"],
        minutes=values["duration"],
        place=values["place"],
        agenda=values["agenda"],
        convened_by=context.actor,
    )
    work.session.add(row)
    work.session.flush()
    called = [
        _participant(work, context, row.key, number, one)
        for number, one in enumerate(values["participants"], start=1)
    ]
    work.session.add_all(called)
    work.session.flush()
    uncovered = [one.name for one in called if one.external and one.consent_key is None]
    clashing = clashes(work.session, of_row(work.session, row))
    if clashing and context.citizen_key is not None:
        on = row.starts_at.astimezone(LOCAL).date()
        work.record(MeetingsClash(context.citizen_key, context.course_key, row.key, on))
    return {
        "meeting": row,
        "uncovered": uncovered,
        "clashes": [
            {"key": one.key, "course": one.course_key, "starts_at": one.starts_at}
            for one in clashing
        ],
    }


@operation(
    "meeting:minutes",
    MinutesIn,
    MinutesOut,
    title="Gem referat",
    description="Gemmer, hvem der kom, hvad der blev sagt, og hvad der blev aftalt.",
)
def record_minutes(work: UnitOfWork, context: OperationContext, values: Values) -> Values:
    """Record a meeting. It was held if people came, the citizen among them unless it went on without.

    Agreements are told to the courses, which open a task for each in the course of who is to do it.

    Raises:
        DomainError: no such meeting in this course, or held without the citizen and without a reason.
    """
    row = work.session.get(MeetingRow, values["meeting"])
    if row is None or row.course_key != context.course_key:
        text = "Mødet findes ikke i forløbet."
        raise DomainError("meeting:unknown", text, fields={"meeting": text})
    absent = not values["citizen_present"]
    if absent and values["held_without_citizen"] and not values["absence_reason"]:
        text = "Skriv, hvorfor mødet blev holdt uden borgeren."
        raise DomainError("meeting:without-citizen", text, fields={"absence_reason": text})
    row.absence_reason = values["absence_reason"] if absent else ""
    came = values["citizen_present"] or values["held_without_citizen"]
    held = bool(came and (values["attended"] or values["citizen_present"]))
    if held or row.status != "cancelled":
        row.status = "held" if held else "not_held"
    for name in ("attended", "citizen_present", "resources", "needs", "disagreements"):
        setattr(row, name, values[name])
    row.citizen_said = values["citizen_said"]
    row.next_meeting = values["next_meeting"]
    row.recorded_by, row.recorded_at = context.actor, context.at
    work.session.execute(delete(AgreementRow).where(AgreementRow.meeting_key == row.key))
    agreed = [
        share_out(work, context, row.key, number, one)
        for number, one in enumerate(values["agreements"], start=1)
    ]
    work.session.add_all(
        AgreementRow(
            meeting_key=row.key,
            seq=one.seq,
            what=one.what,
            who=one.who,
            due=one.due,
            course_key=one.course_key,
            responsible=one.responsible,
        )
        for one in agreed
    )
    work.session.flush()
    return {
        "meeting": {"key": row.key, "starts_at": row.starts_at, "held": held},
        "agreed": [
            {
                "key": one.key,
                "what": one.what,
                "who": one.who,
                "responsible": one.responsible,
                "due": one.due,
                "course": one.course_key,
            }
            for one in agreed
        ],
    }


def register(registry: Registry) -> None:
    """Add the meetings' operations."""
    registry.add(convene, record_minutes, find_agreements, settle)


def _participant(
    work: UnitOfWork, context: OperationContext, meeting_key: int, number: int, one: Values
) -> ParticipantRow:
    external, names = _outside(work, context, one)
    consent = (
        consents.covering(work.session, context.citizen_key, names, context.at)
        if external and context.citizen_key is not None
        else None
    )
    known = access.person(work.session, one["name"])  # a form may name people by username
    return ParticipantRow(
        meeting_key=meeting_key,
        seq=number,
        name=known.name if known else one["name"],
        why=one["why"],
        party_kind=one["party_kind"],
        external=external,
        consent_key=consent.key if consent else None,
        parties=names,
    )


def _outside(work: UnitOfWork, context: OperationContext, one: Values) -> tuple[bool, list[str]]:
    """Tell whether a participant is from outside the house, and by which names a consent may call them.

    The municipality's own staff and the citizen are inside. What the team knows of a person counts, too.
    """
    name = one["name"].casefold()
    team = [
        post
        for post in teams.members(work.session, context.course_key, context.at)
        if name in {post.name.casefold(), post.username}
    ]
    names = [one["name"], one["party"], one["party_kind"]]
    for post in team:
        names += [post.name, post.area, post.role, post.party_kind]
    is_citizen = one["party_kind"] == "citizen" or name in _names_of_citizen(work, context)
    is_staff = any(
        name in {person.username, person.name.casefold()} and person.is_staff
        for person in access.staff(work.session, text=one["name"])
    )
    return not (is_citizen or is_staff), [text for text in names if text]


def _names_of_citizen(work: UnitOfWork, context: OperationContext) -> set[str]:
    if context.citizen_key is None:
        return set()
    citizen = citizens.citizen(work.session, context.citizen_key)
    return {citizen.name.casefold(), citizen.first_name.casefold()}
