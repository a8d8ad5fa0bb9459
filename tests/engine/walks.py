"""Random walks through random models: the same commands to the engine and to the oracle."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from app import engine
from app.definitions.model.graph import Process
from tests.engine.build import AT
from tests.engine.lowering import Lowering
from tests.engine.oracle import Move, Oracle
from tests.engine.remains import moves
from tests.engine.terms import Generator

FLOW = "user user xor and or loop sub call many guarded esp first fault stop"
LOOKING = "cond vars user user xor and or loop sub call many guarded guarded esp first fault stop"
"""With a conditional event: it fires before an inclusive gateway does that is ready."""
MEETING = "cond cond vars user or guarded guarded sub"
"""Little else than the two of them, and two conditions: they may come true in one command."""
MOVED = "move vars user user xor and or loop sub call many guarded esp first fault stop"
ALL = f"vars {FLOW}"
INNER = {"subProcess", "eventSubProcess", "callActivity"}


class Differs(AssertionError):
    """The engine and the oracle do not agree."""


def open_places(model: engine.CompiledModel, state: bytes) -> dict[str, engine.LiveElement]:
    """What can be done or is armed, by address; containers and joins left out."""
    found = {}
    for element in engine.live(model, state):
        hidden = element.body or element.kind in INNER or element.kind.endswith("Gateway")
        if element.incident:
            raise Differs(f"an incident {element.incident} at {element.address}")
        if not hidden:
            assert element.address not in found, "two live elements with one address"
            found[element.address] = element
    return found


def command_for(element: engine.LiveElement, given: dict[str, Any]) -> engine.Command | None:
    if element.kind == "userTask":
        return engine.CompleteTask(AT, element.address, given)
    if element.due is not None:
        return engine.FireTimer(element.due, element.address)
    return engine.CorrelateMessage(AT, element.address, given)


def values(source: random.Random, chance: float = 1) -> dict[str, Any]:
    drawn = {
        "c": source.randrange(3),
        "b0": source.random() < 0.5,
        "b1": source.random() < 0.5,
        "go": source.random() < 0.4,
        "xs": [source.randrange(5) for _ in range(source.randrange(4))],
        "n0": source.randrange(5),
        "n1": source.randrange(5),
    }
    kept = {name: value for name, value in drawn.items() if source.random() < chance}
    if chance < 1 and source.random() < 0.2:
        kept["item"] = source.randrange(5)
    return kept


def drawn(seed: int, size: int, kinds: str = ALL) -> tuple[Any, Any, Lowering, Process]:
    generator = Generator(seed, size, kinds)
    term = generator.seq(3, scope=True)
    armed = generator.event_subs(1)
    lowering = Lowering()
    return term, armed, lowering, lowering.process(term, "p", armed)


def processes_of(seed: int, size: int) -> tuple[Process, dict[str, Process]]:
    """The process that is walked, and those that it calls."""
    _, _, lowering, process = drawn(seed, size)
    return process, lowering.called


def model_of(seed: int, size: int, kinds: str = ALL) -> tuple[engine.CompiledModel, Any, Any]:
    term, armed, lowering, process = drawn(seed, size, kinds)
    return engine.compile_model(process, lowering.called), term, armed


Decide = Callable[[engine.CompiledModel, bytes | None, engine.Command], engine.Decision]


def walk(
    seed: int, size: int, commands: int, kinds: str = ALL, decide: Decide = engine.decide
) -> int:
    """Walk one model; returns how many commands were given. Raises Differs."""
    model, term, armed = model_of(seed, size, kinds)
    source = random.Random(seed * 7919 + 1)
    given = values(source)
    oracle = Oracle(term, armed, given)
    state = decide(model, None, engine.Start(AT, given)).state
    for count in range(commands):
        where = f"seed {seed} size {size} command {count}"
        places = open_places(model, state)
        agree(model, state, places, oracle, where)
        can = [place for place in sorted(places) if not is_inner(model, places[place])]
        if not can:
            return count
        if "move" in kinds.split() and source.random() < 0.3:
            among = sorted(moves(oracle.left))
            if among:
                place, to = source.choice(among)
                into = ((place.rpartition("/")[0], to),)
                state = decide(model, state, engine.MoveToken(AT, into, (place,))).state
                oracle.act(place, Move(to))
                continue
        place = source.choice(can)
        given = values(source, 0.7)
        state = decide(model, state, command_for(places[place], given)).state
        oracle.act(place, given)
    return commands


def agree(
    model: engine.CompiledModel,
    state: bytes,
    places: dict[str, engine.LiveElement],
    oracle: Oracle,
    where: str,
) -> None:
    """Compare what is open, what is seen there, and whether it has ended."""
    should = oracle.open()
    if sorted(places) != sorted(place for place in should if place):
        raise Differs(f"{where}: {sorted(places)} != {sorted(should)}")
    if bool(engine.ended(state)) != (oracle.left is None):
        raise Differs(f"{where}: ended {engine.ended(state)!r}")
    for place, seen in should.items():
        found = engine.variables_at(model, state, place)
        if found != seen:
            raise Differs(f"{where}: at {place!r} {found} != {seen}")


def is_inner(model: engine.CompiledModel, element: engine.LiveElement) -> bool:
    """Whether an event comes from inside the course: an error is thrown, a condition comes true."""
    event = model.node(element.element).event
    return event is not None and event.trigger in {"error", "conditional"}
