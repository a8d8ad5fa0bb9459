"""The back-test of one course: its journal decided again on a version that it never ran on, until the two part.

Deciding is pure, so as long as the new version comes to the very state whose digest the entry carries, both go the
same way, and the old version need not be asked. Where the state differs, the entry is decided on both: either they
take another way there, or the same way with other values, and are followed side by side from then on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.courses import (
    MIGRATIONS,
    Answers,
    Calling,
    Course,
    Runtime,
    Version,
    asked_by,
    recorded,
    stream,
    tell,
    version_of,
)
from app.engine import (
    Command,
    CourseEnded,
    ElementEntered,
    ElementLeft,
    Event,
    FlowTaken,
    IncidentRaised,
    TaskOpened,
    TimerSet,
    VariableChanged,
    decide,
    decode_command,
)
from app.errors import Conflict, DomainError, ForloebError
from app.journal import Entry, read

SAME, VALUES, DIVERGES, SEALED, UNDECIDABLE = "same", "values", "diverges", "sealed", "undecidable"
"""Verdicts: the same way with the same values; the same way, other values; another way; a person's data are erased, so
nobody can tell; the journal itself cannot be decided again."""


@dataclass(frozen=True)
class Outcome:
    """How one course would have gone on the new version.

    Attributes:
        verdict: a code, see above.
        commands: how many entries were decided.
        seq: the entry at which the two first differ; 0 for none.
        element: where they part, as the old version calls it; with other values, what the first is about.
        old: what the old version did next there (an element, or "" for waiting or ending).
        new: what the new version would do next there.
        refused: why the new version refuses the command; "" where it takes it.
        names: what has other values: variables, and deadlines and tasks by their element.
    """

    verdict: str
    commands: int
    seq: int = 0
    element: str = ""
    old: str = ""
    new: str = ""
    refused: str = ""
    names: tuple[str, ...] = ()

    @property
    def detail(self) -> dict[str, Any]:
        """What is kept of it: no values, for they may be about a person."""
        return {
            "seq": self.seq,
            "old": self.old,
            "new": self.new,
            "refused": self.refused,
            "names": list(self.names),
        }


@dataclass(frozen=True)
class Differing:
    """One value that would have been another: shown to who may see it, kept nowhere."""

    name: str
    old: Any
    new: Any


def replay_on(session: Session, runtime: Runtime, course: Course, target: Version) -> Outcome:
    """Decide a course's journal on a version, and say whether it would have gone the same way."""
    try:
        return _Walk(session, runtime, course, target).outcome()
    except ForloebError:
        return Outcome(UNDECIDABLE, 0)


def values_at(
    session: Session, runtime: Runtime, course: Course, target: Version
) -> tuple[Differing, ...]:
    """Return the values that differ at the entry where the two first do, for a person who may see them."""
    walk = _Walk(session, runtime, course, target)
    walk.outcome()
    return walk.differing


class _Walk:
    """One course on its way through both versions."""

    def __init__(self, session: Session, runtime: Runtime, course: Course, target: Version) -> None:
        self.session, self.runtime, self.target = session, runtime, target
        self.key = course.key
        self.now = Calling(session, runtime.models, target)
        self.old: bytes | None = None
        self.new: bytes | None = None
        self.apart = False
        self.commands = 0
        self.first: Outcome | None = None
        self.names: dict[str, None] = {}
        self.differing: tuple[Differing, ...] = ()
        self._asked: dict[str, frozenset[Any]] = {}

    def outcome(self) -> Outcome:
        """Go through the journal until the ways part."""
        for version, entry, command in self._commands():
            if entry.erased:
                return Outcome(SEALED, self.commands)
            self.commands += 1
            found = self._step(version, entry, command)
            if found is not None:
                return found
        if self.first is not None:
            first = self.first
            names = tuple(self.names)
            return Outcome(VALUES, self.commands, first.seq, first.element, names=names)
        return Outcome(SAME, self.commands)

    def _commands(self) -> Iterator[tuple[Version, Entry, Command]]:
        """Yield the commands as the version in force knows them; those before a migration as that knows them."""
        name = stream(self.key)
        entries = [
            one for one in read(self.session, name, self.runtime.keyring) if one.state_digest
        ]
        if any(one.kind in MIGRATIONS for one in entries):
            by_seq = {one.seq: one for one in entries}
            told = tell(self.session, self.runtime, self.key)
            self.apart = True  # the digests before the move are those of another version
            for seq, past in zip(told.seqs, told.past, strict=True):
                yield told.version, by_seq[seq], past.command
            return
        version: Version | None = None
        for entry in entries:
            if entry.erased:
                yield self.target, entry, None  # type: ignore[misc]  # nothing is decided from here
                return
            if version is None or version.bundle.digest != entry.model_digest:
                version = version_of(self.session, self.runtime, entry.model_digest)
            yield version, entry, decode_command(entry.payload)

    def _step(self, version: Version, entry: Entry, command: Command) -> Outcome | None:
        """Decide one command; return how the ways part there, None where they do not."""
        then = recorded(self.session, self.runtime.models, version, entry.payload)
        answers = Answers(entry.seq, then, self.now, self._asked_by(version))
        refused = ""
        events: tuple[Event, ...] = ()
        before = self.new
        try:
            decided = decide(self.target.model, self.new, command, answers)
            self.new, events = decided.state, decided.events
        except (Conflict, DomainError) as error:
            refused = error.message
        alike = not self.apart and not refused and self._as_written(entry)
        if alike and not self._offered_otherwise(version, events):
            self.old = self.new
            return None
        was = decide(version.model, self.old if self.apart else before, command, then)
        self.old = was.state
        return self._compared(entry, was.events, events, refused)

    def _offered_otherwise(self, version: Version, events: Iterable[Event]) -> bool:
        """Tell whether a task was opened whose deadline or people the versions say otherwise: no state holds those."""
        old, new = version.model.elements, self.target.model.elements
        opened = (one.element for one in events if isinstance(one, TaskOpened))
        return any(
            name in old and name in new and old[name].node.user_task != new[name].node.user_task
            for name in opened
        )

    def _as_written(self, entry: Entry) -> bool:
        keyring, name = self.runtime.keyring, stream(self.key)
        return keyring.state_mac(self.session, name, self.new or b"") == entry.state_digest

    def _asked_by(self, version: Version) -> frozenset[Any]:
        digest = version.bundle.digest
        if digest not in self._asked:
            self._asked[digest] = asked_by(version)
        return self._asked[digest]

    def _compared(
        self, entry: Entry, was: Iterable[Event], now: Iterable[Event], refused: str
    ) -> Outcome | None:
        was, now = tuple(was), tuple(now)
        old, new = _way(was), _way(now)
        if refused or old != new:
            at = _parting(old, new)
            element = at.element or entry.element
            self.differing = self.differing or tuple(_values(was, now))
            names = (*self.names, *(one.name for one in _values(was, now)))
            return Outcome(
                DIVERGES,
                self.commands,
                entry.seq,
                element,
                at.old,
                at.new,
                refused,
                tuple(dict.fromkeys(names)),
            )
        differing = tuple(_values(was, now))
        self.apart = self.apart or self.old != self.new
        self.names |= dict.fromkeys(one.name for one in differing)
        if differing and self.first is None:
            self.first = Outcome(VALUES, self.commands, entry.seq, differing[0].name)
            self.differing = differing
        return None


@dataclass(frozen=True)
class _Parting:
    element: str
    old: str
    new: str


_Step = tuple[str, str]


def _way(events: Iterable[Event]) -> tuple[_Step, ...]:
    """Return which elements were entered and left, which flows taken, what stopped, and whether the course ended."""
    found: list[_Step] = []
    for event in events:
        if isinstance(event, ElementEntered):
            found.append(("entered", event.element))
        elif isinstance(event, ElementLeft):
            found.append(("cancelled" if event.cancelled else "left", event.element))
        elif isinstance(event, FlowTaken):
            found.append(("flow", event.flow))
        elif isinstance(event, IncidentRaised):
            found.append(("incident", event.element))
        elif isinstance(event, CourseEnded):
            found.append(("ended", event.how))
    return tuple(found)


def _parting(old: tuple[_Step, ...], new: tuple[_Step, ...]) -> _Parting:
    """Return the last element on the common way, and what follows on either."""
    length = min(len(old), len(new))
    same = next((n for n in range(length) if old[n] != new[n]), length)
    common = [name for what, name in old[:same] if what in {"entered", "left"}]
    return _Parting(common[-1] if common else "", _next(old[same:]), _next(new[same:]))


def _next(way: tuple[_Step, ...]) -> str:
    """Return the next element of a way, with `!` before one that stops and `.` for the end."""
    for what, name in way:
        if what == "entered":
            return name
        if what == "incident":
            return f"!{name}"
        if what == "ended":
            return "."
    return ""


def _values(was: Iterable[Event], now: Iterable[Event]) -> Iterator[Differing]:
    """Yield what has another value after the same command."""
    old, new = dict(_said(was)), dict(_said(now))
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) != new.get(name):
            yield Differing(name, old.get(name), new.get(name))


def _said(events: Iterable[Event]) -> Iterator[tuple[str, Any]]:
    for event in events:
        if isinstance(event, VariableChanged):
            yield (event.name, event.value)
        elif isinstance(event, TimerSet):
            yield (f"timer:{event.element}", event.due)
        elif isinstance(event, TaskOpened):
            yield from _task(event)


def _task(event: TaskOpened) -> Iterator[tuple[str, Any]]:
    said: Mapping[str, Any] = {
        "due": event.due,
        "assignee": event.assignee,
        "groups": event.candidate_groups,
        "users": event.candidate_users,
        "form": event.form_id,
    }
    for name, value in said.items():
        yield (f"{name}:{event.element}", value)
