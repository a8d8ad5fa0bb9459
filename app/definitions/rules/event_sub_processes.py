"""Event sub-processes: each has one start with something to wait for, and no arrows of its own."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.model.findings import Finding, error
from app.definitions.model.graph import Kind
from app.definitions.rules.view import View, step


def check(view: View) -> Iterator[Finding]:
    """Find event sub-processes that cannot start, or that arrows lead to or from."""
    for node in view.nodes:
        if node.kind is not Kind.EVENT_SUB_PROCESS:
            continue
        starts = [inner for inner in view.scopes[node.id] if inner.kind is Kind.START]
        if len(starts) != 1:
            yield error(
                "event-sub-process:start",
                node.id,
                f"Hændelsesdelprocessen {step(node)} skal have netop én starthændelse.",
                "Tegn én starthændelse med en besked, en timer, et signal eller en fejl.",
            )
        if view.process.incoming[node.id] or view.process.outgoing[node.id]:
            yield error(
                "event-sub-process:flow",
                node.id,
                f"Hændelsesdelprocessen {step(node)} har pile; den begynder af sig selv.",
                "Slet pilene, eller brug en almindelig delproces.",
            )
