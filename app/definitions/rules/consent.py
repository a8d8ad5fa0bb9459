"""Consent: no path goes around it to the end."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.model.findings import Finding, warning
from app.definitions.model.graph import Kind, Node, Trigger
from app.definitions.rules.view import View, step

_SHARES = frozenset({"team:assemble", "meeting:convene", "plan:share"})
"""Operations that let others see what is known about the citizen."""


def check(view: View) -> Iterator[Finding]:
    """Find ways to an end on which information was shared and no consent was asked for."""
    asks = [node.id for node in view.nodes if _asks(node)]
    shares = [node for node in view.nodes if node.job is not None and node.job.type in _SHARES]
    if not asks or not shares:
        return
    for node in shares:
        open_way = _without(view, view.entries(node.scope), set(asks))
        if node.id in open_way and _comes_to_an_end(view, node, set(asks)):
            yield warning(
                "consent:bypassed",
                node.id,
                f"Der er en vej til slutningen gennem {step(node)}, som går uden om samtykket.",
                "Før vejen gennem samtykket, eller vis med en betingelse, at det ikke er nødvendigt.",
            )


def _asks(node: Node) -> bool:
    job = node.job is not None and node.job.type == "consent:record"
    return job or (node.call is not None and node.call.process_id == "consent")


def _without(view: View, sources: list[str], avoided: set[str]) -> set[str]:
    """Return what can be reached without passing any of some nodes."""
    found = {source for source in sources if source not in avoided}
    waiting = list(found)
    while waiting:
        for following in view.successors(waiting.pop()):
            if following not in found and following not in avoided:
                found.add(following)
                waiting.append(following)
    return found


def _comes_to_an_end(view: View, node: Node, avoided: set[str]) -> bool:
    after = _without(view, [node.id], avoided)
    return any(
        found.kind is Kind.END and (found.event is None or found.event.trigger is Trigger.NONE)
        for found in view.nodes
        if found.id in after
    )
