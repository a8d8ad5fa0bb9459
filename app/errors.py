"""The four kinds of error that people meet. Everything else is a bug and gets an incident number.

Each carries a stable `code` for programs ("task:closed") and a Danish `message` for people that says what to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol


class FindingLike(Protocol):
    """What `DefinitionError` shows of a finding; `app.definitions.Finding` is one."""

    @property
    def code(self) -> str:
        """Stable, for programs."""

    @property
    def element(self) -> str | None:
        """Id of what it is about."""

    @property
    def message(self) -> str:
        """Danish, for people."""


class ForloebError(Exception):
    """Root of the four kinds; never raised itself."""

    def __init__(self, code: str, message: str) -> None:
        """Keep the stable code and the Danish message."""
        super().__init__(message)
        self.code = code
        self.message = message


class DomainError(ForloebError):
    """The user can mend it. `fields` maps the name of an input to what is wrong with it."""

    def __init__(self, code: str, message: str, *, fields: Mapping[str, str] | None = None) -> None:
        """Keep what is wrong, by field where a field is to blame."""
        super().__init__(code, message)
        self.fields = dict(fields or {})


class NotFound(DomainError):
    """What was asked for does not exist, or not for this person: both look the same from outside."""


class Conflict(ForloebError):
    """Someone else was first: reload, look, and act again if it is still needed."""


class Refused(ForloebError):
    """The person may not do or see this."""


class DefinitionError(ForloebError):
    """The designer can mend it: a model, form or decision table that cannot be published or run."""

    def __init__(self, code: str, message: str, findings: Sequence[FindingLike] = ()) -> None:
        """Keep the findings that say which element, why and how to mend it."""
        super().__init__(code, message)
        self.findings = tuple(findings)


def complaints(
    messages: Any, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], list[str]]]:
    """Take a validation's nested messages apart: where each one is, and what it says there.

    Args:
        messages: as marshmallow gives them: lists of texts in mappings by field name or by number of the row;
            "_schema" is the whole that it stands in.
        path: where `messages` itself is.
    """
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            yield from complaints(inner, path if name == "_schema" else (*path, name))
    else:
        yield path, [str(text) for text in (messages if isinstance(messages, list) else [messages])]
