"""Joins that could never fire, or fire in an order that nobody drew: found by walking the flows of one scope."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.definitions import Finding, Flow, Kind, Node, Trigger, error


def trigger(node: Node) -> Trigger:
    """Return a node's trigger, NONE where it has no event definition."""
    return node.event.trigger if node.event else Trigger.NONE


def findings(nodes: Mapping[str, Node], flows: Sequence[Flow]) -> Iterator[Finding]:
    """A parallel join can get its tokens without itself; an inclusive join in a loop closes a block inside it."""
    walk = _Walk(nodes, flows)
    for node in nodes.values():
        sources = walk.sources[node.id]
        if len(sources) < 2:
            continue
        if node.kind is Kind.PARALLEL and not set(sources) <= walk.reached(walk.starts, node.id) - {
            node.id
        }:
            yield error(
                "engine:join-own-input",
                node.id,
                "Sammenløbet venter på en vej, som kun kan nås gennem sammenløbet selv.",
                "Saml løkken i en gateway med valg i stedet.",
            )
        if node.kind is Kind.INCLUSIVE and walk.on_open_cycle(node.id):
            yield error(
                "engine:inclusive-loop",
                node.id,
                "Et inklusivt sammenløb i en løkke skal høre til én inklusiv opdeling inde i løkken.",
                "Saml grenene fra netop én opdeling, eller brug parallelle gateways.",
            )


class _Walk:
    """Where tokens can go in one scope: along flows, from an activity to its boundary events, through links."""

    def __init__(self, nodes: Mapping[str, Node], flows: Sequence[Flow]) -> None:
        self.next: dict[str, list[str]] = {name: [] for name in nodes}
        self.sources: dict[str, list[str]] = {name: [] for name in nodes}
        self.splits: list[str] = []
        for flow in flows:
            self.next[flow.source].append(flow.target)
            self.sources[flow.target].append(flow.source)
        self.splits = [name for name in nodes if len(self.next[name]) > 1]
        self.starts = [node.id for node in nodes.values() if node.kind is Kind.START]
        catches = {_link(node): node.id for node in nodes.values() if node.kind is Kind.CATCH}
        for node in nodes.values():
            if node.attached_to:
                self.next[node.attached_to].append(node.id)
            if node.kind is Kind.THROW and _link(node):
                self.next[node.id].append(catches[_link(node)])

    def reached(self, entries: Iterable[str], without: str) -> set[str]:
        """Return what tokens from `entries` can come to; `without` may be come to, but not gone through."""
        seen: set[str] = set()
        todo = list(entries)
        while todo:
            node = todo.pop()
            if node not in seen:
                seen.add(node)
                if node != without:
                    todo += self.next[node]
        return seen

    def on_open_cycle(self, join: str) -> bool:
        """Whether the join can come to itself, and no one split stands before it each time."""
        if join not in self.reached(self.next[join], ""):
            return False
        return not any(
            join not in self.reached(self.starts, split)
            and join not in self.reached(self.next[join], split)
            for split in self.splits
            if split != join
        )


def _link(node: Node) -> str:
    return node.event.name if node.event and node.event.trigger is Trigger.LINK else ""
