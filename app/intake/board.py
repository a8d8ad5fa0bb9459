"""Reading intake meetings: the one that runs, the last one held, and what is on the board."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.intake.meeting import Board, CarriedOver, IntakeMeeting, board
from app.intake.queries import from_row
from app.intake.rows import CarriedOverRow, InquiryEventRow, InquiryRow, IntakeMeetingRow
from app.intake.unattached import open_unattached

MOST = 200
"""A meeting of more inquiries than this is no meeting; the rest waits for the next one."""


def running_meeting(session: Session) -> IntakeMeeting | None:
    """Return the meeting that nobody has closed yet, or None."""
    row = session.scalar(select(IntakeMeetingRow).where(IntakeMeetingRow.closed_at.is_(None)))
    return None if row is None else _meeting(row)


def last_held(session: Session) -> IntakeMeeting | None:
    """Return the last meeting that was closed, or None before the first."""
    row = session.scalar(
        select(IntakeMeetingRow)
        .where(IntakeMeetingRow.closed_at.is_not(None))
        .order_by(IntakeMeetingRow.closed_at.desc())
        .limit(1)
    )
    return None if row is None else _meeting(row)


def waiting(session: Session) -> Board:
    """Return what the next meeting would have before it."""
    last = last_held(session)
    return _board(session, last.closed_at if last else None, {})


def of_meeting(session: Session, key: int) -> Board:
    """Return what a running meeting has before it.

    Raises:
        NotFound: no meeting has this key.
    """
    meeting = session.get(IntakeMeetingRow, key)
    if meeting is None:
        raise NotFound("intake:meeting-unknown", "Mødet findes ikke.")
    last = last_held(session)
    kept = session.scalars(select(CarriedOverRow).where(CarriedOverRow.meeting_key == key))
    since = last.closed_at if last else meeting.opened_at
    return _board(session, since, {row.inquiry_key: _carried(row) for row in kept})


def _board(session: Session, since: datetime | None, carried: Mapping[int, CarriedOver]) -> Board:
    """Whatever nobody has yet, of any day; and what has been received or treated since an instant."""
    wanted: ColumnElement[bool] = (InquiryRow.status == "open") & InquiryRow.responsible.is_(None)
    if since is not None:
        treated = exists().where(
            InquiryEventRow.inquiry_key == InquiryRow.key,
            InquiryEventRow.what == "assigned",
            InquiryEventRow.at > since,
        )
        wanted = or_(wanted, InquiryRow.received_at > since, treated)
    rows = session.scalars(
        select(InquiryRow)
        .where(wanted)
        .order_by(InquiryRow.received_at, InquiryRow.key)
        .limit(MOST)
    )
    found = [from_row(row) for row in rows]
    return board(since, found, carried, open_unattached(session))


def _meeting(row: IntakeMeetingRow) -> IntakeMeeting:
    return IntakeMeeting(
        row.key,
        row.opened_at,
        row.opened_by,
        row.closed_at,
        row.closed_by,
        tuple(row.present),
        row.inquiries,
    )


def _carried(row: CarriedOverRow) -> CarriedOver:
    return CarriedOver(
        row.inquiry_key, row.responsible, row.contact_due, row.reason, row.at, row.by
    )
