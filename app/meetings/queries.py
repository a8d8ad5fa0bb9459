"""Reading meetings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.meetings.rows import AgreementRow, MeetingChangeRow, MeetingRow, ParticipantRow

STATUS = {
    "convened": "Indkaldt",
    "held": "Holdt",
    "not_held": "Ikke holdt",
    "cancelled": "Aflyst",
}
"""Status → Danish."""

AGREEMENT_STATUS = {
    "open": "Åben",
    "done": "Gjort",
    "dropped": "Faldet bort",
    "passed_on": "Givet videre",
}
"""Status of an agreement → Danish."""


@dataclass(frozen=True)
class AgendaItem:
    """A point of the agenda; `minutes` is None where no time was set aside."""

    title: str
    from_citizen: bool
    minutes: int | None


@dataclass(frozen=True)
class Participant:
    """Someone called to the meeting.

    Attributes:
        external: not one of the municipality's own: needs a consent.
        consent_key: the consent that covered them when the meeting was convened, if one did.
        parties: by which names and codes a consent may call them.
    """

    name: str
    why: str
    party_kind: str
    external: bool
    consent_key: int | None
    parties: tuple[str, ...] = ()

    @property
    def covered(self) -> bool:
        """Tell whether the person may hear about the citizen."""
        return not self.external or self.consent_key is not None


@dataclass(frozen=True)
class Change:
    """A meeting moved or cancelled: what was said to those invited, when and by whom."""

    sequence: int
    kind: str
    starts_at: datetime
    place: str
    reason: str
    at: datetime
    by: str


@dataclass(frozen=True)
class Agreement:
    """What somebody will do by a day, and what became of it: `passed_to` took it over, `note` says why.

    Attributes:
        status: open, done, dropped or passed_on.
        course_key: the course whose task it is; None where the meeting's minutes are older than that was kept.
        key: how models call it: its meeting's key and its number there.
    """

    what: str
    who: str
    due: date | None
    status: str = "open"
    note: str = ""
    passed_to: str = ""
    settled_at: datetime | None = None
    course_key: int | None = None
    key: str = ""


@dataclass(frozen=True)
class Meeting:
    """A network meeting with everything said about it."""

    key: int
    course_key: int
    citizen_key: int | None
    starts_at: datetime
    minutes: int
    place: str
    agenda: tuple[AgendaItem, ...]
    status: str
    participants: tuple[Participant, ...]
    attended: tuple[str, ...]
    citizen_present: bool | None
    resources: str
    needs: str
    agreements: tuple[Agreement, ...]
    disagreements: str
    citizen_said: str
    next_meeting: datetime | None
    recorded_by: str
    recorded_at: datetime | None
    absence_reason: str
    convened_by: str
    sequence: int
    changes: tuple[Change, ...]


def meeting(session: Session, key: int) -> Meeting:
    """Return a meeting.

    Raises:
        NotFound: no meeting has this key.
    """
    row = session.get(MeetingRow, key)
    if row is None:
        raise NotFound("meeting:unknown", "Mødet findes ikke.")
    return of_row(session, row)


def meetings(session: Session, course_key: int) -> list[Meeting]:
    """Return a course's meetings, the latest first."""
    rows = session.scalars(
        select(MeetingRow)
        .where(MeetingRow.course_key == course_key)
        .order_by(MeetingRow.starts_at.desc(), MeetingRow.key.desc())
    )
    return [of_row(session, row) for row in rows]


def of_citizen(session: Session, citizen_key: int, since: datetime) -> list[Meeting]:
    """Return the meetings about a citizen in all their courses that wait from an instant on, the first first."""
    rows = session.scalars(
        select(MeetingRow)
        .where(
            MeetingRow.citizen_key == citizen_key,
            MeetingRow.status == "convened",
            MeetingRow.starts_at >= since,
        )
        .order_by(MeetingRow.starts_at, MeetingRow.key)
    )
    return [of_row(session, row) for row in rows]


def next_meeting(session: Session, course_key: int, at: datetime) -> Meeting | None:
    """Return the first meeting that is convened for later than an instant."""
    row = session.scalar(
        select(MeetingRow)
        .where(
            MeetingRow.course_key == course_key,
            MeetingRow.status == "convened",
            MeetingRow.starts_at >= at,
        )
        .order_by(MeetingRow.starts_at, MeetingRow.key)
        .limit(1)
    )
    return None if row is None else of_row(session, row)


def of_row(session: Session, row: MeetingRow) -> Meeting:
    """Return a row's value, with its people, agreements and changes."""
    changed = session.scalars(
        select(MeetingChangeRow)
        .where(MeetingChangeRow.meeting_key == row.key)
        .order_by(MeetingChangeRow.sequence)
    )
    called = session.scalars(
        select(ParticipantRow)
        .where(ParticipantRow.meeting_key == row.key)
        .order_by(ParticipantRow.seq)
    )
    agreed = session.scalars(
        select(AgreementRow).where(AgreementRow.meeting_key == row.key).order_by(AgreementRow.seq)
    )
    return Meeting(
        key=row.key,
        course_key=row.course_key,
        citizen_key=row.citizen_key,
        starts_at=row.starts_at,
        minutes=row.minutes,
        place=row.place,
        agenda=tuple(
            AgendaItem(item["title"], item["from_citizen"], item["minutes"]) for item in row.agenda
        ),
        status=row.status,
        participants=tuple(
            Participant(
                one.name,
                one.why,
                one.party_kind,
                one.external,
                one.consent_key,
                tuple(one.parties),
            )
            for one in called
        ),
        attended=tuple(row.attended),
        citizen_present=row.citizen_present,
        resources=row.resources,
        needs=row.needs,
        agreements=tuple(
            Agreement(
                one.what,
                one.who,
                one.due,
                one.status,
                one.note,
                one.passed_to,
                one.settled_at,
                one.course_key,
                f"{one.meeting_key}/{one.seq}",
            )
            for one in agreed
        ),
        disagreements=row.disagreements,
        citizen_said=row.citizen_said,
        next_meeting=row.next_meeting,
        recorded_by=row.recorded_by,
        recorded_at=row.recorded_at,
        absence_reason=row.absence_reason,
        convened_by=row.convened_by,
        sequence=row.sequence,
        changes=tuple(
            Change(one.sequence, one.kind, one.starts_at, one.place, one.reason, one.at, one.by)
            for one in changed
        ),
    )
