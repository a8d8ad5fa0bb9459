"""Random structured models as terms: what `lowering` draws as BPMN for the engine and `oracle` rewrites by itself.

Sources are a few expressions that both sides know: FEEL for the engine, Python for the oracle.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

Source = tuple[Any, ...]
"""("var", path), ("lit", value), ("inc", name), ("sum", name, name)."""
Mappings = list[tuple[Source, str]]
"""Each a source and the path of its target."""

FLAGS = ("b0", "b1", "go")
COUNTS = ("n0", "n1", "n2", "c")


@dataclass
class User:
    name: str
    inputs: Mappings = field(default_factory=list)
    outputs: Mappings = field(default_factory=list)


@dataclass
class Script:
    name: str
    source: Source
    target: str


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
    kind: str  # message, timer, error, condition
    interrupting: bool
    body: Any
    outputs: Mappings = field(default_factory=list)
    over: tuple[str, int] = ("n0", 0)  # a condition: the variable is a number above this
    held: bool = False  # whether a condition held when it was armed again


@dataclass
class Sub:
    name: str
    kind: str  # sub, call
    body: Any
    events: list[Armed] = field(default_factory=list)  # event sub-processes
    inputs: Mappings = field(default_factory=list)
    outputs: Mappings = field(default_factory=list)
    all_in: bool = True
    all_out: bool = True


@dataclass
class Guarded:
    host: Any
    events: list[Armed]


@dataclass
class Many:
    host: Any
    items: Source  # a literal list, or the variable that holds it
    sequential: bool
    element: Source | None = None
    until: tuple[Any, ...] | None = None  # ("done", n), ("active", n), ("var", name, value)

    @property
    def collection(self) -> str:
        return f"out_{self.host.name}"


@dataclass
class First:
    name: str
    events: list[tuple[str, Any]]


@dataclass
class Fault:
    name: str
    inputs: Mappings = field(default_factory=list)


@dataclass
class Stop:
    name: str


class Generator:
    """Draws a term; `size` bounds how many user tasks it has.

    Two branches that run in one command must not race for a variable, since BPMN names no order between them: what
    writes without waiting (a script, output mappings of a scope) stands right behind a user task of its own branch.
    """

    def __init__(self, seed: int, size: int, kinds: str) -> None:
        self.random = random.Random(seed)
        self.left = size
        self.kinds = kinds.split()
        self.conditions = self.kinds.count("cond")  # more would have to fire in one order
        self.moved = "move" in self.kinds
        self.kinds = [kind for kind in self.kinds if kind not in {"cond", "move"}]
        self.mapped = "vars" in self.kinds
        if self.mapped:
            self.kinds.remove("vars")
            self.kinds += ["script", "many"]
        self.count = 0

    def name(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def conditional(self, event: Armed) -> Armed:
        """Make the first event of a model, now and then, one that waits for a condition."""
        if self.conditions and event.kind == "message" and self.random.random() < 0.7:
            self.conditions -= 1
            over = (self.random.choice(("n0", "n1")), self.random.randrange(4))
            body = Seq([self.user(), *event.body.parts])
            return Armed(event.name, "condition", event.interrupting, body, over=over)
        return event

    # -- variables ---------------------------------------------------------------------------------

    def often(self, chance: float) -> bool:
        return self.mapped and self.random.random() < chance

    def number(self) -> Source:
        names = (*COUNTS, "item")
        pick = self.random.randrange(5)
        if pick == 0:
            return ("lit", self.random.randrange(5))
        if pick == 1:
            return ("inc", self.random.choice(names))
        if pick == 2:
            return ("sum", self.random.choice(names), self.random.choice(names))
        return ("var", self.random.choice((*names, "k.a", "k.b.c")))

    def mapping(self) -> tuple[Source, str]:
        pick = self.random.random()
        if pick < 0.15:
            return ("var", self.random.choice(FLAGS)), self.random.choice(FLAGS)
        if pick < 0.25:
            return ("var", "xs"), "xs"
        return self.number(), self.random.choice((*COUNTS, "k.a", "k.b.c"))

    def mappings(self, chance: float = 0.4) -> Mappings:
        if not self.often(chance):
            return []
        return [self.mapping() for _ in range(self.random.choice((1, 1, 2, 3)))]

    # -- terms -------------------------------------------------------------------------------------

    def user(self) -> User:
        self.left -= 1
        return User(self.name("u"), self.mappings(0.3), self.mappings(0.3))

    def seq(self, depth: int, *, faults: bool = False, scope: bool = False) -> Seq:
        return Seq(
            [self.term(depth, faults, scope) for _ in range(self.random.choice((1, 1, 2, 2, 3)))]
        )

    def term(self, depth: int, faults: bool, scope: bool) -> Any:
        pick = self.random.choice(self.kinds)
        if depth == 0 or self.left <= 0 or pick == "user":
            return self.user()
        return getattr(self, f"draw_{pick}")(depth - 1, faults, scope)

    def draw_script(self, depth: int, faults: bool, scope: bool) -> Any:
        return Seq([self.user(), Script(self.name("p"), *self.mapping_plain())])

    def mapping_plain(self) -> tuple[Source, str]:
        source, target = self.mapping()
        return (source, target) if "." not in target else (("lit", {"a": 1}), "k")

    def branch(self, depth: int, faults: bool, scope: bool) -> Any:
        if self.random.random() < 0.15:
            return Seq([])
        return self.seq(depth, faults=faults, scope=scope)

    def draw_xor(self, depth: int, faults: bool, scope: bool) -> Any:
        branches = [self.branch(depth, faults, scope) for _ in range(self.random.choice((2, 2, 3)))]
        if faults and self.random.random() < 0.5:
            branches[0] = Seq([self.user(), Fault(self.name("e"), self.mappings(0.6))])
        elif scope and "stop" in self.kinds and self.random.random() < 0.25:
            branches[0] = Seq([self.user(), Stop(self.name("z"))])
        return Choice(self.name("x"), "xor", branches)

    draw_stop = draw_xor

    def draw_and(self, depth: int, faults: bool, scope: bool) -> Any:
        return Choice(self.name("a"), "and", self._branches(depth, faults, scope))

    def draw_or(self, depth: int, faults: bool, scope: bool) -> Any:
        # No branch may end before the join: an inclusive join rightly goes on without one that can no longer come.
        return Choice(self.name("o"), "or", self._branches(depth, False, False))

    def _branches(self, depth: int, faults: bool, scope: bool) -> list[Any]:
        return [self.branch(depth, faults, scope) for _ in range(self.random.choice((2, 2, 3)))]

    def draw_loop(self, depth: int, faults: bool, scope: bool) -> Any:
        body = self.seq(depth, faults=faults, scope=scope)
        return Loop(self.name("l"), Seq([*body.parts, self.user()]))

    def draw_sub(self, depth: int, faults: bool, _scope: bool) -> Any:
        return self.nested("s", "sub", depth, faults)

    def draw_call(self, depth: int, faults: bool, _scope: bool) -> Any:
        sub = self.nested("c", "call", depth, faults)
        if self.often(0.4):
            sub.all_out = False
        if self.often(0.4):
            sub.all_in = False
            mapped = {target for _, target in sub.inputs}
            needed = [name for name in (*FLAGS, "c", "xs") if name not in mapped]
            sub.inputs += [(("var", name), name) for name in needed]
        return sub

    def nested(self, letter: str, kind: str, depth: int, faults: bool) -> Sub:
        name, outputs = self.name(letter), self.mappings()
        body = self.seq(depth, faults=faults, scope=True)
        if outputs:
            body = Seq([self.user(), *body.parts])
        return Sub(name, kind, body, self.event_subs(depth), self.mappings(), outputs)

    def event_subs(self, depth: int) -> list[Armed]:
        if "esp" not in self.kinds:
            return []
        return [
            self.conditional(
                Armed(
                    self.name("v"),
                    "message",
                    self.random.random() < 0.4,
                    self.seq(min(depth, 1)),
                    self.mappings(0.3),
                )
            )
            for _ in range(self.random.choice((0, 0, 1, 2)))
        ]

    def draw_esp(self, depth: int, faults: bool, scope: bool) -> Any:
        return self.draw_sub(depth, faults, scope)

    def host(self, depth: int, faults: bool) -> Any:
        make = self.random.choice((self.user, self.draw_sub, self.draw_call, self.many))
        if make != self.many:
            return make() if make == self.user else make(depth, faults, False)
        many = self.many(depth, faults)
        if many.element:
            many.items = ("lit", [3, 1])
        return many

    def draw_many(self, depth: int, faults: bool, scope: bool) -> Any:
        many = self.many(depth, faults)
        if not many.element:
            return many
        parts = [self.user(), many]  # an empty collection is handed over at once
        if self.random.random() < 0.4 and not self.moved:
            # An operator could pass the instances by: then there is no list, and nothing to repeat for.
            parts += [self.user(), Script(self.name("p"), ("var", many.collection), "xs")]
        return Seq(parts)

    def many(self, depth: int, faults: bool) -> Many:
        host = self.random.choice((self.user, self.draw_sub, self.draw_call))
        term = host() if host == self.user else host(max(depth - 1, 0), faults, False)
        items: Source = ("lit", list(range(self.random.choice((0, 1, 2, 2, 3)))))
        if self.often(0.4):
            items = ("var", "xs")
        many = Many(term, items, self.random.random() < 0.5)
        if self.often(0.6):
            many.element = self.random.choice(
                (self.number(), ("var", "n0"), ("var", "loopCounter"), ("var", "item"))
            )
        if self.often(0.4):
            many.until = self.random.choice(
                (("done", 1), ("done", 2), ("active", 1), ("var", "n0", 2), ("var", "item", 1))
            )
        if isinstance(term, Sub) and (many.until or many.element):
            term.body = Seq([self.user(), *term.body.parts])
        return many

    def draw_guarded(self, depth: int, faults: bool, scope: bool) -> Any:
        guard_fault = "fault" in self.kinds and self.random.random() < 0.6
        host = self.host(depth, faults or guard_fault)
        events = []
        for _ in range(self.random.choice((1, 1, 2))):
            kind = self.random.choice(("message", "message", "timer"))
            interrupting = self.random.random() < 0.5
            body = Seq([self.user(), *self.path(max(depth - 1, 0), interrupting)])
            outputs = self.mappings(0.3)
            event = Armed(self.name("b"), kind, interrupting, body, outputs)
            events.append(self.conditional(event))
        if guard_fault:
            body = Seq([self.user()])
            events.append(Armed(self.name("b"), "error", True, body, self.mappings(0.3)))
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
