"""Recursion: a process that calls itself, alone or through others, ends only if a condition stops it."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.model.findings import Finding, warning
from app.definitions.model.references import references
from app.definitions.rules.view import View, step


def check(view: View) -> Iterator[Finding]:
    """Find calls that lead back to the calling process."""
    calls = dict(view.surroundings.processes or {})
    calls |= {process.id: references(process).processes for process in view.file.processes}
    for node in view.nodes:
        if node.call is not None and view.process.id in _called(node.call.process_id, calls):
            yield warning(
                "callee:recursive",
                node.id,
                f"{step(node)} kalder sin egen proces, eventuelt gennem andre. "
                "Uden en betingelse, der standser den, går forløbet i stå.",
                "Tegn gentagelsen som en løkke, eller sørg for, at en betingelse standser den.",
            )


def _called(first: str, calls: dict[str, tuple[str, ...]]) -> set[str]:
    found = {first}
    waiting = [first]
    while waiting:
        for process in calls.get(waiting.pop(), ()):
            if process not in found:
                found.add(process)
                waiting.append(process)
    return found
