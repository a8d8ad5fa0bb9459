"""What a form does with variables, as the rules need to know it: what it asks, what it only shows, what it reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app import canonical, forms
from app.definitions.model.variables import names_in
from app.errors import DefinitionError

_PIECE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class FormFacts:
    """The variables that a form writes, shows without asking, and reads in its expressions."""

    asks: frozenset[str]
    shows: frozenset[str]
    reads: frozenset[str]


def form_facts(content: bytes) -> FormFacts | None:
    """Return what a form does with variables; None of one that cannot be used."""
    try:
        form = forms.load(content)
        document = canonical.from_outside(content)
    except (DefinitionError, ValueError, RecursionError):
        return None
    asks: set[str] = set()
    shows: set[str] = set()
    for component in form.all_components():
        if component.question is None or not component.path:
            continue
        fixed = component.readonly is True or component.disabled is True
        (shows if fixed else asks).add(component.path[0])
        if fixed and component.default is not None:
            asks.add(component.path[0])
    read = {name for text in _texts(document) for name in _names(text)}
    return FormFacts(frozenset(asks), frozenset(shows - asks), frozenset(read))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _names(text: str) -> Iterator[str]:
    yield from names_in(text)
    for piece in _PIECE.findall(text):
        yield from names_in(f"={piece.lstrip('#/ ')}")
