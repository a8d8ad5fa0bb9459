"""What is wrong with a picture, rule by rule, and random processes to draw."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import combinations, pairwise

from app.definitions import Flow, Kind, Node, Process
from app.definitions.layout.shapes import Box, Picture, Point


def problems(process: Process, picture: Picture) -> Iterator[str]:
    """Yield a line for each rule that the picture breaks."""
    assert set(picture.shapes) == {node.id for node in process.nodes}
    assert set(picture.edges) == {flow.id for flow in process.flows}
    yield from _overlaps(process, picture)
    for flow in process.flows:
        yield from _edge(process, picture, flow)
    for node in process.nodes:
        box = picture.shapes[node.id]
        if node.scope in picture.shapes and not picture.shapes[node.scope].contains(box):
            yield f"{node.id} sticks out of {node.scope}"
        if node.scope == process.id and process.lanes and node.kind is not Kind.BOUNDARY:
            lane = node.lane or process.lanes[-1]
            if not picture.lanes[lane].contains(box):
                yield f"{node.id} is not in lane {lane}"
    if picture.pool and picture.lanes:
        first = next(iter(picture.lanes.values()))
        if sum(lane.height for lane in picture.lanes.values()) != picture.pool.height or (
            first.right != picture.pool.right
        ):
            yield "the lanes do not fill the pool"


def label_problems(picture: Picture) -> Iterator[str]:
    """Yield a line for each label that covers a shape, a flow or another label."""
    small = {key: box for key, box in picture.shapes.items() if box.width <= 100}
    for key, label in picture.labels.items():
        yield from (f"label {key} on {k}" for k, box in small.items() if label.overlap(box))
        for flow, points in picture.edges.items():
            if any(_run(a, b).grown(1).overlap(label) for a, b in pairwise(points)):
                yield f"label {key} on flow {flow}"
    for (a, first), (b, second) in combinations(picture.labels.items(), 2):
        if first.overlap(second):
            yield f"labels {a} and {b}"


def _overlaps(process: Process, picture: Picture) -> Iterator[str]:
    for a, b in combinations(process.nodes, 2):
        if a.scope != b.scope or b.id == a.attached_to or a.id == b.attached_to:
            continue
        if picture.shapes[a.id].overlap(picture.shapes[b.id]):
            yield f"{a.id} overlaps {b.id}"


def _edge(process: Process, picture: Picture, flow: Flow) -> Iterator[str]:
    points = picture.edges[flow.id]
    if len(points) < 2:
        yield f"{flow.id} is no line"
    for a, b in pairwise(points):
        if (a.x == b.x) == (a.y == b.y):
            yield f"{flow.id} is not orthogonal"
        for node in process.nodes:
            inside = picture.shapes[node.id].grown(-1)
            host = process.by_id[flow.source].attached_to
            if node.scope == flow.scope and _run(a, b).overlap(inside) and node.id != host:
                yield f"{flow.id} runs through {node.id}"
    for end, key in ((points[0], flow.source), (points[-1], flow.target)):
        if not _on_edge(picture.shapes[key], end):
            yield f"{flow.id} does not touch {key}"


def _run(a: Point, b: Point) -> Box:
    return Box(min(a.x, b.x), min(a.y, b.y), abs(a.x - b.x) or 1, abs(a.y - b.y) or 1)


def _on_edge(box: Box, point: Point) -> bool:
    on_side = point.x in {box.x, box.right} and point.y == box.centre.y
    return on_side or (point.y in {box.y, box.bottom} and point.x == box.centre.x)


def random_process(seed: int) -> Process:
    """Make a process of up to 25 nodes: branches, joins, loops, lanes, boundary events, sub-processes."""
    maker = _Maker(random.Random(seed))
    maker.scope("p", 0)
    maker.event_sub_processes()
    return Process(
        "p", "Prøve", nodes=tuple(maker.nodes), flows=tuple(maker.flows), lanes=maker.lanes
    )


class _Maker:
    """Grows a random process."""

    def __init__(self, source: random.Random) -> None:
        self.source = source
        self.lanes = tuple(f"lane {n}" for n in range(source.randint(0, 3)))
        self.nodes: list[Node] = []
        self.flows: list[Flow] = []

    def scope(self, name: str, depth: int) -> None:
        """Fill a scope: a chain of steps, gateways with further ways, and what hangs on the steps."""
        kinds = [Kind.USER] * 4 + [Kind.EXCLUSIVE] * 2 + [Kind.CATCH]
        kinds += [Kind.SUB_PROCESS] * (depth < 2)
        own = [self._node(f"{name}_start", Kind.START, name)]
        own += [
            self._node(f"{name}_{n}", self.source.choice(kinds), name)
            for n in range(self.source.randint(1, 10 if depth == 0 else 3))
        ]
        own.append(self._node(f"{name}_end", Kind.END, name))
        for node, after in pairwise(own):
            self._link(node, after)
            for _ in range(self.source.randint(0, 2) if node.kind is Kind.EXCLUSIVE else 0):
                self._link(node, self.source.choice(own[1:]), "Nej, om igen")
        for node in own:
            if node.kind is Kind.SUB_PROCESS:
                self.scope(node.id, depth + 1)
            if node.kind in {Kind.USER, Kind.SUB_PROCESS} and self.source.random() < 0.3:
                event = self._node(f"{node.id}_late", Kind.BOUNDARY, name, node)
                self._link(event, self.source.choice(own[1:]))

    def event_sub_processes(self) -> None:
        for n in range(self.source.choice((0, 0, 1, 3))):
            self._node(f"event_{n}", Kind.EVENT_SUB_PROCESS, "p")
            self.scope(f"event_{n}", 2)

    def _node(self, name: str, kind: Kind, scope: str, host: Node | None = None) -> Node:
        lane = self.source.choice(self.lanes) if self.lanes else ""
        node = Node(
            name,
            kind,
            scope,
            "Er det gjort nu?",
            lane=host.lane if host else lane,
            attached_to=host.id if host else "",
        )
        self.nodes.append(node)
        return node

    def _link(self, a: Node, b: Node, name: str = "") -> None:
        self.flows.append(Flow(f"f{len(self.flows)}", a.id, b.id, a.scope, name))
