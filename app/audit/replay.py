"""Replay: a course decided again from its journal, entry by entry. Reads only, calls nothing outside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.courses import Runtime, course, recorded, stream
from app.engine import Event, decide, decode_command
from app.journal import Entry, read


@dataclass(frozen=True)
class Moment:
    """One entry of a course's journal, and what deciding it again gives.

    Attributes:
        entry: what was written; `Erased` stands where a person's key is gone.
        events: what followed, in order; empty for entries that decide nothing (a task is taken).
        state: the marking after it; None before the start and once the course is sealed.
        sealed: an earlier or this entry's payload is erased, so nothing can be decided from here.
    """

    entry: Entry
    events: tuple[Event, ...]
    state: bytes | None
    sealed: bool = False


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
            yield Moment(entry, (), state, sealed)
            continue
        sealed = sealed or bool(entry.erased)
        if sealed:
            yield Moment(entry, (), None, sealed=True)
            continue
        callees = recorded(session, runtime.models, version, entry.payload)
        decision = decide(version.model, state, decode_command(entry.payload), callees)
        state = decision.state
        yield Moment(entry, decision.events, state)
