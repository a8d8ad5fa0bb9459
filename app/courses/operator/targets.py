"""Where the tokens of a course are, and which steps an operator can put one on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courses.rows import Course, CourseCall, CourseState
from app.courses.runtime import Runtime, Version
from app.courses.runtime.callees import Calling, versions_called
from app.definitions import Call, Kind, Node, Process
from app.engine import LiveElement, live

_NOT_ENTERED = {Kind.START, Kind.BOUNDARY, Kind.EVENT_SUB_PROCESS}
_JOINS = {Kind.PARALLEL, Kind.INCLUSIVE}


@dataclass(frozen=True)
class LiveScope:
    """A scope that is under way, with the steps directly in it that a token can be put on.

    Attributes:
        address: of the sub-process or call; "" is the course.
        element: its own id; the process's for the course.
        nodes: the steps.
    """

    address: str
    element: str
    nodes: tuple[Node, ...]


def living(session: Session, runtime: Runtime, course: Course) -> tuple[LiveElement, ...]:
    """Return what lives in a course, outer ones first; nothing once it has ended."""
    state = session.scalar(select(CourseState.state).where(CourseState.course_key == course.key))
    if state is None or course.status == "ended":
        return ()
    version = runtime.models.get(session, course.version_key)
    callees = Calling(session, runtime.models, version)
    return tuple(one for one in live(version.model, state, callees) if one.address)


def movable(found: Iterable[LiveElement]) -> list[LiveElement]:
    """Return what can be taken away by itself: all but events at an activity's edge and single instances."""
    return [
        one for one in found if not one.armed and not one.address.rpartition("/")[2].endswith("]")
    ]


def live_scopes(
    session: Session, runtime: Runtime, course: Course, found: Iterable[LiveElement]
) -> list[LiveScope]:
    """Return the scopes that are under way, the course first.

    Args:
        session: any session.
        runtime: compiled versions.
        course: the course.
        found: what lives in it.
    """
    version = runtime.models.get(session, course.version_key)
    called = _called(session, runtime, version, course)
    main = version.bundle.process
    scopes = [LiveScope("", main.id, _directly_in(main, main.id))]
    for one in found:
        process_id, _slash, element = one.element.rpartition("/")
        process = called.get(process_id) if process_id else main
        node = process.by_id.get(element) if process is not None else None
        if process is None or node is None or one.body:
            continue
        if node.kind is Kind.SUB_PROCESS:
            inside = _directly_in(process, node.id)
            scopes.append(LiveScope(one.address, node.id, inside))
        elif node.call is not None:
            inner = called.get(_called_id(session, course, one.address, node.call))
            if inner is None:
                continue
            scopes.append(LiveScope(one.address, node.id, _directly_in(inner, inner.id)))
    return [scope for scope in scopes if scope.nodes]


def _called(
    session: Session, runtime: Runtime, version: Version, course: Course
) -> Mapping[str, Process]:
    """Return the processes that the course calls, by id."""
    own = {name: part.process for name, part in version.bundle.calls.items()}
    found = versions_called(session, runtime.models, version, course.key)
    return {name: one.bundle.process for name, one in found.items()} | own


def _called_id(session: Session, course: Course, address: str, call: Call) -> str:
    row = session.get(CourseCall, (course.key, address)) if call.is_chosen else None
    return call.process_id if row is None else row.process_id


def _directly_in(process: Process, scope: str) -> tuple[Node, ...]:
    return tuple(
        node
        for node in process.nodes
        if node.scope == scope
        and node.kind not in _NOT_ENTERED
        # It could not say on which way it came.
        and not (node.kind in _JOINS and len(process.incoming[node.id]) > 1)
    )
