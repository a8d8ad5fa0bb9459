"""What the journal holds: an entry before it is appended, as it is stored, and as it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from app import canonical


@dataclass(frozen=True, slots=True)
class NewEntry:
    """Something that happened, before it has its place in the chain. Empty text means none.

    Attributes:
        stream: whose chain it joins: `course:<key>`, `citizen:<key>`, `inquiry:<key>` …
        kind: what happened, as `app.journal.kinds` lists it.
        actor: who did it: a username, or `system`.
        payload: the facts, in the clear (JSON; numbers int or Decimal, never float).
        subjects: whose data a part of the payload is: JSON pointer (RFC 6901) to subject.
        owner: whose key seals the rest of the payload; the stream's own unless told.
        at: the instant that the command carried (aware), or None for the transaction's own. Take
            it from the locked head (`Head.instant`): an instant before the stream's last one is
            raised to that.
        on_behalf_of: for whom the actor acted, where it was not for themselves.
        element: the element that it concerns.
        form_digest: the form that was filled in.
        model_digest: the model version that decided.
        rules: the rules (engine, FEEL, marking format) that it was decided under.
        state_digest: MAC of the course's state after it (`Keyring.state_mac`).
    """

    stream: str
    kind: str
    actor: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    subjects: Mapping[str, str] = field(default_factory=dict)
    owner: str = ""
    at: datetime | None = None
    on_behalf_of: str = ""
    element: str = ""
    form_digest: str = ""
    model_digest: str = ""
    rules: str = ""
    state_digest: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """One row of the journal, byte for byte: the digest covers exactly these texts.

    Instants are fixed-width UTC text (`app.clock.to_text`), `kind` may carry a version, `payload`
    is the envelope of `app.journal.seal`.
    """

    stream: str
    seq: int
    recorded_at: str
    at: str
    actor: str
    on_behalf_of: str
    kind: str
    element: str
    payload: str
    form_digest: str
    model_digest: str
    rules: str
    state_digest: str
    prev_digest: str
    digest: str

    def computed_digest(self) -> str:
        """Compute the digest that this entry ought to carry."""
        return digest_of({name: getattr(self, name) for name in _COVERED})


_COVERED = tuple(column.name for column in fields(Stored) if column.name != "digest")


def digest_of(columns: Mapping[str, str | int]) -> str:
    """Return the SHA-256, in hex, over the canonical text of all columns but the digest itself."""
    return canonical.digest(columns)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it is read.

    Attributes:
        stream: whose chain it is in.
        seq: its number there, from 1.
        recorded_at: when it was written.
        at: when it happened, by the command's clock; never before the entry before it.
        actor: who did it.
        on_behalf_of: for whom; empty for themselves.
        kind: what happened, without a version.
        element: the element that it concerns.
        payload: the facts, in the present shape of the kind; `Erased` stands where the key of the
            subject is gone, or for the whole where it is the owner's.
        erased: the subjects whose parts are gone.
        form_digest: the form that was filled in.
        model_digest: the model version that decided.
        rules: the rules that it was decided under.
        state_digest: MAC of the course's state after it; empty where nothing was decided.
        digest: its own digest, which the next entry names.
    """

    stream: str
    seq: int
    recorded_at: datetime
    at: datetime
    actor: str
    on_behalf_of: str
    kind: str
    element: str
    payload: Any
    erased: frozenset[str]
    form_digest: str
    model_digest: str
    rules: str
    state_digest: str
    digest: str


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a stream's chain: its last entry's number, digest and instant."""

    stream: str
    seq: int
    digest: str
    at: datetime | None = None

    def instant(self, now: datetime) -> datetime:
        """Return the `at` of a command given `now`: time in a stream never goes backwards."""
        return now if self.at is None else max(now, self.at)
