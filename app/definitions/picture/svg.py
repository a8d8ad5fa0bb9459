"""Draws a BPMN file's diagram as SVG on the server: for papers that are read without a browser's scripts.

The picture follows the diagram interchange in the file (BPMN 2.0 §12); a file without one is laid out first. Every
text of the model is escaped, and the picture refers to nothing outside itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from app.definitions.layout.interchange import DC, DI, draw
from app.definitions.picture.symbols import Box, Point, symbol
from app.definitions.reader import xml
from app.definitions.reader.dialect import BPMN_DI
from app.definitions.reader.xml import XmlElement

_MARGIN = 20
_CHARACTER = 5.9
"""Width of a character of the 11 px labels, on the average."""
_LINE = 13
_FARTHEST = 1e6
_COLOURS = {"done": ("#1a7340", "#e8f4ec"), "here": ("#0d47a1", "#e3edfb")}
_PLAIN = ("#333", "#fff")
_CONTAINERS = frozenset({"participant", "lane", "subProcess", "transaction", "adHocSubProcess"})
_BESIDE = ("Event", "Gateway", "dataObjectReference", "dataStoreReference")


@dataclass(frozen=True)
class Shape:
    """One thing that is drawn as a box.

    Attributes:
        element: the element of the model; None where the diagram names one that is not there.
        label: where its name stands beside it; None where the diagram does not say.
    """

    element: XmlElement
    box: Box
    label: Box | None
    expanded: bool


def picture(
    content: bytes, title: str, *, done: Iterable[str] = (), here: Iterable[str] = ()
) -> str:
    """Return the first diagram of a BPMN file as an SVG element.

    Args:
        content: the file.
        title: what the picture shows, in words.
        done: ids of elements that are done.
        here: ids of elements where the course stands.

    Raises:
        DefinitionError: the file cannot be read.
    """
    root = xml.parse(content)
    plane = _plane(root)
    if plane is None:
        root = xml.parse(draw(content))
        plane = _plane(root)
    elements = {found.get("id"): found for found in root.iter() if found.get("id")}
    shapes = list(_shapes(plane, elements)) if plane is not None else []
    edges = list(_edges(plane, elements)) if plane is not None else []
    marks = dict.fromkeys(done, "done") | dict.fromkeys(here, "here")
    body = [_edge(element, points, label) for element, points, label in edges]
    # Those that hold others are drawn first, the outermost before all.
    held = sorted(shapes, key=lambda shape: -shape.box.width * shape.box.height)
    holders = [shape for shape in held if xml.local(shape.element) in _CONTAINERS]
    others = [shape for shape in shapes if xml.local(shape.element) not in _CONTAINERS]
    drawn = [_shape(shape, marks.get(shape.element.get("id"), "")) for shape in (*holders, *others)]
    cut = len(holders)
    left, top, width, height = _frame(shapes, edges)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label={quoteattr(title)}'
        f' viewBox="{left} {top} {width} {height}" width="{width}" height="{height}"'
        ' font-family="Arial, Helvetica, sans-serif" font-size="11">'
        f"<title>{escape(title)}</title>{''.join(drawn[:cut])}{''.join(body)}{''.join(drawn[cut:])}</svg>"
    )


def _plane(root: XmlElement) -> XmlElement | None:
    return next(root.iter(f"{{{BPMN_DI}}}BPMNPlane"), None)


def _shapes(plane: XmlElement, elements: Mapping[str, XmlElement]) -> Iterator[Shape]:
    for found in xml.children(plane, BPMN_DI, "BPMNShape"):
        element = elements.get(found.get("bpmnElement"))
        box = _bounds(found)
        if element is None or box is None:
            continue
        label = xml.child(found, BPMN_DI, "BPMNLabel")
        expanded = found.get("isExpanded") != "false"
        yield Shape(element, box, None if label is None else _bounds(label), expanded)


def _edges(
    plane: XmlElement, elements: Mapping[str, XmlElement]
) -> Iterator[tuple[XmlElement, list[Point], Box | None]]:
    for found in xml.children(plane, BPMN_DI, "BPMNEdge"):
        element = elements.get(found.get("bpmnElement"))
        points = [
            Point(_number(one, "x"), _number(one, "y"))
            for one in xml.children(found, DI, "waypoint")
        ]
        if element is not None and len(points) > 1:
            label = xml.child(found, BPMN_DI, "BPMNLabel")
            yield element, points, None if label is None else _bounds(label)


def _bounds(around: XmlElement) -> Box | None:
    found = xml.child(around, DC, "Bounds")
    if found is None:
        return None
    return Box(*(_number(found, name) for name in ("x", "y", "width", "height")))


def _number(element: XmlElement, name: str) -> float:
    try:
        number = float(element.get(name) or 0)
    except ValueError:
        return 0.0
    return round(number, 1) if abs(number) < _FARTHEST else 0.0


def _frame(
    shapes: list[Shape], edges: list[tuple[XmlElement, list[Point], Box | None]]
) -> tuple[float, float, float, float]:
    boxes = [box for shape in shapes for box in (shape.box, shape.label) if box is not None]
    boxes += [box for *_, box in edges if box is not None]
    corners = [Point(box.x, box.y) for box in boxes]
    corners += [Point(box.x + box.width, box.y + box.height + _LINE) for box in boxes]
    corners += [point for _, points, _ in edges for point in points]
    if not corners:
        return 0, 0, 100, 40
    left, top = min(one.x for one in corners), min(one.y for one in corners)
    right, bottom = max(one.x for one in corners), max(one.y for one in corners)
    return (
        left - _MARGIN,
        top - _MARGIN,
        right - left + 2 * _MARGIN,
        bottom - top + 2 * _MARGIN,
    )


def _shape(shape: Shape, mark: str) -> str:
    line, fill = _COLOURS.get(mark, _PLAIN)
    kind = xml.local(shape.element)
    name = " ".join((shape.element.get("name") or "").split())
    drawn = symbol(kind, shape.element, shape.box, expanded=shape.expanded)
    words = {"done": "udført", "here": "står her"}.get(mark, "")
    told = f"<title>{escape(name or shape.element.get('id') or kind)}{': ' + words if words else ''}</title>"
    width = 2.5 if mark else 1.5
    text = _name(kind, name, shape)
    colours = f'stroke="{line}" fill="{fill}" stroke-width="{width}"'
    return f"<g {colours}>{told}{drawn}{text}</g>"


def _name(kind: str, name: str, shape: Shape) -> str:
    if kind == "textAnnotation":
        name = " ".join("".join(shape.element.itertext()).split())
    if not name:
        return ""
    box = shape.box
    if kind in {"participant", "lane"}:
        x, y = box.x + 15, box.y + box.height / 2
        turned = f' transform="rotate(-90 {x:g} {y:g})"'
        return _text([name], x, y, turned)
    if kind.endswith(_BESIDE):
        label = shape.label or Box(box.x + box.width / 2 - 50, box.y + box.height + 4, 100, 14)
        return _lines(name, label.x + label.width / 2, label.y + 10, max(label.width, 90))
    if kind in _CONTAINERS and shape.expanded:
        return _lines(name, box.x + box.width / 2, box.y + 18, box.width - 10)
    lines = _wrapped(name, box.width - 10)
    return _text(
        lines, box.x + box.width / 2, box.y + box.height / 2 - (len(lines) - 1) * _LINE / 2
    )


def _lines(name: str, x: float, y: float, width: float) -> str:
    return _text(_wrapped(name, width), x, y)


def _wrapped(name: str, width: float) -> list[str]:
    most = max(6, int(width / _CHARACTER))
    lines = [""]
    for word in name.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= most or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _text(lines: list[str], x: float, y: float, more: str = "") -> str:
    spans = "".join(
        f'<tspan x="{x:g}" y="{y + number * _LINE + 4:g}">{escape(line)}</tspan>'
        for number, line in enumerate(lines)
    )
    return f'<text text-anchor="middle" stroke="none" fill="#111"{more}>{spans}</text>'


def _edge(element: XmlElement, points: list[Point], label: Box | None) -> str:
    kind = xml.local(element)
    dashed = {"messageFlow": "6 4", "association": "2 4", "dataInputAssociation": "2 4"}
    stroke = dashed.get(kind, dashed["association"] if kind.endswith("ssociation") else "")
    dash = f' stroke-dasharray="{stroke}"' if stroke else ""
    path = " ".join(f"{point.x:g},{point.y:g}" for point in points)
    drawn = f'<polyline points="{path}" fill="none" stroke="#333" stroke-width="1.3"{dash}/>'
    if kind in {"sequenceFlow", "messageFlow"}:
        drawn += _arrow(points[-2], points[-1])
    name = " ".join((element.get("name") or "").split())
    if name:
        middle = points[len(points) // 2 - 1], points[len(points) // 2]
        at = label or Box(
            (middle[0].x + middle[1].x) / 2 - 30, (middle[0].y + middle[1].y) / 2 - 16, 60, 14
        )
        drawn += _lines(name, at.x + at.width / 2, at.y + 8, max(at.width, 60))
    return drawn


def _arrow(before: Point, tip: Point) -> str:
    across, down = tip.x - before.x, tip.y - before.y
    length = (across**2 + down**2) ** 0.5 or 1
    back = Point(tip.x - 9 * across / length, tip.y - 9 * down / length)
    side = Point(4 * down / length, -4 * across / length)
    corners = f"{tip.x:g},{tip.y:g} {back.x + side.x:.1f},{back.y + side.y:.1f}"
    return f'<polygon points="{corners} {back.x - side.x:.1f},{back.y - side.y:.1f}" fill="#333" stroke="none"/>'
