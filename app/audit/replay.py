"""Replay: a course decided again from its journal, entry by entry. Reads only, calls nothing outside.

A whole course is decided from its first entry (`replay`): that is what verify rests on. One entry is reached from the
last snapshot before it (`reached`), so that the ten-thousandth costs what the first did. A snapshot is believed only
where the journal vouches for it: the digest of the state stands in the entry at which it was taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app.audit.reading import readable
from app.courses import (
    MIGRATIONS,
    Progress,
    Runtime,
    Snapshot,
    Version,
    counted,
    course,
    recorded,
    retold,
    snapshot_at,
    snapshot_before,
    stream,
    version_of,
)
from app.engine import Event, Trace, decide, decode_command
from app.journal import Entry, read, read_stored


@dataclass(frozen=True)
class Moment:
    """One entry of a course's journal, and what deciding it again gives.

    Attributes:
        entry: what was written; `Erased` stands where a person's key is gone.
        events: what followed, in order; empty for entries that decide nothing (a task is taken).
        state: the marking after it; None before the start and once the course is sealed.
        version: of the model, as in force from this entry on.
        anew: the course was moved to another version here: `events` tell its history on that one from the start.
        sealed: an earlier or this entry's payload is erased, so nothing can be decided from here.
    """

    entry: Entry
    events: tuple[Event, ...]
    state: bytes | None
    version: Version
    sealed: bool = False
    anew: bool = False


@dataclass(frozen=True)
class Reached:
    """A course decided again up to one entry.

    Attributes:
        before: the state before the entry; None before the start.
        moment: the entry; None where it cannot be decided again.
        progress: how far the course was after it, or after the last entry before it that could be decided.
        was: how far it was before it.
    """

    before: bytes | None = None
    moment: Moment | None = None
    progress: Progress = field(default_factory=dict)
    was: Progress = field(default_factory=dict)


def replay(
    session: Session,
    runtime: Runtime,
    course_key: int,
    begin: Snapshot | None = None,
    trace: Trace | None = None,
) -> Iterator[Moment]:
    """Decide the course again from its first entry, or from the one after a snapshot.

    Args:
        session: a read session.
        runtime: keys and models.
        course_key: which course.
        begin: the snapshot to begin after.
        trace: filled with what decided each way, entry by entry; whoever reads it between two moments may empty it.

    Raises:
        NotFound: no such course.
    """
    found = course(session, course_key)
    version = runtime.models.get(session, found.version_key)
    state = begin.state if begin is not None else None
    after = begin.seq if begin is not None else 0
    sealed = False
    for entry in read(session, stream(course_key), runtime.keyring, after=after):
        if not entry.state_digest:
            yield Moment(entry, (), state, version, sealed)
            continue
        if entry.model_digest != version.bundle.digest:
            version = version_of(session, runtime, entry.model_digest)
        sealed = sealed or bool(entry.erased)
        if sealed:
            yield Moment(entry, (), None, version, sealed=True)
            continue
        if entry.kind in MIGRATIONS:
            led_to = retold(session, runtime, course_key, entry.seq)
            state = led_to.state
            yield Moment(entry, tuple(led_to.counted), state, version, anew=True)
            continue
        callees = recorded(session, runtime.models, version, entry.payload)
        decision = decide(version.model, state, decode_command(entry.payload), callees, trace)
        state = decision.state
        yield Moment(entry, decision.events, state, version)


def reached(session: Session, runtime: Runtime, course_key: int, seq: int) -> Reached:
    """Decide a course again up to one entry, from the last snapshot before it.

    Where it cannot be decided again there is no moment, and the progress is that of the last entry that could.
    """
    moved = _moved(session, runtime, course_key, seq)
    if moved is not None:
        return moved
    begin = snapshot_before(session, course_key, seq)
    if begin is not None and not _vouched(session, runtime, course_key, begin):
        begin = None
    before = begin.state if begin is not None else None
    progress: Progress = begin.progress if begin is not None else {}
    try:
        for moment in replay(session, runtime, course_key, begin):
            was = progress
            progress = counted({} if moment.anew else progress, moment.events)
            if moment.entry.seq == seq:
                return Reached(before, moment, progress, was)
            before = moment.state
    except Exception:  # noqa: BLE001 -- erased, or tampered with in any way: how far it came is shown
        return Reached(before, None, progress, progress)
    return Reached(before, None, progress, progress)


def _moved(session: Session, runtime: Runtime, course_key: int, seq: int) -> Reached | None:
    """Return what a migration led to from the snapshot that was taken at it; None where the entry is none."""
    snapshot = snapshot_at(session, course_key, seq)
    if snapshot is None:
        return None
    stored = next(read_stored(session, stream(course_key), after=seq - 1, upto=seq), None)
    if stored is None or stored.kind.partition("@")[0] not in MIGRATIONS:
        return None
    entry, _sound = readable(session, stored, runtime.keyring)
    if not _vouched(session, runtime, course_key, snapshot):
        return None
    version = version_of(session, runtime, entry.model_digest)
    old = reached(session, runtime, course_key, seq - 1)
    moment = Moment(entry, (), snapshot.state, version, anew=True)
    before = old.moment.state if old.moment is not None else old.before
    return Reached(before, moment, snapshot.progress, old.progress)


def _vouched(session: Session, runtime: Runtime, course_key: int, snapshot: Snapshot) -> bool:
    """Tell whether the journal says the same of a snapshot, and nothing of it has been erased since."""
    name, keyring = stream(course_key), runtime.keyring
    try:
        (entry,) = read(session, name, keyring, after=snapshot.seq - 1, upto=snapshot.seq)
        if entry.erased or keyring.state_mac(session, name, snapshot.state) != entry.state_digest:
            return False
        if keyring.destroyed_since(session, snapshot.at):
            return not any(one.erased for one in read(session, name, keyring, upto=snapshot.seq))
    except Exception:  # noqa: BLE001 -- likewise
        return False
    return True
