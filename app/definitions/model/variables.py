"""Variables of a process: who reads which, who writes which, and what can have happened before.

What cannot be known is said as `ANY`: a job, a called process, a message, an unknown form may write anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from app.definitions.model.expressions import expressions
from app.definitions.model.graph import Kind, Node, Process, Trigger
from app.definitions.model.ways import Before
from app.feel import FeelError, parse

ANY = "*"
GIVEN = frozenset({"citizen", "course", "household", "loopCounter", "item"})
"""What the shell and repetitions give."""

_BRINGS = frozenset({Trigger.MESSAGE, Trigger.SIGNAL, Trigger.ERROR, Trigger.ESCALATION})
_AFTERWARDS = ("output til", "elementet, der samles op", "hvornår gentagelsen")
"""Places that are read when the element's own result is there."""
_THROWS = frozenset({Kind.THROW, Kind.END})
_INTO, _WITHIN = "into:", "within:"


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

    @cached_property
    def known(self) -> list[str]:
        """The names that something writes, or that the shell gives, in order."""
        return sorted((self.writers.keys() | GIVEN) - {ANY})

    def can_be_written(self, name: str, element: str) -> bool:
        """Tell whether something that may write a variable may have happened when an element reads it."""
        writers = self.writers.get(name, frozenset()) | self.writers.get(ANY, frozenset())
        source = self._sources.get(element)
        if source is None:
            return self._before.any_of(writers, f"{_INTO}{element}")
        return source in writers or self._before.any_of(writers, source)

    @cached_property
    def _sources(self) -> dict[str, str]:
        """What each flow leaves; its condition is read when that is done."""
        return {flow.id: flow.source for flow in self.process.flows}

    @cached_property
    def _before(self) -> Before:
        """Each step as it is entered and as it is done; all that lies in a sub-process happened before that is done."""
        back: dict[str, list[str]] = {f"{_WITHIN}{self.process.id}": []}
        for node in self.process.nodes:
            back[f"{_INTO}{node.id}"] = list(self._earlier(node))
            back[node.id] = [f"{_INTO}{node.id}", f"{_WITHIN}{node.id}"]
            back[f"{_WITHIN}{node.id}"] = []
            if _is_link(node):
                back.setdefault(_link(node), []).append(node.id)
        for node in self.process.nodes:
            back[f"{_WITHIN}{node.scope}"].append(node.id)
        return Before(back)

    def _earlier(self, node: Node) -> Iterator[str]:
        yield from (flow.source for flow in self.process.incoming[node.id])
        if node.kind is Kind.BOUNDARY and node.attached_to in self.process.by_id:
            yield node.attached_to
        if _is_link(node):
            yield _link(node)
        around = self.process.by_id.get(node.scope)
        if around is not None and node.kind is Kind.START:
            yield around.id
            if around.kind is Kind.EVENT_SUB_PROCESS:
                yield f"{_WITHIN}{around.scope}"


def _is_link(node: Node) -> bool:
    return node.event is not None and node.event.trigger is Trigger.LINK


def _link(node: Node) -> str:
    """All links of one name as one, since each leads to the other."""
    return f"link:{node.event.name if node.event is not None else ''}"
