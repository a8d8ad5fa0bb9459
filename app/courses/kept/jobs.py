"""The rows of service work for external workers, made from the events of each decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, insert, update

from app.courses.rows import tables
from app.courses.runtime.held import HeldCourse
from app.engine import (
    Event,
    IncidentRaised,
    IncidentResolved,
    JobClosed,
    JobCreated,
    JobUpdated,
)
from app.storage import UnitOfWork

OPEN, FAILED, ERROR = "open", "failed", "error"
"""A job's status: for the next worker; without retries; with an error that nobody catches."""

LONGEST_TYPE = 200
"""Characters of a job's type: the rest of a longer one, made by an expression, is cut off."""

_HALTED = {"engine:job-failed": FAILED, "engine:error-uncaught": ERROR}
"""Incidents that keep a job: it may be offered again once they are resolved."""

_job = tables["course_job"]
_THIS = (_job.c.course_key == bindparam("course"), _job.c.address == bindparam("at_address"))
_CREATE = insert(_job)
_CLOSE = delete(_job).where(*_THIS)
_HALT = (
    update(_job)
    .where(*_THIS)
    .values(
        status=bindparam("now_status"),
        retries=bindparam("left"),
        worker="",
        lease="",
        deadline=None,
        error_message=bindparam("text"),
        updated_at=bindparam("at"),
    )
)
_OFFER = (
    update(_job)
    .where(*_THIS)
    .values(
        status=OPEN,
        type=bindparam("of_type"),
        retries=bindparam("left"),
        headers=bindparam("with_headers"),
        worker="",
        lease="",
        deadline=None,
        available_at=bindparam("at"),
        updated_at=bindparam("at"),
    )
)
_RETRIES = update(_job).where(*_THIS).values(retries=bindparam("left"), updated_at=bindparam("at"))


@dataclass(frozen=True)
class JobsOffered:
    """A fact: there may be work for external workers once this transaction is durable."""


def keep_jobs(work: UnitOfWork, course: HeldCourse, events: Sequence[Event]) -> None:
    """Bring the jobs of a course up to date with the events of one decision.

    A job whose retries are used up keeps its row and its key until its incident is resolved.
    """
    touched = [event for event in events if isinstance(event, _OF_JOBS)]
    if not touched:
        return
    halted = {
        event.address: event
        for event in touched
        if isinstance(event, IncidentRaised) and event.code in _HALTED
    }
    offered = {event.address for event in touched if isinstance(event, JobCreated)}
    connection = work.session.connection()
    for event in touched:
        which = {"course": course.key, "at_address": event.address, "at": course.last_at}
        if isinstance(event, JobCreated):
            _offer(work, which, event)
        elif isinstance(event, JobUpdated):
            connection.execute(_RETRIES, {**which, "left": event.retries})
        elif isinstance(event, JobClosed):
            incident = halted.get(event.address)
            if incident is None:
                connection.execute(_CLOSE, which)
            else:
                status = _HALTED[incident.code]
                more = {"now_status": status, "left": 0, "text": incident.message}
                connection.execute(_HALT, {**which, **more})
        elif isinstance(event, IncidentResolved) and event.address not in offered:
            connection.execute(_CLOSE, which)
    if offered:
        work.record(JobsOffered())


_OF_JOBS = (JobCreated, JobClosed, JobUpdated, IncidentRaised, IncidentResolved)


def _offer(work: UnitOfWork, which: dict[str, object], event: JobCreated) -> None:
    """Offer a job: the one that had an incident keeps its key."""
    connection = work.session.connection()
    headers = dict(event.headers)
    more = {"of_type": event.type[:LONGEST_TYPE], "left": event.retries, "with_headers": headers}
    if connection.execute(_OFFER, {**which, **more}).rowcount:
        return
    connection.execute(
        _CREATE,
        {
            "key": work.next_key(),
            "course_key": which["course"],
            "address": event.address,
            "element": event.element,
            "type": event.type[:LONGEST_TYPE],
            "retries": event.retries,
            "headers": headers,
            "status": OPEN,
            "available_at": which["at"],
            "created_at": which["at"],
            "updated_at": which["at"],
        },
    )
