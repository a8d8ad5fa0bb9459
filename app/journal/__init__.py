"""The journal: an append-only, hash-chained, sealed record of everything that was accepted.

`append` writes; `read` gives entries opened, `read_stored` byte for byte; `check_stream` and the
pure `verify_chain` tell whether anyone changed them. docs/journal.md says how it fits together.
"""

from __future__ import annotations

from app.journal import pointer, signing
from app.journal.chain import GENESIS, Break, Checked, Link, Reason, verify_chain
from app.journal.entry import Entry, Head, NewEntry, Stored
from app.journal.finding import (
    Wanted,
    entries,
    last_before,
    model_at,
    named,
    numbers,
    written_by,
)
from app.journal.keyring import DataKey, HandedKey, KeyMissing, Keyring, WrongMasterKey
from app.journal.kinds import KINDS, Kind
from app.journal.opening import opened
from app.journal.restoring import put_back
from app.journal.seal import Erased, has_erased
from app.journal.store import (
    append,
    check_stream,
    head,
    heads,
    lock,
    read,
    read_stored,
    streams,
)

__all__ = [
    "GENESIS",
    "KINDS",
    "Break",
    "Checked",
    "DataKey",
    "Entry",
    "Erased",
    "HandedKey",
    "Head",
    "KeyMissing",
    "Keyring",
    "Kind",
    "Link",
    "NewEntry",
    "Reason",
    "Stored",
    "Wanted",
    "WrongMasterKey",
    "append",
    "check_stream",
    "entries",
    "has_erased",
    "head",
    "heads",
    "last_before",
    "lock",
    "model_at",
    "named",
    "numbers",
    "opened",
    "pointer",
    "put_back",
    "read",
    "read_stored",
    "signing",
    "streams",
    "verify_chain",
    "written_by",
]
