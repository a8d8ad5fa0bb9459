"""Decisions: the one that a task asks for exists."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.findings import Finding, warning
from app.definitions.view import View, step


def check(view: View) -> Iterator[Finding]:
    """Find decisions that are not there."""
    known = view.surroundings.decisions
    for node in view.nodes:
        if node.decision is None or known is None or node.decision.decision_id.startswith("="):
            continue
        if node.decision.decision_id and node.decision.decision_id not in known:
            yield warning(
                "decision:unknown",
                node.id,
                f"Beslutningen {node.decision.decision_id} findes ikke. Forløbet går i stå ved {step(node)}.",
                "Ret id'et, eller læg beslutningen ved som en .dmn-fil.",
            )
