"""The daily meeting by the clock: on working days it begins by itself, with all that has come since the last one.

Nothing is begun where there is nothing to treat, nor where somebody has begun the day's meeting by hand. A worker that
was away at the hour begins it when it is back, on the same day only.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import deadlines, jobs
from app.clock import LOCAL
from app.intake.board import waiting
from app.intake.facts import MeetingAhead
from app.intake.holding import open_meeting
from app.intake.meeting import BY_ITSELF
from app.intake.rows import IntakeMeetingRow
from app.journal import Keyring
from app.storage import UnitOfWork

MEETING = "intake-meeting"
"""The name under which the next meeting stands in the list of due work."""

AHEAD = "intake-meeting-ahead"
"""The name under which the word ahead of the next meeting stands there."""


def next_hour(after: datetime, at: time) -> datetime:
    """Return the next working day's hour after an instant: ten o'clock on the wall, summer and winter."""
    day = deadlines.next_working_day(after.astimezone(LOCAL).date())
    hour = datetime.combine(day, at, LOCAL)
    if hour > after:
        return hour
    return datetime.combine(deadlines.next_working_day(day + timedelta(days=1)), at, LOCAL)


def plan_hour(work: UnitOfWork, handler: str, at: time | None) -> None:
    """Put the next hour on the list of due work, or take it off; one that was missed stays and is seen to at once."""
    there = jobs.scheduled(work.session, handler, "")
    if at is None:
        jobs.withdraw(work, handler, "")
    elif not there or _other_hour(there[0][1], at):
        jobs.schedule(work, handler, "", next_hour(work.now, at))


def begin_meeting(keyring: Keyring, at: time, work: UnitOfWork, _ref: str) -> None:
    """Begin today's meeting if its hour has come and there is something to treat; plan the next day's."""
    jobs.schedule(work, MEETING, "", next_hour(work.now, at))
    if is_hour(work.now, at) and not begun_today(work.session, work.now) and anything(work.session):
        open_meeting(work, keyring, BY_ITSELF)


def tell_ahead(at: time, meets: time, work: UnitOfWork, _ref: str) -> None:
    """Say that today's meeting comes near, if something waits for it; plan the next day's word.

    Args:
        at: the hour of the word.
        meets: the hour of the meeting.
        work: the transaction to write in.
    """
    jobs.schedule(work, AHEAD, "", next_hour(work.now, at))
    local = work.now.astimezone(LOCAL)
    if not is_hour(work.now, at) or local.time() >= meets or begun_today(work.session, work.now):
        return
    found = waiting(work.session)
    count = len(found.items) + sum(not one.settled for one in found.unattached)
    if count:
        work.record(MeetingAhead(local.date(), meets, count))


def is_hour(now: datetime, at: time) -> bool:
    """Tell whether today is a working day and its hour has come."""
    local = now.astimezone(LOCAL)
    return deadlines.is_working_day(local.date()) and local.time() >= at


def begun_today(session: Session, now: datetime) -> bool:
    """Tell whether a meeting runs, or has been begun today."""
    midnight = datetime.combine(now.astimezone(LOCAL).date(), time(), LOCAL)
    of_today = (IntakeMeetingRow.closed_at.is_(None)) | (IntakeMeetingRow.opened_at >= midnight)
    return session.scalar(select(IntakeMeetingRow.key).where(of_today).limit(1)) is not None


def anything(session: Session) -> bool:
    """Tell whether a meeting would have anything before it: new, unsettled, or settled since the last one."""
    found = waiting(session)
    return bool(found.items or found.missing)


def _other_hour(planned: datetime | None, at: time) -> bool:
    return planned is not None and planned.astimezone(LOCAL).time() != at
