"""Data keys: one for each person, course and inquiry, wrapped by a master key outside the database.

Destroying a subject's key erases what was sealed with it, in every copy of the journal, and leaves
the chain whole. The row stays, so that a part still says that it was erased and not lost.
"""

from __future__ import annotations

import hmac
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Column, Index, LargeBinary, String, Table, bindparam, select, text, update
from sqlalchemy.orm import Session

from app import keys
from app.errors import DomainError
from app.journal.held import forget, held
from app.storage import Base, Instant, Key, Race, Statement, UnitOfWork, next_key

_LIVE = text("wrapped IS NOT NULL")
data_key = Table(
    "data_key",
    Base.metadata,
    Column("id", Key, primary_key=True, autoincrement=False),
    Column("subject", String(120), nullable=False),
    Column("wrapped", LargeBinary, nullable=True),
    Column("destroyed_at", Instant, nullable=True),
    Index(
        "uq_data_key_live_subject",
        "subject",
        unique=True,
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    ),
)
"""A subject has one live key at most; a destroyed one has lost `wrapped`."""

_BY_ID = Statement(
    select(data_key.c.subject, data_key.c.wrapped).where(data_key.c.id == bindparam("id"))
)
_BY_SUBJECT = Statement(
    select(data_key.c.id, data_key.c.wrapped).where(
        data_key.c.subject == bindparam("subject"), data_key.c.wrapped.is_not(None)
    )
)
_CREATE = text(
    "INSERT INTO data_key (id, subject, wrapped) VALUES (:id, :subject, :wrapped)"
    " ON CONFLICT DO NOTHING"
)

_KEY_BYTES = 32
_NONCE_BYTES = 12
_CACHED = 4096


class WrongMasterKey(DomainError):
    """The master key is not the one that the database's data keys were wrapped with."""


class KeyMissing(DomainError):
    """A part was sealed with a key that is neither there nor recorded as destroyed."""


class DataKey:
    """A subject's key, unwrapped."""

    def __init__(self, key_id: int, subject: str, secret: bytes) -> None:
        """Keep the secret, in memory only."""
        self.id = key_id
        self.subject = subject
        self._secret = secret
        self._cipher = AESGCM(secret)

    def encrypt(self, plain: bytes, place: bytes) -> tuple[bytes, bytes]:
        """Return a fresh nonce and the ciphertext, bound to `place`."""
        nonce = keys.random_bytes(_NONCE_BYTES)
        return nonce, self._cipher.encrypt(nonce, plain, place)

    def decrypt(self, nonce: bytes, ciphertext: bytes, place: bytes) -> bytes:
        """Return the plain bytes.

        Raises:
            cryptography.exceptions.InvalidTag: the bytes were changed, or stood somewhere else.
        """
        return self._cipher.decrypt(nonce, ciphertext, place)

    def mac(self, state: bytes) -> str:
        """Return the HMAC-SHA-256 of a state, in hex, under a key derived from this one."""
        return hmac.digest(self._mac_key, state, "sha256").hex()

    def wrapped_with(self, master: AESGCM) -> bytes:
        """Return the secret wrapped with a master key."""
        nonce = keys.random_bytes(_NONCE_BYTES)
        return nonce + master.encrypt(nonce, self._secret, _label(self.id, self.subject))

    @cached_property
    def _mac_key(self) -> bytes:
        info = b"forloeb state digest"
        derived = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=info)
        return derived.derive(self._secret)


@dataclass(frozen=True, slots=True)
class HandedKey:
    """A row of `data_key` as another installation would hold it; `wrapped` is None for a destroyed key."""

    id: int
    subject: str
    wrapped: bytes | None


class Keyring:
    """Gives each subject's key. The process keeps the last ones unwrapped, never trusting to that.

    Whether a key still exists is asked of the database once in every session, so that what one
    process destroys is erased for the others too.
    """

    def __init__(self, master_key: str) -> None:
        """Take the master key as settings carry it: base64 of 32 bytes.

        Raises:
            ValueError: it is something else.
        """
        try:
            master = b64decode(master_key, validate=True)
        except NotBase64 as error:
            raise ValueError("the master key is not base64") from error
        if len(master) != _KEY_BYTES:
            raise ValueError(f"the master key has {len(master)} bytes instead of {_KEY_BYTES}")
        self._master = AESGCM(master)
        self._unwrap = lru_cache(maxsize=_CACHED)(self._unwrap_anew)

    def check(self, session: Session) -> None:
        """Open any one data key, to see that the master key is the database's own.

        Raises:
            WrongMasterKey: it is another one, e.g. drawn anew because the old file was lost.
        """
        query = select(data_key).where(data_key.c.wrapped.is_not(None)).limit(1)
        row = session.connection().execute(query).one_or_none()
        if row is not None:
            self._unwrap(row.id, row.subject, row.wrapped)

    def changed(self, session: Session) -> list[tuple[int, str]]:
        """Return the keys, with whose they are, that are neither as they were wrapped nor noted as destroyed.

        Raises:
            WrongMasterKey: not one of them opens, so it is the master key that is another.
        """
        found: list[tuple[int, str]] = []
        wrong: WrongMasterKey | None = None
        whole = 0
        for row in session.connection().execute(select(data_key).order_by(data_key.c.id)):
            key = (row.id, row.subject)
            if row.wrapped is None:
                found += [key] if row.destroyed_at is None else []
                continue
            try:
                self._unwrap_anew(*key, row.wrapped)
                whole += 1
            except WrongMasterKey as error:
                wrong = error
                found.append(key)
        if wrong is not None and not whole:
            raise wrong
        return found

    def for_sealing(self, session: Session, subjects: Iterable[str]) -> dict[str, DataKey]:
        """Return the live key of each subject, made on first use (in a write transaction)."""
        known = _known(session).by_subject
        wanted = set(subjects)
        for subject in sorted(wanted - known.keys()):
            known[subject] = self._find(session, subject) or self._create(session, subject)
        return {subject: known[subject] for subject in wanted}

    def for_opening(self, session: Session, key_id: int) -> DataKey | None:
        """Return a key by its id, or None where it has been destroyed.

        Raises:
            KeyMissing: there is no record of the key.
        """
        known = _known(session).by_id
        if key_id not in known:
            row = _BY_ID.first(session, {"id": key_id})
            if row is None:
                text = f"Nøgle {key_id} findes ikke og er heller ikke noteret som slettet."
                raise KeyMissing("journal:key-missing", text)
            subject, wrapped = row
            known[key_id] = None if wrapped is None else self._unwrap(key_id, subject, wrapped)
        return known[key_id]

    def state_mac(self, session: Session, subject: str, state: bytes) -> str:
        """Return the digest of a course's state; it tells nothing once the subject's key is gone."""
        return self.for_sealing(session, [subject])[subject].mac(state)

    def destroyed_since(self, session: Session, at: datetime) -> bool:
        """Tell whether anybody's key has been destroyed at or after an instant."""
        query = select(data_key.c.id).where(data_key.c.destroyed_at >= at).limit(1)
        return session.connection().execute(query).first() is not None

    def erased(self, session: Session) -> set[str]:
        """Return the subjects whose key has been destroyed, and who have no other one."""
        gone = select(data_key.c.subject).where(data_key.c.destroyed_at.is_not(None))
        left = select(data_key.c.subject).where(data_key.c.destroyed_at.is_(None))
        return set(session.scalars(gone.where(data_key.c.subject.not_in(left))))

    def handed_over(self, session: Session, key_ids: Iterable[int], to: str) -> list[HandedKey]:
        """Return data keys for another installation: wrapped with its master key, by id, destroyed ones without.

        Only an export does so: whoever has the result and `to` reads what these keys sealed.

        Args:
            session: any session.
            key_ids: which.
            to: the other master key, as settings carry one.

        Raises:
            KeyMissing: there is no record of a key.
        """
        other = Keyring(to)
        found = []
        for key_id in sorted(set(key_ids)):
            key = self.for_opening(session, key_id)
            subject = session.connection().execute(
                select(data_key.c.subject).where(data_key.c.id == key_id)
            )
            wrapped = None if key is None else key.wrapped_with(other._master)
            found.append(HandedKey(key_id, subject.scalar_one(), wrapped))
        return found

    def destroy(self, work: UnitOfWork, subject: str) -> bool:
        """Destroy a subject's key; what it sealed reads as erased from now on, for ever.

        Nothing calls this yet: retention rules, legal hold and archive export must come first. A backup
        or a write-ahead log may hold the wrapped key until it is overwritten.

        Returns:
            Whether there was a live key.
        """
        gone = (
            update(data_key)
            .where(data_key.c.subject == subject, data_key.c.wrapped.is_not(None))
            .values(wrapped=None, destroyed_at=work.now)
        )
        found = work.session.connection().execute(gone).rowcount
        forget(work.session, "keys")
        self._unwrap.cache_clear()
        return found > 0

    def _find(self, session: Session, subject: str) -> DataKey | None:
        row = _BY_SUBJECT.first(session, {"subject": subject})
        return None if row is None else self._unwrap(row[0], subject, row[1])

    def _create(self, session: Session, subject: str) -> DataKey:
        made = DataKey(next_key(session), subject, keys.random_bytes(_KEY_BYTES))
        wrapped = made.wrapped_with(self._master)
        values = {"id": made.id, "subject": subject, "wrapped": wrapped}
        if session.connection().execute(_CREATE, values).rowcount:
            return made
        found = self._find(session, subject)  # another was first
        if found is None:
            raise Race(f"the key of {subject} was made and destroyed at this moment")
        return found

    def _unwrap_anew(self, key_id: int, subject: str, wrapped: bytes) -> DataKey:
        nonce, ciphertext = wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:]
        try:
            secret = self._master.decrypt(nonce, ciphertext, _label(key_id, subject))
        except (InvalidTag, ValueError) as error:  # cut short, it is no ciphertext at all
            text = f"Hovednøglen passer ikke til databasen: nøglen til {subject} kan ikke åbnes."
            raise WrongMasterKey("journal:wrong-master-key", text) from error
        return DataKey(key_id, subject, secret)


class _Known:
    """The keys that a session has met; None for one that has been destroyed."""

    def __init__(self) -> None:
        self.by_subject: dict[str, DataKey] = {}
        self.by_id: dict[int, DataKey | None] = {}


def _known(session: Session) -> _Known:
    return held(session, "keys", _Known)


def _label(key_id: int, subject: str) -> bytes:
    return f"{key_id}:{subject}".encode()
