"""Random structured models, written twice: lowered to BPMN for the engine, and rewritten as terms by an oracle.

The oracle knows nothing of tokens, gateways or SpiffWorkflow: a term is entered, acted on at an address, and becomes
another term. It keeps occurrence numbers and scope paths by itself.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import Any

from app.definitions.graph import Event, Kind, Process, TimerKind, Trigger
from tests.engine.build import Builder, each, fault, message, timer

# --- terms ---------------------------------------------------------------------------------------


@dataclass
class User:
    name: str


@dataclass
class Seq:
    parts: list[Any]


@dataclass
class Choice:
    name: str
    kind: str  # xor, and, or
    branches: list[Any]


@dataclass
class Loop:
    name: str
    body: Any


@dataclass
class Armed:
    name: str
    kind: str  # message, timer, error
    interrupting: bool
    body: Any


@dataclass
class Sub:
    name: str
    kind: str  # sub, call
    body: Any
    events: list[Armed] = field(default_factory=list)  # event sub-processes


@dataclass
class Guarded:
    host: Any
    events: list[Armed]


@dataclass
class Many:
    host: Any
    count: int
    sequential: bool


@dataclass
class First:
    name: str
    events: list[tuple[str, Any]]


@dataclass
class Fault:
    name: str


@dataclass
class Stop:
    name: str


class Generator:
    """Draws a term; `size` bounds how many user tasks it has."""

    def __init__(self, seed: int, size: int, kinds: str) -> None:
        self.random = random.Random(seed)
        self.left = size
        self.kinds = kinds.split()
        self.count = 0

    def name(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def user(self) -> User:
        self.left -= 1
        return User(self.name("u"))

    def seq(self, depth: int, *, faults: bool = False, scope: bool = False) -> Seq:
        return Seq(
            [self.term(depth, faults, scope) for _ in range(self.random.choice((1, 1, 2, 2, 3)))]
        )

    def term(self, depth: int, faults: bool, scope: bool) -> Any:
        pick = self.random.choice(self.kinds)
        if depth == 0 or self.left <= 0 or pick == "user":
            return self.user()
        return getattr(self, f"draw_{pick}")(depth - 1, faults, scope)

    def branch(self, depth: int, faults: bool, scope: bool) -> Any:
        if self.random.random() < 0.15:
            return Seq([])
        return self.seq(depth, faults=faults, scope=scope)

    def draw_xor(self, depth: int, faults: bool, scope: bool) -> Any:
        branches = [self.branch(depth, faults, scope) for _ in range(self.random.choice((2, 2, 3)))]
        if faults and self.random.random() < 0.5:
            branches[0] = Seq([self.user(), Fault(self.name("e"))])
        elif scope and "stop" in self.kinds and self.random.random() < 0.25:
            branches[0] = Seq([self.user(), Stop(self.name("z"))])
        return Choice(self.name("x"), "xor", branches)

    draw_stop = draw_xor

    def draw_and(self, depth: int, faults: bool, scope: bool) -> Any:
        return Choice(self.name("a"), "and", self._branches(depth, faults, scope))

    def draw_or(self, depth: int, faults: bool, scope: bool) -> Any:
        return Choice(self.name("o"), "or", self._branches(depth, faults, scope))

    def _branches(self, depth: int, faults: bool, scope: bool) -> list[Any]:
        return [self.branch(depth, faults, scope) for _ in range(self.random.choice((2, 2, 3)))]

    def draw_loop(self, depth: int, faults: bool, scope: bool) -> Any:
        body = self.seq(depth, faults=faults, scope=scope)
        return Loop(self.name("l"), Seq([*body.parts, self.user()]))

    def draw_sub(self, depth: int, faults: bool, _scope: bool) -> Any:
        return Sub(
            self.name("s"),
            "sub",
            self.seq(depth, faults=faults, scope=True),
            self.event_subs(depth),
        )

    def draw_call(self, depth: int, faults: bool, _scope: bool) -> Any:
        return Sub(
            self.name("c"),
            "call",
            self.seq(depth, faults=faults, scope=True),
            self.event_subs(depth),
        )

    def event_subs(self, depth: int) -> list[Armed]:
        if "esp" not in self.kinds:
            return []
        return [
            Armed(self.name("v"), "message", self.random.random() < 0.4, self.seq(min(depth, 1)))
            for _ in range(self.random.choice((0, 0, 1, 2)))
        ]

    def draw_esp(self, depth: int, faults: bool, scope: bool) -> Any:
        return self.draw_sub(depth, faults, scope)

    def host(self, depth: int, faults: bool) -> Any:
        make = self.random.choice((self.user, self.draw_sub, self.draw_call, self.draw_many))
        return make() if make == self.user else make(depth, faults, False)

    def draw_many(self, depth: int, faults: bool, scope: bool) -> Any:
        host = self.random.choice((self.user, self.draw_sub, self.draw_call))
        term = host() if host == self.user else host(max(depth - 1, 0), faults, False)
        return Many(term, self.random.choice((0, 1, 2, 2, 3)), self.random.random() < 0.5)

    def draw_guarded(self, depth: int, faults: bool, scope: bool) -> Any:
        guard_fault = "fault" in self.kinds and self.random.random() < 0.6
        host = self.host(depth, faults or guard_fault)
        events = []
        for _ in range(self.random.choice((1, 1, 2))):
            kind = self.random.choice(("message", "message", "timer"))
            interrupting = self.random.random() < 0.5
            body = Seq([self.user(), *self.path(max(depth - 1, 0), interrupting)])
            events.append(Armed(self.name("b"), kind, interrupting, body))
        if guard_fault:
            events.append(Armed(self.name("b"), "error", True, Seq([self.user()])))
        return Guarded(host, events)

    def path(self, depth: int, interrupting: bool) -> list[Any]:
        """What follows a boundary event. Several tokens may be on a non-interrupting one, and a join of BPMN mixes

        them, which terms cannot say: whatever joins stays in a scope of its own there.
        """
        if interrupting:
            return self.seq(depth).parts
        return [
            self.random.choice((self.user, self.user, lambda: self.draw_sub(depth, False, True)))()
        ]

    draw_fault = draw_guarded

    def draw_first(self, depth: int, faults: bool, scope: bool) -> Any:
        events = [(self.name("w"), self.branch(depth, faults, scope)) for _ in range(2)]
        return First(self.name("g"), events)


# --- lowering to BPMN ----------------------------------------------------------------------------

Open = tuple[str, str, bool]  # a flow yet to be drawn: source, condition, whether default


class Lowering:
    def __init__(self) -> None:
        self.called: dict[str, Process] = {}

    def process(self, term: Any, name: str, events: list[Armed] = ()) -> Process:  # type: ignore[assignment]
        outer = getattr(self, "b", None), getattr(self, "defaults", None)
        self.b, self.defaults = Builder(name), {}
        self.body(term, events, name)
        process = replace_defaults(self.b.process(), self.defaults)
        self.b, self.defaults = outer
        return process

    def body(
        self, term: Any, events: list[Armed], name: str, start: Event | None = None, **fields: Any
    ) -> None:
        first = self.b.start(f"{name}.in", start, **fields)
        last = self.lower(term, (first, "", False))
        if last is not None:
            self.to(last, self.b.end(f"{name}.out"))
        for event in events:
            self.b.node(Kind.EVENT_SUB_PROCESS, event.name)
            with self.b.inside(event.name):
                self.body(
                    event.body, [], event.name, message(event.name), interrupting=event.interrupting
                )

    def to(self, source: Open, target: str) -> None:
        name = self.b.flow(
            source[0], target, condition=source[1], name=f"f{len(self.b.flows)}-{self.b.id}"
        )
        if source[2]:
            self.defaults[source[0]] = name

    def lower(self, term: Any, source: Open) -> Open | None:
        return getattr(self, f"lower_{type(term).__name__}")(term, source)

    def lower_User(self, term: User, source: Open, **fields: Any) -> Open:  # noqa: N802
        self.to(source, self.b.user(term.name, **fields))
        return (term.name, "", False)

    def lower_Seq(self, term: Seq, source: Open) -> Open | None:  # noqa: N802
        for part in term.parts:
            after = self.lower(part, source)
            if after is None:
                return None
            source = after
        return source

    def lower_Choice(self, term: Choice, source: Open) -> Open | None:  # noqa: N802
        kind = {"xor": Kind.EXCLUSIVE, "and": Kind.PARALLEL, "or": Kind.INCLUSIVE}[term.kind]
        self.to(source, self.b.node(kind, term.name))
        join = self.b.node(kind, f"{term.name}.join")
        for index, branch in enumerate(term.branches):
            last = index == len(term.branches) - 1
            condition = "" if term.kind == "and" or last else f"=c = {index}"
            if term.kind == "or" and not last:
                condition = f"=b{index}"
            after = self.lower(branch, (term.name, condition, last and term.kind != "and"))
            if after is not None:
                self.to(after, join)
        return (join, "", False)

    def lower_Loop(self, term: Loop, source: Open) -> Open | None:  # noqa: N802
        self.to(source, self.b.node(Kind.EXCLUSIVE, f"{term.name}.in"))
        after = self.lower(term.body, (f"{term.name}.in", "", True))
        self.to(after, self.b.node(Kind.EXCLUSIVE, term.name))
        self.to((term.name, "=go", False), f"{term.name}.in")
        return (term.name, "", True)

    def lower_Sub(self, term: Sub, source: Open, **fields: Any) -> Open:  # noqa: N802
        if term.kind == "call":
            self.to(source, self.b.call(term.name, f"P{term.name}", **fields))
            self.called[f"P{term.name}"] = self.process(term.body, f"P{term.name}", term.events)
        else:
            self.to(source, self.b.node(Kind.SUB_PROCESS, term.name, **fields))
            with self.b.inside(term.name):
                self.body(term.body, term.events, term.name)
        return (term.name, "", False)

    def lower_Many(self, term: Many, source: Open) -> Open:  # noqa: N802
        loop = each(f"={list(range(term.count))}", sequential=term.sequential, input_element="item")
        return getattr(self, f"lower_{type(term.host).__name__}")(term.host, source, loop=loop)

    def lower_Guarded(self, term: Guarded, source: Open) -> Open | None:  # noqa: N802
        host = self.lower(term.host, source)
        merge = self.b.node(Kind.EXCLUSIVE, f"{host[0]}.merge")
        self.to(host, merge)
        for event in term.events:
            what = {
                "message": message(event.name),
                "timer": timer("PT1H") if event.interrupting else timer("R/PT1H", TimerKind.CYCLE),
                "error": fault("E"),
            }[event.kind]
            self.b.boundary(event.name, host[0], what, interrupting=event.interrupting)
            after = self.lower(event.body, (event.name, "", False))
            if after is not None:
                self.to(after, merge if event.interrupting else self.b.end(f"{event.name}.out"))
        return (merge, "", False)

    def lower_First(self, term: First, source: Open) -> Open | None:  # noqa: N802
        self.to(source, self.b.node(Kind.EVENT_BASED, term.name))
        merge = self.b.node(Kind.EXCLUSIVE, f"{term.name}.merge")
        for name, body in term.events:
            self.to((term.name, "", False), self.b.node(Kind.CATCH, name, event=message(name)))
            after = self.lower(body, (name, "", False))
            if after is not None:
                self.to(after, merge)
        return (merge, "", False)

    def lower_Fault(self, term: Fault, source: Open) -> None:  # noqa: N802
        self.to(source, self.b.end(term.name, fault("E")))

    def lower_Stop(self, term: Stop, source: Open) -> None:  # noqa: N802
        self.to(source, self.b.end(term.name, Event(Trigger.TERMINATE)))


def replace_defaults(process: Process, defaults: dict[str, str]) -> Process:
    gateways = {Kind.EXCLUSIVE, Kind.INCLUSIVE}
    nodes = tuple(
        replace(node, default=defaults[node.id])
        if node.id in defaults and node.kind in gateways
        else node
        for node in process.nodes
    )
    return replace(process, nodes=nodes)


# --- the oracle ----------------------------------------------------------------------------------


class Thrown(Exception):
    """An error on its way out."""


class Stopped(Exception):
    """A terminate end event on its way to its scope."""


class Values(dict[str, Any]):
    """The variables of a process, and which of them were set in it."""

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__(values)
        self.wrote: set[str] = set()

    def put(self, given: dict[str, Any]) -> None:
        self.update(given)
        self.wrote |= set(given)


@dataclass
class Scope:
    path: str
    values: Values
    counts: dict[str, int] = field(default_factory=dict)
    detached: list[Any] = field(default_factory=list)

    def number(self, name: str, suffix: str = "") -> str:
        if not suffix:
            self.counts[name] = self.counts.get(name, 0) + 1
        return f"{self.path}{name}#{self.counts[name]}{suffix}"


# Residuals: what is left to do of a term that was entered. None is nothing.


@dataclass
class Leaf:
    where: str


@dataclass
class Then:
    now: Any
    rest: list[Any]


@dataclass
class All:
    parts: list[Any]


@dataclass
class Inner:
    scope: Scope
    main: Any
    events: list[tuple[str, Armed]]
    outer: Scope | None = None  # where a called process hands its values


@dataclass
class Watched:
    now: Any
    events: list[tuple[str, Armed]]


@dataclass
class Turns:
    name: str
    number: int
    host: Any
    parts: list[Any]
    left: list[int]


@dataclass
class Race:
    events: list[tuple[str, Any]]


class Again:
    """The end of a loop's body: once more, or on."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop


def enter(term: Any, scope: Scope, where: str = "") -> Any:  # noqa: C901
    """What is left of a term once it has been entered."""
    values = scope.values
    if isinstance(term, User):
        return Leaf(where or scope.number(term.name))
    if isinstance(term, Seq):
        return follow(term.parts, scope)
    if isinstance(term, Choice):
        last = len(term.branches) - 1
        if term.kind == "xor":
            return enter(term.branches[min(values["c"], last)], scope)
        chosen = list(range(last + 1))
        if term.kind == "or":
            chosen = [index for index in range(last) if values[f"b{index}"]] or [last]
        return together([enter(term.branches[index], scope) for index in chosen])
    if isinstance(term, Loop):
        return follow([term.body, Again(term)], scope)
    if isinstance(term, Again):
        return enter(term.loop, scope) if values["go"] else None
    if isinstance(term, Sub):
        return enter_sub(term, scope, where or scope.number(term.name))
    if isinstance(term, Many):
        scope.number(term.host.name)
        turns = Turns(
            term.host.name, scope.counts[term.host.name], term.host, [], list(range(term.count))
        )
        return more(turns, scope, 1 if term.sequential else term.count)
    if isinstance(term, Guarded):
        events = [(scope.number(event.name), event) for event in term.events]
        return watched(lambda: enter(term.host, scope), events, scope)
    if isinstance(term, First):
        return Race([(scope.number(name), body) for name, body in term.events])
    raise Thrown if isinstance(term, Fault) else Stopped


def follow(parts: list[Any], scope: Scope) -> Any:
    for index, part in enumerate(parts):
        now = enter(part, scope)
        if now is not None:
            return Then(now, parts[index + 1 :])
    return None


def together(parts: list[Any]) -> Any:
    parts = [part for part in parts if part is not None]
    return All(parts) if parts else None


def enter_sub(term: Sub, scope: Scope, where: str) -> Any:
    called = term.kind == "call"
    values = Values(scope.values) if called else scope.values
    inside = Scope(f"{where}/", values)
    events = [(inside.number(f"{event.name}.in"), event) for event in term.events]
    inner = Inner(inside, None, events, scope if called else None)
    return settle(inner, lambda: enter(term.body, inside))


def settle(inner: Inner, work: Any) -> Any:
    """Do some work of a scope's main path, then see whether the scope is done."""
    try:
        inner.main = work()
    except Stopped:
        inner.main, inner.events, inner.scope.detached = None, [], []
    inner.scope.detached = [part for part in inner.scope.detached if part is not None]
    if inner.main is not None or inner.scope.detached:
        return inner
    if inner.outer is not None:
        values = inner.scope.values
        inner.outer.values.put({name: values[name] for name in values.wrote})
    return None


def more(turns: Turns, scope: Scope, count: int) -> Any:
    while turns.left and count:
        index = turns.left.pop(0)
        where = f"{scope.path}{turns.name}#{turns.number}[{index}]"
        part = enter(turns.host, scope, where)
        if part is not None:
            turns.parts.append(part)
            count -= 1
    return turns if turns.parts else None


def watched(work: Any, events: list[tuple[str, Armed]], scope: Scope) -> Any:
    try:
        now = work()
    except Thrown:
        for _, event in events:
            if event.kind == "error":
                return enter(event.body, scope)
        raise
    return Watched(now, events) if now is not None else None


def places(left: Any) -> list[str]:
    """All addresses at which something can be done or is armed."""
    if left is None:
        return []
    if isinstance(left, Leaf):
        return [left.where]
    if isinstance(left, Then):
        return places(left.now)
    if isinstance(left, (All, Turns)):
        return [where for part in left.parts for where in places(part)]
    if isinstance(left, Race):
        return [where for where, _ in left.events]
    armed = [where for where, _ in left.events]
    if isinstance(left, Watched):
        return places(left.now) + armed
    inside = [where for part in left.scope.detached for where in places(part)]
    return places(left.main) + inside + armed


def act(left: Any, where: str, given: dict[str, Any], scope: Scope) -> Any:
    """What is left after something was done at an address."""
    if left is None or where not in places(left):
        return left
    if isinstance(left, Leaf):
        scope.values.put(given)
        return None
    if isinstance(left, Then):
        now = act(left.now, where, given, scope)
        return Then(now, left.rest) if now is not None else follow(left.rest, scope)
    if isinstance(left, All):
        return together([act(part, where, given, scope) for part in left.parts])
    if isinstance(left, Race):
        scope.values.put(given)
        return enter(next(body for place, body in left.events if place == where), scope)
    if isinstance(left, Turns):
        before = len(left.parts)
        left.parts = [p for p in (act(p, where, given, scope) for p in left.parts) if p is not None]
        return more(left, scope, before - len(left.parts)) if len(left.parts) < before else left
    if isinstance(left, Watched):
        return act_watched(left, where, given, scope)
    return act_inner(left, where, given)


def act_watched(left: Watched, where: str, given: dict[str, Any], scope: Scope) -> Any:
    for index, (place, event) in enumerate(left.events):
        if place == where:
            scope.values.put({} if event.kind == "timer" else given)
            if event.interrupting:
                return enter(event.body, scope)
            left.events[index] = (scope.number(event.name), event)
            scope.detached.append(enter(event.body, scope))
            return left
    return watched(lambda: act(left.now, where, given, scope), left.events, scope)


def act_inner(left: Inner, where: str, given: dict[str, Any]) -> Any:
    scope = left.scope
    for index, (place, event) in enumerate(left.events):
        if place == where:
            scope.values.put(given)
            if event.interrupting:
                left.main, left.events, scope.detached = None, [], []
            else:
                left.events[index] = (scope.number(f"{event.name}.in"), event)
            part = enter_event_sub(event, scope)
            scope.detached.append(part)
            return settle(left, lambda: left.main)
    detached = scope.detached
    for index, part in enumerate(detached):
        if where in places(part):

            def work(index: int = index, part: Any = part) -> Any:
                after = act(part, where, given, scope)
                detached[index] = after
                return left.main

            return settle(left, work)
    return settle(left, lambda: act(left.main, where, given, scope))


def enter_event_sub(event: Armed, scope: Scope) -> Any:
    place = scope.number(event.name)
    inside = Scope(f"{place}/", scope.values)
    inner = Inner(inside, None, [])
    return settle(inner, lambda: enter(event.body, inside))


class Oracle:
    """A whole course of terms."""

    def __init__(self, term: Any, armed: list[Armed], values: dict[str, Any]) -> None:
        self.scope = Scope("", Values(values))
        events = [(self.scope.number(f"{event.name}.in"), event) for event in armed]
        self.left = settle(Inner(self.scope, None, events), lambda: enter(term, self.scope))

    def act(self, where: str, given: dict[str, Any]) -> None:
        self.left = act(self.left, where, given, self.scope)

    def open(self) -> list[str]:
        return sorted(places(self.left))
