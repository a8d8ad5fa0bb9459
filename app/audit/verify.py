"""Verify: every chain intact, and every course decided again gives every recorded state digest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import documents, journal
from app.access import AccessLog
from app.audit.replay import replay
from app.canonical import digest_bytes
from app.courses import Course, CourseState, Runtime, stream
from app.errors import NotFound
from app.journal import Entry, Head, signing

WORDS = {
    "digest-differs": "posten er ændret, siden den blev skrevet",
    "prev-differs": "posten følger ikke efter den foregående",
    "missing": "posten mangler",
    "unexpected": "posten hører ikke til i kæden",
    "cut": "kæden er klippet over her",
    "head-differs": "posten er skiftet ud",
    "head-forged": "dagens kædehoved er ikke underskrevet med installationens nøgle",
    "no-journal": "forløbet har ingen journal",
    "state-differs": "genberegningen giver en anden tilstand end den, der blev skrevet",
    "row-differs": "forløbets gemte tilstand er ikke den, som journalen fører til",
    "not-decidable": "posten kan ikke afgøres igen",
    "document-missing": "et dokument, som posten henviser til, mangler",
    "document-changed": "et dokument, som posten henviser til, er ikke det, der blev sendt",
}
"""The reasons in words."""

ACCESS = "access:"
"""Before the name of a chain of the access log, where it stands among others."""


@dataclass(frozen=True)
class Broken:
    """The first entry of a stream that is not as it was written.

    Attributes:
        reason: a code of `WORDS`.
        expected: what ought to stand there: a digest, a number of an entry, a public key.
        found: what stands there instead, or the error that deciding again ended in.
    """

    stream: str
    seq: int
    reason: str
    expected: str = ""
    found: str = ""

    @property
    def words(self) -> str:
        """The reason in Danish."""
        return WORDS[self.reason]


@dataclass(frozen=True)
class Report:
    """The answer of a verification (design: `audit verify --json`).

    Attributes:
        ok: nothing is broken.
        streams: how many streams were read.
        entries: how many entries their chains hold.
        redecided: how many of them were decided again.
        sealed: how many courses could not be, because a person's data has been erased.
        broken: the first thing wrong in each stream that has one.
    """

    ok: bool
    streams: int
    entries: int
    redecided: int
    sealed: int
    broken: tuple[Broken, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the report as the command line writes it."""
        first = asdict(self.broken[0]) if self.broken else None
        return {
            "ok": self.ok,
            "streams": self.streams,
            "entries": self.entries,
            "redecided": self.redecided,
            "sealed": self.sealed,
            "first_broken": first,
        }


def verify(
    session: Session,
    runtime: Runtime,
    course_key: int | None = None,
    *,
    public_key: str = "",
    kept: Sequence[signing.SignedHead] = (),
    access_log: AccessLog | None = None,
) -> Report:
    """Check every chain and decide every course again, or those of one course.

    Args:
        session: a read session.
        runtime: keys and models.
        course_key: only this course.
        public_key: whose signature the daily heads must carry (base64); "" leaves signatures unchecked.
        kept: signed heads that were kept outside, of any age: a chain that was cut or written anew shows against them.
        access_log: checked too, where it is given.

    Raises:
        WrongMasterKey: the payloads cannot be read with this installation's key.
    """
    runtime.keyring.check(session)
    faults = forged(session, public_key, kept)
    ends = known_ends(session, kept)
    names = all_streams(session, ends) if course_key is None else [stream(course_key)]
    parts = [check_one(session, runtime, name, ends.get(name, ())) for name in names]
    faults += [fault for part in parts for fault in part.broken]
    if access_log is not None:
        faults += check_access(access_log, ends)
    return Report(
        not faults,
        len(names),
        sum(part.entries for part in parts),
        sum(part.redecided for part in parts),
        sum(part.sealed for part in parts),
        tuple(faults),
    )


def check_one(session: Session, runtime: Runtime, name: str, known: Iterable[Head] = ()) -> Report:
    """Check one stream against its head and those that are known, and decide it again if it is a course's."""
    chain = journal.check_stream(session, name, known)
    if chain.broken is not None:
        at = chain.broken
        fault = Broken(name, at.seq, at.reason.value, at.expected, at.found)
        return Report(False, 1, chain.entries, 0, 0, (fault,))
    if not chain.entries:
        return Report(False, 1, 0, 0, 0, (Broken(name, 1, "no-journal"),))
    if not name.startswith("course:"):
        return Report(True, 1, chain.entries, 0, 0, ())
    count, sealed, broken = _decide_again(session, runtime, name)
    faults = (broken,) if broken is not None else ()
    return Report(broken is None, 1, chain.entries, count, int(sealed), faults)


def check_access(log: AccessLog, known: Mapping[str, Sequence[Head]]) -> list[Broken]:
    """Check the chains of the access log; return the first entry that is not as it was written."""
    ends = {
        name.removeprefix(ACCESS): heads for name, heads in known.items() if name.startswith(ACCESS)
    }
    found = log.first_broken(ends)
    if found is None:
        return []
    name, at = found
    return [Broken(f"{ACCESS}{name}", at.seq, at.reason.value, at.expected, at.found)]


def against_head(
    session: Session, kept: signing.SignedHead, public_key: str, log: AccessLog
) -> list[Broken]:
    """Compare what is in the database with a signed head that was kept elsewhere; nothing is decided again.

    Returns:
        The head itself, where another key signed it, and each stream whose entry of that number is gone or another.
    """
    faults = forged(session, public_key, (kept,))
    known: dict[str, list[Head]] = {}
    for leaf in kept.leaves:
        known.setdefault(leaf.stream, []).append(leaf)
    for leaf in kept.leaves:
        if leaf.stream.startswith(ACCESS):
            continue
        found = next(
            journal.read_stored(session, leaf.stream, after=leaf.seq - 1, upto=leaf.seq), None
        )
        if found is None:
            faults.append(Broken(leaf.stream, leaf.seq, "cut", leaf.digest))
        elif found.digest != leaf.digest:
            faults.append(Broken(leaf.stream, leaf.seq, "head-differs", leaf.digest, found.digest))
    return faults + check_access(log, known)


def known_ends(session: Session, kept: Sequence[signing.SignedHead] = ()) -> dict[str, list[Head]]:
    """Return every end of a chain that was ever signed, in the database and outside, by stream."""
    ends = signing.signed_ends(session)
    for head in (leaf for one in kept for leaf in one.leaves):
        ends.setdefault(head.stream, []).append(head)
    return ends


def all_streams(session: Session, ends: Iterable[str]) -> list[str]:
    """Every stream that is or was signed, and every course: one whose whole journal is gone shows too."""
    courses = (stream(key) for key in session.scalars(select(Course.key)))
    signed = (name for name in ends if not name.startswith(ACCESS))
    return sorted({*journal.streams(session), *signed, *courses})


def forged(
    session: Session, public_key: str, kept: Sequence[signing.SignedHead] = ()
) -> list[Broken]:
    """Return the daily heads that the installation's key did not sign; without a key, none."""
    if not public_key:
        return []
    first = signing.first_forged(session, public_key)
    days = {} if first is None else {first: ""}
    days |= {one.day: one.public_key for one in kept if one.public_key != public_key}
    return [
        Broken(f"head:{day}", 1, "head-forged", public_key, other)
        for day, other in sorted(days.items())
    ]


def _decide_again(session: Session, runtime: Runtime, name: str) -> tuple[int, bool, Broken | None]:
    count, sealed, seq, last = 0, False, 0, ""
    key = int(name.partition(":")[2])
    try:
        for moment in replay(session, runtime, key):
            entry = moment.entry
            seq = entry.seq
            fault = _document_fault(session, runtime, entry)
            if fault is not None:
                return count, sealed, fault
            sealed = sealed or moment.sealed
            if sealed or not entry.state_digest or moment.state is None:
                continue
            count += 1
            last = runtime.keyring.state_mac(session, name, moment.state)
            if last != entry.state_digest:
                fault = Broken(name, seq, "state-differs", entry.state_digest, last)
                return count, sealed, fault
    except Exception as error:  # noqa: BLE001 -- what was tampered with may fail in any way; that is the finding
        told = f"{type(error).__name__}: {error}"
        return count, sealed, Broken(name, seq + 1, "not-decidable", "", told)
    if sealed:
        return count, sealed, None
    return count, sealed, _kept_as_decided(session, runtime, key, (seq, count, last))


def _document_fault(session: Session, runtime: Runtime, entry: Entry) -> Broken | None:
    """Compare the documents that a filled-in form names with their digests; what is erased cannot be compared."""
    if not entry.form_digest:
        return None
    for one in documents.references_in(entry.payload):
        try:
            content = documents.content(session, runtime.keyring, int(one["key"]))
        except documents.Changed:
            return Broken(entry.stream, entry.seq, "document-changed", one["sha256"], one["key"])
        except NotFound as error:
            if error.code == documents.ERASED:
                continue
            return Broken(entry.stream, entry.seq, "document-missing", one["sha256"], one["key"])
        found = digest_bytes(content)
        if found != one["sha256"]:
            return Broken(entry.stream, entry.seq, "document-changed", one["sha256"], found)
    return None


def _kept_as_decided(
    session: Session, runtime: Runtime, key: int, end: tuple[int, int, str]
) -> Broken | None:
    """Compare the state that the course goes on from with the one that its journal leads to.

    Args:
        session: a read session.
        runtime: keys and models.
        key: the course.
        end: of its journal: the last entry's number, how many commands there are, the last state's digest.
    """
    row = session.execute(
        select(CourseState.seq, CourseState.state).where(CourseState.course_key == key)
    ).one_or_none()
    if row is None:
        return None
    name, (seq, count, digest) = stream(key), end
    if row.seq > count:
        return Broken(name, seq + 1, "cut", f"{seq + row.seq - count}", f"{seq}")
    found = runtime.keyring.state_mac(session, name, row.state)
    return None if found == digest else Broken(name, seq, "row-differs", digest, found)
