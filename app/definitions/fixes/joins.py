"""Joins and loops: what waits gets what it waits for, and every loop can be left."""

from __future__ import annotations

from collections.abc import Iterable

from app.definitions.fixes.asking import ask_which_way
from app.definitions.fixes.drawing import EVENTS, Drawing, is_, label_of, name, size_of
from app.definitions.fixes.events import trigger
from app.definitions.model.tokens import Net, play
from app.definitions.reader import xml
from app.definitions.reader.xml import XmlElement

CODES = (
    "join:own-loop",
    "join:inclusive-in-loop",
    "join:starved",
    "loop:endless",
    "end:unreachable",
)

_MOST_ROUNDS = 30
_ONE_BY_ONE = 8
"""So many joins are looked at one by one; where still others starve, all of the scope are loosened."""


def mend(drawing: Drawing) -> None:
    """Loosen joins that would wait for ever, and open loops that never end."""
    for scope in list(drawing.scopes()):
        net = _open_loops(drawing, scope)
        ways = _ways(net)
        for node in _joins(drawing, scope, "parallelGateway", "inclusiveGateway"):
            if _on_cycle(drawing, scope, node, ways):
                net = net_of(drawing, scope)
                ways = _ways(net)
        for number in range(_MOST_ROUNDS):
            played = play(net)
            nodes = {name(node): node for node in drawing.nodes(scope)}
            starved = [nodes[key] for key in played.starved if is_(nodes[key], "parallelGateway")]
            if starved:
                rest = _joins(drawing, scope, "parallelGateway") if number >= _ONE_BY_ONE else []
                ways = _ways(net)
                for node in rest or starved[:1]:
                    _loosen(drawing, scope, node, "join:starved", ways)
            elif not (played.endless and _choose(drawing, scope)):
                break
            net = net_of(drawing, scope)


def _joins(drawing: Drawing, scope: XmlElement, *kinds: str) -> list[XmlElement]:
    return [
        node
        for node in drawing.nodes(scope)
        if is_(node, *kinds) and len(drawing.entering(scope, node)) > 1
    ]


def net_of(drawing: Drawing, scope: XmlElement) -> Net:
    """Return a scope as a net."""
    nodes = {name(node): node for node in drawing.nodes(scope)}
    kinds: dict[str, str] = {}
    hosts: dict[str, str] = {}
    beside: dict[str, str] = {}
    throws: dict[str, str] = {}
    lands: dict[str, str] = {}
    for key, node in nodes.items():
        what = trigger(drawing, node) if is_(node, *EVENTS) else ""
        ends = is_(node, "endEvent") and what in {"terminate", "error"}
        kinds[key] = "terminate" if ends else xml.local(node)
        if is_(node, "boundaryEvent"):
            stops = xml.flag(node, "cancelActivity", default=True)
            (hosts if stops else beside)[key] = xml.attribute(node, "attachedToRef")
        if what == "link" and is_(node, "intermediateCatchEvent"):
            lands[xml.attribute(drawing.definitions_of(node)[0], "name")] = key
        elif what == "link":
            throws[key] = xml.attribute(drawing.definitions_of(node)[0], "name")
    flows = tuple(
        (name(flow), xml.attribute(flow, "sourceRef"), xml.attribute(flow, "targetRef"))
        for flow in drawing.flows(scope)
    )
    starts = tuple(key for key, node in nodes.items() if is_(node, "startEvent"))
    jumps = {key: lands[said] for key, said in throws.items() if said in lands}
    return Net(kinds, flows, hosts, beside, jumps, starts)


def _ways(net: Net) -> dict[str, list[str]]:
    """Return what tokens that leave each node come to next."""
    ways: dict[str, list[str]] = {key: [] for key in net.kinds}
    for _, source, target in net.flows:
        ways[source].append(target)
    for event, host in {**net.hosts, **net.beside}.items():
        ways[host].append(event)
    for source, target in net.jumps.items():
        ways[source].append(target)
    return ways


def _reached(ways: dict[str, list[str]], starts: Iterable[str], without: str = "") -> set[str]:
    """Return what can be come to from some nodes, never through `without`."""
    found: set[str] = set()
    waiting = [target for start in starts for target in ways[start]]
    while waiting:
        here = waiting.pop()
        if here not in found and here != without:
            found.add(here)
            waiting += ways[here]
    return found


def after(drawing: Drawing, scope: XmlElement, start: str, without: str = "") -> set[str]:
    """Return what tokens that leave a node can come to, never through `without`."""
    return _reached(_ways(net_of(drawing, scope)), [start], without)


def _on_cycle(
    drawing: Drawing, scope: XmlElement, node: XmlElement, ways: dict[str, list[str]]
) -> bool:
    """A join that leads back to itself: only a choice goes on with what comes. Tell whether it was one."""
    if name(node) not in _reached(ways, [name(node)]):
        return False
    if is_(node, "inclusiveGateway"):
        _loosen(drawing, scope, node, "join:inclusive-in-loop", ways)
        return True
    start = next((name(one) for one in drawing.nodes(scope) if is_(one, "startEvent")), "")
    first = _reached(ways, [start], without=name(node)) | {start} if start else set()
    for flow in drawing.entering(scope, node):
        if xml.attribute(flow, "sourceRef") not in first:
            _loosen(drawing, scope, node, "join:own-loop", ways)
            return True
    return False


def _loosen(
    drawing: Drawing,
    scope: XmlElement,
    node: XmlElement,
    code: str,
    ways: dict[str, list[str]],
) -> None:
    """Let a join go on with what can come (inclusive), on a loop with whatever comes (exclusive)."""
    cycle = name(node) in _reached(ways, [name(node)])
    kind = "exclusiveGateway" if cycle else "inclusiveGateway"
    said = "hvad der end kommer" if cycle else "det, der kan komme"
    message = (
        f"»{label_of(node)}« kunne komme til at vente for evigt; den går nu videre med {said}."
    )
    if len(drawing.leaving(scope, node)) > 1:
        join = drawing.before(scope, node, kind, f"Join_{name(node)}")
        drawing.note(code, node, message, added=[name(join)])
    else:
        was = drawing.become(node, kind)
        node.attrib.pop("default", None)
        drawing.note(code, node, message, before=was)


def _choose(drawing: Drawing, scope: XmlElement) -> bool:
    """Let a parallel split on a loop be a choice: else each round makes one more token. Tell whether one was found."""
    for node in drawing.nodes(scope):
        flows = drawing.leaving(scope, node)
        if (
            is_(node, "parallelGateway")
            and len(flows) > 1
            and name(node) in after(drawing, scope, name(node))
        ):
            drawing.become(node, "exclusiveGateway")
            task = ask_which_way(drawing, scope, node)
            message = f"»{label_of(node)}« delte sig i en løkke uden ende; en person vælger nu vej."
            drawing.note(
                "loop:endless", node, message, before="parallelGateway", added=[name(task)]
            )
            return True
    return False


def _open_loops(drawing: Drawing, scope: XmlElement) -> Net:
    """Where no way leads to an end, a person says when it is over. Return the scope as it is then."""
    for _ in range(_MOST_ROUNDS):
        net = net_of(drawing, scope)
        ways = _ways(net)
        last = {key for key, onwards in ways.items() if not onwards}
        back: dict[str, list[str]] = {key: [] for key in ways}
        for source, targets in ways.items():
            for target in targets:
                back[target].append(source)
        leads_out = _reached(back, last) | last
        closed = next(
            (
                node
                for node in drawing.nodes(scope)
                if name(node) not in leads_out and not is_(node, "startEvent", "boundaryEvent")
            ),
            None,
        )
        if closed is None:
            return net
        gateway = drawing.after(
            scope, closed, "exclusiveGateway", f"Leave_{name(closed)}", "Er det slut her?"
        )
        for flow in drawing.leaving(scope, gateway):
            if not xml.attribute(flow, "name"):
                flow.set("name", "Nej, fortsæt")
        end = drawing.add(scope, "endEvent", f"End_{name(closed)}", lane_of=name(closed))
        drawing.sketch.after(name(end), name(gateway), size_of("endEvent"), room=False)
        drawing.connect(scope, gateway, end, "Ja, slut")
        task = ask_which_way(drawing, scope, gateway)
        message = f"Efter »{label_of(closed)}« kom man aldrig til en slutning; en person siger nu, hvornår det er slut."
        drawing.note(
            "end:unreachable", closed, message, added=[name(gateway), name(task), name(end)]
        )
    return net_of(drawing, scope)
