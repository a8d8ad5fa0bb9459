"""The four kinds of error that people meet. Everything else is a bug and gets an incident number.

Each carries a stable `code` for programs ("task:closed") and a Danish `message` for people that says what to do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol


class FindingLike(Protocol):
    """What `DefinitionError` shows of a finding; `app.definitions.Finding` is one."""

    @property
    def code(self) -> str: ...
    @property
    def element(self) -> str | None: ...
    @property
    def message(self) -> str: ...


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


class NotFound(DomainError):  # noqa: N818 -- the field's word; a page and a problem document are named after it
    """What was asked for does not exist, or not for this person: both look the same from outside."""


class Conflict(ForloebError):  # noqa: N818 -- a conflict is the thing, not an "error"
    """Someone else was first: reload, look, and act again if it is still needed."""


class Refused(ForloebError):  # noqa: N818 -- as above
    """The person may not do or see this."""


class DefinitionError(ForloebError):
    """The designer can mend it: a model, form or decision table that cannot be published or run."""

    def __init__(self, code: str, message: str, findings: Sequence[FindingLike] = ()) -> None:
        """Keep the findings that say which element, why and how to mend it."""
        super().__init__(code, message)
        self.findings = tuple(findings)
