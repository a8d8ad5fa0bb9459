"""Where the names of events, gateways and flows stand: beside what they name, free of shapes, flows and each other."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence

from app.definitions.layout.shapes import EVENTS, GATEWAYS, Box, Point, text_size
from app.definitions.model.graph import Flow, Kind, Node

_GAP = 5
_MARK = 12
"""Room for the stroke that marks a default flow, at its start."""
_ON_SHAPE = 10
_ON_LABEL = 8
_ON_FLOW = 4
_TILE = 200
"""The side of the squares that the ground is divided into, in pixels."""
_CROWDED = 24
"""So many things are looked at in one square; one that holds more is full whatever else lies there."""
_ENDS = 16
"""Of a line that crosses many squares, so many at each end are looked at: labels stand near ends."""


def home(node: Node, box: Box) -> Box | None:
    """The place that a node's label takes when nothing is in the way; None for nodes whose name stands inside."""
    return next(iter(_beside_node(node, box)), None)


def place_labels(
    nodes: Sequence[Node],
    flows: Sequence[Flow],
    shapes: Mapping[str, Box],
    edges: Mapping[str, tuple[Point, ...]],
) -> dict[str, Box]:
    """Choose for each name the first place that nothing else takes, else the one that covers least.

    Args:
        nodes: the nodes of one scope.
        flows: the flows of that scope.
        shapes: the boxes of all its nodes.
        edges: the bends of its flows.
    """
    ground = _Ground()
    for box in shapes.values():
        ground.take(box, _ON_SHAPE)
    for points in edges.values():
        for line in _lines(points):
            ground.take(line, _ON_FLOW)
    placed: dict[str, Box] = {}
    for node in nodes:
        _choose(node.id, _beside_node(node, shapes[node.id]), ground, placed)
    for flow in flows:
        _choose(flow.id, _beside_flow(flow, edges[flow.id]), ground, placed)
    return placed


class _Ground:
    """What is taken already, by the tiles that it touches, so that a place is held against its neighbours only."""

    def __init__(self) -> None:
        self._taken: list[tuple[Box, int]] = []
        self._tiles: dict[tuple[int, int], list[int]] = {}

    def take(self, box: Box, weight: int) -> None:
        """Say that something stands here, and what a square pixel of it costs to cover."""
        tiles = list(_tiles(box))
        for tile in tiles if len(tiles) <= 2 * _ENDS else [*tiles[:_ENDS], *tiles[-_ENDS:]]:
            here = self._tiles.setdefault(tile, [])
            if len(here) < _CROWDED:
                here.append(len(self._taken))
        self._taken.append((box, weight))

    def cost(self, place: Box) -> int:
        """Return what a label here would cover."""
        near = {number for tile in _tiles(place) for number in self._tiles.get(tile, ())}
        return sum(
            weight * place.overlap(box) for box, weight in (self._taken[number] for number in near)
        )


def _tiles(box: Box) -> Iterable[tuple[int, int]]:
    return itertools.product(
        range(box.x // _TILE, box.right // _TILE + 1),
        range(box.y // _TILE, box.bottom // _TILE + 1),
    )


def _choose(key: str, places: Iterable[Box], ground: _Ground, placed: dict[str, Box]) -> None:
    best: tuple[int, Box] | None = None
    for place in places:
        cost = ground.cost(place)
        if best is None or cost < best[0]:
            best = (cost, place)
        if cost == 0:
            break
    if best is not None:
        placed[key] = best[1]
        ground.take(best[1], _ON_LABEL)


def _lines(points: Sequence[Point]) -> Iterable[Box]:
    """The pieces of a flow as thin boxes."""
    for a, b in itertools.pairwise(points):
        yield Box(min(a.x, b.x) - 2, min(a.y, b.y) - 2, abs(a.x - b.x) + 4, abs(a.y - b.y) + 4)


def _beside_node(node: Node, box: Box) -> Iterable[Box]:
    """Places for the label of an event or gateway, the usual one first."""
    width, height = text_size(node.name)
    if not width or node.kind not in EVENTS | GATEWAYS:
        return
    middle, beside = box.centre.x - width // 2, box.centre.y - height // 2
    above, below = box.y - _GAP - height, box.bottom + _GAP
    left, right = box.centre.x - _GAP - width, box.centre.x + _GAP
    if node.kind is Kind.BOUNDARY:
        for y in (
            box.centre.y + 2,
            box.centre.y + 10,
            box.centre.y - 2 - height,
            box.centre.y - 10 - height,
        ):
            yield Box(box.x - 2 - width, y, width, height)
            yield Box(box.right + 2, y, width, height)
        return
    tops = [
        (middle, above),
        (left - 8, above + 8),
        (right + 8, above + 8),
        (left, above),
        (right, above),
    ]
    bottoms = [
        (middle, below),
        (right + 8, below - 8),
        (left - 8, below - 8),
        (right, below),
        (left, below),
    ]
    sides = [(box.right + _GAP, beside), (box.x - _GAP - width, beside)]
    order = [*tops, *bottoms, *sides] if node.kind in GATEWAYS else [*bottoms, *sides, *tops]
    for x, y in order:
        yield Box(x, y, width, height)


def _beside_flow(flow: Flow, points: Sequence[Point]) -> Iterable[Box]:
    """Places for a flow's name along its pieces, near its start first."""
    for limit in (90, 60, 130):
        width, height = text_size(flow.name, limit)
        if not width:
            return
        for a, b in itertools.pairwise(points):
            if a.y == b.y:
                start = a.x + _MARK if b.x > a.x else a.x - _MARK - width
                middle = (a.x + b.x) // 2 - width // 2
                xs = (start, middle) if abs(b.x - a.x) >= width + _MARK else (middle, start)
                for x in xs:
                    yield Box(x, a.y - 4 - height, width, height)
                    yield Box(x, a.y + 4, width, height)
            else:
                ys = (a.y + _MARK, a.y + 2 * _MARK, (a.y + b.y - height) // 2)
                if b.y < a.y:
                    ys = (a.y - _MARK - height, a.y - 2 * _MARK - height, ys[2])
                for y in ys:
                    yield Box(a.x + 6, y, width, height)
                    yield Box(a.x - 6 - width, y, width, height)
