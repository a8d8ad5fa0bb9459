"""What is left of a term that the oracle has entered (None is nothing), and where something can be done in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.engine.environment import Env, Given
from tests.engine.terms import (
    Armed,
    Guarded,
    Many,
    User,
)

JOIN = "~"
"""What marks the place of an inclusive join."""


@dataclass
class Scope:
    path: str
    env: Env
    counts: dict[str, int] = field(default_factory=dict)
    detached: list[Any] = field(default_factory=list)

    def number(self, name: str) -> str:
        self.counts[name] = self.counts.get(name, 0) + 1
        return f"{self.path}{name}#{self.counts[name]}"


@dataclass
class Leaf:
    where: str
    env: Env
    done: Callable[[Given], None]


@dataclass
class Ready:
    """An inclusive join all of whose branches are done: it goes on once nothing else can, conditions included."""

    where: str


@dataclass
class Then:
    now: Any
    rest: list[Any]
    term: Any


@dataclass
class All:
    parts: list[Any]


@dataclass
class Inner:
    scope: Scope
    main: Any
    events: list[tuple[str, Armed]]
    done: Callable[[], None]


@dataclass
class Watched:
    now: Any
    events: list[tuple[str, Armed]]
    env: Env  # what the host's own expressions see


@dataclass
class Turn:
    index: int
    env: Env
    left: Any


@dataclass
class Turns:
    many: Many
    where: str
    items: list[Any]
    env: Env  # with the output collection, if there is one
    parts: list[Turn] = field(default_factory=list)
    begun: int = 0
    ended: int = 0


@dataclass
class Race:
    events: list[tuple[str, Any]]


def spots(left: Any, env: Env) -> Iterator[tuple[str, Env]]:  # noqa: C901 -- one case a kind of remainder
    """All addresses at which something can be done or is armed, with the variables seen there."""
    if isinstance(left, Leaf):
        yield left.where, left.env
    elif isinstance(left, Ready):
        yield left.where, env
    elif isinstance(left, Then):
        yield from spots(left.now, env)
    elif isinstance(left, All):
        for part in left.parts:
            yield from spots(part, env)
    elif isinstance(left, Turns):
        for turn in left.parts:
            yield from spots(turn.left, turn.env)
    elif isinstance(left, Race):
        yield from ((where, env) for where, _ in left.events)
    elif isinstance(left, Watched):
        yield from spots(left.now, env)
        yield from ((where, env) for where, _ in left.events)
    elif isinstance(left, Inner):
        for part in (left.main, *left.scope.detached):
            yield from spots(part, left.scope.env)
        yield from ((where, left.scope.env) for where, _ in left.events)


def armed(left: Any, env: Env) -> Iterator[tuple[str, Armed, Env]]:
    """All events that wait beside something, with the variables that their conditions see."""
    if isinstance(left, Then):
        yield from armed(left.now, env)
    elif isinstance(left, All):
        for part in left.parts:
            yield from armed(part, env)
    elif isinstance(left, Turns):
        for turn in left.parts:
            yield from armed(turn.left, turn.env)
    elif isinstance(left, Watched):
        yield from armed(left.now, env)
        yield from ((where, event, left.env) for where, event in left.events)
    elif isinstance(left, Inner):
        for part in (left.main, *left.scope.detached):
            yield from armed(part, left.scope.env)
        yield from ((where, event, left.scope.env) for where, event in left.events)


def leaf_of(left: Any) -> str:
    """Where the one task is that a term has come to, guarded or not; "" for anything else."""
    left = left.now if isinstance(left, Watched) else left
    return left.where if isinstance(left, Leaf) else ""


def task_of(term: Any) -> str:
    term = term.host if isinstance(term, Guarded) else term
    return term.name if isinstance(term, User) else ""


def moves(left: Any) -> Iterator[tuple[str, str]]:
    """Where a token can be moved from, and to which task of its sequence: again to itself, or further on."""
    if isinstance(left, Then):
        if where := leaf_of(left.now):
            yield from ((where, task_of(to)) for to in [left.term, *left.rest] if task_of(to))
        else:
            yield from moves(left.now)
    elif isinstance(left, Watched):
        yield from moves(left.now)
    elif isinstance(left, All | Turns):
        for part in left.parts:
            yield from moves(part.left if isinstance(part, Turn) else part)
    elif isinstance(left, Inner):
        for part in (left.main, *left.scope.detached):
            yield from moves(part)


def ready(left: Any) -> str:
    """Where an inclusive join is ready, outer scopes first; "" where none is."""
    places = [where for where, _ in spots(left, Env({}, None)) if JOIN in where]
    return min(places, key=lambda where: where.count("/"), default="")


def lies_in(where: str, left: Any) -> bool:
    return any(place == where for place, _ in spots(left, Env({}, None)))
