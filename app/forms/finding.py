"""What is wrong with a form file, in words that its designer can act on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or could be better, in a form file.

    Attributes:
        code: stable name for programs, `form:…`.
        element: id of the component, or None where the file itself is to blame.
        message: Danish text for the designer.
        severity: `error` keeps the form from being published.
        fix: Danish text saying how to mend it, where there is one way.
    """

    code: str
    element: str | None
    message: str
    severity: Severity = "error"
    fix: str | None = None
