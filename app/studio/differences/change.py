"""One thing that is otherwise in a newer version, said in plain Danish."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class How(StrEnum):
    """How something is otherwise."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class About(StrEnum):
    """What a change is about, in the order in which a designer is told."""

    ELEMENT = "element"
    CONDITION = "condition"
    DEADLINE = "deadline"
    FORM = "form"
    TABLE = "table"
    FILE = "file"


@dataclass(frozen=True)
class Change:
    """One change.

    Attributes:
        about: what it is about.
        how: added, removed or changed.
        file: name of the file that it stands in.
        element: id of the element or flow, of the form's component, or of the decision.
        text: a Danish sentence.
        process: id of the process, for elements of a model.
    """

    about: About
    how: How
    file: str
    element: str
    text: str
    process: str = ""


def turned(name: str, old: object, new: object) -> str:
    """Say that something is otherwise: `frist fra »P14D« til »P7D«`."""
    if not old:
        return f"{name} er nu {said(new)}"
    if not new:
        return f"{name} {said(old)} er væk"
    return f"{name} er {said(new)} i stedet for {said(old)}"


def said(value: object) -> str:
    """Return a value as a sentence shows it."""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    text = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    return f"»{text if len(text) <= 120 else text[:119] + '…'}«"
