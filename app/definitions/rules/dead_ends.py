"""Joins and loops, tried out: in some walk through the model a join waits for ever, or nothing comes to an end."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.model.findings import Finding, warning
from app.definitions.model.graph import Kind, Node, Trigger
from app.definitions.model.tokens import Net, play
from app.definitions.rules.view import View, is_link, link_name, step


def check(view: View) -> Iterator[Finding]:
    """Find joins that wait in vain, and loops that multiply."""
    for scope, nodes in view.scopes.items():
        played = play(_net(view, nodes))
        for key in played.starved:
            yield warning(
                "join:starved",
                key,
                f"{step(view.process.by_id[key])} kan komme til at vente for evigt: ikke alle veje hertil bliver gået.",
                "Saml vejene med samme slags gateway, som de blev delt med, eller brug en inklusiv gateway.",
            )
        if played.endless:
            yield warning(
                "loop:endless",
                scope,
                "Der er en løkke, som kan blive ved uden ende, eller som deler sig for hver gang.",
                "Lad løkken gå gennem en gateway med valg, hvor den ene vej fører ud.",
            )


def _net(view: View, nodes: tuple[Node, ...]) -> Net:
    ids = {node.id for node in nodes}
    lands = {link_name(node): node.id for node in nodes if is_link(node, Kind.CATCH)}
    boundaries = [n for n in nodes if n.kind is Kind.BOUNDARY and n.attached_to in ids]
    return Net(
        {node.id: _kind(node) for node in nodes},
        tuple(
            (f.id, f.source, f.target)
            for f in view.process.flows
            if f.source in ids and f.target in ids
        ),
        {node.id: node.attached_to for node in boundaries if node.interrupting},
        {node.id: node.attached_to for node in boundaries if not node.interrupting},
        {
            n.id: lands[link_name(n)]
            for n in nodes
            if is_link(n, Kind.THROW) and link_name(n) in lands
        },
        tuple(node.id for node in nodes if node.kind is Kind.START),
    )


def _kind(node: Node) -> str:
    stops = node.event is not None and node.event.trigger in {Trigger.TERMINATE, Trigger.ERROR}
    return "terminate" if stops and node.kind is Kind.END else node.kind.value
