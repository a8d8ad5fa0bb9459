"""Variables of a process: who reads which, who writes which, and what can have happened before.

What cannot be known is said as `ANY`: a job, a called process, a message, an unknown form may write anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from app.definitions.model.expressions import expressions
from app.definitions.model.graph import Kind, Node, Process, Trigger
from app.feel import FeelError, parse

ANY = "*"
GIVEN = frozenset({"citizen", "course", "household", "loopCounter", "item"})
"""What the shell and repetitions give."""

_BRINGS = frozenset({Trigger.MESSAGE, Trigger.SIGNAL, Trigger.ERROR, Trigger.ESCALATION})
_AFTERWARDS = ("output til", "elementet, der samles op", "hvornår gentagelsen")
"""Places that are read when the element's own result is there."""
_THROWS = frozenset({Kind.THROW, Kind.END})


@dataclass(frozen=True, slots=True)
class Read:
    """One variable read: at which element, in which field of it (Danish)."""

    element: str
    place: str
    name: str


def names_in(text: str) -> frozenset[str]:
    """Return the variables that a FEEL text with its `=` reads; none of any other text."""
    if not text.startswith("="):
        return frozenset()
    try:
        return frozenset(parse(text[1:].strip()).names)
    except FeelError:
        return frozenset()


class Use:
    """What a process does with variables.

    Args:
        process: the graph.
        form_fields: the keys that each form known fills in.
    """

    def __init__(self, process: Process, form_fields: Mapping[str, frozenset[str]]) -> None:
        self.process = process
        self.form_fields = form_fields

    @cached_property
    def reads(self) -> tuple[Read, ...]:
        """Every variable read, in document order; what the element's own input mappings make is left out."""
        found = []
        for one in expressions(self.process):
            local = self._local(one.element)
            if ANY in local and one.place.startswith(_AFTERWARDS):
                continue
            found += [
                Read(one.element, one.place, name)
                for name in sorted(names_in(one.text) - local - GIVEN)
            ]
        return tuple(dict.fromkeys(found))

    def _local(self, element: str) -> set[str]:
        """Names made by the mappings and repetitions of an element and what is around it."""
        names: set[str] = set()
        node = self.process.by_id.get(element)
        while node is not None:
            names |= {mapping.target.split(".")[0] for mapping in node.inputs}
            if node.outputs:
                names |= self._raw(node)
            if node.loop is not None:
                names |= {node.loop.input_element, *self._raw(node)}
            node = self.process.by_id.get(node.scope)
        return names

    def _raw(self, node: Node) -> set[str]:
        """What an element brings before its output mappings choose from it."""
        if node.job is not None or node.call is not None or self._brings(node):
            return {ANY}
        found = {result.result.split(".")[0] for result in (node.script, node.decision) if result}
        if node.user_task is not None and node.user_task.form_id:
            found |= self.form_fields.get(node.user_task.form_id, frozenset({ANY}))
        return found

    def _brings(self, node: Node) -> bool:
        return node.event is not None and node.event.trigger in _BRINGS and node.kind not in _THROWS

    @cached_property
    def writes(self) -> Mapping[str, frozenset[str]]:
        """The variables that each node leaves behind for those that follow, by its id; only those that leave any."""
        found = {}
        for node in self.process.nodes:
            names = {mapping.target.split(".")[0] for mapping in node.outputs} or self._raw(node)
            if node.loop is not None:
                names = {node.loop.output_collection} if node.loop.output_collection else set()
            if names - {""}:
                found[node.id] = frozenset(names - {""})
        return found

    @cached_property
    def writers(self) -> Mapping[str, frozenset[str]]:
        """The nodes that write each variable."""
        found: dict[str, set[str]] = {}
        for node, names in self.writes.items():
            for name in names:
                found.setdefault(name, set()).add(node)
        return {name: frozenset(nodes) for name, nodes in found.items()}

    def before(self, element: str) -> frozenset[str]:
        """Return the nodes that may have happened when an element reads; for a flow, its source among them."""
        flow = next((one for one in self.process.flows if one.id == element), None)
        start = [element] if flow is None else [flow.source]
        found = set() if flow is None else {flow.source, *self._inside.get(flow.source, ())}
        waiting = start
        while waiting:
            for earlier in self._earlier(waiting.pop()):
                if earlier not in found:
                    found |= {earlier, *self._inside.get(earlier, ())}
                    waiting.append(earlier)
        return frozenset(found)

    def _earlier(self, node_id: str) -> Iterator[str]:
        node = self.process.by_id[node_id]
        yield from (flow.source for flow in self.process.incoming[node_id])
        if node.kind is Kind.BOUNDARY and node.attached_to in self.process.by_id:
            yield node.attached_to
        if node.event is not None and node.event.trigger is Trigger.LINK:
            yield from (
                one.id for one in self.process.nodes if one.event == node.event and one is not node
            )
        around = self.process.by_id.get(node.scope)
        if around is not None and node.kind is Kind.START:
            yield around.id
            if around.kind is Kind.EVENT_SUB_PROCESS:
                yield from (one.id for one in self.process.nodes if one.scope == around.scope)

    @cached_property
    def _inside(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for node in self.process.nodes:
            scope = node.scope
            while scope in self.process.by_id:
                found.setdefault(scope, []).append(node.id)
                scope = self.process.by_id[scope].scope
        return found
