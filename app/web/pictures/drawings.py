"""A course's model as a picture: which process, what is done in it and where the course stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app import courses
from app.courses import Course, PastVersion, Runtime, Version
from app.definitions import Bundle, ModelProcess, Process
from app.errors import NotFound
from app.web.i18n import gettext as _
from app.web.pictures.progress import in_order, marks


@dataclass(frozen=True)
class Part:
    """A process that the course runs through: the main one ("") or a called one; `here` says that it stands in it."""

    id: str
    label: str
    here: bool


@dataclass(frozen=True)
class Drawing:
    """One process to draw.

    Attributes:
        chosen: its id; "" for the main process.
        prefix: what events put before its elements.
        digest: of its file.
        done, here: ids of elements.
        parts: all processes that there are to choose from.
        taken: ids of the flows that were taken.
        progress: the counts that the marks are made from.
        until: the entry up to which the course ran on this version; 0 for the one in force.
    """

    process: Process
    chosen: str
    prefix: str
    digest: str
    done: tuple[str, ...]
    here: tuple[str, ...]
    parts: tuple[Part, ...]
    progress: Mapping[str, Any]
    until: int = 0
    taken: tuple[str, ...] = ()


def drawing_of(
    session: Session,
    runtime: Runtime,
    course: Course,
    process_id: str,
    until: int = 0,
    progress: Mapping[str, Any] | None = None,
) -> Drawing:
    """Return a course's process as it is, or as it was on the version that the course left after entry `until`.

    Args:
        session: a read session.
        runtime: keys and models.
        course: whose.
        process_id: the main process ("") or a called one.
        until: a migration's entry; 0 for the version in force.
        progress: mark this instead of how far the course is, or was when it left that version.

    Raises:
        NotFound: the version calls no such process, or the course left none there.
    """
    past = _past(session, course, until)
    key = course.version_key if past is None else past.version_key
    if progress is None:
        progress = course.progress if past is None else past.progress
    version = runtime.models.get(session, key)
    known: dict[str, ModelProcess] = {}
    if past is None:
        found = courses.versions_called(session, runtime.models, version, course.key)
        for one in found.values():
            own = ModelProcess(one.bundle.model, one.bundle.process)
            known |= {**one.bundle.calls, one.bundle.process.id: own}
    known |= version.bundle.calls
    process, prefix, digest = _chosen(version.bundle, known, process_id)
    done, here = marks(process, prefix, progress)
    return Drawing(
        process,
        process_id if prefix else "",
        prefix,
        digest,
        tuple(done),
        tuple(here),
        _parts(version.bundle, known, progress),
        progress,
        0 if past is None else past.until_seq,
    )


def drawing_then(
    session: Session,
    runtime: Runtime,
    course: Course,
    version: Version,
    at: datetime,
    process_id: str,
    progress: Mapping[str, Any],
) -> Drawing:
    """Return a course's process on the version in force at an instant, with the versions that it had called by then.

    Raises:
        NotFound: it called no such process.
    """
    called = courses.versions_called(session, runtime.models, version, course.key, at)
    known = {
        one.bundle.process.id: ModelProcess(one.bundle.model, one.bundle.process)
        for one in called.values()
    }
    for one in called.values():
        known = {**one.bundle.calls, **known}
    known |= version.bundle.calls
    process, prefix, digest = _chosen(version.bundle, known, process_id)
    done, here = marks(process, prefix, progress)
    flows = progress.get("flows", {})
    return Drawing(
        process,
        process_id if prefix else "",
        prefix,
        digest,
        tuple(done),
        tuple(here),
        _reached(_parts(version.bundle, known, progress), process_id, progress),
        progress,
        taken=tuple(flow.id for flow in process.flows if flows.get(f"{prefix}{flow.id}")),
    )


def _reached(parts: tuple[Part, ...], chosen: str, progress: Mapping[str, Any]) -> tuple[Part, ...]:
    """Leave out the called processes that the course had not come to."""
    come_to = {
        element.partition("/")[0]
        for part in ("here", "done")
        for element in progress.get(part, {})
        if "/" in element
    }
    return tuple(one for one in parts if not one.id or one.id == chosen or one.id in come_to)


def _past(session: Session, course: Course, until: int) -> PastVersion | None:
    if not until:
        return None
    for one in courses.past_versions(session, course.key):
        if one.until_seq == until:
            return one
    raise NotFound(
        "course:no-such-version", _("Forløbet har ikke kørt på en anden version til da.")
    )


def _chosen(
    bundle: Bundle, known: Mapping[str, ModelProcess], process_id: str
) -> tuple[Process, str, str]:
    if not process_id or process_id == bundle.process.id:
        return bundle.process, "", bundle.model
    called = known.get(process_id)
    if called is None:
        raise NotFound("model:not-called", _("Forløbets model har ingen del med det navn."))
    return called.process, f"{process_id}/", called.model


def _parts(
    bundle: Bundle, known: Mapping[str, ModelProcess], progress: Mapping[str, Any]
) -> tuple[Part, ...]:
    """Return the main process and those it calls, in the order of the flow."""
    called = [
        node.call.process_id
        for node in in_order(bundle.process, bundle.process.id)
        if node.call is not None and node.call.process_id in known
    ]
    listed = [("", bundle.process.name or bundle.process.id)]
    listed += [
        (name, known[name].process.name or name) for name in dict.fromkeys([*called, *known])
    ]
    here = progress.get("here", {})
    return tuple(
        Part(name, label, bool(name) and any(one.startswith(f"{name}/") for one in here))
        for name, label in listed
    )
