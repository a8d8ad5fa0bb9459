"""Joins: a gateway that waits gets what it waits for.

A parallel join fed only by its own loop waits for ever. An inclusive join on a cycle is run only
where it closes a block: one split before it lets all its tokens out, so that it is clear which of
them are still on their way.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.model.findings import Finding, error
from app.definitions.model.graph import Kind, Node
from app.definitions.rules.view import View, step


def check(view: View) -> Iterator[Finding]:
    """Find joins that could wait for ever."""
    for node in view.nodes:
        if len(view.process.incoming[node.id]) < 2:
            continue
        if node.id not in view.on_loop:
            continue
        if node.kind is Kind.PARALLEL:
            yield from _starved(view, node)
        elif node.kind is Kind.INCLUSIVE and _on_open_cycle(view, node):
            yield error(
                "join:inclusive-in-loop",
                node.id,
                f"Den inklusive gateway {step(node)} samler veje i en løkke uden at lukke en blok, "
                "så det er uklart, hvad den skal vente på.",
                "Saml vejene fra én inklusiv gateway i én anden, før pilen går tilbage, "
                "eller brug en eksklusiv gateway.",
            )


def _starved(view: View, node: Node) -> Iterator[Finding]:
    first = view.reachable(view.entries(node.scope), without=node.id)
    for flow in view.process.incoming[node.id]:
        if flow.source not in first and flow.source in view.reachable([node.id]):
            yield error(
                "join:own-loop",
                node.id,
                f"Den parallelle gateway {step(node)} venter på en pil, der kun kommer fra dens egen løkke. "
                "Den venter for evigt.",
                "Brug en eksklusiv gateway der, hvor løkken vender tilbage.",
            )
            return


def _cycles(view: View, join: str, without: str = "") -> bool:
    following = [node for node in view.successors(join) if node != without]
    return join in view.reachable(following, without)


def _on_open_cycle(view: View, node: Node) -> bool:
    entries = view.entries(node.scope)
    splits = (
        other
        for other in _nearest_first(view, node)
        if view.process.by_id[other].kind in {Kind.INCLUSIVE, Kind.PARALLEL}
        and len(view.process.outgoing[other]) > 1
    )
    return not any(
        not _cycles(view, node.id, split) and node.id not in view.reachable(entries, without=split)
        for split in splits
    )


def _nearest_first(view: View, join: Node) -> list[str]:
    """Return the other nodes of a join's loop, against the arrows; only these can be left out to open it."""
    found = [join.id]
    seen = {join.id}
    for here in found:  # grows while it is walked
        earlier = [flow.source for flow in view.process.incoming[here]]
        for source in [*earlier, view.process.by_id[here].attached_to]:
            if source not in seen and view.loop.get(source) == view.loop[join.id]:
                seen.add(source)
                found.append(source)
    return found[1:]
