"""Verify: every chain intact, and every course decided again gives every recorded state digest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import journal
from app.access import AccessLog
from app.audit import published
from app.audit.broken import Broken
from app.audit.deciding import decide_again
from app.courses import Course, Runtime, stream
from app.journal import Entry, Head, signing

ACCESS = "access:"
"""Before the name of a chain of the access log, where it stands among others."""


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
    faults = [*forged(session, public_key, kept), *changed_keys(session, runtime)]
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


def check_one(
    session: Session,
    runtime: Runtime,
    name: str,
    known: Iterable[Head] = (),
    *,
    at_home: bool = True,
) -> Report:
    """Check one stream against its head and those that are known, and what follows from it.

    A course is decided again; a model, form or decision is compared with what is published.

    Args:
        session: a read session.
        runtime: keys and models.
        name: of the stream.
        known: ends of it that were signed or kept outside.
        at_home: the database is the installation's own, and not one made of an export.
    """
    chain = check_chain(session, name, known)
    if not chain.ok:
        return chain
    if not chain.entries:
        return _report(0, Broken(name, 1, "no-journal"))
    if not name.startswith("course:"):
        return _report(chain.entries, _read_fault(session, runtime, name))
    found = decide_again(session, runtime, int(name.partition(":")[2]), at_home=at_home)
    report = _report(chain.entries, found.broken)
    return replace(report, redecided=found.count, sealed=int(found.sealed))


def check_chain(session: Session, name: str, known: Iterable[Head] = ()) -> Report:
    """Check one stream against its head and those that are known, and nothing besides."""
    chain = journal.check_stream(session, name, known)
    at = chain.broken
    if at is None:
        return _report(chain.entries, None)
    return _report(chain.entries, Broken(name, at.seq, at.reason.value, at.expected, at.found))


def _report(entries: int, fault: Broken | None) -> Report:
    return Report(fault is None, 1, entries, 0, 0, (fault,) if fault is not None else ())


def _read_fault(session: Session, runtime: Runtime, name: str) -> Broken | None:
    """Open every entry of a stream that decides nothing, and look at what it says of what is published."""
    entries: list[Entry] = []
    seq = 0
    is_definition = name.startswith(published.DEFINITION)
    try:
        for entry in journal.read(session, name, runtime.keyring):
            seq = entry.seq
            if is_definition:
                entries.append(entry)
        return published.fault(session, name, entries) if is_definition else None
    except Exception as error:  # noqa: BLE001 -- what was tampered with may fail in any way; that is the finding
        told = f"{type(error).__name__}: {error}"
        return Broken(name, seq + 1, "not-readable", "", told)


def changed_keys(session: Session, runtime: Runtime) -> list[Broken]:
    """Return the data keys that are not as they were wrapped.

    Raises:
        WrongMasterKey: not one of them opens.
    """
    return [
        Broken(f"key:{key_id}", 1, "key-changed", "", subject)
        for key_id, subject in runtime.keyring.changed(session)
    ]


def check_access(log: AccessLog, known: Mapping[str, Sequence[Head]]) -> list[Broken]:
    """Check the chains of the access log; return the first entry that is not as it was written."""
    ends = {
        name.removeprefix(ACCESS): heads for name, heads in known.items() if name.startswith(ACCESS)
    }
    found = log.first_broken(ends)
    if found is not None:
        name, at = found
        return [Broken(f"{ACCESS}{name}", at.seq, at.reason.value, at.expected, at.found)]
    hidden = log.first_hidden()
    if hidden is None:
        return []
    chain, seq, named, under = hidden
    words = [", ".join(map(str, each)) for each in (named, under)]
    return [Broken(f"{ACCESS}{chain}", seq, "seen-differs", *words)]


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
        else:  # the digest stands there still; whether it is that of what stands beside it, and before it, must be seen
            faults += check_chain(session, leaf.stream, (leaf,)).broken
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
    return sorted({*journal.streams(session), *signed, *courses, *published.streams(session)})


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
