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
from typing import Any

from SpiffWorkflow.util.task import TaskState

from app import canonical
from app.engine.resting import Rest, write
from app.engine.run import Run
from app.engine.specs import scope_inside
from app.engine.tree import Flow, Resting, SubFlow, Token, sub_flow

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
    tokens: list[Marking | Rest] = []
    for task in flow.tasks.values():
        if task.task_spec.holds and task.has_state(TaskState.COMPLETED):
            live = [_token(child) for child in task.children if child.alive]
            if live:
                tokens.append({"e": task.task_spec.name, "s": "H", "k": live})
        elif task.alive and not task.triggered and not task.parent.task_spec.holds:
            tokens.append(_token(task))
    return {"t": tokens, "c": dict(flow.counts)}


def _token(task: Token) -> Marking | Rest:
    if task.text:
        return Rest(task.text)
    token: Marking = {
        "e": task.task_spec.name,
        "s": _LETTERS[task._state],
        "d": task.internal_data,
    }
    if task._children:
        instances = [_token(child) for child in task.children if child.triggered and child.alive]
        if instances:
            token["k"] = instances
    if task.asleep is not None:
        token["p"] = task.asleep
    elif (inside := sub_flow(task)) is not None:
        token["p"] = _scope(inside)
    return token


def build(run: Run, state: Marking) -> None:
    """Build the tree of a state into a fresh run. The run takes the values over and may change them."""
    run.flow.wake = _wake
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


def _put(flow: Flow | SubFlow, parent: Token, token: Marking, kind: type[Token] = Token) -> Token:
    state = token["s"]
    task = kind(flow, flow.spec.task_specs[token["e"]], parent, _STATES[state])
    if "p" in token:
        task.asleep = token["p"]
    if state == "H":
        for child in token["k"]:
            _put(flow, task, child)
        return task
    task.internal_data = token["d"]
    if "k" in token:
        for child in token["k"]:
            _put_instance(flow, task, child)
    return task


def _put_instance(flow: Flow | SubFlow, body: Token, token: Marking | Rest) -> None:
    if isinstance(token, Rest):
        task = _put(flow, body, token.token, Resting)
        task.text = token.text
    else:
        task = _put(flow, body, token)
    task.triggered = True


def _wake(task: Token, scope: Marking) -> SubFlow:
    flow = SubFlow(scope_inside(task), task)
    _fill(flow, scope)
    return flow


def encode(state: Marking, *, resting: bool = False) -> bytes:
    """Write a state: the bytes of `canonical.dumps`, without looking at each value again.

    What comes in is checked where it comes in: a command's variables by `decide`, FEEL's values by `Expression`.
    `resting` says that instances in it stand as the texts that `resting.read` found.
    """
    return write(state, resting=resting)


def decode(state: bytes) -> Marking:
    """Read a state; the values are the reader's own."""
    # Most have no decimals, and then need no look at each object.
    marking: Marking = canonical.loads(state) if b'"~d"' in state else json.loads(state)
    return marking
