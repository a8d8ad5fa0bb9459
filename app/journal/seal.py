"""Seals a payload in parts, each with the key of the person or course whose data it is.

Stored, a payload is an envelope: canonical JSON of `{"parts": […]}`, or `{"clear": …, "parts": […]}`
for streams that hold no personal data. A part is `{"subject", "key", "nonce", "ciphertext"}`,
AES-256-GCM, bound to its place (stream and number). The owner's part comes first and holds the
payload with holes and, beside it, whose data belongs in each hole. The other parts hold what was
cut out, by JSON pointer. Reading puts it back; a part whose key is gone reads as `Erased`.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from app import canonical
from app.journal import pointer

CLEAR = frozenset({"definition"})
"""Kinds of stream that hold no personal data; everything else is sealed."""


class SealingKey(Protocol):
    """A subject's key; `app.journal.keyring.DataKey` is one."""

    @property
    def id(self) -> int:
        """Which key it is."""
        ...

    @property
    def subject(self) -> str:
        """Whose key it is."""
        ...

    def encrypt(self, plain: bytes, place: bytes) -> tuple[bytes, bytes]:
        """Return nonce and ciphertext, bound to `place`."""
        ...

    def decrypt(self, nonce: bytes, ciphertext: bytes, place: bytes) -> bytes:
        """Return the plain bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Erased:
    """What a part reads as once its subject's key has been destroyed."""

    subject: str


def has_erased(payload: Any) -> bool:
    """Tell whether a payload, or anything in it, has been erased."""
    if isinstance(payload, dict):
        return any(has_erased(value) for value in payload.values())
    if isinstance(payload, list):
        return any(has_erased(value) for value in payload)
    return isinstance(payload, Erased)


def owner_of(stream: str, owner: str = "") -> str | None:
    """Return whose key seals what is nobody else's, or None where the stream is kept in the clear."""
    if owner:
        return owner
    return None if stream.partition(":")[0] in CLEAR else stream


def seal(
    payload: Mapping[str, Any],
    subjects: Mapping[str, str],
    owner: str | None,
    place: tuple[str, int],
    keys: Mapping[str, SealingKey],
) -> str:
    """Return the envelope of a payload.

    Args:
        payload: the facts in the clear.
        subjects: JSON pointer to subject, for what is not the owner's.
        owner: whose the rest is; None keeps the rest in the clear.
        place: stream and number of the entry.
        keys: the key of each subject named, and of the owner.

    Raises:
        LookupError: a pointer that leads nowhere, or a subject without a key.
        ValueError: a payload that is not JSON (a float, a date).
    """
    holes = {path: whose for path, whose in subjects.items() if whose != owner}
    rest = canonical.loads(canonical.dumps(payload)) if holes else payload  # a copy to cut from
    cut: dict[str, dict[str, Any]] = {}
    for path in sorted(holes, key=len, reverse=True):  # the innermost first
        cut.setdefault(holes[path], {})[path] = pointer.cut(rest, path)
    frame = {"rest": rest, "holes": holes}
    parts = [_part(keys[whose], cut[whose], place) for whose in sorted(cut)]
    if owner is None:
        return canonical.dumps({"clear": frame, "parts": parts})
    return canonical.dumps({"parts": [_part(keys[owner], frame, place), *parts]})


def unseal(
    envelope: str, place: tuple[str, int], key: Callable[[int], SealingKey | None]
) -> tuple[Any, frozenset[str]]:
    """Return the payload as it was, and the subjects whose parts have been erased.

    Erased parts read as `Erased`; where it is the owner's, the whole payload does.

    Args:
        envelope: what `seal` returned.
        place: stream and number of the entry.
        key: gives a key by its id, or None where it has been destroyed.
    """
    stored = canonical.loads(envelope)
    parts = stored["parts"]
    if "clear" in stored:
        frame = stored["clear"]
    else:
        frame = _open(parts[0], place, key)
        if isinstance(frame, Erased):
            return frame, frozenset({frame.subject})
        parts = parts[1:]
    payload, holes = frame["rest"], frame["holes"]
    erased: set[str] = set()
    pieces: dict[str, Any] = {}
    for part in parts:
        piece = _open(part, place, key)
        if isinstance(piece, Erased):
            erased.add(piece.subject)
        else:
            pieces |= piece
    for path in sorted(holes, key=len):  # the outermost first
        pointer.fill(payload, path, pieces.get(path, Erased(holes[path])))
    return payload, frozenset(erased)


def _place(place: tuple[str, int], key: SealingKey) -> bytes:
    return f"{place[0]}#{place[1]}#{key.subject}#{key.id}".encode()


def _part(key: SealingKey, value: Any, place: tuple[str, int]) -> dict[str, Any]:
    nonce, ciphertext = key.encrypt(canonical.dumps(value).encode(), _place(place, key))
    return {
        "subject": key.subject,
        "key": key.id,
        "nonce": b64encode(nonce).decode(),
        "ciphertext": b64encode(ciphertext).decode(),
    }


def _open(
    part: Mapping[str, Any], place: tuple[str, int], key: Callable[[int], SealingKey | None]
) -> Any:
    found = key(part["key"])
    if found is None:
        return Erased(part["subject"])
    nonce, ciphertext = b64decode(part["nonce"]), b64decode(part["ciphertext"])
    return canonical.loads(found.decrypt(nonce, ciphertext, _place(place, found)))
