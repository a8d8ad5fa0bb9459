"""Terms drawn as BPMN: process graphs for the engine."""
# ruff: noqa: N802 -- each way of drawing is found by the name of the class of terms that it draws

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app.definitions.model.graph import Event, Kind, Process, TimerKind, Trigger
from tests.engine.build import Builder, each, fault, message, timer
from tests.engine.terms import (
    Armed,
    Choice,
    Fault,
    First,
    Guarded,
    Loop,
    Many,
    Mappings,
    Script,
    Seq,
    Source,
    Stop,
    Sub,
    User,
)

Open = tuple[str, str, bool]  # a flow yet to be drawn: source, condition, whether default


def feel(source: Source) -> str:
    """Return a source as FEEL."""
    kind, *names = source
    if kind == "var":
        return f"={names[0]}"
    if kind == "lit":
        return f"={json.dumps(names[0])}"
    if kind == "inc":
        return f"=if {names[0]} instance of number then modulo({names[0]} + 1, 5) else 0"
    a, b = names
    both = f"{a} instance of number and {b} instance of number"
    return f"=if {both} then modulo({a} + {b}, 5) else null"


def mapped(mappings: Mappings) -> list[tuple[str, str]]:
    return [(feel(source), target) for source, target in mappings]


def until(condition: tuple[Any, ...] | None) -> str:
    if condition is None:
        return ""
    if condition[0] == "var":
        return f"={condition[1]} = {condition[2]}"
    what = {"done": "numberOfCompletedInstances >=", "active": "numberOfActiveInstances <"}
    return f"={what[condition[0]]} {condition[1]}"


def waits(event: Armed) -> Event:
    if event.kind == "condition":
        name, bound = event.over
        return Event(Trigger.CONDITIONAL, condition=f"={name} > {bound}")
    return message(event.name)


class Lowering:
    def __init__(self) -> None:
        self.called: dict[str, Process] = {}

    def process(self, term: Any, name: str, events: Sequence[Armed] = ()) -> Process:
        outer = getattr(self, "b", None), getattr(self, "defaults", None)
        self.b, self.defaults = Builder(name), {}
        self.body(term, events, name)
        process = replace_defaults(self.b.process(), self.defaults)
        self.b, self.defaults = outer
        return process

    def body(
        self,
        term: Any,
        events: Sequence[Armed],
        name: str,
        start: Event | None = None,
        **fields: Any,
    ) -> None:
        first = self.b.start(f"{name}.in", start, **fields)
        last = self.lower(term, (first, "", False))
        if last is not None:
            self.to(last, self.b.end(f"{name}.out"))
        for event in events:
            self.b.node(Kind.EVENT_SUB_PROCESS, event.name)
            with self.b.inside(event.name):
                self.body(
                    event.body,
                    [],
                    event.name,
                    waits(event),
                    interrupting=event.interrupting,
                    outputs=mapped(event.outputs),
                )

    def to(self, source: Open, target: str) -> None:
        name = self.b.flow(
            source[0], target, condition=source[1], name=f"f{len(self.b.flows)}-{self.b.id}"
        )
        if source[2]:
            self.defaults[source[0]] = name

    def lower(self, term: Any, source: Open) -> Open | None:
        return getattr(self, f"lower_{type(term).__name__}")(term, source)

    def lower_User(self, term: User, source: Open, **fields: Any) -> Open:
        data = {"inputs": mapped(term.inputs), "outputs": mapped(term.outputs)}
        self.to(source, self.b.user(term.name, **data, **fields))
        return (term.name, "", False)

    def lower_Script(self, term: Script, source: Open) -> Open:
        self.to(source, self.b.script(term.name, feel(term.source), term.target))
        return (term.name, "", False)

    def lower_Seq(self, term: Seq, source: Open) -> Open | None:
        for part in term.parts:
            after = self.lower(part, source)
            if after is None:
                return None
            source = after
        return source

    def lower_Choice(self, term: Choice, source: Open) -> Open | None:
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

    def lower_Loop(self, term: Loop, source: Open) -> Open | None:
        self.to(source, self.b.node(Kind.EXCLUSIVE, f"{term.name}.in"))
        after = self.lower(term.body, (f"{term.name}.in", "", True))
        self.to(after, self.b.node(Kind.EXCLUSIVE, term.name))
        self.to((term.name, "=go", False), f"{term.name}.in")
        return (term.name, "", True)

    def lower_Sub(self, term: Sub, source: Open, **fields: Any) -> Open:
        fields |= {"inputs": mapped(term.inputs), "outputs": mapped(term.outputs)}
        if term.kind == "call":
            fields |= {"propagate_all_parent": term.all_in, "propagate_all_child": term.all_out}
            self.to(source, self.b.call(term.name, f"P{term.name}", **fields))
            self.called[f"P{term.name}"] = self.process(term.body, f"P{term.name}", term.events)
        else:
            self.to(source, self.b.node(Kind.SUB_PROCESS, term.name, **fields))
            with self.b.inside(term.name):
                self.body(term.body, term.events, term.name)
        return (term.name, "", False)

    def lower_Many(self, term: Many, source: Open) -> Open:
        loop = each(
            feel(term.items),
            sequential=term.sequential,
            input_element="item",
            output_collection=term.collection if term.element else "",
            output_element=feel(term.element) if term.element else "",
            completion_condition=until(term.until),
        )
        return getattr(self, f"lower_{type(term.host).__name__}")(term.host, source, loop=loop)

    def lower_Guarded(self, term: Guarded, source: Open) -> Open | None:
        host = self.lower(term.host, source)
        merge = self.b.node(Kind.EXCLUSIVE, f"{host[0]}.merge")
        self.to(host, merge)
        for event in term.events:
            what = {
                "message": waits(event),
                "condition": waits(event),
                "timer": timer("PT1H") if event.interrupting else timer("R/PT1H", TimerKind.CYCLE),
                "error": fault("E"),
            }[event.kind]
            self.b.boundary(
                event.name,
                host[0],
                what,
                interrupting=event.interrupting,
                outputs=mapped(event.outputs),
            )
            after = self.lower(event.body, (event.name, "", False))
            if after is not None:
                self.to(after, merge if event.interrupting else self.b.end(f"{event.name}.out"))
        return (merge, "", False)

    def lower_First(self, term: First, source: Open) -> Open | None:
        self.to(source, self.b.node(Kind.EVENT_BASED, term.name))
        merge = self.b.node(Kind.EXCLUSIVE, f"{term.name}.merge")
        for name, body in term.events:
            self.to((term.name, "", False), self.b.node(Kind.CATCH, name, event=message(name)))
            after = self.lower(body, (name, "", False))
            if after is not None:
                self.to(after, merge)
        return (merge, "", False)

    def lower_Fault(self, term: Fault, source: Open) -> None:
        self.to(source, self.b.end(term.name, fault("E"), inputs=mapped(term.inputs)))

    def lower_Stop(self, term: Stop, source: Open) -> None:
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
