"""Starts: each scope has one way in."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.model.findings import Finding, error
from app.definitions.model.graph import Kind, Node, Trigger
from app.definitions.rules.view import View, step


def check(view: View) -> Iterator[Finding]:
    """Find processes and sub-processes without start, or with several that cannot be told apart."""
    for scope, nodes in view.scopes.items():
        around = view.process.by_id.get(scope)
        if around is not None and around.kind is not Kind.SUB_PROCESS:
            continue
        starts = [node for node in nodes if node.kind is Kind.START]
        if not starts:
            name = "Processen" if around is None else f"Delprocessen {step(around)}"
            yield error(
                "start:missing", scope, f"{name} har ingen starthændelse.", "Tegn en starthændelse."
            )
        yield from _alike(starts)


def _alike(starts: list[Node]) -> Iterator[Finding]:
    seen: set[tuple[Trigger, str]] = set()
    for node in starts:
        if node.event is None or node.event.trigger is Trigger.TIMER:
            continue
        what = (node.event.trigger, node.event.name)
        if what in seen:
            yield error(
                "start:ambiguous",
                node.id,
                f"Der er flere starthændelser som {step(node)}, så det er uklart, hvor der begyndes.",
                "Behold én starthændelse, og saml vejene med en gateway.",
            )
        seen.add(what)
