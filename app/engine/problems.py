"""Problems: why an element cannot go on. Raised inside a run and turned into an incident, never seen outside."""

from __future__ import annotations

from collections.abc import Iterable


class Problem(Exception):
    """The element cannot go on.

    Args:
        code: stable name for programs ("engine:no-path", "feel:fuel").
        message: Danish text for the operator who will mend it.
        names: the variables to blame, so that the incident can show their values.
    """

    def __init__(self, code: str, message: str, names: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.names = frozenset(names)
