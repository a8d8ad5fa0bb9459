"""What is wrong with a DMN file, in the shape that `forloeb model check` shows for every kind of file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in a DMN file.

    Attributes:
        code: stable, for programs (`dmn:expression`).
        severity: `error` (the model must not be used) or `warning`.
        element: id of the element it is about; None when it is the whole file.
        message: Danish, says what is wrong.
        fix: Danish, says what to do; None where there is no one answer.
        position: zero-based offset in the element's FEEL text; None where that is not the matter.
    """

    code: str
    severity: str
    element: str | None
    message: str
    fix: str | None = None
    position: int | None = None


class DmnError(Exception):
    """A file that is no DMN model at all, or a decision that cannot be made.

    Attributes:
        code: `xml:…`, `dmn:not-dmn`, `dmn:too-large`, `dmn:too-deep`, `dmn:unknown-decision`.
        message: Danish, for the designer.
        element: id of the element that it is about, or None.
    """

    def __init__(self, code: str, message: str, element: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.element = element
