"""What a rule looks at: one process, its file, and what is known around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from app.definitions.model.findings import Finding
from app.definitions.model.graph import Kind, Node, Process, Trigger
from app.definitions.model.ways import loops, returning, turned
from app.definitions.reader import BpmnFile
from app.definitions.reader.dialect import Position


@dataclass(frozen=True)
class Surroundings:
    """What a model may refer to. None means that it is not known here, so that nothing is said about it.

    Attributes:
        forms: ids of the forms.
        processes: the processes by id, each with the ids of those that it calls.
        decisions: the decisions by id, each with the names of the input data that it needs, as far as known.
        jobs: types of the operations that service tasks can use.
        form_fields: the keys that each form known fills in, by form id.
        form_shows: the keys that each form shows without asking for them.
        form_reads: the variables that each form's expressions read.
    """

    forms: frozenset[str] | None = None
    processes: Mapping[str, tuple[str, ...]] | None = None
    decisions: Mapping[str, tuple[str, ...]] | None = None
    jobs: frozenset[str] | None = None
    form_fields: Mapping[str, frozenset[str]] = field(default_factory=dict)
    form_shows: Mapping[str, frozenset[str]] = field(default_factory=dict)
    form_reads: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def called(self) -> frozenset[str]:
        """The processes that another one, or itself, calls."""
        return frozenset(one for callees in (self.processes or {}).values() for one in callees)


@dataclass(frozen=True)
class View:
    """One process as the rules see it."""

    process: Process
    file: BpmnFile
    surroundings: Surroundings = field(default_factory=Surroundings)

    @property
    def is_called(self) -> bool:
        """Whether a process that is known here calls this one."""
        return self.process.id in self.surroundings.called

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """The nodes that the reader has not refused already; of several with one id, the last."""
        return tuple(n for key, n in self.process.by_id.items() if key not in self.file.refused)

    @cached_property
    def scopes(self) -> dict[str, tuple[Node, ...]]:
        """All nodes by the process or sub-process directly around them; empty scopes too."""
        inside: dict[str, list[Node]] = {self.process.id: []}
        for node in self.process.nodes:
            inside.setdefault(node.scope, []).append(node)
            if node.kind in {Kind.SUB_PROCESS, Kind.EVENT_SUB_PROCESS}:
                inside.setdefault(node.id, [])
        return {scope: tuple(nodes) for scope, nodes in inside.items()}

    def kind_of_scope(self, node: Node) -> Kind | None:
        """Return the kind of the sub-process around a node; None in the process itself."""
        around = self.process.by_id.get(node.scope)
        return None if around is None else around.kind

    def position(self, node: Node) -> Position | None:
        """Return where an event stands; None for what is no event."""
        if node.kind is Kind.START:
            within = {Kind.EVENT_SUB_PROCESS: Position.EVENT_START, None: Position.START}
            return within.get(self.kind_of_scope(node), Position.INNER_START)
        return {
            Kind.CATCH: Position.CATCH,
            Kind.BOUNDARY: Position.BOUNDARY,
            Kind.THROW: Position.THROW,
            Kind.END: Position.END,
        }.get(node.kind)

    def successors(self, node_id: str) -> Iterator[str]:
        """Iterate over the nodes of the same scope that a token can come to next.

        Besides flows: from an activity to its boundary events, and from a link to where it leads.
        """
        yield from (flow.target for flow in self.process.outgoing[node_id])
        yield from self._jumps.get(node_id, ())

    @cached_property
    def _jumps(self) -> dict[str, list[str]]:
        jumps: dict[str, list[str]] = {}
        lands: dict[tuple[str, str], list[str]] = {}
        for node in self.process.nodes:
            if node.kind is Kind.BOUNDARY:
                jumps.setdefault(node.attached_to, []).append(node.id)
            elif is_link(node, Kind.CATCH):
                lands.setdefault((node.scope, link_name(node)), []).append(node.id)
        for node in self.process.nodes:
            if is_link(node, Kind.THROW):
                jumps.setdefault(node.id, []).extend(lands.get((node.scope, link_name(node)), ()))
        return jumps

    @cached_property
    def loop(self) -> dict[str, int]:
        """A number for each node, the same for nodes whose tokens can come to each other."""
        return loops(self._ways, turned(self._ways))

    @cached_property
    def on_loop(self) -> frozenset[str]:
        """The nodes that tokens can come back to."""
        return returning(self._ways, self.loop)

    @cached_property
    def _ways(self) -> dict[str, list[str]]:
        return {key: list(self.successors(key)) for key in self.process.by_id}

    def reachable(self, sources: list[str], without: str = "") -> set[str]:
        """Return the nodes that tokens from `sources` come to, themselves included, never through `without`."""
        found = {source for source in sources if source != without}
        waiting = list(found)
        while waiting:
            for following in self.successors(waiting.pop()):
                if following not in found and following != without:
                    found.add(following)
                    waiting.append(following)
        return found

    def entries(self, scope: str) -> list[str]:
        """Return the ids of the nodes of a scope where tokens begin: starts and event sub-processes."""
        return [
            node.id
            for node in self.scopes[scope]
            if node.kind in {Kind.START, Kind.EVENT_SUB_PROCESS}
        ]


Rule = Callable[[View], Iterator[Finding]]
"""A pure function over a process: yields what it finds wrong."""


def step(node: Node) -> str:
    """Return how a message names a step: its label, else its id."""
    return f"»{node.name}«" if node.name else f"»{node.id}«"


def is_link(node: Node, kind: Kind) -> bool:
    """Tell whether a node is a link event of this kind."""
    return node.kind is kind and node.event is not None and node.event.trigger is Trigger.LINK


def link_name(node: Node) -> str:
    """Return a link event's name."""
    return node.event.name if node.event is not None else ""
