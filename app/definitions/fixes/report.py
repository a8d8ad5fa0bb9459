"""What a fix did: one entry for each element that it changed, replaced or added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Change:
    """One change in a model.

    Attributes:
        code: the finding that it mends.
        element: id of the element as it is now; None for the whole file.
        message: Danish, says what was done.
        before: the element's former id, kind or text, where that has changed.
        added: ids of elements that were added with it.
    """

    code: str
    element: str | None
    message: str
    before: str = ""
    added: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return the change as the JSON object that `forloeb model fix --json` prints."""
        return {
            "code": self.code,
            "element": self.element,
            "message": self.message,
            "before": self.before,
            "added": list(self.added),
        }


@dataclass(frozen=True, slots=True)
class FixResult:
    """A mended file.

    Attributes:
        text: the file after the fixes; byte for byte the old one where there was nothing to mend.
        report: what was done, in order.
        forms: content of the forms that were made for it, by file name; they are to lie beside it.
    """

    text: str
    report: tuple[Change, ...] = ()
    forms: Mapping[str, bytes] = field(default_factory=dict)
