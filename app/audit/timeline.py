"""The timeline of a course: its journal entry by entry, each with its step, phase and who acted.

It says nothing in words: pages do. `entry` goes further and decides the course again up to one entry, to show the form
as it was filled in, what changed, and which ways were chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.audit.replay import Moment, replay
from app.audit.why import Reason, reasons
from app.courses import (
    MIGRATIONS,
    Calling,
    Course,
    Progress,
    Runtime,
    Version,
    counted,
    key_in_force,
    past_versions,
    place,
    recorded,
    stream,
    versions_called,
)
from app.definitions import Node
from app.engine import Event, ExpressionEvaluated, FlowTaken, VariableChanged, variables_at
from app.errors import ForloebError, NotFound
from app.journal import Entry, Stored, head, opened, read_stored
from app.storage import Page, nearest_page, rows_before

GROUPS: Mapping[str, frozenset[str]] = {
    "people": frozenset(
        {
            "course:started",
            "course:task-completed",
            "course:task-claimed",
            "course:task-assigned",
            "course:task-released",
            "course:cancelled",
        }
    ),
    "automatic": frozenset({"course:job-completed", "course:signal-received"}),
    "time": frozenset(
        {"course:timer-fired", "course:deadline-reminded", "course:deadline-breached"}
    ),
    "message": frozenset(
        {"course:message-received", "course:message-held", "course:message-dropped"}
    ),
    "trouble": frozenset(
        {
            "course:job-failed",
            "course:error-thrown",
            "course:incident-resolved",
            "course:variables-set",
            "course:token-moved",
            "course:retries-updated",
            "course:suspended",
            "course:resumed",
            "course:migrated",
            "course:migration-undone",
        }
    ),
}
"""Kinds of entry, sorted by what sets them off: what the timeline is filtered by."""


@dataclass(frozen=True)
class Act:
    """One entry of a course's journal.

    Attributes:
        kind: what happened: a code of `app.journal.KINDS`.
        element: id of the step it concerns, with `process/` before it inside a called process; may be empty.
        node: the step in the model; None where there is none.
        phase: the call activity of the main process that it happened in; None outside of all.
        assignee: who got the task, for entries about that.
        reason: why, in the words of the operator whose doing it is.
        erased: parts of it are gone for ever.
    """

    seq: int
    at: datetime
    recorded_at: datetime
    kind: str
    actor: str
    on_behalf_of: str
    element: str
    node: Node | None
    phase: Node | None
    assignee: str = ""
    erased: bool = False
    reason: str = ""

    @property
    def name(self) -> str:
        """What the step is called; its id where the model gives it no name."""
        return (self.node.name or self.node.id) if self.node is not None else self.element


@dataclass(frozen=True)
class Change:
    """A variable before and after an entry; `known` says whether it was there before. `scope` "" is the course."""

    scope: str
    name: str
    known: bool
    before: Any
    after: Any


@dataclass(frozen=True)
class Choice:
    """A way that a token took: from which step to which, by which condition and what it came to."""

    source: str
    flow: str
    target: str
    condition: str = ""
    result: Any = None


@dataclass(frozen=True)
class Detail:
    """One entry, with what deciding it again gives.

    Attributes:
        stored: as it stands in the database, digests and all.
        entry: the same opened.
        answers: what was sent with it: variables by name, or `Erased` for the whole.
        seen: the variables that the step saw at that moment.
        changes: variables that it changed.
        choices: the ways taken.
        reasons: what decided these ways, and the decisions made.
        version: of the model, as in force then.
        progress: how far the course was after it.
        decided: it could be decided again; false once a person's data has been erased, or where nothing is decided.
        last: the number of the course's last entry.
    """

    act: Act
    stored: Stored
    entry: Entry
    answers: Any
    seen: Mapping[str, Any] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    choices: tuple[Choice, ...] = ()
    reasons: tuple[Reason, ...] = ()
    version: Version | None = None
    progress: Progress = field(default_factory=dict)
    decided: bool = False
    last: int = 0


def acts(
    session: Session,
    runtime: Runtime,
    course: Course,
    *,
    number: int = 1,
    group: str = "",
    actor: str = "",
    newest_first: bool = True,
) -> Page[Act]:
    """Return one page of a course's timeline.

    Args:
        session: a read session.
        runtime: keys and models.
        course: whose.
        number: which page, from 1.
        group: only entries of this group (`GROUPS`).
        actor: only what this person did.
        newest_first: the order.
    """
    end = head(session, stream(course.key))
    if end is None:
        return Page((), 0, 1)
    kinds = GROUPS.get(group)
    numbers: list[int] | range = range(1, end.seq + 1)
    if kinds is not None or actor:
        numbers = [
            stored.seq
            for stored in read_stored(session, stream(course.key))
            if (kinds is None or stored.kind.partition("@")[0] in kinds)
            and (not actor or stored.actor == actor)
        ]
    total = len(numbers)
    number = nearest_page(number, total)
    ordered = numbers[::-1] if newest_first else numbers
    wanted = ordered[rows_before(number) : rows_before(number + 1)]
    return Page(tuple(_acts(session, runtime, course, wanted)), total, number)


def latest_acts(session: Session, runtime: Runtime, course: Course, most: int) -> tuple[Act, ...]:
    """Return what people did and what happened last in a course, the latest first; steps of the system are left out."""
    end = head(session, stream(course.key))
    if end is None:
        return ()
    # Automatic steps come in short runs after what set them off, so a window some times as long holds enough.
    window = range(max(1, end.seq - 6 * most), end.seq + 1)
    found = _acts(session, runtime, course, window[::-1])
    return tuple(act for act in found if act.kind not in GROUPS["automatic"])[:most]


def around(
    session: Session, runtime: Runtime, course: Course, seq: int, reach: int
) -> tuple[Act, ...]:
    """Return an entry with its neighbours, at most `reach` to either side."""
    end = head(session, stream(course.key))
    last = end.seq if end is not None else 0
    near = range(max(1, seq - reach), min(last, seq + reach) + 1)
    return tuple(_acts(session, runtime, course, near))


def entry(session: Session, runtime: Runtime, course: Course, seq: int) -> Detail:
    """Return one entry in full.

    Raises:
        NotFound: the course has no entry of this number.
    """
    found = next(read_stored(session, stream(course.key), after=seq - 1, upto=seq), None)
    end = head(session, stream(course.key))
    if found is None or end is None:
        raise NotFound("audit:no-entry", "Forløbet har ingen post med det nummer.")
    version = _in_force(session, runtime, course)(seq)
    read = opened(session, found, runtime.keyring)
    act = _act(session, runtime, version, course.key, read)
    payload = read.payload
    answers = payload.get("variables", {}) if isinstance(payload, dict) else payload
    before, moment, progress = _moments(session, runtime, course.key, seq)
    undecided = moment is None or moment.sealed or moment.state is None
    if moment is None or undecided or not read.state_digest or read.kind in MIGRATIONS:
        return Detail(act, found, read, answers, version=version, progress=progress, last=end.seq)
    callees = Calling(session, runtime.models, version)
    called = versions_called(session, runtime.models, version, course.key)
    given = recorded(session, runtime.models, version, payload)
    return Detail(
        act,
        found,
        read,
        answers,
        _seen(version, callees, before, _address(payload)),
        tuple(_changes(version, callees, before, moment.events)),
        tuple(_choices((version, *called.values()), moment.events)),
        reasons((version, *called.values()), before, payload, given),
        version=version,
        progress=progress,
        decided=True,
        last=end.seq,
    )


def _acts(session: Session, runtime: Runtime, course: Course, numbers: Iterable[int]) -> list[Act]:
    """Return entries by number, in the order asked for."""
    wanted = list(numbers)
    if not wanted:
        return []
    version = _in_force(session, runtime, course)
    chosen = set(wanted)
    found = {
        stored.seq: _act(
            session,
            runtime,
            version(stored.seq),
            course.key,
            opened(session, stored, runtime.keyring),
        )
        for stored in read_stored(
            session, stream(course.key), after=min(wanted) - 1, upto=max(wanted)
        )
        if stored.seq in chosen
    }
    return [found[number] for number in wanted if number in found]


def _in_force(session: Session, runtime: Runtime, course: Course) -> Callable[[int], Version]:
    """Return what gives the version in force at an entry: a migrated course ran on others before."""
    past = past_versions(session, course.key)

    def version(seq: int) -> Version:
        return runtime.models.get(session, key_in_force(past, seq, course.version_key))

    return version


def _act(session: Session, runtime: Runtime, version: Version, course: int, read: Entry) -> Act:
    payload = read.payload if isinstance(read.payload, dict) else {}
    at = place(session, runtime.models, version, course, _address(payload), read.element)
    given, reason = payload.get("assignee"), payload.get("reason")
    return Act(
        read.seq,
        read.at,
        read.recorded_at,
        read.kind,
        read.actor,
        read.on_behalf_of,
        at.element,
        at.node,
        at.phase,
        given if isinstance(given, str) else "",
        bool(read.erased),
        reason if isinstance(reason, str) else "",
    )


def _address(payload: Any) -> str:
    """Return the address of the occurrence that a command is about."""
    if not isinstance(payload, dict):
        return ""
    for name in ("task", "subscription", "timer", "job", "incident", "address"):
        value = payload.get(name)
        if isinstance(value, str):
            return value
    return ""


def _moments(
    session: Session, runtime: Runtime, course_key: int, seq: int
) -> tuple[bytes | None, Moment | None, Progress]:
    """Return the state before an entry, the entry decided again, and how far the course was after it.

    Where that cannot be done there is no moment, and the progress is that of the last entry before it that could.
    """
    before: bytes | None = None
    progress: Progress = {}
    try:
        for moment in replay(session, runtime, course_key):
            progress = counted({} if moment.anew else progress, moment.events)
            if moment.entry.seq == seq:
                return before, moment, progress
            before = moment.state
    except ForloebError:
        pass
    return before, None, progress


def _seen(version: Version, callees: Calling, state: bytes | None, address: str) -> dict[str, Any]:
    if state is None:
        return {}
    try:
        return variables_at(version.model, state, address, callees)
    except KeyError:
        return {}


def _changes(
    version: Version, callees: Calling, state: bytes | None, events: Iterable[Event]
) -> Iterable[Change]:
    last: dict[tuple[str, str], Any] = {}
    for event in events:
        if isinstance(event, VariableChanged):
            last[event.scope, event.name] = event.value
    scopes = {scope: _seen(version, callees, state, scope) for scope, _ in last}
    for (scope, name), after in last.items():
        known = name in scopes[scope]
        before = scopes[scope].get(name)
        if (
            before != after
        ):  # what was not there reads as null, so that null in its place changes nothing
            yield Change(scope, name, known, before, after)


def _choices(versions: Iterable[Version], events: Iterable[Event]) -> Iterable[Choice]:
    """Return the flows taken out of gateways and others with a condition, each with what its condition came to."""
    results = {
        (event.element, event.expression): event.result
        for event in events
        if isinstance(event, ExpressionEvaluated)
    }
    flows = {
        f"{prefix}{flow.id}": (prefix, process, flow)
        for number, version in enumerate(versions)
        for prefix, process in (
            (f"{version.bundle.process.id}/" if number else "", version.bundle.process),
            *((f"{name}/", part.process) for name, part in version.bundle.calls.items()),
        )
        for flow in process.flows
    }
    for event in events:
        if not isinstance(event, FlowTaken) or event.flow not in flows:
            continue
        prefix, process, flow = flows[event.flow]
        source, target = process.by_id[flow.source], process.by_id[flow.target]
        if len(process.outgoing[flow.source]) < 2 and not flow.condition:
            continue
        yield Choice(
            source.name or source.id,
            flow.name,
            target.name or target.id,
            flow.condition,
            results.get((f"{prefix}{flow.source}", flow.condition)),
        )
