"""The daily head: one Ed25519 signature over the ends of all chains, each naming the head before it.

Printed, or stored where the database's owner cannot write, it proves later what the journal said.
`signed_leaf` keeps, for each head, only the streams that had moved since the one before.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import Column, Integer, String, Table, Text, insert, select
from sqlalchemy.orm import Session

from app import canonical
from app.clock import LOCAL
from app.errors import DomainError
from app.journal import merkle
from app.journal.entry import Head
from app.journal.store import heads
from app.storage import Base, UnitOfWork

_Day = String(10)
_Digest = String(64)
signed_head = Table(
    "signed_head",
    Base.metadata,
    Column("day", _Day, primary_key=True),
    Column("previous", _Digest, nullable=False),
    Column("root", _Digest, nullable=False),
    Column("public_key", String(44), nullable=False),
    Column("signature", String(88), nullable=False),
)
signed_leaf = Table(
    "signed_leaf",
    Base.metadata,
    Column("day", _Day, primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("digest", _Digest, nullable=False),
)


@dataclass(frozen=True, slots=True)
class SignedHead:
    """The ends of all chains on a day, signed.

    Attributes:
        day: Danish date, ISO.
        previous: the root of the head before it; empty for the first.
        root: Merkle root over `leaves`.
        leaves: the end of each stream (without instants), by name.
        public_key: Ed25519, base64.
        signature: over day, previous and root, base64.
    """

    day: str
    previous: str
    root: str
    leaves: tuple[Head, ...]
    public_key: str
    signature: str

    def is_genuine(self) -> bool:
        """Tell whether root and signature are those of the leaves. Whose key it is, the caller knows."""
        statement = _statement(self.day, self.previous, self.root)
        return _root(self.leaves) == self.root and is_signed(
            statement, self.signature, self.public_key
        )

    def to_text(self) -> str:
        """Write the head as JSON, to be printed or kept elsewhere."""
        leaves = [[leaf.stream, leaf.seq, leaf.digest] for leaf in self.leaves]
        return json.dumps(
            {name: getattr(self, name) for name in FACTS} | {"leaves": leaves}, indent=1
        )


@dataclass(frozen=True, slots=True)
class SignedEnd:
    """The end of one chain on a day, with proof that it is in that day's signed head: nothing about other chains.

    Attributes:
        place: which of the head's leaves it is, from 0.
        beside: its Merkle path (`app.journal.merkle.path`).
    """

    day: str
    previous: str
    root: str
    public_key: str
    signature: str
    end: Head
    place: int
    beside: tuple[str, ...]

    def is_genuine(self) -> bool:
        """Tell whether the end is under the root, and the root is signed. Whose key it is, the caller knows."""
        try:
            led_to = merkle.root_from(_leaf(self.end), self.place, self.beside)
        except ValueError:
            return False
        statement = _statement(self.day, self.previous, self.root)
        return led_to == self.root and is_signed(statement, self.signature, self.public_key)


def signed_end(session: Session, stream: str) -> SignedEnd | None:
    """Return the end of a stream under the newest head, or None where no head knows the stream."""
    head = latest(session)
    if head is None:
        return None
    names = [leaf.stream for leaf in head.leaves]
    if stream not in names:
        return None
    place = names.index(stream)
    beside = merkle.path([_leaf(leaf) for leaf in head.leaves], place)
    facts = (head.day, head.previous, head.root, head.public_key, head.signature)
    return SignedEnd(*facts, head.leaves[place], place, tuple(beside))


def is_signed(statement: bytes, signature: str, public: str) -> bool:
    """Tell whether a public key (base64) vouches for some bytes by a signature (base64)."""
    try:
        key = Ed25519PublicKey.from_public_bytes(b64decode(public))
        key.verify(b64decode(signature), statement)
    except (InvalidSignature, ValueError):
        return False
    return True


FACTS = ("day", "previous", "root", "public_key", "signature")


def from_text(text: str) -> SignedHead:
    """Read what `SignedHead.to_text` wrote.

    Raises:
        DomainError: it is no signed head, or not as it was signed.
    """
    try:
        given = json.loads(text)
        leaves = tuple(
            Head(str(stream), int(seq), str(digest)) for stream, seq, digest in given["leaves"]
        )
        head = SignedHead(**{name: str(given[name]) for name in FACTS}, leaves=leaves)
    except (ValueError, KeyError, TypeError) as error:
        raise DomainError("journal:no-head", "Filen er ikke et underskrevet kædehoved.") from error
    if not head.is_genuine():
        raise DomainError(
            "journal:head-forged", "Kædehovedet er ændret, siden det blev underskrevet."
        )
    return head


def signing_key(text: str) -> Ed25519PrivateKey:
    """Read the private key as settings carry it: base64 of 32 bytes.

    Raises:
        ValueError: it is something else.
    """
    return Ed25519PrivateKey.from_private_bytes(b64decode(text, validate=True))


def public_key(key: Ed25519PrivateKey) -> str:
    """Return the public key to a private one, base64: what an auditor keeps."""
    return b64encode(key.public_key().public_bytes_raw()).decode()


def sign(work: UnitOfWork, key: Ed25519PrivateKey, more: Iterable[Head] = ()) -> bool:
    """Sign the ends of all chains as of now, once a Danish day.

    Args:
        work: the transaction to write in.
        key: the installation's private key.
        more: the ends of chains kept in other tables, such as the access log's.

    Returns:
        Whether there was no head of today yet.
    """
    day = work.now.astimezone(LOCAL).date().isoformat()
    connection = work.session.connection()
    last = connection.execute(
        select(signed_head).order_by(signed_head.c.day.desc()).limit(1)
    ).one_or_none()
    if last is not None and last.day >= day:
        return False
    before = {leaf.stream: leaf for leaf in _leaves(work.session)}
    now = {
        head.stream: Head(head.stream, head.seq, head.digest)
        for head in (*heads(work.session), *more)
    }
    moved = [leaf for leaf in now.values() if before.get(leaf.stream) != leaf]
    root, previous = _root((before | now).values()), "" if last is None else last.root
    signature = b64encode(key.sign(_statement(day, previous, root))).decode()
    values = {"day": day, "previous": previous, "root": root}
    connection.execute(
        insert(signed_head), values | {"public_key": public_key(key), "signature": signature}
    )
    if moved:
        rows = [
            {"day": day, "stream": leaf.stream, "seq": leaf.seq, "digest": leaf.digest}
            for leaf in moved
        ]
        connection.execute(insert(signed_leaf), rows)
    return True


def signed(session: Session, day: str) -> SignedHead | None:
    """Return the head of a day, whole, or None where there is none."""
    row = (
        session.connection()
        .execute(select(signed_head).where(signed_head.c.day == day))
        .one_or_none()
    )
    if row is None:
        return None
    leaves = {leaf.stream: leaf for leaf in _leaves(session, day)}
    return SignedHead(
        row.day, row.previous, row.root, _in_order(leaves.values()), row.public_key, row.signature
    )


def latest(session: Session) -> SignedHead | None:
    """Return the newest head, whole, or None where none was signed yet."""
    query = select(signed_head.c.day).order_by(signed_head.c.day.desc()).limit(1)
    day = session.connection().execute(query).scalar_one_or_none()
    return None if day is None else signed(session, day)


def days(session: Session, most: int) -> list[str]:
    """Return the days of the newest heads, the latest first."""
    query = select(signed_head.c.day).order_by(signed_head.c.day.desc()).limit(most)
    return list(session.connection().execute(query).scalars())


def first_forged(session: Session, trusted: str) -> str | None:
    """Return the day of the first head that is not what `trusted` (a public key, base64) signed."""
    leaves: dict[str, Head] = {}
    by_day: dict[str, list[Head]] = defaultdict(list)
    for row in session.connection().execute(select(signed_leaf)):
        by_day[row.day].append(Head(row.stream, row.seq, row.digest))
    previous = ""
    for row in session.connection().execute(select(signed_head).order_by(signed_head.c.day)):
        leaves |= {leaf.stream: leaf for leaf in by_day[row.day]}
        head = SignedHead(
            row.day, row.previous, row.root, _in_order(leaves.values()), trusted, row.signature
        )
        if row.previous != previous or not head.is_genuine():
            return head.day
        previous = row.root
    return None


def signed_ends(session: Session) -> dict[str, list[Head]]:
    """Return every end that was ever signed, by stream: what `check_stream` takes as known."""
    found: dict[str, list[Head]] = defaultdict(list)
    for leaf in _leaves(session):
        found[leaf.stream].append(leaf)
    return found


def _leaves(session: Session, upto: str = "9999") -> list[Head]:
    query = select(signed_leaf).where(signed_leaf.c.day <= upto).order_by(signed_leaf.c.day)
    return [Head(row.stream, row.seq, row.digest) for row in session.connection().execute(query)]


def _in_order(leaves: Iterable[Head]) -> tuple[Head, ...]:
    return tuple(sorted(leaves, key=lambda leaf: leaf.stream))


def _root(leaves: Iterable[Head]) -> str:
    return merkle.root([_leaf(leaf) for leaf in _in_order(leaves)])


def _leaf(leaf: Head) -> bytes:
    return canonical.dumps([leaf.stream, leaf.seq, leaf.digest]).encode()


def _statement(day: str, previous: str, root: str) -> bytes:
    facts: dict[str, Any] = {"day": day, "previous": previous, "root": root}
    return canonical.dumps(facts).encode()
