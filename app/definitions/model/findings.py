"""Findings: what is wrong with, or worth knowing about, a definition file, element by element."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters; a file with an `error` cannot be published."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in a file.

    Attributes:
        code: stable, for programs ("gateway:no-condition").
        severity: error, warning or info.
        element: id of the BPMN element, form component or decision it is about; None when it is the
            whole file.
        message: Danish, says what is wrong and why it matters.
        fix: Danish, says what to do; None where there is no one answer.
    """

    code: str
    severity: Severity
    element: str | None
    message: str
    fix: str | None = None

    def as_json(self) -> dict[str, str | None]:
        """Return the finding as the JSON object that `forloeb model check --json` prints."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "element": self.element,
            "message": self.message,
            "fix": self.fix,
        }


def error(code: str, element: str | None, message: str, fix: str | None = None) -> Finding:
    """Make a finding that stops publication."""
    return Finding(code, Severity.ERROR, element, message, fix)


def warning(code: str, element: str | None, message: str, fix: str | None = None) -> Finding:
    """Make a finding that a designer should look at."""
    return Finding(code, Severity.WARNING, element, message, fix)


def info(code: str, element: str | None, message: str, fix: str | None = None) -> Finding:
    """Make a finding that is only worth knowing."""
    return Finding(code, Severity.INFO, element, message, fix)


def publishable(findings: Iterable[Finding]) -> bool:
    """Tell whether no finding is an error."""
    return all(finding.severity is not Severity.ERROR for finding in findings)
