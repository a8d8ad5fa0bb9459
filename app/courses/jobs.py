"""Service work for workers outside: taken for a while, then completed, failed, or answered with a BPMN error.

Taking a job is no command: it moves no token and stands in the job's row alone. What a worker answers is a command
like any other, in the journal of the course.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from app import keys
from app.access import Principal
from app.courses.kept.jobs import OPEN, JobsOffered
from app.courses.reading.sighting import ground_for
from app.courses.rows import Course, CourseJob, CourseState
from app.courses.running.run import Step, instant, run
from app.courses.runtime import Runtime
from app.courses.runtime.callees import Calling
from app.courses.runtime.held import HeldCourse, hold
from app.definitions import library
from app.engine import (
    CompleteJob,
    FailJob,
    SetVariables,
    ThrowError,
    UpdateRetries,
    suspended,
    variables_at,
)
from app.errors import Conflict, DomainError, NotFound, Refused
from app.storage import Database, UnitOfWork

MOST_JOBS = 1_000
"""How many jobs one request takes at most."""

LONGEST_HOLD = timedelta(days=30)
"""For how long a worker may take a job, or put it off."""

_LOOK_AGAIN_SECONDS = 0.5
"""How often a waiting request looks for what another process offered, or whose time has come."""


@dataclass(frozen=True)
class JobsWanted:
    """What a worker asks for.

    Attributes:
        type: the type of job.
        worker: how the worker calls itself.
        hold: for how long the jobs are its own.
        most: how many.
        names: the variables that it needs; empty means all that the element sees.
        lease: whether its answers must carry a token that says that the job is still its own.
    """

    type: str
    worker: str
    hold: timedelta
    most: int = 1
    names: frozenset[str] = frozenset()
    lease: bool = False


@dataclass(frozen=True)
class TakenJob:
    """A job that a worker has now, with the variables that it sees."""

    job: CourseJob
    course: Course
    version: library.DefinitionVersion
    variables: dict[str, Any]


@dataclass(frozen=True)
class Failure:
    """What a worker says of an attempt that failed.

    Attributes:
        retries: how many attempts are left; with none the job becomes an incident.
        message: what went wrong.
        back_off: how long nobody tries again.
        variables: what the job's element keeps for the next attempt.
    """

    retries: int
    message: str = ""
    back_off: timedelta = timedelta(0)
    variables: Mapping[str, Any] = field(default_factory=dict)


def take_jobs(
    database: Database, runtime: Runtime, who: Principal, wanted: JobsWanted, patience: timedelta
) -> list[TakenJob]:
    """Take jobs for a worker; where there are none wait for some, in no transaction.

    A worker that finds too many others waiting is answered at once.
    """
    with runtime.bell.seat() as may_wait:
        until = time.monotonic() + (patience.total_seconds() if may_wait else 0)
        while True:
            rung = runtime.bell.rung
            if _is_offered(database, who, wanted):
                taken = database.run(lambda work: take(work, runtime, who, wanted))
                if taken:
                    return taken
            left = until - time.monotonic()
            if left <= 0:
                return []
            runtime.bell.wait(rung, min(left, _LOOK_AGAIN_SECONDS))


def take(work: UnitOfWork, runtime: Runtime, who: Principal, wanted: JobsWanted) -> list[TakenJob]:
    """Take the jobs of a type that have waited longest; no other worker gets them before `hold` is over.

    A job that another transaction has in hand is passed over, and so are those of courses that stand still, have ended,
    or are not for this worker to see.
    """
    query = (
        select(CourseJob)
        .join(Course, Course.key == CourseJob.course_key)
        .where(*_free(who, wanted, work.now))
        .order_by(CourseJob.available_at, CourseJob.key)
        .limit(min(wanted.most, MOST_JOBS))
        .with_for_update(of=CourseJob, skip_locked=True)
    )
    found = list(work.session.scalars(query))
    return [taken for job in found if (taken := _taken(work, runtime, who, wanted, job))]


def complete_job(
    work: UnitOfWork,
    runtime: Runtime,
    key: int,
    variables: Mapping[str, Any],
    who: Principal,
    lease: str = "",
) -> None:
    """Say that the job is done, with its results.

    Raises:
        NotFound: there is no such job (any more).
        Conflict: it waits for an incident, the lease is another's, or the course stands still.
        Refused: the course is not for this worker.
    """
    course, job = _answered(work, key, who, lease)
    command = CompleteJob(instant(work, course.key), job.address, dict(variables))
    run(work, runtime, course, Step(command, who.username, job.element))


def fail_job(
    work: UnitOfWork,
    runtime: Runtime,
    key: int,
    failure: Failure,
    who: Principal,
    lease: str = "",
) -> None:
    """Say that an attempt failed: it is tried again after a while, or becomes an incident.

    Raises:
        NotFound, Conflict, Refused: as for `complete_job`.
    """
    course, job = _answered(work, key, who, lease)
    if failure.variables:
        values = dict(failure.variables)
        keep = SetVariables(instant(work, course.key), job.address, values, local=True)
        run(work, runtime, course, Step(keep, who.username, job.element))
    left = max(failure.retries, 0)
    command = FailJob(instant(work, course.key), job.address, left, failure.message)
    run(work, runtime, course, Step(command, who.username, job.element))
    if not left:
        return
    work.session.execute(
        update(CourseJob)
        .where(CourseJob.key == key)
        .values(
            retries=left,
            error_message=failure.message,
            available_at=work.now + min(failure.back_off, LONGEST_HOLD),
            updated_at=work.now,
            deadline=None,
            worker="",
            lease="",
        )
    )
    work.record(JobsOffered())


def throw_job_error(  # noqa: PLR0913 -- an error has these parts (Camunda 8 API, job error)
    work: UnitOfWork,
    runtime: Runtime,
    key: int,
    code: str,
    who: Principal,
    *,
    message: str = "",
    variables: Mapping[str, Any] | None = None,
    lease: str = "",
) -> None:
    """Answer the job with a BPMN error: its catcher goes on, or it becomes an incident.

    Raises:
        NotFound, Conflict, Refused: as for `complete_job`.
    """
    course, job = _answered(work, key, who, lease)
    at = instant(work, course.key)
    command = ThrowError(at, job.address, code, message, dict(variables or {}))
    work.session.execute(
        update(CourseJob).where(CourseJob.key == key).values(error_code=code[:200])
    )
    run(work, runtime, course, Step(command, who.username, job.element))


def update_job(
    work: UnitOfWork,
    runtime: Runtime,
    key: int,
    who: Principal,
    *,
    retries: int | None = None,
    hold: timedelta | None = None,
    lease: str = "",
) -> None:
    """Give a job another number of retries, and its worker more (or less) time.

    Raises:
        NotFound: there is no such job (any more).
        Conflict: the lease is another's, or no worker has the job whose time is to be changed.
        DomainError: less than one retry.
        Refused: the caller neither operates nor works in the course.
    """
    course, job = _held(work, key)
    if not who.may("operate"):
        _need_ground(work, who, course.key)
    if lease and lease != job.lease:
        raise _taken_by_another()
    if retries is not None:
        if retries < 1:
            text = "Der skal være mindst ét forsøg."
            raise DomainError("job:retries", text, fields={"changeset.retries": text})
        command = UpdateRetries(instant(work, course.key), job.address, retries)
        run(work, runtime, course, Step(command, who.username, job.element))
    if hold is not None:
        if job.deadline is None:
            raise Conflict("job:not-taken", "Ingen har taget arbejdet, så det har ingen frist.")
        until = work.now + min(hold, LONGEST_HOLD)
        work.session.execute(
            update(CourseJob)
            .where(CourseJob.key == key)
            .values(deadline=until, available_at=until, updated_at=work.now)
        )


def job_variables(
    session: Session, runtime: Runtime, job: CourseJob, course: Course
) -> dict[str, Any]:
    """Return what a job's element sees.

    Raises:
        KeyError: the element has gone on, or the course stands still.
    """
    state = session.scalar(select(CourseState.state).where(CourseState.course_key == course.key))
    if state is None or suspended(state):
        raise KeyError(job.address)
    version = runtime.models.get(session, course.version_key)
    callees = Calling(session, runtime.models, version)
    return variables_at(version.model, state, job.address, callees)


def _free(who: Principal, wanted: JobsWanted, at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        CourseJob.type == wanted.type,
        CourseJob.status == OPEN,
        CourseJob.available_at <= at,
        CourseJob.retries > 0,
        Course.status == "running",
        work_for(who),
    )


def work_for(who: Principal) -> ColumnElement[bool]:
    """Narrow to the courses whose service work a caller may do; `ground_for` is asked of each afterwards."""
    if who.client is not None:
        return Course.process_id.in_(who.processes)
    return Course.citizen_key.is_(None)


def _is_offered(database: Database, who: Principal, wanted: JobsWanted) -> bool:
    """Tell whether it is worth a write transaction to look."""
    query = (
        select(CourseJob.key)
        .join(Course, Course.key == CourseJob.course_key)
        .where(*_free(who, wanted, database.clock.now()))
        .limit(1)
    )
    with database.read() as session:
        return session.scalar(query) is not None


def _taken(
    work: UnitOfWork, runtime: Runtime, who: Principal, wanted: JobsWanted, job: CourseJob
) -> TakenJob | None:
    course = work.session.get_one(Course, job.course_key)
    if ground_for(work.session, who, course, work.now) is None:
        return None
    try:
        seen = job_variables(work.session, runtime, job, course)
    except KeyError:  # the element has gone on since; who did it waits for this row
        return None
    version = library.version(work.session, course.version_key)
    if version is None:
        return None
    job.worker = wanted.worker
    job.deadline = job.available_at = work.now + min(wanted.hold, LONGEST_HOLD)
    job.lease = keys.random_token() if wanted.lease else ""
    job.updated_at = work.now
    if wanted.names:
        seen = {name: value for name, value in seen.items() if name in wanted.names}
    return TakenJob(job, course, version, seen)


def _held(work: UnitOfWork, key: int) -> tuple[HeldCourse, CourseJob]:
    """Return a job and its course, held; the course is locked first, as by every command."""
    course_key = work.session.scalar(select(CourseJob.course_key).where(CourseJob.key == key))
    if course_key is None:
        raise _gone()
    course = hold(work, course_key)
    job = work.session.scalar(select(CourseJob).where(CourseJob.key == key).with_for_update())
    if job is None:
        raise _gone()
    return course, job


def _need_ground(work: UnitOfWork, who: Principal, course_key: int) -> None:
    found = work.session.get_one(Course, course_key)
    if ground_for(work.session, who, found, work.now) is None:
        raise Refused("job:not-yours", "Arbejdet hører til et forløb, du ikke arbejder med.")


def _answered(
    work: UnitOfWork, key: int, who: Principal, lease: str
) -> tuple[HeldCourse, CourseJob]:
    """Return a job that its worker has an answer to, and its course, held."""
    course, job = _held(work, key)
    _need_ground(work, who, course.key)
    if job.status != OPEN:
        text = "Arbejdet er stoppet af en hændelse. Løs den først."
        raise Conflict("job:halted", text)
    if job.lease != lease and (job.lease or lease):
        raise _taken_by_another()
    return course, job


def _gone() -> NotFound:
    return NotFound("job:unknown", "Arbejdet findes ikke. Det er måske allerede udført.")


def _taken_by_another() -> Conflict:
    return Conflict("job:lease", "En anden har taget arbejdet siden.")
