"""Event-based gateways: what follows is something to wait for."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.model.findings import Finding, error
from app.definitions.model.graph import Kind, Node, Trigger
from app.definitions.rules.view import View, step

_AWAITED = frozenset({Trigger.MESSAGE, Trigger.TIMER, Trigger.SIGNAL, Trigger.CONDITIONAL})


def check(view: View) -> Iterator[Finding]:
    """Find event-based gateways that lead to anything but waiting events of their own."""
    hosts = {node.attached_to for node in view.process.nodes}
    for node in view.nodes:
        if node.kind is not Kind.EVENT_BASED:
            continue
        flows = view.process.outgoing[node.id]
        if len(flows) < 2:
            yield error(
                "event-gateway:one-way",
                node.id,
                f"Den hændelsesbaserede gateway {step(node)} har færre end to veje.",
                "Tegn en vej for hver hændelse, eller fjern gatewayen.",
            )
        for flow in flows:
            target = view.process.by_id[flow.target]
            if not _is_awaited(target, hosts) or len(view.process.incoming[target.id]) > 1:
                yield error(
                    "event-gateway:target",
                    target.id,
                    f"Efter den hændelsesbaserede gateway {step(node)} skal stå en ventende hændelse, "
                    "som ingen andre pile fører til.",
                    "Brug en ventende besked-, timer- eller signalhændelse, eller en modtageopgave.",
                )


def _is_awaited(node: Node, hosts: set[str]) -> bool:
    if node.kind is Kind.RECEIVE:
        return node.loop is None and node.id not in hosts
    return node.kind is Kind.CATCH and node.event is not None and node.event.trigger in _AWAITED
