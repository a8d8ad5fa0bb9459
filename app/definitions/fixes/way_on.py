"""Ends: where nothing follows, an end event says that it ends there."""

from __future__ import annotations

from app.definitions.fixes.drawing import Drawing, is_, label_of, name, size_of
from app.definitions.fixes.events import trigger
from app.definitions.reader import xml

CODES = ("flow:no-way-on", "end:missing")


def mend(drawing: Drawing) -> None:
    """Draw an end event after each step that nothing follows."""
    for scope in list(drawing.scopes()):
        out = drawing.out_of(scope)
        for node in drawing.nodes(scope):
            if out[name(node)] or is_(node, "endEvent"):
                continue
            if xml.flag(node, "triggeredByEvent", default=False):
                continue
            if is_(node, "intermediateThrowEvent") and trigger(drawing, node) == "link":
                continue
            end = drawing.add(scope, "endEvent", f"End_{name(node)}", lane_of=name(node))
            drawing.sketch.after(name(end), name(node), size_of("endEvent"), room=False)
            drawing.connect(scope, node, end)
            message = f"Efter »{label_of(node)}« er der nu en sluthændelse."
            drawing.note("flow:no-way-on", node, message, added=[name(end)])
