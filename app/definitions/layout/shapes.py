"""Shapes of a picture: points, boxes, the size of each kind of node and of a label's text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil

from app.definitions.model.graph import Kind, Node

GATEWAYS = frozenset({Kind.EXCLUSIVE, Kind.PARALLEL, Kind.INCLUSIVE, Kind.EVENT_BASED})
EVENTS = frozenset({Kind.START, Kind.END, Kind.CATCH, Kind.THROW, Kind.BOUNDARY})
SUB_PROCESSES = frozenset({Kind.SUB_PROCESS, Kind.EVENT_SUB_PROCESS})

LABEL_WIDTH = 90
"""The widest a label outside its shape gets before it wraps, in pixels."""
LINE_HEIGHT = 14
"""Line height of a label at bpmn-js's 11 pixels."""

_NARROW = set("ijl.,:;'!|()[] fIt")
_WIDE = set("mwMWÆæ@%–—")


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """A place on the canvas, in pixels from its top left corner."""

    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: its top left corner and its size, in pixels."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The x of its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The y of its lower edge."""
        return self.y + self.height

    @property
    def centre(self) -> Point:
        """The point in its middle."""
        return Point(self.x + self.width // 2, self.y + self.height // 2)

    def moved(self, by: Point) -> Box:
        """The same box `by` further right and down."""
        return Box(self.x + by.x, self.y + by.y, self.width, self.height)

    def grown(self, by: int) -> Box:
        """The box with `by` pixels more on each side."""
        return Box(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def contains(self, other: Box) -> bool:
        """Whether `other` lies within it, edges included."""
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.right <= self.right
            and other.bottom <= self.bottom
        )

    def overlap(self, other: Box) -> int:
        """The area in square pixels that both cover; 0 where they only touch."""
        width = min(self.right, other.right) - max(self.x, other.x)
        height = min(self.bottom, other.bottom) - max(self.y, other.y)
        return width * height if width > 0 and height > 0 else 0


@dataclass(frozen=True)
class Picture:
    """A diagram: boxes of nodes, lanes and pool, the bends of each flow, and where the labels outside stand.

    `labels` is keyed by the id of the node or flow whose name it shows.
    """

    shapes: Mapping[str, Box]
    edges: Mapping[str, tuple[Point, ...]]
    labels: Mapping[str, Box]
    lanes: Mapping[str, Box] = field(default_factory=dict)
    pool: Box | None = None

    def moved(self, by: Point) -> Picture:
        """The same picture `by` further right and down."""
        return Picture(
            {key: box.moved(by) for key, box in self.shapes.items()},
            {
                key: tuple(Point(p.x + by.x, p.y + by.y) for p in points)
                for key, points in self.edges.items()
            },
            {key: box.moved(by) for key, box in self.labels.items()},
            {key: box.moved(by) for key, box in self.lanes.items()},
            self.pool.moved(by) if self.pool else None,
        )


def node_size(node: Node) -> tuple[int, int]:
    """Width and height that Camunda Modeler gives this kind of node (sub-processes: see their content)."""
    if node.kind in EVENTS:
        return 36, 36
    if node.kind in GATEWAYS:
        return 50, 50
    return 100, 80


def text_size(text: str, width: int = LABEL_WIDTH) -> tuple[int, int]:
    """Width and height of `text` wrapped at `width` pixels; (0, 0) for no text. An estimate with some air."""
    lines: list[int] = []
    for word in text.split():
        length = _length(word)
        if lines and lines[-1] + _length(" ") + length <= width:
            lines[-1] += _length(" ") + length
        else:
            lines.append(length)
    return (max(lines) + 8, LINE_HEIGHT * len(lines)) if lines else (0, 0)


def _length(text: str) -> int:
    """The width of `text` in pixels at 11 pixels of a common sans-serif."""
    units = sum(4.0 if c in _NARROW else 10.0 if c in _WIDE else 6.8 for c in text)
    return ceil(units)
