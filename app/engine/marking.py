"""The marking: all that a course's state is, as plain JSON, and the tree that is built from it for a command.

    state  = {f: format, m: scope, v: the course's variables, end?: how it ended, halt?: 1 while suspended}
    scope  = {t: [token …], c: {element: activations so far}}
    token  = {e: spec, s: W waiting | R ready | S started, d: {n: occurrence …},
              k?: [instances of a multi-instance body], p?: the scope inside a sub-process or call}
    holder = {e: split or event gateway, s: H, k: [token …]}

A holder is finished; it stays only because its children must remain siblings. `d` holds: i index of an instance,
v own variables, root, wrote and ver (version) of a call, tok join counts, due/left/every of a timer, name and key of a
subscription, was of a conditional event (whether its condition held), job (retries left), inc (code of an incident),
res (results not yet written), card/done/items of a body.
"""

# ruff: noqa: SLF001 -- SpiffWorkflow's hooks are private by name; tests/engine/test_hooks.py holds them.
from __future__ import annotations

import json
from decimal import Decimal
from functools import partial
from typing import Any

from SpiffWorkflow.util.task import TaskState

from app import canonical
from app.engine.run import Run
from app.engine.specs import scope_inside
from app.engine.tree import Flow, SubFlow, Token, sub_flow

FORMAT = 1
_LETTERS = {TaskState.WAITING: "W", TaskState.READY: "R", TaskState.STARTED: "S"}
_STATES = {letter: state for state, letter in _LETTERS.items()} | {"H": TaskState.COMPLETED}

Marking = dict[str, Any]


def extract(run: Run) -> Marking:
    """Return the state that the tree is in after a run."""
    state: Marking = {"f": FORMAT, "m": _scope(run.flow), "v": run.flow.variables}
    if run.flow.completed:
        state["end"] = run.how
    if run.suspended:
        state["halt"] = 1
    return state


def _scope(flow: Flow | SubFlow) -> Marking:
    tokens = []
    for task in flow.tasks.values():
        if task.task_spec.holds and task.has_state(TaskState.COMPLETED):
            live = [_token(child) for child in task.children if child.alive]
            if live:
                tokens.append({"e": task.task_spec.name, "s": "H", "k": live})
        elif task.alive and not task.triggered and not task.parent.task_spec.holds:
            tokens.append(_token(task))
    return {"t": tokens, "c": dict(flow.counts)}


def _token(task: Token) -> Marking:
    token: Marking = {
        "e": task.task_spec.name,
        "s": _LETTERS[task._state],
        "d": task.internal_data,
    }
    instances = [_token(child) for child in task.children if child.triggered and child.alive]
    if instances:
        token["k"] = instances
    if task.asleep is not None:
        token["p"] = task.inside
    elif (inside := sub_flow(task)) is not None:
        token["p"] = _scope(inside)
    return token


def build(run: Run, state: Marking) -> None:
    """Build the tree of a state into a fresh run. The run takes the values over and may change them."""
    run.flow.variables = state["v"]
    run.suspended = "halt" in state
    if "end" in state:
        run.flow.completed = True
        run.how = state["end"]
    _fill(run.flow, state["m"])


def _fill(flow: Flow | SubFlow, scope: Marking) -> None:
    flow.counts.update(scope["c"])
    for token in scope["t"]:
        _put(flow, flow.task_tree, token)


def _put(flow: Flow | SubFlow, parent: Token, token: Marking) -> None:
    task = parent._add_child(flow.spec.task_specs[token["e"]], _STATES[token["s"]])
    if token["s"] != "H":
        task.internal_data = token["d"]
    for child in token.get("k", ()):
        _put(flow, task, child)
        if token["s"] != "H":
            flow.tasks[next(reversed(flow.tasks))].triggered = True
    if "p" in token:
        task.inside, task.asleep = token["p"], partial(_wake, task, token["p"])


def _wake(task: Token, scope: Marking) -> SubFlow:
    flow = SubFlow(scope_inside(task), task)
    _fill(flow, scope)
    return flow


def _decimal(value: Any) -> Any:
    if isinstance(value, Decimal):
        return json.loads(canonical.dumps(value))
    raise TypeError(type(value).__name__)


_WRITE = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_decimal
).encode


def encode(state: Marking) -> bytes:
    """Write a state: the bytes of `canonical.dumps`, without looking at each value again.

    What comes in is checked where it comes in: a command's variables by `decide`, FEEL's values by `Expression`.
    """
    return _WRITE(state).encode()


def decode(state: bytes) -> Marking:
    """Read a state; the values are the reader's own."""
    # Most have no decimals, and then need no look at each object.
    marking: Marking = canonical.loads(state) if b'"~d"' in state else json.loads(state)
    return marking
