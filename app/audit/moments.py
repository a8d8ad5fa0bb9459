"""One entry of a course as a moment: decided again from the last snapshot, with what it changed, chose and led to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from app.audit.reading import readable
from app.audit.replay import reached
from app.audit.timeline import Act, act_of, address_of, undone, version_at
from app.audit.why import Reason, reasons, step_name
from app.courses import (
    MIGRATIONS,
    Calling,
    Course,
    Progress,
    Runtime,
    Version,
    recorded,
    stream,
    versions_called,
)
from app.engine import (
    ElementEntered,
    ElementLeft,
    Event,
    ExpressionEvaluated,
    FlowTaken,
    VariableChanged,
    variables_at,
)
from app.errors import NotFound
from app.journal import Entry, Stored, head, read_stored


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


ENTERED, DONE, STOPPED = "entered", "done", "stopped"
"""What became of a step: the course came to it, it was done, or it was interrupted."""


@dataclass(frozen=True)
class Passed:
    """What an entry did to a step: its name in the model, one of `ENTERED`, `DONE` and `STOPPED`, and its element."""

    name: str
    what: str
    element: str = ""


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
        steps: what became of steps that have a name, in order.
        version: of the model, as in force then.
        progress: how far the course was after it.
        decided: it could be decided again; false once a person's data has been erased, or where nothing is decided.
        proved: deciding it again gave the state whose digest was written; None where it was not decided.
        follows: the entry names the digest of the one before it.
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
    steps: tuple[Passed, ...] = ()
    version: Version | None = None
    progress: Progress = field(default_factory=dict)
    decided: bool = False
    proved: bool | None = None
    follows: bool = True
    last: int = 0


def entry(session: Session, runtime: Runtime, course: Course, seq: int) -> Detail:
    """Return one entry in full.

    Raises:
        NotFound: the course has no entry of this number.
    """
    name = stream(course.key)
    near = {one.seq: one for one in read_stored(session, name, after=seq - 2, upto=seq)}
    found, end = near.get(seq), head(session, name)
    if seq < 1 or found is None or end is None:
        raise NotFound("audit:no-entry", "Forløbet har ingen post med det nummer.")
    prior = near.get(seq - 1)
    follows = found.prev_digest == (prior.digest if prior is not None else "")
    version = version_at(session, runtime, course, seq)
    read, sound = readable(session, found, runtime.keyring)
    act = act_of(session, runtime, version, course.key, read, undone(session, course))
    act = replace(act, unreadable=not sound)
    payload = read.payload
    answers = payload.get("variables", {}) if isinstance(payload, dict) else payload
    at = reached(session, runtime, course.key, seq)
    moment = at.moment
    detail = Detail(
        act,
        found,
        read,
        answers,
        version=version,
        progress=at.progress,
        follows=follows,
        last=end.seq,
    )
    undecided = moment is None or moment.sealed or moment.state is None
    if moment is None or moment.state is None or undecided or not read.state_digest:
        return detail
    proved = runtime.keyring.state_mac(session, name, moment.state) == read.state_digest
    if read.kind in MIGRATIONS:
        return replace(detail, proved=proved)
    callees = Calling(session, runtime.models, version)
    called = versions_called(session, runtime.models, version, course.key, read.at)
    versions = (version, *called.values())
    given = recorded(session, runtime.models, version, payload)
    return replace(
        detail,
        seen=_seen(version, callees, at.before, address_of(payload)),
        changes=tuple(_changes(version, callees, at.before, moment.events)),
        choices=tuple(_choices(versions, moment.events)),
        reasons=reasons(versions, at.before, payload, given),
        steps=tuple(_passed(versions, moment.events)),
        decided=True,
        proved=proved,
    )


def _passed(versions: Sequence[Version], events: Iterable[Event]) -> Iterable[Passed]:
    """Return what became of the steps that have a name; one that was entered and done at once is told once."""
    told: dict[str, tuple[str, str]] = {}
    for event in events:
        if isinstance(event, ElementEntered):
            told[event.address] = (event.element, ENTERED)
        elif isinstance(event, ElementLeft):
            told[event.address] = (event.element, STOPPED if event.cancelled else DONE)
    for element, what in told.values():
        name = step_name(versions, element)
        if name:
            yield Passed(name, what, element)


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
