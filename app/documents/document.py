"""A document as a value, and the reference that a form's answer, the journal and other systems hold of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.forms import REFERENCE

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Document:
    """A document of a course; its content is asked for with `content`.

    Attributes:
        task_key: the task whose page it was sent from; None where a program sent it.
        field: dotted path of the form's field; "" where a program sent it.
        type: its media type, as its content shows.
        size: in bytes.
        sha256: of the content, in hex.
        sent_at: when the form was completed with it; None while it only lies in somebody's draft.
    """

    key: int
    course_key: int
    task_key: int | None
    field: str
    name: str
    type: str
    size: int
    sha256: str
    uploaded_by: str
    uploaded_at: datetime
    sent_at: datetime | None = None

    @property
    def reference(self) -> dict[str, Any]:
        """What stands for it wherever it is mentioned."""
        return {
            "key": str(self.key),
            "name": self.name,
            "type": self.type,
            "size": self.size,
            "sha256": self.sha256,
        }


@dataclass(frozen=True)
class NewDocument:
    """A document that somebody sends; `citizen_key` is None for a course about nobody."""

    course_key: int
    citizen_key: int | None
    name: str
    content: bytes
    task_key: int | None = None
    field: str = ""


def references_in(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield every reference to a document in answers, wherever it stands."""
    if isinstance(value, Mapping):
        if value.keys() == REFERENCE and _is_reference(value):
            yield value
        else:
            yield from references_in(list(value.values()))
    elif isinstance(value, list | tuple):
        for inner in value:
            if not isinstance(
                inner, str | int
            ):  # most are, and hold none: verify looks into every answer
                yield from references_in(inner)


def _is_reference(value: Mapping[str, Any]) -> bool:
    key, digest = value["key"], value["sha256"]
    return isinstance(key, str) and key.isdigit() and bool(_DIGEST.fullmatch(str(digest)))
