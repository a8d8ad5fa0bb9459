"""Boundary events: each stands on an activity of its own scope, and nothing leads into it."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.model.findings import Finding, error
from app.definitions.model.graph import ACTIVITIES, Kind
from app.definitions.rules.view import View, step


def check(view: View) -> Iterator[Finding]:
    """Find boundary events in the wrong place."""
    for node in view.nodes:
        if node.kind is not Kind.BOUNDARY:
            continue
        host = view.process.by_id.get(node.attached_to)
        if host is None or host.kind not in ACTIVITIES or host.scope != node.scope:
            yield error(
                "boundary:no-activity",
                node.id,
                f"Kanthændelsen {step(node)} sidder ikke på en opgave, et kald eller en delproces.",
                "Træk hændelsen hen på kanten af den opgave, som den hører til.",
            )
        if view.process.incoming[node.id]:
            yield error(
                "boundary:incoming",
                node.id,
                f"En pil fører ind i kanthændelsen {step(node)}.",
                "Slet pilen; hændelsen sker af sig selv.",
            )
