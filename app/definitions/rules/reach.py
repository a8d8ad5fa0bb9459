"""Reach: a token can come to every step."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.model.findings import Finding, error
from app.definitions.model.graph import Kind
from app.definitions.rules.view import View, step


def check(view: View) -> Iterator[Finding]:
    """Find steps that nothing leads to, arrows into a start and out of an end."""
    for scope, nodes in view.scopes.items():
        reached = view.reachable(view.entries(scope))
        for node in nodes:
            if node.kind is Kind.START and view.process.incoming[node.id]:
                yield error(
                    "flow:into-start",
                    node.id,
                    f"En pil fører ind i starten {step(node)}.",
                    "Slet pilen.",
                )
            elif node.kind is Kind.END and view.process.outgoing[node.id]:
                yield error(
                    "flow:out-of-end",
                    node.id,
                    f"En pil fører ud af slutningen {step(node)}.",
                    "Slet pilen.",
                )
            elif node.id not in reached and node.id not in view.file.refused and reached:
                yield error(
                    "flow:unreachable",
                    node.id,
                    f"Ingen vej fører til {step(node)}; trinnet bliver aldrig udført.",
                    "Tegn en pil hen til det, eller slet det.",
                )
