"""Scopes: the variables that a token sees, and where a value is written (Camunda 8's rules of propagation).

A scope's variables live in its token: `v` are an element's own, `root` a called process's, and the course's are on
the top flow. They are freed with the token; SpiffWorkflow's own task data stays empty for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from app.engine.tree import Flow, Token, address


class Scope(NamedTuple):
    """One scope of variables: its values, the token that has it (None is the course), and whether that is a call.

    A call notes what is written in its process (`wrote`).
    """

    values: dict[str, Any]
    holder: Token | None = None
    is_call: bool = False

    @property
    def address(self) -> str:
        """Where it is; "" is the course."""
        return "" if self.holder is None else address(self.holder)


def chain(task: Token) -> Iterator[Scope]:
    """Yield the scopes that a token sees, innermost first; the last one is the root of its process."""
    here: Token | None = task
    while here is not None:
        if "v" in here.internal_data:
            yield Scope(here.internal_data["v"], here)
        if "i" in here.internal_data:
            body = here.parent
            if "v" in body.internal_data:
                yield Scope(body.internal_data["v"], body)
        call = here.workflow.parent_task
        if call is not None and "root" in call.internal_data:
            yield Scope(call.internal_data["root"], call, is_call=True)
            return
        if call is None:
            yield root_scope(here.workflow)
        here = call


def root_scope(flow: Flow) -> Scope:
    """Return the course's own scope."""
    return Scope(flow.top_workflow.variables)


def around(task: Token) -> Iterator[Scope]:
    """Yield the scopes that a token's results go to: all but its own (a multi-instance body's item keeps its own)."""
    own = "v" in task.internal_data and "i" not in task.internal_data
    scopes = chain(task)
    if own:
        next(scopes)
    return scopes


def see(task: Token) -> dict[str, Any]:
    """Return all variables that a token sees, the innermost value of each."""
    merged: dict[str, Any] = {}
    for scope in chain(task):
        # The inner ones win, and `|` keeps the order of the outer: an event shows them as they were declared.
        merged = scope.values | merged
    return merged


def path_value(current: Any, path: list[str], value: Any) -> Any:
    """Return `current` with `value` at the path inside it; contexts on the way are copied, not changed."""
    if not path:
        return value
    copy = dict(current) if isinstance(current, dict) else {}
    copy[path[0]] = path_value(copy.get(path[0]), path[1:], value)
    return copy


def place(scopes: Iterable[Scope], name: str) -> Scope:
    """Return the first scope that has the variable, else the outermost."""
    scope = None
    for scope in scopes:
        if name in scope.values:
            break
    assert scope is not None  # noqa: S101 -- every token is in some process
    return scope
