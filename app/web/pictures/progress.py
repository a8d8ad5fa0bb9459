"""How far a course has come, as its model draws it: the phases, and every step in words. Pure functions over values."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.courses import Task
from app.definitions import TASKS, Kind, Node, Process

DONE, HERE, LATER = "done", "here", "later"

_TOLD = TASKS | {Kind.CALL, Kind.START, Kind.END, Kind.CATCH, Kind.THROW, Kind.BOUNDARY}
"""What stands in the list in words; gateways and sub-processes show by what follows and what is in them."""


@dataclass(frozen=True)
class Phase:
    """A phase: a call activity of the main process.

    Attributes:
        state: done, here or later.
        times: how often it was entered.
        since: when its first task came; until: when its last one was closed.
    """

    id: str
    label: str
    state: str
    times: int = 0
    since: Any = None
    until: Any = None


@dataclass(frozen=True)
class Step:
    """One step of a process, with how often it was done and the open tasks that stand there."""

    id: str
    label: str
    kind: Kind
    state: str
    times: int
    tasks: tuple[Task, ...] = ()


def in_order(process: Process, scope: str) -> list[Node]:
    """Return the nodes directly in a scope in the order in which a token can come to them.

    What no flow leads to (an event sub-process) comes last, in the order of the file.
    """
    inside = [node for node in process.nodes if node.scope == scope]
    boundary: dict[str, list[Node]] = {}
    for node in inside:
        if node.attached_to:
            boundary.setdefault(node.attached_to, []).append(node)
    seen: dict[str, Node] = {}
    waiting = deque(node for node in inside if node.kind is Kind.START)
    while waiting:
        node = waiting.popleft()
        if node.id in seen:
            continue
        seen[node.id] = node
        ahead = [process.by_id[flow.target] for flow in process.outgoing[node.id]]
        waiting.extend([*ahead, *boundary.get(node.id, ())])
    for node in inside:
        seen.setdefault(node.id, node)
    return list(seen.values())


def phases(process: Process, progress: Mapping[str, Any], tasks: Iterable[Task]) -> list[Phase]:
    """Return the phases of a course in order, each with how far it is.

    Args:
        process: the main process.
        progress: of the course: how often each element was entered and left.
        tasks: all tasks of the course; their instants date the phases.
    """
    dated: dict[str, list[Task]] = {}
    for task in tasks:
        dated.setdefault(task.address.partition("#")[0], []).append(task)
    found = []
    for node in in_order(process, process.id):
        if node.kind is not Kind.CALL:
            continue
        mine = dated.get(node.id, [])
        closed = [task.closed_at for task in mine if task.closed_at is not None]
        found.append(
            Phase(
                node.id,
                node.name or node.id,
                _state(node.id, progress),
                _times(node.id, progress),
                min((task.opened_at for task in mine), default=None),
                max(closed, default=None),
            )
        )
    return found


def steps(
    process: Process, prefix: str, progress: Mapping[str, Any], tasks: Iterable[Task]
) -> list[Step]:
    """Return the steps of one process in words, those in sub-processes after the process's own.

    Args:
        process: the main process, or a called one.
        prefix: what events put before its elements: "" for the main process, `process/` for a called one.
        progress: of the course.
        tasks: its tasks; the open ones stand at their steps.
    """
    waiting: dict[str, list[Task]] = {}
    for task in tasks:
        if task.status == "open":
            waiting.setdefault(task.element, []).append(task)
    scopes = [process.id, *(node.id for node in process.nodes if _holds_others(node))]
    return [
        Step(
            f"{prefix}{node.id}",
            node.name,
            node.kind,
            _state(f"{prefix}{node.id}", progress),
            _times(f"{prefix}{node.id}", progress),
            tuple(waiting.get(f"{prefix}{node.id}", ())),
        )
        for scope in scopes
        for node in in_order(process, scope)
        if node.kind in _TOLD and node.name
    ]


def marks(
    process: Process, prefix: str, progress: Mapping[str, Any]
) -> tuple[list[str], list[str]]:
    """Return the ids of the elements of a process that are done, and of those where the course stands."""
    states = {node.id: _state(f"{prefix}{node.id}", progress) for node in process.nodes}
    # A boundary event or an event sub-process that only waits for something to go wrong is no place to stand.
    armed = {
        node.id
        for node in process.nodes
        if node.kind in {Kind.BOUNDARY, Kind.EVENT_SUB_PROCESS} or _is_start_of_event(process, node)
    }
    done = [node for node, state in states.items() if state == DONE]
    here = [node for node, state in states.items() if state == HERE and node not in armed]
    return done, here


def _holds_others(node: Node) -> bool:
    return node.kind in {Kind.SUB_PROCESS, Kind.EVENT_SUB_PROCESS}


def _is_start_of_event(process: Process, node: Node) -> bool:
    around = process.by_id.get(node.scope)
    return node.kind is Kind.START and around is not None and around.kind is Kind.EVENT_SUB_PROCESS


def _state(element: str, progress: Mapping[str, Any]) -> str:
    if progress.get("here", {}).get(element):
        return HERE
    return DONE if progress.get("done", {}).get(element) else LATER


def _times(element: str, progress: Mapping[str, Any]) -> int:
    here, done = progress.get("here", {}), progress.get("done", {})
    return int(here.get(element, 0)) + int(done.get(element, 0))
