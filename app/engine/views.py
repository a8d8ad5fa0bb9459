"""Looking at a state without changing it: what lives in it, and which variables a place sees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.clock import from_text
from app.definitions import Kind
from app.engine import marking
from app.engine.model import CompiledModel
from app.engine.specs import Plan
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
    """

    address: str
    element: str
    kind: Kind
    incident: str = ""
    due: datetime | None = None
    body: bool = False
    armed: bool = False


def live(model: CompiledModel, state: bytes) -> tuple[LiveElement, ...]:
    """Return the live elements of a state, outer ones before those inside them; a waiting join has no address ("")."""
    found = []
    for where, token, plan, _ in _walk(model, marking.decode(state)):
        data = token["d"]
        due = data.get("due")
        found.append(
            LiveElement(
                address=where,
                element=plan.element,
                kind=plan.node.kind,
                incident=data.get("inc", ""),
                due=None if due is None else from_text(due),
                body="card" in data,
                armed=plan.node.kind in {Kind.BOUNDARY, Kind.START} and token["s"] == "W",
            )
        )
    return tuple(found)


def variables_at(model: CompiledModel, state: bytes, address: str = "") -> dict[str, Any]:
    """Return the variables that a live element sees, inner ones hiding outer ones; "" is the course.

    Raises:
        KeyError: nothing lives at that address.
    """
    marked = marking.decode(state)
    if not address:
        return dict(marked["v"])
    for where, token, _, seen in _walk(model, marked):
        if where == address:
            return {**seen, **_inside(token, seen)}
    raise KeyError(address)


def ended(state: bytes) -> str:
    """Return how the course ended (completed, terminated, cancelled), or "" while it runs."""
    return str(marking.decode(state).get("end", ""))


def _inside(token: Marking, seen: dict[str, Any]) -> dict[str, Any]:
    data = token["d"]
    if "root" in data:
        return dict(data["root"])
    return {**seen, **data.get("v", {})}


def _walk(
    model: CompiledModel, state: Marking
) -> Iterator[tuple[str, Marking, Plan, dict[str, Any]]]:
    todo = [("", "", state["v"], token) for token in reversed(state["m"]["t"])]
    scopes = model.scopes
    while todo:
        prefix, scope, seen, token = todo.pop()
        spec = scopes[scope].task_specs[token["e"]]
        if token["s"] == "H":
            todo.extend((prefix, scope, seen, child) for child in reversed(token["k"]))
            continue
        own = segment(spec.segment, token["d"])
        where = own and prefix + own
        yield where, token, spec.drawn, seen
        data = token["d"]
        mine = {**seen, **data.get("v", {})}
        todo.extend((prefix, scope, mine, child) for child in reversed(token.get("k", ())))
        if "p" in token:
            inner = data.get("root", mine)
            todo.extend(
                (f"{where}/", spec.spec, inner, child) for child in reversed(token["p"]["t"])
            )
