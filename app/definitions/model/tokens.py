"""A token game over one scope: do joins get what they wait for, and does it come to an end?

Tokens walk the arrows of a process or sub-process a bounded number of times, each time choosing other ways. What is
found did happen in some walk; what is not found may still happen (Petri nets of BPMN: Dijkman et al., 2008).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_WALKS = 24
_STEPS = 400
"""What a walk may take, besides twice the number of steps that are drawn."""
_LARGE = 400
"""From so many nodes on, fewer walks are made."""
_CROWD = 60
"""So many tokens at once come from a loop that makes more of them each time."""


@dataclass(frozen=True)
class Net:
    """The steps and arrows of a scope.

    Attributes:
        kinds: BPMN element name by node id; an ending that stops all is "terminate".
        flows: (id, source, target) of each arrow.
        hosts: the activity of each boundary event that interrupts, by id.
        beside: the activity of each boundary event that does not.
        jumps: where a link event leads, by id.
        starts: ids of the nodes where a token begins, one in each walk.
    """

    kinds: Mapping[str, str]
    flows: tuple[tuple[str, str, str], ...]
    hosts: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)
    jumps: Mapping[str, str] = field(default_factory=dict)
    starts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Played:
    """What was seen.

    Attributes:
        starved: joins that waited for ever in some walk.
        endless: whether some walk did not come to an end.
    """

    starved: tuple[str, ...]
    endless: bool


def play(net: Net) -> Played:
    """Walk the net and tell what went wrong."""
    starved: dict[str, None] = {}
    endless = False
    ready = _Ready(net)
    for number in range(max(4, _WALKS * _LARGE // max(_LARGE, len(net.kinds)))):
        for start in net.starts:
            walk = _Walk(ready, number)
            ended = walk.run(start)
            endless = endless or not ended
            starved |= dict.fromkeys(walk.waiting())
    return Played(tuple(starved), endless)


class _Ready:
    """A net, looked up by node."""

    def __init__(self, net: Net) -> None:
        self.kinds = net.kinds
        self.out: dict[str, list[tuple[str, str]]] = {key: [] for key in net.kinds}
        self.into: dict[str, list[str]] = {key: [] for key in net.kinds}
        for flow, source, target in net.flows:
            self.out[source].append((flow, target))
            self.into[target].append(flow)
        self.edges: dict[str, list[str]] = {}
        self.others: dict[str, list[str]] = {}
        for event, host in net.hosts.items():
            self.edges.setdefault(host, []).append(event)
        for event, host in net.beside.items():
            self.others.setdefault(host, []).append(event)
        self.jumps = net.jumps


class _Walk:
    def __init__(self, net: _Ready, number: int) -> None:
        self.net = net
        self.number = number
        self.turn = number
        self.todo: list[str] = []
        self.held: dict[str, dict[str, int]] = {}

    def run(self, start: str) -> bool:
        """Walk until nothing moves; tell whether that came about in time."""
        self.todo = [start]
        for _ in range(_STEPS + 2 * len(self.net.kinds)):
            if not self.todo and not self._release():
                return True
            if len(self.todo) > _CROWD:
                return False
            node = self.todo.pop(0 if self.number % 2 else -1)
            if self.net.kinds[node] == "terminate":
                self.todo, self.held = [], {}
                return True
            self._leave(node)
        return False

    def waiting(self) -> Iterable[str]:
        """Joins that have some of what they wait for, and will not get the rest."""
        return [] if self.todo else [node for node, held in self.held.items() if any(held.values())]

    def _pick(self, count: int) -> int:
        """The next of `count` ways; each walk picks in another order."""
        self.turn = (self.turn * 1103515245 + 12345 + self.number) % 2**31
        return (self.turn >> 16) % count

    def _leave(self, node: str) -> None:
        kind = self.net.kinds[node]
        edges = self.net.edges.get(node, ())
        if edges and self._pick(3) == 0:
            self.todo.append(edges[self._pick(len(edges))])
            return
        others = self.net.others.get(node, ())
        if others and self._pick(2) == 0:
            self.todo.append(others[self._pick(len(others))])
        ways = self.net.out[node]
        if not ways:
            if node in self.net.jumps:
                self.todo.append(self.net.jumps[node])
            return
        if kind in {"exclusiveGateway", "eventBasedGateway"}:
            ways = [ways[self._pick(len(ways))]]
        elif kind in {"inclusiveGateway", "complexGateway"}:
            ways = [way for way in ways if self._pick(2)] or ways[:1]
        for flow, target in ways:
            self._arrive(flow, target)

    def _arrive(self, flow: str, target: str) -> None:
        kind, into = self.net.kinds[target], self.net.into[target]
        if kind not in {"parallelGateway", "inclusiveGateway"} or len(into) < 2:
            self.todo.append(target)
            return
        held = self.held.setdefault(target, dict.fromkeys(into, 0))
        held[flow] += 1
        if kind == "parallelGateway" and all(held.values()):
            self._take(target)

    def _take(self, join: str) -> None:
        held = self.held[join]
        for flow in held:
            held[flow] = max(0, held[flow] - 1)
        self.todo.append(join)

    def _release(self) -> bool:
        """Where nothing else moves, an inclusive join has what can come."""
        for node, held in self.held.items():
            if self.net.kinds[node] == "inclusiveGateway" and any(held.values()):
                self._take(node)
                return True
        return False
