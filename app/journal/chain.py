"""Checks a chain: pure functions over links, for the journal and for the access log.

A chain is one stream's entries in order. Each names its predecessor's digest, the first names
`GENESIS`, and each digest covers everything else in its entry, so one changed byte shows there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from app.journal.entry import Head

GENESIS = ""
"""What the first entry of a chain names as its predecessor."""


class Link(Protocol):
    """What a chain is made of; `Stored` is one."""

    @property
    def stream(self) -> str:
        """Whose chain."""
        ...

    @property
    def seq(self) -> int:
        """Its number, from 1."""
        ...

    @property
    def prev_digest(self) -> str:
        """The digest of the link before it."""
        ...

    @property
    def digest(self) -> str:
        """Its own digest."""
        ...

    def computed_digest(self) -> str:
        """Compute the digest that the link ought to carry."""
        ...


class Reason(StrEnum):
    """Why a chain is broken at an entry."""

    DIGEST = "digest-differs"
    """Something in the entry is not what it was when it was written."""
    PREVIOUS = "prev-differs"
    """The entry does not follow the one before it."""
    MISSING = "missing"
    """There is no entry of this number, though there is a later one."""
    UNEXPECTED = "unexpected"
    """There is an entry of a number that was never given, or that the stream's own head denies."""
    CUT = "cut"
    """The chain ends before this entry, which a head knows."""
    HEAD = "head-differs"
    """The entry is sound in itself, and not the one that a head knows."""
    TIME = "time-differs"
    """The entry is dated before the one before it; only a journal's are held to that."""


@dataclass(frozen=True, slots=True)
class Break:
    """The first entry of a stream that is not what it was.

    Attributes:
        expected: what ought to stand there: a digest, or the number of an entry; empty for nothing.
        found: what stands there instead; empty for nothing.
    """

    stream: str
    seq: int
    reason: Reason
    expected: str = field(default="", compare=False)
    found: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Checked:
    """How many entries a stream holds, and its first break, if any."""

    entries: int
    broken: Break | None


def verify_chain(links: Iterable[Link], heads: Iterable[Head] = ()) -> Break | None:
    """Return the first break of one stream, or None; see `check`."""
    return check(links, heads).broken


def check(links: Iterable[Link], heads: Iterable[Head] = ()) -> Checked:
    """Check one stream's links, ascending by number, against heads of it that are known.

    Heads may be of any age: one of entry 5 is compared with entry 5. A head of number 0 says that
    there must be no entry. Without heads a cut tail cannot show.
    """
    known: dict[int, set[str]] = {}
    stream = ""
    for head in heads:
        stream = head.stream
        known.setdefault(head.seq, set()).add(head.digest)
    count, expected, previous = 0, 1, GENESIS
    broken: Break | None = None
    for link in links:
        count += 1
        if broken is not None:
            continue  # only counting is left
        fault = _fault(link, expected, previous, known)
        if fault is not None:
            broken = Break(link.stream, min(link.seq, expected), *fault)
        expected, previous = link.seq + 1, link.digest
    if broken is None and known and max(known) >= expected:
        broken = Break(stream, expected, Reason.CUT, f"{max(known)}", f"{expected - 1}")
    return Checked(count, broken)


def _fault(
    link: Link, expected: int, previous: str, known: dict[int, set[str]]
) -> tuple[Reason, str, str] | None:
    """Return what is wrong with a link, what was expected, and what was found."""
    if link.seq > expected:
        return Reason.MISSING, f"{expected}", f"{link.seq}"
    if link.seq < expected or 0 in known:
        return Reason.UNEXPECTED, "", f"{link.seq}"
    computed = link.computed_digest()
    if computed != link.digest:
        return Reason.DIGEST, link.digest, computed
    if link.prev_digest != previous:
        return Reason.PREVIOUS, previous, link.prev_digest
    others = known.get(link.seq, {link.digest}) - {link.digest}
    if others:
        return Reason.HEAD, min(others), link.digest
    return None
