"""What may be done to a course. Each function is one command in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app import citizens, units
from app.citizens import Citizen
from app.courses.rows import Course, MessageStarted
from app.courses.running.admission import objection
from app.courses.running.belonging import first_unit
from app.courses.running.run import Step, instant, run
from app.courses.runtime import Runtime
from app.courses.runtime.held import HeldCourse, hold
from app.definitions import library
from app.engine import FireTimer, Start
from app.errors import Conflict, DomainError, NotFound
from app.storage import UnitOfWork

SYSTEM = "system"
"""Who acts when nobody does: timers, buffered messages, the end of a deadline."""

SHELLS = frozenset({"citizen", "household", "course"})
"""Variables that a course gets from the house alone; what is given under these names at the start is left out."""


@dataclass(frozen=True)
class StartRequest:
    """A course to start: which process, for whom, with which start variables."""

    process_id: str
    citizen: Citizen | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    version_key: int | None = None
    start_event: str = ""


def start(
    work: UnitOfWork, runtime: Runtime, request: StartRequest, by: str, *, only_one_of: str = ""
) -> Course:
    """Start a course on the latest published version, or on the one asked for.

    Args:
        work: the transaction.
        runtime: what a run needs.
        request: what to start, at which start event (the plain one where it names none).
        by: username of who starts it, or `system`.
        only_one_of: the correlation key of the message that begins it: no other message with it begins one until it
            has ended.

    Raises:
        NotFound: nothing is published under this process id.
        DomainError: the model has no such start event, or says that no course of its kind may begin yet.
    """
    row = (
        library.version(work.session, request.version_key)
        if request.version_key is not None
        else library.latest(work.session, request.process_id)
    )
    if row is None:
        code, text = "model:unknown", f"Der er ikke udgivet en model ved navn {request.process_id}."
        raise NotFound(code, text)
    if not request.start_event and (
        why := objection(work, runtime.models.get(work.session, row.key))
    ):
        raise DomainError("course:not-admitted", why, fields={"kind": why})
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
    if only_one_of:
        begun = MessageStarted(
            course_key=key, process_id=course.process_id, correlation_key=only_one_of
        )
        work.session.add(begun)
        work.session.flush()
    variables, subjects = _given(work, course, request)
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
    command = Start(work.now, variables, request.start_event)
    unit = first_unit(work.session, runtime, course, variables)
    if unit:
        units.belong(work, key, unit, work.now)
    step = Step(command, by, request.start_event, subjects=subjects, unit=unit)
    run(work, runtime, held, step)
    work.session.refresh(course)
    return course


def _given(
    work: UnitOfWork, course: Course, request: StartRequest
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the start variables with those that every course gets, and whose they are.

    `citizen.key`, `household.key` and `course.key` are what messages between courses are correlated on.
    """
    variables = {name: value for name, value in request.variables.items() if name not in SHELLS}
    variables["course"] = {"key": str(course.key), "kind": course.process_id}
    if request.citizen is None:
        return variables, {}
    whose = f"citizen:{request.citizen.key}"
    subjects = {"/variables/citizen": whose}
    variables["citizen"] = request.citizen.as_variables(work.now)
    home = citizens.household(work.session, request.citizen.key, work.now)
    if home is not None:
        variables["household"] = {"key": str(home.key)}
        subjects["/variables/household"] = whose
    return variables, subjects


def fire_timer(work: UnitOfWork, runtime: Runtime, ref: str) -> None:
    """Fire the timer that `app.courses.kept.caches.timer_ref` named; one that is gone is no matter.

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
