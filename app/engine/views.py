"""Looking at a state without changing it: what lives in it, and which variables a place sees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from app.clock import from_text
from app.definitions import Kind
from app.engine import marking
from app.engine.callees import NOBODY, Callees
from app.engine.model import CompiledModel
from app.engine.specs import Plan, ScopeSpec
from app.engine.tree import segment

Marking = marking.Marking


@dataclass(frozen=True, slots=True)
class LiveElement:
    """A token that waits, is ready or has started.

    Attributes:
        address: the occurrence.
        element: id, with `process/` before it inside a called process.
        kind: what it is.
        incident: code of its incident, "" when it has none.
        due: when its timer fires, if it has one.
        body: whether it is the body around the instances of a multi-instance element.
        armed: whether it is an event that waits beside others (a boundary event, an event sub-process's start).
        version: the called version in which it stands (`Callees`); "" for the course's own.
    """

    address: str
    element: str
    kind: Kind
    incident: str = ""
    due: datetime | None = None
    body: bool = False
    armed: bool = False
    version: str = ""


def live(model: CompiledModel, state: bytes, callees: Callees = NOBODY) -> tuple[LiveElement, ...]:
    """Return the live elements of a state, outer ones before those inside them; a waiting join has no address ("")."""
    found = []
    for place in _walk(model, marking.decode(state), callees):
        data, plan = place.token["d"], place.plan
        due = data.get("due")
        found.append(
            LiveElement(
                address=place.address,
                element=plan.element,
                kind=plan.node.kind,
                incident=data.get("inc", ""),
                due=None if due is None else from_text(due),
                body="card" in data,
                armed=plan.node.kind in {Kind.BOUNDARY, Kind.START} and place.token["s"] == "W",
                version=place.version,
            )
        )
    return tuple(found)


def variables_at(
    model: CompiledModel, state: bytes, address: str = "", callees: Callees = NOBODY
) -> dict[str, Any]:
    """Return the variables that a live element sees, inner ones hiding outer ones; "" is the course.

    Raises:
        KeyError: nothing lives at that address.
    """
    marked = marking.decode(state)
    if not address:
        return dict(marked["v"])
    for place in _walk(model, marked, callees):
        if place.address == address:
            return {**place.seen, **_inside(place.token, place.seen)}
    raise KeyError(address)


def ended(state: bytes) -> str:
    """Return how the course ended (completed, terminated, cancelled), or "" while it runs."""
    return str(marking.decode(state).get("end", ""))


def suspended(state: bytes) -> bool:
    """Return whether the course stands still until it is resumed."""
    return "halt" in marking.decode(state)


def _inside(token: Marking, seen: dict[str, Any]) -> dict[str, Any]:
    data = token["d"]
    if "root" in data:
        return dict(data["root"])
    return {**seen, **data.get("v", {})}


class _Place(NamedTuple):
    """A token of a marking, with what is around it."""

    address: str
    token: Marking
    plan: Plan
    seen: dict[str, Any]
    version: str


class _Around(NamedTuple):
    """What the tokens of one scope have in common."""

    prefix: str
    scope: ScopeSpec
    seen: dict[str, Any]
    version: str


def _walk(model: CompiledModel, state: Marking, callees: Callees) -> Iterator[_Place]:
    top = _Around("", model.scopes[""], state["v"], "")
    todo = [(top, token) for token in reversed(state["m"]["t"])]
    while todo:
        around, token = todo.pop()
        if token["s"] == "H":
            todo.extend((around, child) for child in reversed(token["k"]))
            continue
        spec, data = around.scope.task_specs[token["e"]], token["d"]
        own = segment(spec.segment, data)
        where = own and around.prefix + own
        yield _Place(where, token, spec.drawn, around.seen, around.version)
        mine = around._replace(seen={**around.seen, **data.get("v", {})})
        todo.extend((mine, child) for child in reversed(token.get("k", ())))
        if "p" in token:
            version = data.get("ver", "")
            inner = _Around(
                f"{where}/",
                callees.model(version).called if version else around.scope.family[spec.spec],
                data.get("root", mine.seen),
                version or around.version,
            )
            todo.extend((inner, child) for child in reversed(token["p"]["t"]))
