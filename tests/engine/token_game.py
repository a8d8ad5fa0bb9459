"""Unstructured graphs of user tasks, exclusive and parallel gateways, and an independent game of tokens on flows."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from typing import Any

from app.definitions.model.graph import Flow, Kind, Node, Process, UserTask

TOO_MANY = 12
TOO_LONG = 200


class Overflow(Exception):
    """More tokens than a test wants to look at, or a loop that never stops."""


def draw(seed: int) -> Process:
    """A random graph: cycles, implicit splits and merges, several flows between the same two."""
    source = random.Random(seed)
    kinds = [Kind.USER, Kind.USER, Kind.EXCLUSIVE, Kind.PARALLEL]
    nodes = [Node("start", Kind.START, "p")]
    for index in range(source.randrange(4, 10)):
        kind = source.choice(kinds)
        task = UserTask() if kind is Kind.USER else None
        nodes.append(Node(f"n{index}", kind, "p", user_task=task))
    names = [node.id for node in nodes[1:]]
    pairs = [("start", names[0])]
    pairs += [
        (source.choice(["start", *names[:index]]), name)
        for index, name in enumerate(names)
        if index
    ]
    pairs += [(source.choice(names), source.choice(names)) for _ in range(source.randrange(2, 7))]
    flows: list[Flow] = []
    by_id = {node.id: node for node in nodes}
    for index, (start, end) in enumerate(pairs):
        before = sum(flow.source == start for flow in flows)
        condition = ""
        if by_id[start].kind is Kind.EXCLUSIVE and before:
            condition = f"=c = {before - 1}"
        elif by_id[start].kind is Kind.EXCLUSIVE:
            by_id[start] = replace(by_id[start], default=f"f{index}")
        flows.append(Flow(f"f{index}", start, end, "p", condition=condition))
    return Process("p", nodes=tuple(by_id.values()), flows=tuple(flows))


class Game:
    """Tokens on flows and in tasks; a parallel gateway takes one from each of its flows."""

    def __init__(self, process: Process) -> None:
        self.nodes = process.by_id
        self.outgoing = {n: [f for f in process.flows if f.source == n] for n in self.nodes}
        self.incoming = {n: [f for f in process.flows if f.target == n] for n in self.nodes}
        self.waiting: Counter[str] = Counter()
        self.tasks: list[str] = []
        self.entered: Counter[str] = Counter()
        self.c = 0

    def start(self, c: int) -> None:
        self.c = c
        self.run(["start"])

    def complete(self, where: str, c: int) -> None:
        self.c = c
        self.tasks.remove(where)
        self.run(self.leave(where.split("#", maxsplit=1)[0]))

    def leave(self, name: str) -> list[str]:
        """Put tokens on the flows out of a node; return the nodes that can go on at once."""
        flows = self.outgoing[name]
        if self.nodes[name].kind is Kind.EXCLUSIVE and flows:
            hits = [f for f in flows if f.condition == f"=c = {self.c}"]
            flows = [hits[0] if hits else next(f for f in flows if not f.condition)]
        ready = []
        for flow in flows:
            target = self.nodes[flow.target]
            if target.kind is Kind.PARALLEL:
                self.waiting[flow.id] += 1
                if all(self.waiting[f.id] for f in self.incoming[target.id]):
                    for f in self.incoming[target.id]:
                        self.waiting[f.id] -= 1
                    ready.append(target.id)
            elif target.kind is Kind.USER:
                self.entered[target.id] += 1
                self.tasks.append(f"{target.id}#{self.entered[target.id]}")
            else:
                ready.append(target.id)
        return ready

    def run(self, ready: list[str]) -> None:
        steps = 0
        while ready:
            steps += 1
            if (
                steps > TOO_LONG
                or len(self.tasks) > TOO_MANY
                or self.waiting.total() > 3 * TOO_MANY
            ):
                raise Overflow
            ready += self.leave(ready.pop())

    def stuck(self) -> bool:
        return not self.tasks and self.waiting.total() > 0


def given(source: random.Random) -> dict[str, Any]:
    return {"c": source.randrange(3)}
