"""Timers: somebody owns what is to happen when the time has come."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.model.findings import Finding, warning
from app.definitions.model.graph import Kind, Node, Trigger
from app.definitions.rules.view import View, step

_PASSED = frozenset({Kind.EXCLUSIVE, Kind.PARALLEL, Kind.INCLUSIVE, Kind.TASK, Kind.THROW})


def check(view: View) -> Iterator[Finding]:
    """Find timers that stand in no lane and lead to no step that anybody, or any system, does."""
    for node in view.nodes:
        timer = node.event is not None and node.event.trigger is Trigger.TIMER
        if timer and node.kind in {Kind.CATCH, Kind.BOUNDARY} and not _owned(view, node):
            yield warning(
                "timer:no-owner",
                node.id,
                f"Ingen ejer fristen {step(node)}: den ligger ikke i en bane, og det, der sker, når tiden er gået, "
                "er ikke nogens opgave.",
                "Læg timeren i en bane, eller lad den føre til en opgave med en gruppe.",
            )


def _owned(view: View, timer: Node) -> bool:
    host = view.process.by_id.get(timer.attached_to)
    if timer.lane or (host is not None and _has_owner(host)):
        return True
    seen: set[str] = set()
    waiting = list(view.successors(timer.id))
    while waiting:
        here = view.process.by_id[waiting.pop()]
        if here.id in seen:
            continue
        seen.add(here.id)
        if _has_owner(here):
            return True
        if here.kind in _PASSED:
            waiting += view.successors(here.id)
    return False


def _has_owner(node: Node) -> bool:
    task = node.user_task
    people = task is not None and (task.assignee or task.candidate_groups or task.candidate_users)
    return bool(node.lane or people or node.job or node.call or node.decision or node.script)
