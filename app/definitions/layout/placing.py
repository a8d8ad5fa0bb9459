"""Layout: a process graph as a picture, with lanes as horizontal bands and flows from left to right.

`lay_out` is pure: the same process gives the same picture. Nodes get cells (`grid`), cells
get pixels (here), flows get ways around the shapes (`routes`) and names get places
(`labels`). `interchange.draw` writes the picture into a BPMN file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from app.definitions.layout.grid import Grid, arrange
from app.definitions.layout.labels import home, place_labels
from app.definitions.layout.routes import Plane, Side, Wish
from app.definitions.layout.shapes import (
    EVENTS,
    GATEWAYS,
    SUB_PROCESSES,
    Box,
    Picture,
    Point,
    node_size,
    text_size,
)
from app.definitions.model.graph import Flow, Kind, Node, Process

_MARGIN = Point(160, 80)
"""Where the picture begins, as Camunda Modeler places a new pool."""
_HEADER = 30
_COLUMN_GAP = 50
_ROW_HEIGHT = 80
_ROW_GAP = 60
_PAD = 40
_TITLE = 20
"""What a sub-process needs for its name."""
_TRACK = 10
_EMPTY = (400, 120)
_EVENTS_WIDE = 1_400
"""How far event sub-processes may reach where little is drawn above them."""


@dataclass(frozen=True)
class _Band:
    """One row of cells: its lane and the y of its upper and lower edge."""

    lane: str
    row: int
    top: int
    bottom: int


def lay_out(process: Process, *, pool: bool = False, routed: bool = True) -> Picture:
    """Draw a process.

    Args:
        process: the graph; its lanes from top to bottom are `process.lanes`.
        pool: whether a process without lanes gets a pool around it too.
        routed: whether flows find their way around shapes, which takes its time in a large model; else each takes
            at most two bends.
    """
    parts: _Parts = {}
    for node in process.nodes:
        parts.setdefault(node.scope, ([], []))[0].append(node)
    for flow in process.flows:
        parts.setdefault(flow.scope, ([], []))[1].append(flow)
    content, bands = _scope(
        parts, process.id, process.id, list(process.lanes) or [""], routed=routed
    )
    if not (pool or process.lanes):
        return content.moved(_MARGIN)
    header = 2 * _HEADER if process.lanes else _HEADER
    width = max(box.right for box in bands.values()) + header
    lanes = {
        name: Box(_HEADER, box.y, width - _HEADER, box.height)
        for name, box in bands.items()
        if process.lanes
    }
    inner = content.moved(Point(header, 0))
    frame = Box(0, 0, width, max(box.bottom for box in bands.values()))
    return Picture(inner.shapes, inner.edges, inner.labels, lanes, frame).moved(_MARGIN)


_Parts = dict[str, tuple[list[Node], list[Flow]]]
"""The nodes and flows of each scope."""


def _scope(
    parts: _Parts, scope: str, process: str, lanes: list[str], *, routed: bool
) -> tuple[Picture, dict[str, Box]]:
    """The picture of one scope from (0, 0), and the band of each lane."""
    own, flows = parts.get(scope, ([], []))
    inner = {
        node.id: _scope(parts, node.id, process, [""], routed=routed)
        for node in own
        if node.kind in SUB_PROCESSES
    }
    size = {node.id: node_size(node) for node in own}
    for key, (_, bands) in inner.items():
        size[key] = (max(b.right for b in bands.values()), max(b.bottom for b in bands.values()))
    drawing = _Drawing(own, flows, size, lanes, _PAD if scope == process else _PAD + _TITLE)
    shapes = drawing.shapes
    edges = drawing.edges() if routed else drawing.short_cuts()
    labels = place_labels(own, flows, shapes, edges)
    bands = drawing.bands_of_lanes(labels)
    for key, (picture, _) in inner.items():
        part = picture.moved(Point(shapes[key].x, shapes[key].y))
        shapes |= part.shapes
        edges |= part.edges
        labels |= part.labels
    return Picture(shapes, edges, labels), bands


class _Drawing:
    """One scope while it is drawn: cells to pixels, then lines and flows."""

    def __init__(
        self,
        nodes: Sequence[Node],
        flows: Sequence[Flow],
        size: dict[str, tuple[int, int]],
        lanes: list[str],
        head: int,
    ) -> None:
        self.head = head
        known = set(lanes)
        self.lane = {node.id: node.lane if node.lane in known else lanes[-1] for node in nodes}
        self.nodes = {node.id: node for node in nodes}
        self.flows = flows
        self.size = size
        self.lanes = lanes
        self._order = {lane: index for index, lane in enumerate(lanes)}
        self.hosts = {n.id: n.attached_to for n in nodes if n.kind is Kind.BOUNDARY}
        self.placed = [
            node for node in nodes if node.kind not in {Kind.BOUNDARY, Kind.EVENT_SUB_PROCESS}
        ]
        self.grid: Grid = arrange(self.placed, flows, self.hosts, self.lane)
        self.columns = self._columns()
        self.bands, self.feet = self._bands()
        self.shapes = self._boxes()

    def _columns(self) -> list[tuple[int, int]]:
        """The x of the left and right edge of each column; a gap is as wide as the names on its flows need."""
        count = max(self.grid.column.values(), default=-1) + 1
        width = [0] * count
        for key, at in self.grid.column.items():
            width[at] = max(width[at], self.size[key][0])
        gap = [_COLUMN_GAP] * count
        for flow in self.flows:
            source = self.hosts.get(flow.source, flow.source)
            if flow.name and flow.id not in self.grid.back and source in self.grid.column:
                at = self.grid.column[source]
                slack = (width[at] - self.size[source][0]) // 2
                gap[at] = max(gap[at], min(text_size(flow.name, 80)[0], 80) + 25 - slack)
        edges: list[tuple[int, int]] = []
        x = _PAD
        for at in range(count):
            edges.append((x, x + width[at]))
            x += width[at] + gap[at] // _TRACK * _TRACK
        return edges

    def _bands(self) -> tuple[list[_Band], dict[str, int]]:
        """The rows of all lanes with their pixels, and the y of each lane's lower edge."""
        bands: list[_Band] = []
        feet: dict[str, int] = {}
        y = 0
        rows: dict[str, dict[int, int]] = {lane: {} for lane in self.lanes}
        for node in self.placed:
            heights, row = rows[self.lane[node.id]], self.grid.row[node.id]
            heights[row] = max(heights.get(row, _ROW_HEIGHT), self.size[node.id][1])
        back = [flow for flow in self.flows if flow.id in self.grid.back]
        loops = Counter(self.lane[flow.target] for flow in back)
        for lane in self.lanes:
            heights = rows[lane]
            y += self.head + (_TRACK + _TRACK * loops[lane] if loops[lane] else 0)
            for row in range(max(heights, default=-1) + 1):
                band = _Band(lane, row, y, y + heights.get(row, _ROW_HEIGHT))
                bands.append(band)
                y = band.bottom + _ROW_GAP
            y += _PAD - _ROW_GAP if heights else _ROW_HEIGHT
            y += sum(self._tallest(keys) + _PAD for keys in self._event_rows(lane))
            feet[lane] = y
        return bands, feet

    def _event_rows(self, lane: str) -> list[list[str]]:
        """The lane's event sub-processes, in rows no longer than what is drawn above them."""
        widest = max([right for _, right in self.columns] + [_EVENTS_WIDE])
        rows: list[list[str]] = []
        x = 0
        for node in self._event_sub_processes.get(lane, ()):
            width = self.size[node.id][0]
            if not rows or x + width > widest:
                rows.append([])
                x = _PAD
            rows[-1].append(node.id)
            x += width + _PAD
        return rows

    @cached_property
    def _event_sub_processes(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        for node in self.nodes.values():
            if node.kind is Kind.EVENT_SUB_PROCESS:
                found.setdefault(self.lane[node.id], []).append(node)
        return found

    def _tallest(self, keys: Sequence[str]) -> int:
        return max(self.size[key][1] for key in keys)

    def _boxes(self) -> dict[str, Box]:
        boxes: dict[str, Box] = {}
        bands = {(band.lane, band.row): band for band in self.bands}
        for node in self.placed:
            left, right = self.columns[self.grid.column[node.id]]
            band = bands[self.lane[node.id], self.grid.row[node.id]]
            width, height = self.size[node.id]
            centre = Point((left + right) // 2, (band.top + band.bottom) // 2)
            boxes[node.id] = Box(centre.x - width // 2, centre.y - height // 2, width, height)
        for lane in self.lanes:
            rows = self._event_rows(lane)
            y = self.feet[lane] - sum(self._tallest(keys) + _PAD for keys in rows)
            for keys in rows:
                x, y = _PAD, y + self._tallest(keys)
                for key in keys:
                    boxes[key] = Box(x, y - self._tallest(keys), *self.size[key])
                    x += self.size[key][0] + _PAD
                y += _PAD
        boxes |= self._boundary_events(boxes)
        return boxes

    def _boundary_events(self, boxes: dict[str, Box]) -> dict[str, Box]:
        """Boundary events on the lower edge of their host from its right end; on the upper if their branch goes up."""
        found: dict[str, Box] = {}
        count: dict[tuple[str, bool], int] = {}
        for key, host in self.hosts.items():
            if host not in boxes:
                continue
            up = self._goes_up(key, host)
            n = count[host, up] = count.get((host, up), 0) + 1
            right = boxes[host].right - 25 - 50 * (n - 1)
            y = boxes[host].y if up else boxes[host].bottom
            found[key] = Box(right - 18, y - 18, 36, 36)
        return found

    @cached_property
    def _targets(self) -> dict[str, list[str]]:
        """What the arrows of each boundary event lead to."""
        found: dict[str, list[str]] = {key: [] for key in self.hosts}
        for flow in self.flows:
            if flow.source in found:
                found[flow.source].append(flow.target)
        return found

    def _goes_up(self, event: str, host: str) -> bool:
        own = self._order[self.lane[host]]
        return any(self._order[self.lane[target]] < own for target in self._targets[event])

    def edges(self) -> dict[str, tuple[Point, ...]]:
        """The way of each flow: short and straight ones first, loops last."""
        zones = [home(node, self.shapes[key]) for key, node in self.nodes.items()]
        plane = Plane(
            self._xs(), self._ys(), self.shapes, [zone for zone in zones if zone is not None]
        )
        order = {flow.id: index for index, flow in enumerate(self.flows)}
        routes = {
            flow.id: plane.route(self._wish(flow))
            for flow in sorted(self.flows, key=lambda f: (*self._span(f), order[f.id]))
        }
        return {flow.id: routes[flow.id] for flow in self.flows}

    def short_cuts(self) -> dict[str, tuple[Point, ...]]:
        """The way of each flow with at most two bends, whatever is in between; loops go over the top."""
        return {flow.id: _short_cut(self, flow) for flow in self.flows}

    def _span(self, flow: Flow) -> tuple[bool, int]:
        source, target = self.shapes[flow.source].centre, self.shapes[flow.target].centre
        return flow.id in self.grid.back, abs(target.x - source.x) + 2 * abs(target.y - source.y)

    def _wish(self, flow: Flow) -> Wish:
        """What each side costs: out to the right and in from the left; loops over the top."""
        source, target = self.nodes[flow.source], self.nodes[flow.target]
        leave: dict[Side, int]
        reach: dict[Side, int]
        if flow.id in self.grid.back:
            leave = {"top": 0, "bottom": 120, "right": 80, "left": 160}
            reach = {"top": 0, "bottom": 120, "left": 80, "right": 160}
        else:
            leave = {"right": 0, "bottom": 60, "top": 60, "left": 200}
            reach = {"left": 0, "top": 60, "bottom": 60, "right": 200}
            if source.kind in GATEWAYS:
                leave |= {"bottom": 0, "top": 10}
            if target.kind in GATEWAYS:
                reach |= {"bottom": 10, "top": 10}
            elif target.kind in EVENTS:
                reach["bottom"] = 160
        host = self.hosts.get(flow.source, "")
        if host:
            above = self.shapes[flow.source].centre.y == self.shapes[host].y
            leave = {"top" if above else "bottom": 0}
        return Wish(flow.id, flow.source, flow.target, leave, reach, host)

    def _xs(self) -> dict[int, int]:
        """Vertical lines: the tracks between columns, and the middle of every shape."""
        lines: dict[int, int] = {}
        last = 0
        for left, right in self.columns:
            lines |= _tracks(last, left)
            last = right
        lines |= _tracks(last, last + _PAD)
        return lines | {box.centre.x: 0 for box in self.shapes.values()}

    def _ys(self) -> dict[int, int]:
        """Horizontal lines: the tracks between rows, off the edges of lanes, and the middle of every shape."""
        lines: dict[int, int] = {}
        last = 0
        walls = [*self.feet.values()]
        for band in [*self.bands, _Band("", 0, walls[-1], walls[-1])]:
            lines |= _tracks(last, band.top)
            last = band.bottom
        free = {y: cost for y, cost in lines.items() if all(abs(y - wall) > 5 for wall in walls)}
        return free | {box.centre.y: 0 for box in self.shapes.values()}

    def bands_of_lanes(self, labels: dict[str, Box]) -> dict[str, Box]:
        """The band of each lane, wide enough for every shape and label."""
        drawn = [*self.shapes.values(), *labels.values()]
        width = max([_EMPTY[0] if not drawn else 0, *(box.right + _PAD for box in drawn)])
        bands: dict[str, Box] = {}
        top = 0
        for lane, foot in self.feet.items():
            bands[lane] = Box(0, top, width, foot - top)
            top = foot
        return bands


def _short_cut(drawing: _Drawing, flow: Flow) -> tuple[Point, ...]:
    one, other = drawing.shapes[flow.source], drawing.shapes[flow.target]
    if other.x >= one.right and flow.source not in drawing.hosts:
        turn = (one.right + other.x) // 2
        start, end = Point(one.right, one.centre.y), Point(other.x, other.centre.y)
        if start.y == end.y:
            return start, end
        return start, Point(turn, start.y), Point(turn, end.y), end
    if flow.source in drawing.hosts:
        below = max(one.bottom, other.bottom) + _TRACK
        start, end = Point(one.centre.x, one.bottom), Point(other.centre.x, other.bottom)
        return start, Point(start.x, below), Point(end.x, below), end
    above = min(one.y, other.y) - 2 * _TRACK
    start, end = Point(one.centre.x, one.y), Point(other.centre.x, other.y)
    return start, Point(start.x, above), Point(end.x, above), end


def _tracks(start: int, end: int) -> dict[int, int]:
    """Lines in the gap from `start` to `end`; the nearer to its middle, the cheaper to turn on."""
    middle = (start + end) // 2
    return {at: abs(at - middle) // 4 for at in range(start + _TRACK, end - _TRACK // 2, _TRACK)}
