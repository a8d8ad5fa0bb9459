"""Links: a jump leads to exactly one place in its own scope."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from app.definitions.model.findings import Finding, error
from app.definitions.model.graph import Kind
from app.definitions.rules.view import View, is_link, link_name, step


def check(view: View) -> Iterator[Finding]:
    """Find links without name, that lead nowhere, or to several places."""
    for nodes in view.scopes.values():
        targets = Counter(link_name(node) for node in nodes if is_link(node, Kind.CATCH))
        for node in nodes:
            if not is_link(node, node.kind):
                continue
            name = link_name(node)
            if not name:
                yield error(
                    "link:no-name",
                    node.id,
                    f"Linket {step(node)} har intet navn.",
                    "Skriv et navn.",
                )
            elif node.kind is Kind.THROW and not targets[name]:
                yield error(
                    "link:no-target",
                    node.id,
                    f"Linket {step(node)} fører ingen steder hen.",
                    f"Tegn en ventende linkhændelse med navnet {name} i samme proces.",
                )
            elif node.kind is Kind.CATCH and targets[name] > 1:
                yield error(
                    "link:several-targets",
                    node.id,
                    f"Flere linkhændelser hedder {name}, så springet er ikke entydigt.",
                    "Giv dem hver sit navn.",
                )
