"""Which column and row a node gets: layered left to right, a band of rows for each lane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.definitions.model.graph import Flow, Kind, Node


@dataclass(frozen=True)
class Grid:
    """The cells of one scope.

    Attributes:
        column: of each node, from the left, by id.
        row: of each node within its lane, from the top, by id.
        back: ids of the flows that lead back to an earlier column (loops).
    """

    column: dict[str, int]
    row: dict[str, int]
    back: frozenset[str]


def arrange(
    nodes: Sequence[Node], flows: Sequence[Flow], hosts: dict[str, str], lane: dict[str, str]
) -> Grid:
    """Give each node of a scope its cell.

    Args:
        nodes: the nodes in document order, without boundary events and event sub-processes.
        flows: the flows between them and from boundary events, in document order.
        hosts: the activity that each boundary event is attached to.
        lane: of each node, by id.
    """
    edges = [(flow, hosts.get(flow.source, flow.source)) for flow in flows]
    out: dict[str, list[tuple[Flow, str]]] = {node.id: [] for node in nodes}
    for flow, source in edges:
        if source in out and flow.target in out:
            out[source].append((flow, flow.target))
    back = _back_edges(nodes, out)
    column = _columns(nodes, out, back)
    return Grid(column, _rows(out, back, column, lane), back)


def _back_edges(nodes: Sequence[Node], out: dict[str, list[tuple[Flow, str]]]) -> frozenset[str]:
    """Flows to a node that is still open in a depth-first walk in document order, start events first."""
    roots = sorted(nodes, key=lambda node: node.kind != Kind.START)
    closed: set[str] = set()
    opened: set[str] = set()
    back: set[str] = set()
    for root in roots:
        stack = [(root.id, iter(out[root.id]))] if root.id not in closed else []
        opened.update(entry[0] for entry in stack)
        while stack:
            here, rest = stack[-1]
            step = next(rest, None)
            if step is None:
                stack.pop()
                opened.discard(here)
                closed.add(here)
            elif step[1] in opened:
                back.add(step[0].id)
            elif step[1] not in closed:
                opened.add(step[1])
                stack.append((step[1], iter(out[step[1]])))
    return frozenset(back)


def _columns(
    nodes: Sequence[Node], out: dict[str, list[tuple[Flow, str]]], back: frozenset[str]
) -> dict[str, int]:
    """The longest way from a start, counted in flows, loops left out."""
    forward = {
        source: [target for flow, target in steps if flow.id not in back]
        for source, steps in out.items()
    }
    missing = dict.fromkeys(forward, 0)
    for targets in forward.values():
        for target in targets:
            missing[target] += 1
    column = {node.id: 0 for node in nodes}
    ready = [node.id for node in nodes if not missing[node.id]]
    for here in ready:  # grows while it is walked
        for target in forward[here]:
            column[target] = max(column[target], column[here] + 1)
            missing[target] -= 1
            if not missing[target]:
                ready.append(target)
    return column


def _rows(
    out: dict[str, list[tuple[Flow, str]]],
    back: frozenset[str],
    column: dict[str, int],
    lane: dict[str, str],
) -> dict[str, int]:
    """A node continues the row of the flow that leads to it; branches go below, in the first free cell."""
    wished: dict[str, list[int]] = {key: [] for key in out}
    free: dict[tuple[str, int], dict[int, int]] = {}
    row: dict[str, int] = {}
    order = {key: index for index, key in enumerate(out)}
    for here in sorted(order, key=lambda key: (column[key], order[key])):
        at = row[here] = _take(
            free.setdefault((lane[here], column[here]), {}), min(wished[here], default=0)
        )
        main = True
        for flow, target in out[here]:
            if flow.id in back or lane[target] != lane[here]:
                continue
            straight = main and flow.source == here
            wished[target].append(at if straight else at + 1)
            main = main and not straight
    return row


def _take(after: dict[int, int], wish: int) -> int:
    """Take the first free row from a wish on; `after` says of each row that is taken where to look on."""
    at, passed = wish, []
    while at in after:
        passed.append(at)
        at = after[at]
    after |= dict.fromkeys([*passed, at], at + 1)
    return at
