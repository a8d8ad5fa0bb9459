"""Migration is replay: a course's history is decided again on another version of its model.

Where each command finds what it is about, the course has moved, and its state is exactly what the new version would
have made of the same history: its old part can still be shown on the old diagram, its new state verified like any
other. Where one does not, nothing moves, and the report says at which command and why. Pure, as `decide` is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from app.definitions import Node
from app.engine import commands
from app.engine.callees import NOBODY, Callees
from app.engine.deciding import decide
from app.engine.model import CompiledModel
from app.engine.views import LiveElement, live
from app.errors import Conflict, DomainError

DROPPED = ""
"""What a mapping says of an element that the new version does without: its commands only set their variables."""

_ADDRESSES: dict[type, str] = {
    commands.CompleteTask: "task",
    commands.CorrelateMessage: "subscription",
    commands.FireTimer: "timer",
    commands.CompleteJob: "job",
    commands.FailJob: "job",
    commands.ThrowError: "job",
    commands.UpdateRetries: "job",
    commands.ResolveIncident: "incident",
    commands.SetVariables: "scope",
}
_MENDING = (commands.ResolveIncident, commands.UpdateRetries, commands.FailJob)
"""What answers a trouble of the old version; the new one need not have had it."""


class Past(NamedTuple):
    """A command of a course's history, and the callable versions that it was given (`Callees`)."""

    command: commands.Command
    callees: Callees = NOBODY


@dataclass(frozen=True)
class Migrated:
    """The history fits the new version.

    Attributes:
        state: the state on the new version.
        history: the history as the new version knows it, addresses and elements mapped. Deciding it gives `state`; a
            later migration starts from it.
        moved: old address → new address of everything that lives: open tasks keep drafts and claims by it.
        gone: old addresses without a successor.
        fresh: new addresses that nothing old stands for.
        incidents: new addresses with an incident.
    """

    state: bytes
    history: tuple[Past, ...]
    moved: dict[str, str]
    gone: tuple[str, ...]
    fresh: tuple[str, ...]
    incidents: tuple[str, ...]


@dataclass(frozen=True)
class Misfit:
    """The history does not fit the new version.

    Attributes:
        index: which command of the history does not, counted from 0.
        code: stable name: `migrate:unknown` (no such element), `migrate:kind` (it is something else now),
            `migrate:not-open` (the course does not come there), or the code with which `decide` refused.
        message: Danish.
        address, element: what the command is about, in the old version.
        offer: a mapping that might fit (`suggest`).
    """

    index: int
    code: str
    message: str
    address: str = ""
    element: str = ""
    offer: dict[str, str] = field(default_factory=dict)


class _Stuck(Exception):
    """The command at hand cannot be said in the new version."""

    def __init__(self, code: str, message: str, where: str, element: str) -> None:
        super().__init__(message)
        self.code, self.message, self.where, self.element = code, message, where, element


def migrate(
    old: CompiledModel,
    new: CompiledModel,
    history: Sequence[Past],
    mapping: Mapping[str, str] | None = None,
) -> Migrated | Misfit:
    """Decide a course's history again on another version.

    Args:
        old: the version that the course runs on.
        new: the version that it is to run on.
        history: its commands from `Start` on, as decided on `old`.
        mapping: old element → new element, both as events name them (`process/` before what is in a called process);
            `DROPPED` for one that the new version does without. What is not named keeps its id.

    Raises:
        Conflict, DomainError: `history` is not one that `old` decides.
    """
    walk = _Walk(old, new, dict(mapping or {}))
    for index, past in enumerate(history):
        try:
            walk.step(past)
        except _Stuck as stuck:
            found = Misfit(index, stuck.code, stuck.message, stuck.where, stuck.element)
            return replace(found, offer=suggest(old, new, mapping))
    moved = {where: walk.pairs[where] for where in walk.here if where in walk.pairs}
    known = set(moved.values())
    return Migrated(
        state=walk.state or b"",
        history=tuple(walk.history),
        moved=moved,
        gone=tuple(where for where in walk.here if where not in moved),
        fresh=tuple(where for where in walk.there if where not in known),
        incidents=tuple(where for where, element in walk.there.items() if element.incident),
    )


class _Walk:
    """Both versions side by side, and which occurrence of the one stands for which of the other."""

    def __init__(self, old: CompiledModel, new: CompiledModel, mapping: dict[str, str]) -> None:
        self.old, self.new, self.mapping = old, new, mapping
        self.old_state: bytes | None = None
        self.state: bytes | None = None
        self.here: dict[str, LiveElement] = {}
        self.there: dict[str, LiveElement] = {}
        self.pairs: dict[str, str] = {}
        self.history: list[Past] = []

    def step(self, past: Past) -> None:
        """Take one command of the history.

        Raises:
            _Stuck: it cannot be said in the new version, or is refused there.
        """
        command = self._translated(past.command)
        decided = decide(self.old, self.old_state, past.command, past.callees)
        self.old_state = decided.state
        if command is not None:
            self._decide(Past(command, past.callees), past.command)
        self._pair(past.callees)

    def _decide(self, past: Past, old: commands.Command) -> None:
        try:
            self.state = decide(self.new, self.state, past.command, past.callees).state
        except (Conflict, DomainError) as refused:
            if isinstance(past.command, _MENDING):
                return
            where = _address(old)
            element = self.here[where].element if where in self.here else ""
            raise _Stuck(refused.code, refused.message, where, element) from refused
        self.history.append(past)

    def _pair(self, callees: Callees) -> None:
        """Let what newly lives here stand for what newly lives there: the same element in the same scope, in order."""
        self.here = {
            e.address: e for e in live(self.old, self.old_state or b"", callees) if e.address
        }
        there = live(self.new, self.state, callees) if self.state else ()
        self.there = {e.address: e for e in there if e.address}
        self.pairs = {a: b for a, b in self.pairs.items() if a in self.here and b in self.there}
        taken = set(self.pairs.values())
        free: dict[tuple[str, str, str, str], list[str]] = {}
        for where, element in self.there.items():
            if where not in taken:
                key = (_scope(where), element.element, element.kind, _instance(where))
                free.setdefault(key, []).append(where)
        for where, element in self.here.items():
            scope = _scope(where)
            around = self.pairs.get(scope) if scope else ""
            if where in self.pairs or around is None:
                continue
            name = self.mapping.get(element.element, element.element)
            candidates = free.get((around, name, element.kind, _instance(where)))
            if candidates:
                self.pairs[where] = candidates.pop(0)

    def _translated(self, command: commands.Command) -> commands.Command | None:
        """Return the command as the new version knows it; None when it has nothing to do there."""
        if isinstance(command, commands.Start):
            name = self.mapping.get(command.start_event, command.start_event)
            return replace(command, start_event=name)
        if isinstance(command, commands.MoveToken):
            return self._moved(command)
        where = _address(command)
        if not where:
            return command
        if where in self.pairs:
            there: dict[str, Any] = {_ADDRESSES[type(command)]: self.pairs[where]}
            return replace(command, **there)
        if isinstance(command, _MENDING):
            return None
        element = self.here.get(where)
        if element is not None and self.mapping.get(element.element) == DROPPED:
            variables = getattr(command, "variables", {})
            if not variables:
                return None
            return commands.SetVariables(command.at, self._nearest(where), variables)
        raise self._stuck(where, element)

    def _moved(self, command: commands.MoveToken) -> commands.MoveToken:
        def there(where: str) -> str:
            if where and where not in self.pairs:
                raise self._stuck(where, self.here.get(where))
            return self.pairs[where] if where else ""

        return replace(
            command,
            activate=tuple(
                (there(scope), self.mapping.get(element, element))
                for scope, element in command.activate
            ),
            terminate=tuple(there(where) for where in command.terminate),
        )

    def _nearest(self, where: str) -> str:
        """Return the new address of the innermost scope around an old one that the new version has, too."""
        scope = _scope(where)
        while scope and scope not in self.pairs:
            scope = _scope(scope)
        return self.pairs[scope] if scope else ""

    def _stuck(self, where: str, element: LiveElement | None) -> _Stuck:
        if element is None:
            return _Stuck("migrate:not-open", f"Der er intet ved {where}.", where, "")
        name = self.mapping.get(element.element, element.element)
        node = self.new.elements.get(name)
        if node is None and not element.version:
            text = f"Elementet {element.element} findes ikke i den nye version."
            return _Stuck("migrate:unknown", text, where, element.element)
        if node is not None and node.node.kind is not element.kind:
            text = f"Elementet {name} er noget andet i den nye version."
            return _Stuck("migrate:kind", text, where, element.element)
        text = f"I den nye version er forløbet ikke nået til {name} her."
        return _Stuck("migrate:not-open", text, where, element.element)


def _address(command: commands.Command) -> str:
    return str(getattr(command, _ADDRESSES[type(command)])) if type(command) in _ADDRESSES else ""


def _scope(where: str) -> str:
    return where.rpartition("/")[0]


def _instance(where: str) -> str:
    return where.rpartition("/")[2].partition("[")[2]


def suggest(
    old: CompiledModel, new: CompiledModel, mapping: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Offer a mapping: what already is mapped, then elements of the same kind with the same or a similar name or id.

    Elements that are the same in both versions are left out; so are those for which nothing is similar.
    """
    offer = dict(mapping or {})
    kept = {
        name
        for name, plan in old.elements.items()
        if name in new.elements and new.elements[name].node.kind is plan.node.kind
    }
    left = {name: plan.node for name, plan in old.elements.items() if name not in kept | set(offer)}
    free = {
        name: plan.node
        for name, plan in new.elements.items()
        if name not in kept and name not in offer.values()
    }
    scored = sorted(
        (-_likeness(one, other), name, candidate)
        for name, one in left.items()
        for candidate, other in free.items()
        if one.kind is other.kind
    )
    for score, name, candidate in scored:
        if -score >= _ALIKE and name in left and candidate in free:
            offer[name] = candidate
            del left[name], free[candidate]
    return offer


_ALIKE = 0.6
_DRAWN = re.compile(r"[A-Z][a-z]+_\w+")
"""An id that Camunda Modeler made (`Activity_0k3x9f1`) says nothing."""


def _likeness(one: Node, other: Node) -> float:
    """How much two elements' names or ids are alike, 0 to 1."""
    names = [name for node in (one, other) if (name := node.name.casefold().strip())]
    ids = [node.id.casefold() for node in (one, other) if not _DRAWN.fullmatch(node.id)]
    return max((_alike(*pair) for pair in (names, ids) if len(pair) == 2), default=0.0)


def _alike(one: str, other: str) -> float:
    if one == other:
        return 1.0
    part = 0.8 if one in other or other in one else 0.0
    return max(part, SequenceMatcher(None, one, other).ratio())
