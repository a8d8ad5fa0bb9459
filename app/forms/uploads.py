"""Files that a browser sends beside the answers: which field each is for, and whether the field takes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.forms import messages
from app.forms.component import Component, Json
from app.forms.fields import filepicker


@dataclass(frozen=True)
class FileField:
    """A field that takes files, at one place of a form.

    Attributes:
        label: what it is called.
        accept: which files it takes, as HTML writes it; "" for all that can be sent.
        several: whether it takes more than one.
    """

    label: str
    accept: str
    several: bool

    def problem(self, name: str, type_: str) -> str | None:
        """Return why the field does not take a file of this name and type, in Danish, or None."""
        if filepicker.fits(self.accept, name, type_):
            return None
        return messages.filled(messages.wrong_file(name, self.accept), self.label)


def file_fields(
    components: Sequence[Component],
    names: Iterable[str],
    variables: Mapping[str, Json],
    now: datetime,
) -> dict[str, FileField]:
    """Return the fields that take files among the names of inputs; names of anything else are left out."""
    found = {}
    for name in names:
        component = _at(components, tuple(name.split(".")))
        if component is not None:
            found[name] = FileField(
                component.label.text(variables, now).strip(),
                filepicker.accepted(component, variables, now),
                filepicker.takes_several(component, variables, now),
            )
    return found


def _at(components: Sequence[Component], path: tuple[str, ...]) -> Component | None:
    """Return the file picker at a path from here on; a row's number stands between a list and its fields."""
    for component in components:
        size = len(component.path)
        if component.type == "group":
            found = _at(component.children, path)
            if found is not None:
                return found
        elif path[:size] != component.path:
            continue
        elif component.type == "filepicker" and len(path) == size:
            return component
        elif component.type == "dynamiclist" and path[size : size + 1]:
            return _at(component.children, path[size + 1 :])
    return None
