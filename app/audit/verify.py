"""Verify: every chain intact, and every course decided again gives every recorded state digest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import journal
from app.access import AccessLog
from app.audit.replay import replay
from app.courses import Course, Runtime, stream
from app.errors import ForloebError
from app.journal import signing

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
    "not-decidable": "posten kan ikke afgøres igen",
}
"""The reasons in words."""


@dataclass(frozen=True)
class Broken:
    """The first entry of a stream that is not as it was written; `reason` is a code of `WORDS`."""

    stream: str
    seq: int
    reason: str

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
        first_broken: the first thing wrong in each stream that has one.
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
    entries = redecided = sealed = 0
    faults = _forged(session, public_key, kept)
    ends = signing.signed_ends(session)
    for head in (leaf for one in kept for leaf in one.leaves):
        ends.setdefault(head.stream, []).append(head)
    names = _streams(session, ends) if course_key is None else [stream(course_key)]
    for name in names:
        chain = journal.check_stream(session, name, ends.get(name, ()))
        entries += chain.entries
        if chain.broken is not None:
            faults.append(Broken(name, chain.broken.seq, chain.broken.reason.value))
        elif not chain.entries:
            faults.append(Broken(name, 1, "no-journal"))
        elif name.startswith("course:"):
            count, was_sealed, fault = _decide_again(session, runtime, name)
            redecided += count
            sealed += was_sealed
            if fault is not None:
                faults.append(fault)
    looks = access_log.first_broken() if access_log else None
    if looks is not None:
        name, seq, reason = looks
        faults.append(Broken(f"access:{name}", seq, reason))
    return Report(not faults, len(names), entries, redecided, sealed, tuple(faults))


def _forged(session: Session, public_key: str, kept: Sequence[signing.SignedHead]) -> list[Broken]:
    """Return the daily heads that the installation's key did not sign."""
    days = {signing.first_forged(session, public_key)} if public_key else set()
    days |= {one.day for one in kept if public_key and one.public_key != public_key}
    return [Broken(f"head:{day}", 1, "head-forged") for day in sorted(days - {None}, key=str)]


def _streams(session: Session, ends: Iterable[str]) -> list[str]:
    """Every stream that is or was signed, and every course: one whose whole journal is gone shows too."""
    courses = (stream(key) for key in session.scalars(select(Course.key)))
    return sorted({*journal.streams(session), *ends, *courses})


def _decide_again(session: Session, runtime: Runtime, name: str) -> tuple[int, bool, Broken | None]:
    count, sealed, seq = 0, False, 0
    try:
        for moment in replay(session, runtime, int(name.partition(":")[2])):
            entry = moment.entry
            seq = entry.seq
            sealed = sealed or moment.sealed
            if sealed or not entry.state_digest or moment.state is None:
                continue
            count += 1
            if runtime.keyring.state_mac(session, name, moment.state) != entry.state_digest:
                return count, sealed, Broken(name, seq, "state-differs")
    except ForloebError:
        return count, sealed, Broken(name, seq + 1, "not-decidable")
    return count, sealed, None
