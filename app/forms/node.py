"""A form with answers in it: one node for each component, and for each component of each row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.forms.component import Component, Json, Path, dotted


@dataclass(eq=False)
class Node:
    """One component at one place.

    Attributes:
        path: of its answer, row numbers included.
        up: the group or list that it stands in; None at the top.
        raw: the answer as it was given or prefilled; of a list: not used.
        value: the answer in its one form; `empty` where there is none that can be used.
        given: whether the answers held this place at all.
        start: what stands there before anybody answers (a variable or the default).
        error: what is wrong with `raw`, with `{label}` in it.
        hidden: its own condition hides it.
        locked: nobody may change it; `value` is `start`, and `answer` what it would be if it were not.
        children: of a group. rows: of a list.
    """

    component: Component
    path: Path
    up: Node | None = None
    raw: Json = None
    value: Json = None
    answer: Json = None
    given: bool = False
    start: Json = None
    error: str | None = None
    hidden: bool = False
    locked: bool = False
    disabled: bool = False
    children: list[Node] = field(default_factory=list)
    rows: list[list[Node]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The path with dots: the name of its input."""
        return dotted(self.path)

    @property
    def visible(self) -> bool:
        """Whether neither its own condition nor that of anything around it hides it."""
        return not self.hidden and (self.up is None or self.up.visible)

    def walk(self) -> Iterator[Node]:
        """Yield this node and all inside it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()
        for row in self.rows:
            for child in row:
                yield from child.walk()


def everything(nodes: list[Node]) -> Iterator[Node]:
    """Yield all nodes in document order."""
    for node in nodes:
        yield from node.walk()


def collect(nodes: list[Node], *, for_conditions: bool) -> dict[str, Json]:
    """Put the answers together.

    Args:
        nodes: of the whole form.
        for_conditions: hidden answers are null there, so that they also hide a variable of that name; as a result of
            the form they are left out, and so are disabled ones.
    """
    data: dict[str, Json] = {}
    _collect(nodes, data, 0, for_conditions=for_conditions)
    return data


def _collect(nodes: list[Node], data: dict[str, Json], skip: int, *, for_conditions: bool) -> None:
    for node in nodes:
        component = node.component
        seen = node.visible
        if component.type == "group":
            if seen or for_conditions:
                _collect(node.children, data, skip, for_conditions=for_conditions)
            continue
        answered = component.question is not None or component.type == "dynamiclist"
        if not answered or (not for_conditions and (not seen or node.disabled)):
            continue
        value: Json = None
        if seen and component.question is not None:
            value = node.value
        elif seen:
            value = []
            for row in node.rows:
                inner: dict[str, Json] = {}
                _collect(row, inner, len(node.path) + 1, for_conditions=for_conditions)
                value.append(inner)
        _put(data, node.path[skip:], value)


def _put(data: dict[str, Json], path: Path, value: Json) -> None:
    for segment in path[:-1]:
        data = data.setdefault(str(segment), {})
    data[str(path[-1])] = value


def lookup(data: Json, path: Path) -> tuple[bool, Json]:
    """Return whether there is something at a path, and what."""
    for segment in path:
        if isinstance(segment, int):
            if not isinstance(data, list | tuple) or segment >= len(data):
                return False, None
            data = data[segment]
        else:
            if not isinstance(data, dict) or segment not in data:
                return False, None
            data = data[segment]
    return True, data
