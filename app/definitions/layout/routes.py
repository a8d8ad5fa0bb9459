"""Routes of flows: orthogonal, around every shape, with few bends and crossings.

A cheapest path over the lines of the grid: column and row centres, and tracks in the gaps between
them. The way is paid for by its length, bends, crossings, other flows on the same line, and label
space that it runs through; shapes are closed.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

from app.definitions.layout.shapes import Box, Point

CLEARANCE = 6
"""How near a flow may pass a shape that is not its own, in pixels."""

_BEND = 30
_CROSSING = 60
_SAME_TARGET = 1
_SHARED_LINE = 12
_LABEL = 6

Side = str
"""left, right, top or bottom."""

_STEP: Mapping[Side, tuple[int, int]] = {
    "right": (1, 0),
    "left": (-1, 0),
    "bottom": (0, 1),
    "top": (0, -1),
}
_OPPOSITE = {"right": "left", "left": "right", "top": "bottom", "bottom": "top"}


@dataclass(frozen=True)
class Wish:
    """One flow to route: between which shapes, and what leaving or reaching each side costs (absent: not allowed)."""

    flow: str
    source: str
    target: str
    leave: Mapping[Side, int]
    reach: Mapping[Side, int]
    beside: str = ""
    """The host of a boundary event: its edge is crossed when leaving."""


@dataclass
class Plane:
    """The lines that flows may run on, what closes them, and the flows routed so far.

    Attributes:
        columns: x of each vertical line, and what turning onto or off it costs.
        rows: y of each horizontal line, likewise.
        shapes: the boxes that flows go around, by node id.
        zones: where labels are likely to stand.
    """

    columns: Mapping[int, int]
    rows: Mapping[int, int]
    shapes: Mapping[str, Box]
    zones: Iterable[Box] = ()
    _closed: dict[tuple[int, int, bool], set[str]] = field(default_factory=dict)
    _dear: dict[tuple[int, int, bool], int] = field(default_factory=dict)
    _used: dict[tuple[int, int, bool], list[tuple[str, str]]] = field(default_factory=dict)
    _axes: dict[tuple[int, int], set[bool]] = field(default_factory=dict)
    _ports: dict[tuple[str, Side], set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Sort the lines and mark which pieces of them are closed by a shape or cost more."""
        self.xs: Sequence[int] = sorted(self.columns)
        self.ys: Sequence[int] = sorted(self.rows)
        for name, box in self.shapes.items():
            for piece in self._pieces(box.grown(CLEARANCE)):
                self._closed.setdefault(piece, set()).add(name)
        for zone in self.zones:
            for piece in self._pieces(zone):
                self._dear[piece] = self._dear.get(piece, 0) + _LABEL

    def _pieces(self, box: Box) -> Iterable[tuple[int, int, bool]]:
        """The pieces of line that run into `box`: (column index, row index, is horizontal) of their first end."""
        left, right = bisect_right(self.xs, box.x), bisect_left(self.xs, box.right)
        top, bottom = bisect_right(self.ys, box.y), bisect_left(self.ys, box.bottom)
        for j in range(top, bottom):
            for i in range(max(left - 1, 0), min(right, len(self.xs) - 1)):
                yield i, j, True
        for i in range(left, right):
            for j in range(max(top - 1, 0), min(bottom, len(self.ys) - 1)):
                yield i, j, False

    def route(self, wish: Wish) -> tuple[Point, ...]:
        """The bends from the edge of the source's box to the edge of the target's, and remember the way taken."""
        starts = self._ends(wish.source, wish.leave, {wish.source, wish.beside}, wish.flow)
        goals = self._ends(wish.target, wish.reach, {wish.target}, wish.flow)
        path = self._cheapest(wish, starts, goals)
        self._remember(wish, path)
        bends = _corners([Point(self.xs[i], self.ys[j]) for i, j in path])
        return _trimmed(bends, self.shapes[wish.source], self.shapes[wish.target])

    def _ends(
        self, shape: str, sides: Mapping[Side, int], own: set[str], flow: str
    ) -> dict[tuple[int, int, Side], tuple[int, list[tuple[int, int]]]]:
        """Where a flow is outside its own shape: (place, side) → cost and the places from the centre to there."""
        centre = self.shapes[shape].centre
        i, j = bisect_left(self.xs, centre.x), bisect_left(self.ys, centre.y)
        ends: dict[tuple[int, int, Side], tuple[int, list[tuple[int, int]]]] = {}
        for side, cost in sides.items():
            dx, dy = _STEP[side]
            at = (i, j)
            way = [at]
            while self._inside(at) and self._piece(at, side) is not None:
                piece = self._piece(at, side)
                if piece is None or self._closed.get(piece, set()) - own:
                    break
                at = (at[0] + dx, at[1] + dy)
                way.append(at)
                ahead = self._piece(at, side)
                if ahead is None or not self._closed.get(ahead, set()) & own:
                    used = self._ports.get((shape, side), set()) - {flow}
                    ends[(*at, side)] = (cost + 40 * len(used), way)
                    break
        return ends

    def _inside(self, at: tuple[int, int]) -> bool:
        return 0 <= at[0] < len(self.xs) and 0 <= at[1] < len(self.ys)

    def _piece(self, at: tuple[int, int], side: Side) -> tuple[int, int, bool] | None:
        """The piece of line from `at` towards `side`, None at the rim."""
        i, j = at
        dx, dy = _STEP[side]
        if not self._inside((i + dx, j + dy)):
            return None
        return (min(i, i + dx), min(j, j + dy), dx != 0)

    def _cheapest(
        self,
        wish: Wish,
        starts: Mapping[tuple[int, int, Side], tuple[int, list[tuple[int, int]]]],
        goals: Mapping[tuple[int, int, Side], tuple[int, list[tuple[int, int]]]],
    ) -> list[tuple[int, int]]:
        """Dijkstra over (place, direction); ties fall to the first in a fixed order."""
        heap: list[tuple[int, int, tuple[int, int, Side]]] = []
        best: dict[tuple[int, int, Side], int] = {}
        came: dict[tuple[int, int, Side], tuple[int, int, Side] | None] = {}
        count = 0
        for state, (cost, _) in starts.items():
            heappush(heap, (cost, count, state))
            best[state], came[state] = cost, None
            count += 1
        finish: tuple[int, tuple[int, int, Side], list[tuple[int, int]]] | None = None
        while heap:
            cost, _, state = heappop(heap)
            if finish and cost >= finish[0]:
                break
            if cost > best[state]:
                continue
            for side, (extra, way) in _arrivals(goals, state):
                total = cost + extra + (0 if side == state[2] else _BEND)
                if finish is None or total < finish[0]:
                    finish = (total, state, way)
            for dearer, onward in self._onward(wish, state):
                total = cost + dearer
                if total < best.get(onward, total + 1):
                    best[onward], came[onward] = total, state
                    count += 1
                    heappush(heap, (total, count, onward))
        if finish is None:
            raise AssertionError(f"no way for flow {wish.flow}")
        return self._walked(starts, came, finish)

    @staticmethod
    def _walked(
        starts: Mapping[tuple[int, int, Side], tuple[int, list[tuple[int, int]]]],
        came: Mapping[tuple[int, int, Side], tuple[int, int, Side] | None],
        finish: tuple[int, tuple[int, int, Side], list[tuple[int, int]]],
    ) -> list[tuple[int, int]]:
        """All places from the source's centre to the target's."""
        state: tuple[int, int, Side] | None = finish[1]
        middle: list[tuple[int, int]] = []
        first = finish[1]
        while state is not None:
            middle.append(state[:2])
            first, state = state, came[state]
        return starts[first][1][:-1] + middle[::-1] + finish[2][::-1][1:]

    def _onward(
        self, wish: Wish, state: tuple[int, int, Side]
    ) -> Iterable[tuple[int, tuple[int, int, Side]]]:
        """The places one piece further, with what that piece costs."""
        i, j, facing = state
        for side, (dx, dy) in _STEP.items():
            piece = self._piece((i, j), side)
            if side == _OPPOSITE[facing] or piece is None or self._closed.get(piece):
                continue
            length = self.xs[piece[0] + 1] - self.xs[i - (dx < 0)] if dx else 0
            length += self.ys[piece[1] + 1] - self.ys[j - (dy < 0)] if dy else 0
            cost = length * (1 + self._dear.get(piece, 0))
            if side != facing:
                cost += _BEND + self.columns[self.xs[i]] + self.rows[self.ys[j]]
            for _, target in self._used.get(piece, ()):
                cost += length * (_SAME_TARGET if target == wish.target else _SHARED_LINE)
            if (dx == 0) in self._axes.get((i + dx, j + dy), ()):
                cost += _CROSSING
            yield cost, (i + dx, j + dy, side)

    def _remember(self, wish: Wish, path: Sequence[tuple[int, int]]) -> None:
        for (i, j), (k, m) in itertools.pairwise(path):
            horizontal = j == m
            self._used.setdefault((min(i, k), min(j, m), horizontal), []).append(
                (wish.source, wish.target)
            )
            for place in ((i, j), (k, m)):
                self._axes.setdefault(place, set()).add(horizontal)
        self._ports.setdefault((wish.source, _towards(path[0], path[1])), set()).add(wish.flow)
        self._ports.setdefault((wish.target, _towards(path[-1], path[-2])), set()).add(wish.flow)


def _arrivals(
    goals: Mapping[tuple[int, int, Side], tuple[int, list[tuple[int, int]]]],
    state: tuple[int, int, Side],
) -> Iterable[tuple[Side, tuple[int, list[tuple[int, int]]]]]:
    """The ways into the target from this place, by the direction of the last piece."""
    for side in _STEP:
        goal = goals.get((state[0], state[1], side))
        if goal is not None and side != state[2]:
            yield _OPPOSITE[side], goal


def _towards(here: tuple[int, int], there: tuple[int, int]) -> Side:
    """On which side of `here` the neighbour `there` lies."""
    step = (
        (there[0] > here[0]) - (there[0] < here[0]),
        (there[1] > here[1]) - (there[1] < here[1]),
    )
    return next(side for side, move in _STEP.items() if move == step)


def _corners(points: Sequence[Point]) -> list[Point]:
    """The ends and the points where the direction changes."""
    kept = [points[0]]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        if not (before.x == here.x == after.x or before.y == here.y == after.y):
            kept.append(here)
    return [*kept, points[-1]]


def _trimmed(points: list[Point], source: Box, target: Box) -> tuple[Point, ...]:
    """The line from edge to edge instead of from centre to centre."""
    first = _edge_point(source, points[0], points[1])
    last = _edge_point(target, points[-1], points[-2])
    return (first, *points[1:-1], last)


def _edge_point(box: Box, centre: Point, towards: Point) -> Point:
    if towards.x != centre.x:
        return Point(box.right if towards.x > centre.x else box.x, centre.y)
    return Point(centre.x, box.bottom if towards.y > centre.y else box.y)
