"""What happens when one sends a task, read from the model: the steps that follow, and the answers that lead there.

A pure function over process graphs. It walks from the task along its flows, through whatever happens by itself, to the
next steps that wait for somebody or something; where a gateway chooses, each way is told with its question and answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.definitions import Call, Flow, Kind, ModelProcess, Node, Process, Trigger

MOST_WAYS = 12
"""More ways than anybody reads: nothing is told then, the diagram tells more."""

MOST_STEPS = 500
"""Flows that one walk takes at most."""


CHOICES = frozenset({Kind.EXCLUSIVE, Kind.INCLUSIVE})
"""Gateways that ask a question; those that only join ask nothing."""


@dataclass(frozen=True)
class Follows:
    """One thing that can happen next.

    Attributes:
        when: the gateways' questions on the way, each with the answer that leads here: ("Siger den unge ja?", "Ja").
        what: task (somebody gets it), phase (a called process begins), wait (for a message or a date), end.
        name: of the step.
        lane: who does it, for a task.
    """

    what: str
    name: str
    lane: str = ""
    when: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class _Place:
    """A process, the calls that led into it (the way out again), and the flows taken on this way so far."""

    process: Process
    calls: tuple[tuple[Process, str], ...] = ()
    taken: frozenset[tuple[str, str]] = frozenset()


def what_follows(
    main: Process, called: Mapping[str, ModelProcess], address: str
) -> tuple[Follows, ...]:
    """Return what can follow after the task at an address, in the order of the model.

    Args:
        main: the main process of the version.
        called: the processes called with deployment, by id.
        address: the occurrence of the task, such as `phase_plan#1/approve_plan#2`.

    Returns:
        The ways; none where the model does not say (a call that is looked up when it is entered, too many ways).
    """
    place = _Place(main)
    elements = [segment.partition("#")[0] for segment in address.split("/")]
    for element in elements[:-1]:
        node = place.process.by_id.get(element)
        if node is None:
            return ()
        if node.call is not None:
            inner = _callee(called, node.call)
            if inner is None:
                return ()
            place = _Place(inner, (*place.calls, (place.process, element)))
    if elements[-1] not in place.process.by_id:
        return ()
    walk = _Walk()
    found = walk.after(place, elements[-1])
    told = dict.fromkeys(replace(one, when=_settled(one.when)) for one in found)
    return tuple(told) if len(told) <= MOST_WAYS and walk.steps <= MOST_STEPS else ()


def together(ways: tuple[Follows, ...]) -> list[tuple[tuple[tuple[str, str], ...], list[Follows]]]:
    """Put what follows from the same answers together."""
    groups: dict[tuple[tuple[str, str], ...], list[Follows]] = {}
    for way in ways:
        groups.setdefault(way.when, []).append(way)
    return list(groups.items())


def _settled(when: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Keep the last answer to each question: a called process and its caller often ask the same thing."""
    last = {question or number: number for number, (question, _) in enumerate(when)}
    return tuple(when[number] for number in sorted(last.values()))


def _callee(called: Mapping[str, ModelProcess], call: Call) -> Process | None:
    found = called.get(call.process_id)
    return found.process if found is not None and call.binding == "deployment" else None


class _Walk:
    """One walk: each way takes a flow once, so that loops end."""

    def __init__(self) -> None:
        self.steps = 0

    def after(self, place: _Place, element: str) -> list[Follows]:
        """Return what follows once an element is left."""
        node = place.process.by_id[element]
        flows = place.process.outgoing[element]
        if node.loop is not None or not flows:
            return [] if node.loop is not None else self._out_of(place, node.scope)
        branches = [self._along(place, flow) for flow in flows]
        if node.kind in CHOICES and len(flows) > 1:
            if branches[0] and all(branch == branches[0] for branch in branches):
                return branches[0]  # whatever is answered, the same follows
            branches = [
                [replace(one, when=((node.name, flow.name), *one.when)) for one in branch]
                for flow, branch in zip(flows, branches, strict=True)
            ]
        return [one for branch in branches for one in branch]

    def _along(self, place: _Place, flow: Flow) -> list[Follows]:
        step = (place.process.id, flow.id)
        self.steps += 1
        if step in place.taken or self.steps > MOST_STEPS:
            return []
        return self._at(replace(place, taken=place.taken | {step}), flow.target)

    def _at(self, place: _Place, element: str) -> list[Follows]:
        node = place.process.by_id[element]
        name = node.name or node.id
        match node.kind:
            case Kind.USER | Kind.MANUAL | Kind.TASK:
                return [Follows("task", name, node.lane)]
            case Kind.CALL:
                return [Follows("phase", name)]
            case Kind.RECEIVE | Kind.CATCH if not _is_link(node):
                return [Follows("wait", name)]
            case Kind.END:
                return self._end(place, node)
            case Kind.SUB_PROCESS:
                return self._into(place, node)
            case Kind.THROW if _is_link(node):
                return self._link(place, node)
            case _:
                return self.after(place, element)

    def _end(self, place: _Place, node: Node) -> list[Follows]:
        trigger = node.event.trigger if node.event is not None else Trigger.NONE
        around = place.calls or node.scope != place.process.id
        if trigger is Trigger.TERMINATE and not place.calls:
            return [Follows("end", node.name)]
        if trigger in {Trigger.ERROR, Trigger.ESCALATION}:
            return self._caught(place, node)
        return self._out_of(place, node.scope) if around else [Follows("end", node.name)]

    def _out_of(self, place: _Place, scope: str) -> list[Follows]:
        """Return what follows when a sub-process or a called process is done."""
        if scope != place.process.id:
            return self.after(place, scope)
        if not place.calls:
            return [Follows("end", "")]
        outer, call = place.calls[-1]
        return self.after(_Place(outer, place.calls[:-1], place.taken), call)

    def _caught(self, place: _Place, end: Node) -> list[Follows]:
        """Return what follows where the error of an end event is caught around it."""
        process, calls, holder = place.process, place.calls, end.scope
        while True:
            if holder == process.id:
                if not calls:
                    return [Follows("end", end.name)]
                process, holder = calls[-1]
                calls = calls[:-1]
            for node in process.nodes:
                if (
                    node.kind is Kind.BOUNDARY
                    and node.attached_to == holder
                    and _catches(node, end)
                ):
                    return self.after(_Place(process, calls, place.taken), node.id)
            holder = process.by_id[holder].scope

    def _into(self, place: _Place, node: Node) -> list[Follows]:
        start = next(
            (n for n in place.process.nodes if n.scope == node.id and n.kind is Kind.START), None
        )
        return self.after(place, start.id) if start is not None else []

    def _link(self, place: _Place, node: Node) -> list[Follows]:
        for other in place.process.nodes:
            if (
                other.kind is Kind.CATCH
                and _is_link(other)
                and _event_name(other) == _event_name(node)
            ):
                return self.after(place, other.id)
        return []


def _catches(node: Node, end: Node) -> bool:
    if node.event is None or end.event is None or node.event.trigger is not end.event.trigger:
        return False
    return node.event.name in {"", end.event.name}


def _is_link(node: Node) -> bool:
    return node.event is not None and node.event.trigger is Trigger.LINK


def _event_name(node: Node) -> str:
    return node.event.name if node.event is not None else ""
