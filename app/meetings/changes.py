"""Moving a meeting and calling it off, after people were invited to it."""

from __future__ import annotations

from datetime import datetime

from app.errors import Conflict, DomainError
from app.meetings.queries import Meeting, of_row
from app.meetings.rows import MeetingChangeRow, MeetingRow
from app.storage import UnitOfWork

LONGEST_REASON = 2000


def move(
    work: UnitOfWork,
    key: int,
    *,
    starts_at: datetime,
    minutes: int,
    place: str,
    by: str,
    reason: str = "",
) -> Meeting:
    """Give a meeting another time or place; calendars that have it are updated by the next file.

    Args:
        work: the caller's transaction.
        key: the meeting.
        starts_at: the new time, aware, later than now.
        minutes: how long it lasts, 15 to 480.
        place: where; not empty.
        by: username of who moves it.
        reason: why, if that is to be remembered.

    Raises:
        Conflict: the meeting has been held or called off.
        DomainError: a time that has passed, or no place.
    """
    row = _waiting(work, key)
    wrong = {}
    if starts_at <= work.now:
        wrong["starts_at"] = "Vælg et tidspunkt, der ikke er gået."
    if not 15 <= minutes <= 480:
        wrong["minutes"] = "Skriv mellem 15 og 480 minutter."
    if not place.strip():
        wrong["place"] = "Skriv, hvor mødet holdes."
    if wrong:
        raise DomainError("meeting:move", "Mødet kan ikke flyttes sådan.", fields=wrong)
    row.starts_at, row.minutes, row.place = starts_at, minutes, place.strip()[:300]
    return _keep(work, row, "moved", by, reason)


def cancel(work: UnitOfWork, key: int, *, by: str, reason: str) -> Meeting:
    """Call a meeting off; calendars that have it lose it by the next file.

    Raises:
        Conflict: the meeting has been held or called off.
        DomainError: no reason.
    """
    row = _waiting(work, key)
    if not reason.strip():
        text = "Skriv, hvorfor mødet aflyses."
        raise DomainError("meeting:reason", text, fields={"reason": text})
    row.status = "cancelled"
    return _keep(work, row, "cancelled", by, reason)


def _waiting(work: UnitOfWork, key: int) -> MeetingRow:
    row = work.session.get(MeetingRow, key, with_for_update=True)
    if row is None or row.status != "convened":
        raise Conflict("meeting:over", "Mødet er holdt eller aflyst i mellemtiden.")
    return row


def _keep(work: UnitOfWork, row: MeetingRow, kind: str, by: str, reason: str) -> Meeting:
    row.sequence += 1
    work.session.add(
        MeetingChangeRow(
            meeting_key=row.key,
            sequence=row.sequence,
            kind=kind,
            starts_at=row.starts_at,
            minutes=row.minutes,
            place=row.place,
            reason=reason.strip()[:LONGEST_REASON],
            at=work.now,
            by=by,
        )
    )
    work.session.flush()
    return of_row(work.session, row)
