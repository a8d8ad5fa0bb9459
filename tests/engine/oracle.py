"""An oracle that rewrites terms: independent of tokens, gateways and SpiffWorkflow, variables included.

A term is entered, acted on at an address, and becomes another term. Occurrence numbers, scope paths and the
environments of variables are kept by itself, after Camunda 8's rules of propagation.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.engine.environment import Env, Given, fill, give, is_number, local, look
from tests.engine.remains import (
    JOIN,
    All,
    Inner,
    Leaf,
    Race,
    Ready,
    Scope,
    Then,
    Turn,
    Turns,
    Watched,
    armed,
    leaf_of,
    lies_in,
    ready,
    spots,
    task_of,
)
from tests.engine.terms import (
    Armed,
    Choice,
    Fault,
    First,
    Guarded,
    Loop,
    Many,
    Script,
    Seq,
    Sub,
    User,
)


class Thrown(Exception):
    """An error on its way out, with its variables."""

    def __init__(self, given: Given) -> None:
        super().__init__()
        self.given = given


class Move:
    """What an operator gives instead of variables: the token goes to another task of its sequence."""

    def __init__(self, to: str) -> None:
        self.to = to


class Stopped(Exception):
    """A terminate end event on its way to its scope."""


class Branches:
    """What an inclusive choice has chosen."""

    def __init__(self, parts: list[Any]) -> None:
        self.parts = parts


class Again:
    """The end of a loop's body: once more, or on."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop


class Join:
    """Where the branches of an inclusive choice come together."""

    def __init__(self, name: str) -> None:
        self.name = name


# --- entering ------------------------------------------------------------------------------------


def enter(term: Any, scope: Scope) -> Any:  # noqa: C901 -- one case a kind of term
    """What is left of a term once it has been entered."""
    if isinstance(term, (User, Sub)):
        place = scope.number(term.name)
        return enter_activity(term, scope, place, local(term.inputs, scope.env), scope.env)
    if isinstance(term, Script):
        scope.env.put(term.target, look(term.source, scope.env.see()))
        return None
    if isinstance(term, Seq):
        return follow(term.parts, scope)
    if isinstance(term, Choice):
        return enter_choice(term, scope)
    if isinstance(term, Loop):
        return follow([term.body, Again(term)], scope)
    if isinstance(term, Branches):
        return together([enter(part, scope) for part in term.parts])
    if isinstance(term, Join):
        return Ready(scope.number(f"{JOIN}{term.name}"))
    if isinstance(term, Again):
        return enter(term.loop, scope) if scope.env.see()["go"] else None
    if isinstance(term, Many):
        return enter_many(term, scope)
    if isinstance(term, Guarded):
        return enter_guarded(term, scope)
    if isinstance(term, First):
        return Race([(scope.number(name), body) for name, body in term.events])
    if isinstance(term, Fault):
        raise Thrown(local(term.inputs, scope.env).own)
    raise Stopped


def enter_activity(term: User | Sub, scope: Scope, where: str, mine: Env, target: Env) -> Any:
    """Enter a task or a scope with its own variables; its output mappings go to `target`."""
    if isinstance(term, User):
        return Leaf(where, mine, lambda given: give(term.outputs, mine, target, given))
    if term.kind == "sub":
        return enter_scope(term, where, mine, lambda: give(term.outputs, mine, target, {}))
    root = Env(copy.deepcopy(mine.see() if term.all_in else mine.own), None)

    def back() -> None:
        wrote = {name: root.own[name] for name in root.wrote}
        give(term.outputs, mine, target, wrote if term.all_out or term.outputs else {})

    return enter_scope(term, where, root, back)


def enter_scope(term: Sub, where: str, env: Env, done: Callable[[], None]) -> Any:
    inner = Scope(f"{where}/", env)
    events = [(inner.number(f"{event.name}.in"), event) for event in term.events]
    return settle(Inner(inner, None, events, done), lambda: enter(term.body, inner))


def enter_guarded(term: Guarded, scope: Scope) -> Any:
    host, events = term.host, [(scope.number(event.name), event) for event in term.events]
    if isinstance(host, Many):
        return watched(lambda: enter(host, scope), events, scope, scope.env)
    where, mine = scope.number(host.name), local(host.inputs, scope.env)
    return watched(lambda: enter_activity(host, scope, where, mine, scope.env), events, scope, mine)


def enter_choice(term: Choice, scope: Scope) -> Any:
    seen, last = scope.env.see(), len(term.branches) - 1
    if term.kind == "xor":
        chosen = next((index for index in range(last) if seen.get("c") == index), last)
        return enter(term.branches[chosen], scope)
    every = list(range(last + 1))
    if term.kind == "or":
        every = [index for index in range(last) if seen[f"b{index}"]] or [last]
        branches = [term.branches[index] for index in every]
        return follow([Branches(branches), Join(term.name)], scope)
    return together([enter(term.branches[index], scope) for index in every])


def enter_many(term: Many, scope: Scope) -> Any:
    where = scope.number(term.host.name)
    items = copy.deepcopy(look(term.items, scope.env.see()))
    env = Env({term.collection: [None] * len(items)}, scope.env) if term.element else scope.env
    turns = Turns(term, where, items, env)
    return run_turns(turns, scope)


def run_turns(turns: Turns, scope: Scope) -> Any:
    """Begin what is to begin now; what is left of the whole, or nothing once all is collected."""
    many, host = turns.many, turns.many.host
    while turns.begun < len(turns.items) and not (many.sequential and turns.parts):
        index = turns.begun
        turns.begun += 1
        mine = Env({}, turns.env)
        if many.element and many.element[0] == "var":
            mine.own[many.element[1].split(".")[0]] = None
        mine.own |= {"loopCounter": index + 1, "item": copy.deepcopy(turns.items[index])}
        fill(host.inputs, mine)
        left = enter_activity(host, scope, f"{turns.where}[{index}]", mine, mine)
        turns.parts.append(Turn(index, mine, left))
        if left is None and finish_turn(turns, turns.parts[-1]):
            break
    if turns.parts:
        return turns
    if many.element:
        scope.env.put(many.collection, turns.env.own[many.collection])
    return None


def finish_turn(turns: Turns, turn: Turn) -> bool:
    """An instance is done; whether that is enough."""
    many = turns.many
    turns.parts.remove(turn)
    turns.ended += 1
    if many.element:
        turns.env.own[many.collection][turn.index] = look(many.element, turn.env.see())
    if many.until is None:
        return False
    kind, *args = many.until
    if kind == "var":
        enough = turn.env.see().get(args[0]) == args[1]
    else:
        enough = turns.ended >= args[0] if kind == "done" else len(turns.parts) < args[0]
    if enough:
        turns.parts, turns.begun = [], len(turns.items)
    return enough


def follow(parts: list[Any], scope: Scope) -> Any:
    for index, part in enumerate(parts):
        now = enter(part, scope)
        if now is not None:
            return Then(now, parts[index + 1 :], part)
    return None


def together(parts: list[Any]) -> Any:
    parts = [part for part in parts if part is not None]
    return All(parts) if parts else None


def settle(inner: Inner, work: Any) -> Any:
    """Do some work of a scope's main path, then see whether the scope is done."""
    try:
        inner.main = work()
    except Stopped:
        inner.main, inner.events, inner.scope.detached = None, [], []
    inner.scope.detached = [part for part in inner.scope.detached if part is not None]
    if inner.main is not None or inner.scope.detached:
        return inner
    inner.done()
    return None


def watched(work: Any, events: list[tuple[str, Armed]], scope: Scope, env: Env) -> Any:
    try:
        now = work()
    except Thrown as thrown:
        for _, event in events:
            if event.kind == "error":
                give(event.outputs, scope.env, scope.env, thrown.given)
                return enter(event.body, scope)
        raise
    return Watched(now, events, env) if now is not None else None


# --- acting --------------------------------------------------------------------------------------


def act(left: Any, where: str, given: Given, scope: Scope) -> Any:
    """What is left after something was done at an address."""
    if not lies_in(where, left):
        return left
    if isinstance(left, Leaf):
        left.done(given)
        return None
    if isinstance(left, Ready):
        return None
    if isinstance(left, Then):
        if isinstance(given, Move) and leaf_of(left.now) == where:
            parts = [left.term, *left.rest]
            return follow(parts[[task_of(part) for part in parts].index(given.to) :], scope)
        now = act(left.now, where, given, scope)
        return Then(now, left.rest, left.term) if now is not None else follow(left.rest, scope)
    if isinstance(left, All):
        return together([act(part, where, given, scope) for part in left.parts])
    if isinstance(left, Race):
        scope.env.put_all(given)
        return enter(next(body for place, body in left.events if place == where), scope)
    if isinstance(left, Turns):
        return act_turns(left, where, given, scope)
    if isinstance(left, Watched):
        return act_watched(left, where, given, scope)
    return act_inner(left, where, given)


def act_turns(left: Turns, where: str, given: Given, scope: Scope) -> Any:
    turn = next(turn for turn in left.parts if lies_in(where, turn.left))
    turn.left = act(turn.left, where, given, scope)
    if turn.left is not None:
        return left
    finish_turn(left, turn)
    return run_turns(left, scope)


def act_watched(left: Watched, where: str, given: Given, scope: Scope) -> Any:
    for index, (place, event) in enumerate(left.events):
        if place == where:
            give(event.outputs, scope.env, scope.env, {} if event.kind == "timer" else given)
            if event.interrupting:
                return enter(event.body, scope)
            left.events[index] = (scope.number(event.name), replace(event, held=True))
            scope.detached.append(enter(event.body, scope))
            return left
    return watched(lambda: act(left.now, where, given, scope), left.events, scope, left.env)


def act_inner(left: Inner, where: str, given: Given) -> Any:
    scope = left.scope
    for index, (place, event) in enumerate(left.events):
        if place == where:
            give(event.outputs, scope.env, scope.env, given)
            if event.interrupting:
                left.main, left.events, scope.detached = None, [], []
            else:
                left.events[index] = (scope.number(f"{event.name}.in"), replace(event, held=True))
            part = enter_event_sub(event, scope)
            scope.detached.append(part)
            return settle(left, lambda: left.main)
    detached = scope.detached
    for index, part in enumerate(detached):
        if lies_in(where, part):

            def work(index: int = index, part: Any = part) -> Any:
                after = act(part, where, given, scope)
                detached[index] = after
                return left.main

            return settle(left, work)
    return settle(left, lambda: act(left.main, where, given, scope))


def enter_event_sub(event: Armed, scope: Scope) -> Any:
    inside = Scope(f"{scope.number(event.name)}/", scope.env)
    inner = Inner(inside, None, [], lambda: None)
    return settle(inner, lambda: enter(event.body, inside))


class Oracle:
    """A whole course of terms."""

    def __init__(self, term: Any, armed: list[Armed], values: Given) -> None:
        self.scope = Scope("", Env(copy.deepcopy(values), None))
        events = [(self.scope.number(f"{event.name}.in"), event) for event in armed]
        whole = Inner(self.scope, None, events, lambda: None)
        self.left = settle(whole, lambda: enter(term, self.scope))
        self.was: dict[str, bool] = {}
        self.look()

    def act(self, where: str, given: Given | Move) -> None:
        self.left = act(self.left, where, given, self.scope)
        self.look()

    def look(self) -> None:
        """Once nothing else can go on: fire the events whose conditions have come true, then a join that is ready."""
        while True:
            true = []
            for where, event, env in armed(self.left, self.scope.env):
                if event.kind != "condition":
                    continue
                name, bound = event.over
                value, before = env.see().get(name), self.was.get(where, event.held)
                self.was[where] = is_number(value) and value > bound
                if self.was[where] and not before:
                    true.append(where)
            if not true:
                join = ready(self.left)
                if not join:
                    return
                self.left = act(self.left, join, {}, self.scope)
            for where in true:
                if lies_in(where, self.left):
                    self.left = act(self.left, where, {}, self.scope)

    def open(self) -> dict[str, Given]:
        """What can be done, by address, with the variables seen there; "" is the course."""
        found = {where: env.see() for where, env in spots(self.left, self.scope.env)}
        return {"": self.scope.env.see(), **found}
