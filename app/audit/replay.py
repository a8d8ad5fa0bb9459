"""Replay: a course decided again from its journal, entry by entry. Reads only, calls nothing outside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.courses import (
    MIGRATIONS,
    Runtime,
    Version,
    course,
    recorded,
    retold,
    stream,
    version_of,
)
from app.engine import Event, decide, decode_command
from app.journal import Entry, read


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


def replay(session: Session, runtime: Runtime, course_key: int) -> Iterator[Moment]:
    """Decide the course again from its first entry.

    Raises:
        NotFound: no such course.
    """
    found = course(session, course_key)
    version = runtime.models.get(session, found.version_key)
    state: bytes | None = None
    sealed = False
    for entry in read(session, stream(course_key), runtime.keyring):
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
        decision = decide(version.model, state, decode_command(entry.payload), callees)
        state = decision.state
        yield Moment(entry, decision.events, state, version)
