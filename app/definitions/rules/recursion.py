"""Recursion: a process that calls itself, alone or through others, ends only if a condition stops it."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.model.findings import Finding, warning
from app.definitions.rules.view import View, step


def check(view: View) -> Iterator[Finding]:
    """Find calls that lead back to the calling process."""
    callers: set[str] | None = None
    for node in view.nodes:
        if node.call is None:
            continue
        if callers is None:
            callers = _callers(view.process.id, view)
        if node.call.process_id in callers:
            yield warning(
                "callee:recursive",
                node.id,
                f"{step(node)} kalder sin egen proces, eventuelt gennem andre. "
                "Uden en betingelse, der standser den, går forløbet i stå.",
                "Tegn gentagelsen som en løkke, eller sørg for, at en betingelse standser den.",
            )


def _callers(called: str, view: View) -> set[str]:
    """Return a process and all that call it, directly or through others."""
    callers: dict[str, list[str]] = {}
    for caller, processes in {**(view.surroundings.processes or {}), **view.file.calls}.items():
        for process in processes:
            callers.setdefault(process, []).append(caller)
    found = {called}
    waiting = [called]
    while waiting:
        for process in callers.get(waiting.pop(), ()):
            if process not in found:
                found.add(process)
                waiting.append(process)
    return found
