"""Reads what a stored entry says: unsealed, merged, and in the present shape of its kind."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app import clock
from app.journal import kinds
from app.journal.entry import Entry, Stored
from app.journal.keyring import Keyring
from app.journal.seal import unseal


def opened(session: Session, stored: Stored, keyring: Keyring) -> Entry:
    """Open a stored entry with the keys that are left.

    Raises:
        WrongMasterKey: the data keys were wrapped with another one.
        KeyMissing: a key is neither there nor recorded as destroyed.
        cryptography.exceptions.InvalidTag: the payload was tampered with; its chain says so too.
    """
    payload, erased = unseal(
        stored.payload,
        (stored.stream, stored.seq),
        lambda key_id: keyring.for_opening(session, key_id),
    )
    return Entry(
        stream=stored.stream,
        seq=stored.seq,
        recorded_at=clock.from_text(stored.recorded_at),
        at=clock.from_text(stored.at),
        actor=stored.actor,
        on_behalf_of=stored.on_behalf_of,
        kind=kinds.name_of(stored.kind),
        element=stored.element,
        payload=kinds.upcast(stored.kind, payload),
        erased=erased,
        form_digest=stored.form_digest,
        model_digest=stored.model_digest,
        rules=stored.rules,
        state_digest=stored.state_digest,
        digest=stored.digest,
    )
