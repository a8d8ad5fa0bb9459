"""The diagram of a file while its model is mended: room is made, new shapes are placed, lines follow.

Source: BPMN 2.0 §12 (diagram interchange). Numbers are read once and written back once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from app.definitions.layout.interchange import DC, DI
from app.definitions.reader import xml
from app.definitions.reader.dialect import BPMN_DI
from app.definitions.reader.xml import XmlElement

GAP = 50
"""Pixels between an added shape and its neighbours."""


@dataclass
class Place:
    """A rectangle that can be moved; `holds` tells whether other shapes lie within it."""

    bounds: XmlElement
    x: float
    y: float
    width: float
    height: float
    plane: XmlElement
    shape: XmlElement
    holds: bool = False

    @property
    def middle(self) -> tuple[float, float]:
        """The point in its middle."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass
class Line:
    """An edge: its bends."""

    edge: XmlElement
    plane: XmlElement
    points: list[list[float]] = field(default_factory=list)

    def make_room(self, x: float, by: float, source: bool | None, target: bool | None) -> None:  # noqa: FBT001 -- one for each end
        """Move the bends from `x` on; each end goes with its shape, and a straight piece at an end stays straight."""
        points = self.points
        if not points or (not source and not target and all(point[0] < x for point in points)):
            return
        old = [point[0] for point in points]
        if min(old) >= x and source is not False and target is not False:
            for point in self.points:
                point[0] += by
            return
        shifts = [at >= x for at in old]
        for index, inner, goes in ((0, 1, source), (-1, -2, target)):
            if goes is None:
                continue
            shifts[index] = goes
            if len(old) > 2 and abs(old[inner] - old[index]) < 1:
                shifts[inner] = goes
        for point, shifted in zip(self.points, shifts, strict=True):
            point[0] += by if shifted else 0


class Sketch:
    """The shapes and edges of a file, by the id of the element that they draw."""

    def __init__(self, root: XmlElement) -> None:
        self.places: dict[str, Place] = {}
        self.lines: dict[str, Line] = {}
        self._labels: list[tuple[str, Place]] = []
        self.ends: dict[str, tuple[str, str]] = {
            xml.attribute(found, "id"): (
                xml.attribute(found, "sourceRef"),
                xml.attribute(found, "targetRef"),
            )
            for found in root.iter()
            if found.get("sourceRef")
        }
        self._extra: list[Place] = []
        self._known: set[XmlElement] = set()
        self._lowest: dict[XmlElement, float] = {}
        self.changed = False
        for plane in root.iter(f"{{{BPMN_DI}}}BPMNPlane"):
            self.read_plane(plane)

    def read_plane(self, plane: XmlElement) -> None:
        """Read what a plane holds; what is known already stays as it is known."""
        for item in plane:
            if item not in self._known:
                self._known.add(item)
                self._read(plane, item)

    def _read(self, plane: XmlElement, item: XmlElement) -> None:
        if not isinstance(item.tag, str):
            return
        element = xml.attribute(item, "bpmnElement")
        for label in xml.children(item, BPMN_DI, "BPMNLabel"):
            place = _place(plane, label)
            if place is not None:
                self._labels.append((element, place))
        if xml.local(item) == "BPMNShape":
            place = _place(plane, item)
            if place is None:
                return
            if element in self.places:
                self._extra.append(place)
            else:
                self._add(element, place)
        elif xml.local(item) == "BPMNEdge" and element not in self.lines:
            points = [
                [_number(found, "x"), _number(found, "y")]
                for found in xml.children(item, DI, "waypoint")
            ]
            self.lines[element] = Line(item, plane, points)

    def _add(self, element: str, place: Place) -> None:
        self.places[element] = place
        foot = place.y + place.height
        self._lowest[place.plane] = max(foot, self._lowest.get(place.plane, foot))

    def below(self, plane: XmlElement) -> float | None:
        """Return the lower edge of what was ever drawn on a plane; None where nothing was."""
        return self._lowest.get(plane)

    def mark_holders(self, ids: set[str]) -> None:
        """Say which elements hold others: pools, lanes and sub-processes."""
        for name in ids & set(self.places):
            self.places[name].holds = True

    def make_room(self, plane: XmlElement, x: float, by: float) -> None:
        """Move everything whose middle is at `x` or later `by` pixels to the right; what holds that grows."""
        self.changed = True
        moved: set[str] = set()
        for key, place in self.places.items():
            left, width = place.x, place.width
            if (left + width <= x and left < x) or place.plane is not plane:
                continue
            if left >= x or (not place.holds and left + width / 2 >= x):
                place.x = left + by
                moved.add(key)
            elif place.holds:
                place.width = width + by
        self._move_labels(plane, x, by, moved)
        for place in self._extra:
            if place.plane is plane and place.x >= x:
                place.x += by
        goes = {key: key in moved for key in [*self._solid, *moved]}
        nowhere = ("", "")
        for key, line in self.lines.items():
            if line.plane is plane:
                source, target = self.ends.get(key, nowhere)
                line.make_room(x, by, goes.get(source), goes.get(target))

    def _move_labels(self, plane: XmlElement, x: float, by: float, moved: set[str]) -> None:
        """A label goes with its shape; that of a line goes if its middle is at `x` or later."""
        for owner, label in self._labels:
            goes = owner in moved if owner in self.places else label.middle[0] >= x
            label.x += by if goes and label.plane is plane else 0

    @property
    def _solid(self) -> list[str]:
        """The shapes that move or stay, but do not grow."""
        return [key for key, place in self.places.items() if not place.holds]

    def put(self, element: str, near: str, size: tuple[float, float], x: float, y: float) -> None:
        """Draw an element with its middle at (x, y), on the plane of a neighbour."""
        self.changed = True
        plane = self.places[near].plane
        shape = etree.SubElement(plane, f"{{{BPMN_DI}}}BPMNShape")
        shape.set("id", f"{element}_di")
        shape.set("bpmnElement", element)
        self._known.add(shape)
        bounds = etree.SubElement(shape, f"{{{DC}}}Bounds")
        width, height = size
        self._add(
            element, Place(bounds, x - width / 2, y - height / 2, width, height, plane, shape)
        )

    def before(self, element: str, near: str, size: tuple[float, float]) -> None:
        """Draw an element to the left of a neighbour, and make room for it."""
        found = self.places.get(near)
        if found is None:
            return
        x, y = found.x, found.middle[1]
        self.make_room(found.plane, x, size[0] + GAP)
        self.put(element, near, size, x + size[0] / 2, y)

    def after(self, element: str, near: str, size: tuple[float, float], *, room: bool) -> None:
        """Draw an element to the right of a neighbour; with `room`, what stands there moves on."""
        found = self.places.get(near)
        if found is None:
            return
        x, y = found.x + found.width, found.middle[1]
        if room:
            self.make_room(found.plane, x, size[0] + GAP)
        else:
            y = self._free(found.plane, x + GAP, y, size)
        self.put(element, near, size, x + GAP + size[0] / 2, y)

    def _free(self, plane: XmlElement, x: float, y: float, size: tuple[float, float]) -> float:
        """Return the first middle at or below `y` where a shape of this size covers no other."""
        own = [p for p in self.places.values() if p.plane is plane and not p.holds]
        for _ in range(20):
            top = y - size[1] / 2
            hit = [
                p
                for p in own
                if p.x < x + size[0]
                and x < p.x + p.width
                and p.y < top + size[1]
                and top < p.y + p.height
            ]
            if not hit:
                break
            y = max(p.y + p.height for p in hit) + 20 + size[1] / 2
        return y

    def join(self, flow: str, source: str, target: str) -> None:
        """Draw a line from one shape to another; an old one is laid anew."""
        self.ends[flow] = (source, target)
        one, other = self.places.get(source), self.places.get(target)
        if one is None or other is None or one.plane is not other.plane:
            self.forget(flow)
            return
        self.changed = True
        line = self.lines.get(flow)
        if line is None or line.plane is not one.plane:
            edge = etree.SubElement(one.plane, f"{{{BPMN_DI}}}BPMNEdge")
            edge.set("id", f"{flow}_di")
            edge.set("bpmnElement", flow)
            self._known.add(edge)
            line = self.lines[flow] = Line(edge, one.plane)
        line.points = _way(one, other)
        for label in list(xml.children(line.edge, BPMN_DI, "BPMNLabel")):
            line.edge.remove(label)
            self._labels = [one for one in self._labels if one[1].shape is not label]

    def forget(self, element: str) -> None:
        """Take an element off the diagram."""
        line = self.lines.pop(element, None)
        place = self.places.pop(element, None)
        for found in (line.edge if line else None, place.shape if place else None):
            if found is not None and found.getparent() is not None:
                self.changed = True
                found.getparent().remove(found)

    def rename(self, names: Mapping[str, str]) -> None:
        """Let the drawings of elements follow their ids.

        Args:
            names: the new ids by the old ones.
        """
        for old, new in names.items():
            if old in self.places:
                self.changed = True
                self.places[new] = self.places.pop(old)
                self.places[new].shape.set("bpmnElement", new)
            if old in self.lines:
                self.changed = True
                self.lines[new] = self.lines.pop(old)
                self.lines[new].edge.set("bpmnElement", new)
        self.ends = {
            names.get(key, key): (names.get(one, one), names.get(other, other))
            for key, (one, other) in self.ends.items()
        }

    def near(self, x: float, y: float, names: set[str]) -> str:
        """Return which of some elements lies at, or within a few pixels of, a point; "" for none."""
        found = [
            (place.width * place.height, name)
            for name in names
            if (place := self.places.get(name)) is not None
            and place.x - 15 <= x <= place.x + place.width + 15
            and place.y - 15 <= y <= place.y + place.height + 15
        ]
        return min(found)[1] if found else ""

    def write(self) -> None:
        """Write what has moved back into the file."""
        if not self.changed:
            return
        self._move_into_view()
        for place in [*self.places.values(), *(label for _, label in self._labels), *self._extra]:
            for name in ("x", "y", "width", "height"):
                place.bounds.set(name, _text(getattr(place, name)))
        for line in self.lines.values():
            old = list(xml.children(line.edge, DI, "waypoint"))
            if len(old) == len(line.points):
                for found, (x, y) in zip(old, line.points, strict=True):
                    found.set("x", _text(x))
                    found.set("y", _text(y))
                continue
            for found in old:
                line.edge.remove(found)
            for index, (x, y) in enumerate(line.points):
                point = etree.Element(f"{{{DI}}}waypoint", x=_text(x), y=_text(y))
                line.edge.insert(index, point)

    def _move_into_view(self) -> None:
        left = min((place.x for place in self.places.values()), default=0)
        if left < 0:
            planes = {id(place.plane): place.plane for place in self.places.values()}
            for plane in planes.values():
                self.make_room(plane, float("-inf"), -left + GAP)


def _place(plane: XmlElement, holder: XmlElement) -> Place | None:
    bounds = xml.child(holder, DC, "Bounds")
    if bounds is None:
        return None
    x, y, width, height = (_number(bounds, name) for name in ("x", "y", "width", "height"))
    return Place(bounds, x, y, width, height, plane, holder)


def _way(one: Place, other: Place) -> list[list[float]]:
    (x1, y1), (x2, y2) = one.middle, other.middle
    if other.x >= one.x + one.width:
        start, end = one.x + one.width, other.x
        if abs(y1 - y2) < 1:
            return [[start, y1], [end, y2]]
        turn = (start + end) / 2
        return [[start, y1], [turn, y1], [turn, y2], [end, y2]]
    above = min(one.y, other.y) - 30
    return [[x1, one.y], [x1, above], [x2, above], [x2, other.y]]


def _number(element: XmlElement, name: str) -> float:
    try:
        value = float(xml.attribute(element, name, "0"))
    except ValueError:
        return 0.0
    return value if abs(value) < 1e7 else 0.0


def _text(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.1f}"
