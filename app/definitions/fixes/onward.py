"""Where ways lead: how far each step is from an end, and which steps lie on one loop.

A question puts the ways that lead on before those that lead back, and goes the nearest way to an end when nobody
answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.definitions.fixes.drawing import Drawing, is_, name
from app.definitions.fixes.events import trigger
from app.definitions.model.ways import loops, turned
from app.definitions.reader import xml
from app.definitions.reader.xml import XmlElement

_NOWHERE = 1_000_000


@dataclass(frozen=True)
class Onward:
    """One scope.

    Attributes:
        far: the number of arrows from each step to the nearest end; nothing for a step that leads to none.
        loop: a number for each step, the same for steps that lead to each other.
    """

    far: Mapping[str, int]
    loop: Mapping[str, int]

    def nearest(self, flows: Iterable[XmlElement]) -> XmlElement:
        """Return the arrow that leads to an end the soonest; of several the last one drawn."""
        return min(reversed(list(flows)), key=lambda flow: self.far.get(_end(flow), _NOWHERE))

    def in_order(self, gateway: str, flows: Iterable[XmlElement]) -> list[XmlElement]:
        """Return arrows as they were drawn, but those that lead back to their gateway after those that lead on.

        Where several lead on, the last of them is the last of all, so that who always answers the same does not go
        in circles.
        """
        found = sorted(flows, key=lambda flow: self._back(gateway, _end(flow)))
        on = [flow for flow in found if not self._back(gateway, _end(flow))]
        return found if len(on) < 2 else [*on[:-1], *found[len(on) :], on[-1]]

    def _back(self, gateway: str, target: str) -> int:
        if gateway not in self.loop or self.loop.get(target) != self.loop[gateway]:
            return 0
        return 1 + self.far.get(target, _NOWHERE)


def onward(drawing: Drawing, scope: XmlElement) -> Onward:
    """Look at the ways of a scope as they are now."""
    ways = _ways(drawing, scope)
    back = turned(ways)
    far = {key: 0 for key, targets in ways.items() if not targets}
    waiting = list(far)
    for here in waiting:
        for source in back[here]:
            if source not in far:
                far[source] = far[here] + 1
                waiting.append(source)
    return Onward(far, loops(ways, back))


def _end(flow: XmlElement) -> str:
    return xml.attribute(flow, "targetRef")


def _ways(drawing: Drawing, scope: XmlElement) -> dict[str, list[str]]:
    """Return what can come right after each step: along arrows, from a host to its boundary events, over a link."""
    out = drawing.out_of(scope)
    nodes = drawing.nodes(scope)
    ways: dict[str, list[str]] = {name(node): [] for node in nodes}
    links: dict[str, list[str]] = {"throw": [], "catch": []}
    for node, (key, targets) in zip(nodes, ways.items(), strict=True):
        targets += [end for flow in out[key] if (end := _end(flow)) in ways]
        host = xml.attribute(node, "attachedToRef") if is_(node, "boundaryEvent") else ""
        if host in ways:
            ways[host].append(key)
        if xml.local(node).startswith("intermediate") and trigger(drawing, node) == "link":
            links["throw" if is_(node, "intermediateThrowEvent") else "catch"].append(key)
    for thrown in links["throw"]:
        ways[thrown] += links["catch"]
    return ways
