"""What the engine can decide and the courses around it cannot serve yet: refused at publish, never a silent no-op."""

from __future__ import annotations

from collections.abc import Iterable

from app.definitions import Finding, Kind, Node, Process, Trigger, error

_UNHEARD = {
    Trigger.MESSAGE: "en besked",
    Trigger.TIMER: "en tid",
    Trigger.SIGNAL: "et signal",
}


def served(process: Process) -> list[Finding]:
    """Check at publish: does anybody start, call and tell what the process relies on?"""
    return [finding for node in process.nodes for finding in _findings(process, node)]


def _findings(process: Process, node: Node) -> Iterable[Finding]:
    if node.kind is Kind.START and node.scope == process.id and node.event is not None:
        what = _UNHEARD.get(node.event.trigger)
        if what is not None:
            yield error(
                "start:not-served",
                node.id,
                f"Starthændelsen »{node.name or node.id}« venter på {what}, og det starter endnu ingen forløb.",
                "Brug en almindelig starthændelse. Forløbet startes fra Modtagelse eller over /v2.",
            )
