"""Ends: a reader can see where a course ends, and a token can come there."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.model.findings import Finding, warning
from app.definitions.model.graph import Kind
from app.definitions.rules.view import View, is_link, step


def check(view: View) -> Iterator[Finding]:
    """Find scopes without end event, steps after which nothing follows, and loops that nothing leaves."""
    for scope, nodes in view.scopes.items():
        if nodes and not any(node.kind is Kind.END for node in nodes):
            yield warning(
                "end:missing",
                scope,
                "Der er ingen sluthændelse, så slutningen ses ikke.",
                "Tegn en sluthændelse.",
            )
    inner = frozenset({Kind.END, Kind.EVENT_SUB_PROCESS})
    for node in view.nodes:
        if node.kind in inner or is_link(node, Kind.THROW):
            continue
        if not view.process.outgoing[node.id]:
            yield warning(
                "flow:no-way-on",
                node.id,
                f"Der går ingen pil fra {step(node)}; vejen slutter der.",
                "Tegn en pil videre, eller til en sluthændelse.",
            )
        elif node.kind is Kind.START and not _leaves(view, node.id):
            yield warning(
                "end:unreachable",
                node.id,
                f"Fra {step(node)} kommer man aldrig til en slutning.",
                "Tegn en vej ud af løkken.",
            )


def _leaves(view: View, start: str) -> bool:
    return any(not any(view.successors(found)) for found in view.reachable([start]))
