"""Answers that nobody gives: components of the type `expression`, worked out from what was answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from app.forms.component import Component, Json
from app.forms.fields.expression import formula
from app.forms.filling import Filling
from app.forms.node import Node


def without_computed(
    components: Sequence[Component], answers: Mapping[str, Json]
) -> dict[str, Json]:
    """Return answers without those that are worked out: a program may send a whole form back."""
    kept = dict(answers)
    for component in _computed(components):
        at: Json = kept
        for name in component.path[:-1]:
            at = at.get(name) if isinstance(at, dict) else None
        if isinstance(at, dict):
            at.pop(component.path[-1], None)
    return kept


def add_computed(filling: Filling, answers: dict[str, Json]) -> dict[str, Json]:
    """Work out what is to be worked out, and return the answers with it; rows of a list have no such values."""
    for node in _nodes(filling.nodes):
        found = formula(node.component)
        if found is not None and node.visible:
            at = answers
            for name in node.path[:-1]:
                at = at.setdefault(str(name), {})
            at[str(node.path[-1])] = filling.evaluate(found, node)
    return answers


def _computed(components: Sequence[Component]) -> Iterator[Component]:
    for component in components:
        if component.type == "expression":
            yield component
        elif component.type == "group":
            yield from _computed(component.children)


def _nodes(nodes: Sequence[Node]) -> Iterator[Node]:
    for node in nodes:
        if node.component.type == "expression":
            yield node
        elif node.component.type == "group":
            yield from _nodes(node.children)
