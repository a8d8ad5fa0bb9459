"""A course decided again for a verification: every state, and what is kept of it, must be what its journal leads to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import canonical, documents
from app.audit.broken import Broken
from app.audit.replay import Moment, replay
from app.canonical import digest_bytes
from app.courses import (
    MIGRATED,
    CourseState,
    Progress,
    Runtime,
    Snapshot,
    counted,
    past_versions,
    snapshots_of,
    stream,
)
from app.definitions import library
from app.errors import NotFound
from app.journal import Entry, read


@dataclass
class Decided:
    """How far deciding a course again came.

    Attributes:
        count: how many entries were decided again.
        sealed: a person's data has been erased, so not all could be.
        broken: the first entry that is not as it was written.
    """

    count: int = 0
    sealed: bool = False
    broken: Broken | None = None


@dataclass
class _Way:
    """What the journal has led to so far.

    Attributes:
        seq: the last entry's number.
        last: the digest of the last state.
        version: the digest of the version in force.
        past: what must be kept of each version that the course ran on before: last entry, digest, its counts.
    """

    seq: int = 0
    last: str = ""
    progress: Progress = field(default_factory=dict)
    version: str = ""
    past: list[tuple[int, str, str]] = field(default_factory=list)

    def take(self, moment: Moment, digest: str) -> None:
        """Follow one entry."""
        if moment.anew:
            if moment.entry.kind == MIGRATED:
                counts = canonical.dumps(self.progress)
                self.past.append((moment.entry.seq - 1, self.version, counts))
            else:
                self.past.pop()
        self.last = digest
        self.progress = counted({} if moment.anew else self.progress, moment.events)
        self.version = moment.version.bundle.digest


def decide_again(session: Session, runtime: Runtime, key: int, *, at_home: bool) -> Decided:
    """Decide a course's whole journal again.

    Args:
        session: a read session.
        runtime: keys and models.
        key: the course.
        at_home: the database holds what the course goes on from, not its journal alone.
    """
    name, found, way = stream(key), Decided(), _Way()
    try:
        snapshots = snapshots_of(session, key)
        for moment in replay(session, runtime, key):
            entry = moment.entry
            way.seq = entry.seq
            found.broken = _document_fault(session, runtime, entry)
            if found.broken is not None:
                return found
            found.sealed = found.sealed or moment.sealed
            if found.sealed or not entry.state_digest or moment.state is None:
                continue
            found.count += 1
            digest = runtime.keyring.state_mac(session, name, moment.state)
            if digest != entry.state_digest:
                found.broken = Broken(name, entry.seq, "state-differs", entry.state_digest, digest)
                return found
            way.take(moment, digest)
            kept = snapshots.get(entry.seq)
            if kept is not None and not _same(kept, moment.state, way.progress):
                found.broken = Broken(name, entry.seq, "snapshot-differs")
                return found
    except Exception as error:  # noqa: BLE001 -- what was tampered with may fail in any way; that is the finding
        told = f"{type(error).__name__}: {error}"
        found.broken = Broken(name, way.seq + 1, "not-decidable", "", told)
        return found
    if not found.sealed and at_home:
        found.broken = _kept_as_decided(session, runtime, key, way, found.count)
    return found


def _same(kept: Snapshot, state: bytes, progress: Progress) -> bool:
    return kept.state == state and canonical.dumps(kept.progress) == canonical.dumps(progress)


def _document_fault(session: Session, runtime: Runtime, entry: Entry) -> Broken | None:
    """Compare the documents that a filled-in form names with what is kept; what is erased cannot be compared."""
    if not entry.form_digest:
        return None
    course_key = int(entry.stream.partition(":")[2])
    for said in documents.references_in(entry.payload):
        found = _document(session, runtime, course_key, said)
        if found is not None:
            return Broken(entry.stream, entry.seq, f"document-{found[0]}", said["sha256"], found[1])
    return None


def _document(
    session: Session, runtime: Runtime, course_key: int, said: Mapping[str, Any]
) -> tuple[str, str] | None:
    """Return what is wrong with one document, and what was found."""
    key = int(said["key"])
    try:
        content = documents.content(session, runtime.keyring, key)
    except documents.Changed:
        return "changed", said["key"]
    except NotFound as error:
        if error.code == documents.ERASED and _is_erased(session, runtime, key):
            return None
        return "missing", said["key"]
    digest = digest_bytes(content)
    if digest != said["sha256"]:
        return "changed", digest
    row = documents.get(session, key)
    if row is None or row.course_key != course_key or row.reference != said:
        return "changed", canonical.dumps(row.reference) if row is not None else ""
    return None


def _is_erased(session: Session, runtime: Runtime, key: int) -> bool:
    """Tell whether the journal agrees that a document's key is gone: its first entry was sealed with the same one."""
    entries = read(session, f"document:{key}", runtime.keyring, upto=1)
    return all(entry.erased for entry in entries)


def _kept_as_decided(
    session: Session, runtime: Runtime, key: int, way: _Way, count: int
) -> Broken | None:
    """Compare what the course goes on from, and what is shown of its past, with what its journal leads to."""
    name = stream(key)
    row = session.execute(
        select(CourseState.seq, CourseState.state).where(CourseState.course_key == key)
    ).one_or_none()
    if row is None:
        return Broken(name, way.seq, "row-missing", way.last)
    if row.seq > count:
        return Broken(name, way.seq + 1, "cut", f"{way.seq + row.seq - count}", f"{way.seq}")
    found = runtime.keyring.state_mac(session, name, row.state)
    if found != way.last or row.seq != count:
        return Broken(name, way.seq, "row-differs", way.last, found)
    kept = [
        (one.until_seq, _digest(session, one.version_key), canonical.dumps(one.progress))
        for one in past_versions(session, key)
    ]
    if kept != way.past:
        seq = (way.past or kept)[0][0]
        return Broken(name, seq, "past-differs", canonical.dumps(way.past), canonical.dumps(kept))
    return None


def _digest(session: Session, version_key: int) -> str:
    row = library.version(session, version_key)
    return "" if row is None else row.bundle_digest
