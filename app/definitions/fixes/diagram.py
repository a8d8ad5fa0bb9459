"""Diagram: what is run can be seen. A model without any is laid out; an incomplete one is drawn anew."""

from __future__ import annotations

from app.definitions.fixes.drawing import Drawing, name

CODES = ("diagram:missing", "diagram:incomplete")


def lacks(drawing: Drawing) -> str:
    """Return which finding holds for the file: a step of an executable process without a shape."""
    nodes = [name(node) for node in drawing.nodes()]
    drawn = [node for node in nodes if node in drawing.sketch.places]
    if len(drawn) == len(nodes):
        return ""
    return "diagram:incomplete" if drawn else "diagram:missing"
