"""Where an address lies: in which version and process, at which step, in which phase. Called versions included."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.courses.rows import Course, CourseCall, Incident
from app.courses.runtime import Models, Runtime, Version
from app.courses.runtime.callees import called_version
from app.definitions import Node, Process


@dataclass(frozen=True)
class Place:
    """The place that an address names.

    Attributes:
        version: the course's own version, or the called one in which the step stands.
        element: the step's id as events name it: with `process/` before it inside a called process.
        node: the step in the model; None where the model has none.
        process: in which the step is drawn.
        phase: the call activity of the main process that it lies in; None outside of all.
    """

    version: Version
    element: str
    node: Node | None
    phase: Node | None
    process: Process


def place(
    session: Session, models: Models, own: Version, course_key: int, address: str, element: str = ""
) -> Place:
    """Return where an address of a course lies.

    Args:
        session: a session.
        models: compiled versions.
        own: the course's version.
        course_key: the course.
        address: such as `phase_plan#1/approve_plan#2`; "" names no occurrence.
        element: the step's id where there is no address to go by.
    """
    version, process, prefix = own, own.bundle.process, ""
    here, node, phase = element, None, None
    walked = ""
    for number, segment in enumerate(address.split("/") if address else ()):
        step = segment.partition("#")[0]
        walked = f"{walked}/{segment}" if walked else segment
        here, node = f"{prefix}{step}", process.by_id.get(step)
        if node is None:
            break
        if node.call is None:
            continue
        phase = node if number == 0 else phase
        inner = _called(session, models, own, (course_key, walked), version, node)
        if inner is not None:
            version, process = inner
            prefix = f"{process.id}/"
    if node is None:
        plan = own.model.elements.get(here)
        node = plan.node if plan is not None else None
    return Place(version, here, node, phase, process)


def step_of(session: Session, runtime: Runtime, incident: Incident) -> str:
    """Return what the step is called that stopped; its id where the model gives it no name."""
    course = session.get_one(Course, incident.course_key)
    own = runtime.models.get(session, course.version_key)
    at = place(session, runtime.models, own, course.key, incident.address, incident.element)
    return (at.node.name or at.node.id) if at.node is not None else incident.element


def _called(
    session: Session,
    models: Models,
    own: Version,
    call: tuple[int, str],
    version: Version,
    node: Node,
) -> tuple[Version, Process] | None:
    """Return the version and process inside a call that was entered; None where neither is known."""
    assert node.call is not None  # noqa: S101 -- `place` asks of calls only
    if node.call.binding == "deployment":
        part = version.bundle.calls.get(node.call.process_id)
        return None if part is None else (version, part.process)
    row = session.get(CourseCall, call)
    if row is None:
        return None
    found = called_version(session, models, own, row.version)
    return found, found.bundle.process
