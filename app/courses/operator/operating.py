"""What an operator does to a course by hand. Each is one command with a reason, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.access import Principal
from app.courses.kept import messages, suspension
from app.courses.kept.messages import Message
from app.courses.rows import Course, Incident, KeptEvent
from app.courses.running.run import Step, instant, run
from app.courses.runtime import Runtime
from app.courses.runtime.held import HeldCourse, hold
from app.courses.tasks.tasks import works_technically
from app.engine import (
    BroadcastSignal,
    Cancel,
    Command,
    CorrelateMessage,
    FireTimer,
    MoveToken,
    ResolveIncident,
    Resume,
    SetVariables,
    Suspend,
    UpdateRetries,
)
from app.errors import Conflict, DomainError, NotFound, Refused
from app.storage import UnitOfWork

LONGEST_REASON = 2_000
"""Characters of a reason."""


@dataclass(frozen=True)
class Order:
    """Who asks for it, and why: the reason stands in the journal for ever."""

    by: Principal
    reason: str


def may_operate(course: Course | HeldCourse, person: Principal) -> bool:
    """Tell whether the person may mend the course: operators any, process designers those about nobody."""
    return person.may("operate") or works_technically(course, person)


def held_for(work: UnitOfWork, course_key: int, order: Order) -> HeldCourse:
    """Take the course for an order, once it is found to be in order itself.

    Raises:
        NotFound: no such course.
        Refused: the person may not operate it.
        DomainError: the reason is missing or too long.
    """
    course = hold(work, course_key)
    if not may_operate(course, order.by):
        raise Refused("access:permit", "Du har ikke adgang til at gøre det her.")
    reason = order.reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        text = (
            f"Skriv det kortere: højst {LONGEST_REASON} tegn."
            if reason
            else "Skriv, hvorfor du gør det. Begrundelsen bliver stående i historikken."
        )
        raise DomainError("operate:reason", text, fields={"reason": text})
    return course


def incident_of(work: UnitOfWork, incident_key: int) -> Incident:
    """Return an incident.

    Raises:
        NotFound: no such incident.
    """
    incident = work.session.get(Incident, incident_key)
    if incident is None:
        raise NotFound("incident:unknown", "Hændelsen findes ikke.")
    return incident


def resolve_incident(work: UnitOfWork, runtime: Runtime, incident_key: int, order: Order) -> None:
    """Let the element that has the incident try again.

    Raises:
        NotFound: no such incident.
        Conflict: it is resolved already, or the course stands still.
        Refused, DomainError: as `held_for`.
    """
    incident = incident_of(work, incident_key)
    course = held_for(work, incident.course_key, order)
    command = ResolveIncident(instant(work, course.key), incident.address)
    _run(work, runtime, course, command, order, incident.element)


def retry(
    work: UnitOfWork, runtime: Runtime, incident_key: int, retries: int, order: Order
) -> None:
    """Give the work that failed for good so many more attempts, and let it try again.

    Raises:
        NotFound: no such incident.
        Conflict: it is resolved already, there is no work behind it, or the course stands still.
        Refused, DomainError: as `held_for`; less than one attempt.
    """
    incident = incident_of(work, incident_key)
    course = held_for(work, incident.course_key, order)
    at = instant(work, course.key)
    more = UpdateRetries(at, incident.address, retries)
    _run(work, runtime, course, more, order, incident.element)
    _run(work, runtime, course, ResolveIncident(at, incident.address), order, incident.element)


def set_variables(
    work: UnitOfWork,
    runtime: Runtime,
    course_key: int,
    variables: Mapping[str, Any],
    order: Order,
    *,
    scope: str = "",
    local: bool = False,
) -> None:
    """Mend variables: of the course, or as the element at the address `scope` sees them.

    Raises:
        Conflict: nothing lives at the address any longer.
        NotFound, Refused, DomainError: as `held_for`.
    """
    course = held_for(work, course_key, order)
    command = SetVariables(instant(work, course.key), scope, dict(variables), local)
    _run(work, runtime, course, command, order, element_at(scope))


def move_token(
    work: UnitOfWork,
    runtime: Runtime,
    course_key: int,
    order: Order,
    *,
    activate: Iterable[tuple[str, str]] = (),
    terminate: Iterable[str] = (),
) -> None:
    """Put the course on other elements.

    Args:
        work: the transaction.
        runtime: what a run needs.
        course_key: the course.
        order: who, and why.
        activate: (address of the scope, "" for the course; id of an element directly in it).
        terminate: addresses of what is taken away.

    Raises:
        Conflict: something named is gone.
        DomainError: nothing is named, or nothing can be put there; and as `held_for`.
        NotFound, Refused: as `held_for`.
    """
    course = held_for(work, course_key, order)
    to, away = tuple(activate), tuple(terminate)
    if not to and not away:
        text = "Vælg mindst ét trin at gå til eller fra."
        raise DomainError("token:nothing", text, fields={"activate": text})
    _run(work, runtime, course, MoveToken(instant(work, course.key), to, away), order)


def suspend(work: UnitOfWork, runtime: Runtime, course_key: int, order: Order) -> None:
    """Make the course stand still: it takes no task, job, message, signal or timer until it is resumed.

    Raises:
        Conflict: it stands still already, or has ended.
        NotFound, Refused, DomainError: as `held_for`.
    """
    course = held_for(work, course_key, order)
    _run(work, runtime, course, Suspend(instant(work, course.key)), order)


def resume(work: UnitOfWork, runtime: Runtime, course_key: int, order: Order) -> None:
    """Let the course go on, and give it at once what has come in the meantime, in order of time.

    Raises:
        Conflict: it does not stand still, or has ended.
        NotFound, Refused, DomainError: as `held_for`.
    """
    course = held_for(work, course_key, order)
    waiting = suspension.own_work(work, runtime, course)
    step = Step(Resume(instant(work, course.key)), order.by.username, reason=order.reason.strip())
    run(work, runtime, course, step, waiting)
    _catch_up(work, runtime, course.key)


def cancel(work: UnitOfWork, runtime: Runtime, course_key: int, order: Order) -> None:
    """End the course now.

    Raises:
        Conflict: it has ended already.
        NotFound, Refused, DomainError: as `held_for`.
    """
    course = held_for(work, course_key, order)
    _run(work, runtime, course, Cancel(instant(work, course.key)), order)


def element_at(address: str) -> str:
    """Return the id of the element that an address ends at."""
    return address.rpartition("/")[2].partition("#")[0]


def _run(
    work: UnitOfWork,
    runtime: Runtime,
    course: HeldCourse,
    command: Command,
    order: Order,
    element: str = "",
) -> None:
    step = Step(command, order.by.username, element, reason=order.reason.strip())
    run(work, runtime, course, step)


def _catch_up(work: UnitOfWork, runtime: Runtime, course_key: int) -> None:
    """Give a course what fell due and what came while it stood still, in order of time."""
    course = hold(work, course_key)
    due = [
        one for one in suspension.timers(work, runtime, course) if one.due and one.due <= work.now
    ]
    kept = suspension.take_kept(work, course_key)
    acts = [(one.due, 0, one) for one in due] + [(one.came_at, 1, one) for one in kept]
    acts.sort(key=lambda act: act[:2])
    for _, _, one in acts:
        try:
            if isinstance(one, KeptEvent):
                _give(work, runtime, course_key, one)
            else:
                course = hold(work, course_key)
                command = FireTimer(instant(work, course_key), one.address)
                run(work, runtime, course, Step(command, "system", element_at(one.address)))
        except Conflict as conflict:
            if conflict.code not in _GONE:
                raise
    for row, variables in suspension.buffered(work, runtime, hold(work, course_key)):
        told = CorrelateMessage(instant(work, course_key), row.address, variables)
        run(work, runtime, hold(work, course_key), Step(told, "system", row.element))


def _give(work: UnitOfWork, runtime: Runtime, course_key: int, kept: KeptEvent) -> None:
    """Give a course a message or signal that was kept; a message that it waits for no longer is published anew."""
    at = instant(work, course_key)
    if kept.kind == suspension.SIGNAL:
        signal = BroadcastSignal(at, kept.name, kept.variables)
        run(work, runtime, hold(work, course_key), Step(signal, kept.came_from))
        return
    row = suspension.subscribed(work, course_key, kept.name, kept.correlation_key)
    if row is None:
        anew = Message(kept.name, kept.correlation_key, kept.variables, kept.came_from)
        messages.keep(work, anew, suspension.KEPT_ANEW, queued=True)
        return
    command = CorrelateMessage(at, row.address, kept.variables)
    run(work, runtime, hold(work, course_key), Step(command, kept.came_from, row.element))


_GONE = {"timer:cleared", "subscription:closed", "course:ended"}
"""What the course has left behind in the meantime needs nothing."""
