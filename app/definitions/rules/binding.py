"""How the version of what is called is chosen: the same for a process and for a decision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.definitions.model.findings import Finding, error
from app.definitions.model.graph import Node
from app.definitions.rules.view import step

_BINDINGS = frozenset({"latest", "deployment", "versionTag"})


@dataclass(frozen=True)
class Binding:
    """What a step calls, and how its version is chosen.

    Attributes:
        kind: latest, deployment or versionTag.
        version_tag: the tag, or "".
        called: the id, or FEEL with its `=`.
    """

    kind: str
    version_tag: str
    called: str


@dataclass(frozen=True)
class Words:
    """How the findings speak of what is called: its code, and the Danish parts of the sentences."""

    code: str
    missing_tag: str
    by_expression: str
    id: str


def check_binding(node: Node, binding: Binding, words: Words) -> Iterator[Finding]:
    """Find a version that is chosen in no known way, has no tag, or cannot be pinned."""
    if binding.kind not in _BINDINGS:
        yield error(
            words.code,
            node.id,
            f"{step(node)} vælger version på en ukendt måde: {binding.kind}",
            "Vælg latest, deployment eller versionTag.",
        )
    elif binding.kind == "versionTag" and not binding.version_tag:
        yield error(
            words.code,
            node.id,
            f"{step(node)} mangler {words.missing_tag}.",
            "Skriv versionTag.",
        )
    elif binding.kind != "latest" and binding.called.startswith("="):
        yield error(
            words.code,
            node.id,
            f"{step(node)} {words.by_expression} ved et udtryk, så versionen kan ikke låses.",
            f"Vælg latest, eller skriv {words.id} id som fast tekst.",
        )
