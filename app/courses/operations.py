"""What may be done to a course. Each function is one command in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from app.citizens import Citizen
from app.courses import messages, suspension
from app.courses.held import HeldCourse, hold
from app.courses.rows import SUSPENDED, Course
from app.courses.run import Step, instant, run
from app.courses.runtime import Runtime
from app.definitions import library
from app.engine import CorrelateMessage, FireTimer, Start
from app.errors import Conflict, NotFound
from app.storage import UnitOfWork

SYSTEM = "system"
"""Who acts when nobody does: timers, buffered messages, the end of a deadline."""


@dataclass(frozen=True)
class StartRequest:
    """A course to start: which process, for whom, with which start variables."""

    process_id: str
    citizen: Citizen | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    version_key: int | None = None


def start(work: UnitOfWork, runtime: Runtime, request: StartRequest, by: str) -> Course:
    """Start a course on the latest published version, or on the one asked for.

    Raises:
        NotFound: nothing is published under this process id.
    """
    row = (
        library.version(work.session, request.version_key)
        if request.version_key is not None
        else library.latest(work.session, request.process_id)
    )
    if row is None:
        code, text = "model:unknown", f"Der er ikke udgivet en model ved navn {request.process_id}."
        raise NotFound(code, text)
    key = work.next_key()
    course = Course(
        key=key,
        process_id=row.process_id,
        version_key=row.key,
        name=row.name or row.process_id,
        citizen_key=request.citizen.key if request.citizen else None,
        status="running",
        started_at=work.now,
        started_by=by,
        last_at=work.now,
        progress={},
    )
    work.session.add(course)
    work.session.flush()
    variables = dict(request.variables)
    variables["course"] = {"key": str(key), "kind": row.process_id}
    subjects = {}
    if request.citizen is not None:
        variables["citizen"] = request.citizen.as_variables(work.now)
        subjects["/variables/citizen"] = f"citizen:{request.citizen.key}"
    held = HeldCourse(
        key=key,
        process_id=course.process_id,
        version_key=course.version_key,
        citizen_key=course.citizen_key,
        status=course.status,
        phase="",
        last_at=work.now,
        ended_at=None,
        progress={},
    )
    run(work, runtime, held, Step(Start(work.now, variables), by, subjects=subjects))
    work.session.refresh(course)
    return course


def publish_message(  # noqa: PLR0913 -- a message has these parts (Camunda 8 API, message publication)
    work: UnitOfWork,
    runtime: Runtime,
    name: str,
    correlation_key: str,
    *,
    variables: Mapping[str, Any] | None = None,
    time_to_live: timedelta = timedelta(0),
    message_id: str = "",
    by: str = SYSTEM,
) -> list[int]:
    """Give a message to the courses that wait for it; keep it for `time_to_live` where none does.

    A course that stands still gets it when it goes on.

    Returns:
        The keys of the courses that took it.
    """
    data = dict(variables or {})
    taken = messages.waiting_for(work.session, name, correlation_key)
    for key in sorted({row.course_key for row in taken}):
        hold(work, key)
    for row in taken:
        course = hold(work, row.course_key)
        if course.status == SUSPENDED:
            suspension.keep_event(
                work,
                course.key,
                suspension.MESSAGE,
                name,
                data,
                by=by,
                correlation_key=correlation_key,
            )
            continue
        command = CorrelateMessage(instant(work, course.key), row.address, data)
        run(work, runtime, course, Step(command, by, row.element))
    if not taken and time_to_live > timedelta(0):
        messages.keep(work, name, correlation_key, data, time_to_live, message_id)
    return [row.course_key for row in taken]


def fire_timer(work: UnitOfWork, runtime: Runtime, ref: str) -> None:
    """Fire the timer that `app.courses.caches.timer_ref` named; one that is gone is no matter.

    Neither is one of a course that stands still: it is put on the list again when the course goes on.
    """
    course_key, _, address = ref.partition(":")
    course = hold(work, int(course_key))
    element = address.rpartition("/")[2].partition("#")[0]
    try:
        run(
            work,
            runtime,
            course,
            Step(FireTimer(instant(work, course.key), address), SYSTEM, element),
        )
    except Conflict as conflict:
        if conflict.code not in {"timer:cleared", "course:ended", "course:suspended"}:
            raise
