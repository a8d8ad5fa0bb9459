"""Default flows: a choice whose conditions may all be false needs a way out."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.model.findings import Finding, warning
from app.definitions.rules.conditions import CHOICES
from app.definitions.rules.view import View, step


def check(view: View) -> Iterator[Finding]:
    """Find choices where every flow has a condition."""
    for node in view.nodes:
        flows = view.process.outgoing[node.id]
        if node.kind in CHOICES and not node.default and any(flow.condition for flow in flows):
            yield warning(
                "gateway:no-default",
                node.id,
                f"{step(node)} har ingen standardpil. Passer ingen betingelse, går forløbet i stå.",
                "Gør én af pilene til standardpil (Default flow).",
            )
