"""What a process refers to outside itself: forms, processes, decisions, kinds of work, messages, signals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.definitions.model.graph import Node, Process, Trigger

DEADLINE_RULE = "deadline_rule"
"""The decision that every deadline gets its rule from."""


def has_deadline(node: Node) -> bool:
    """Tell whether a step starts a deadline: a property `deadline` of a user task, or an operation `deadline:…`."""
    if node.user_task is not None and any(name == "deadline" for name, _ in node.properties):
        return True
    return node.job is not None and node.job.type.startswith("deadline:")


@dataclass(frozen=True, slots=True)
class References:
    """Names in document order, each once. Those given by a FEEL expression are known only when the course runs."""

    forms: tuple[str, ...] = ()
    processes: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()


def _literal(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name and not name.startswith("=")))


def references(process: Process) -> References:
    """Collect what a process refers to."""
    nodes = process.nodes
    events = [node.event for node in nodes if node.event is not None]
    return References(
        forms=_literal(node.user_task.form_id for node in nodes if node.user_task),
        processes=_literal(node.call.process_id for node in nodes if node.call),
        decisions=_literal(
            [
                *(node.decision.decision_id for node in nodes if node.decision),
                *(DEADLINE_RULE for node in nodes if has_deadline(node)),
            ]
        ),
        jobs=_literal(node.job.type for node in nodes if node.job),
        messages=_literal(event.name for event in events if event.trigger is Trigger.MESSAGE),
        signals=_literal(event.name for event in events if event.trigger is Trigger.SIGNAL),
    )
