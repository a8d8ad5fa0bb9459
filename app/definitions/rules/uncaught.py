"""Errors: what is thrown is caught, else the course stops as an incident."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.model.findings import Finding, warning
from app.definitions.model.graph import Kind, Node, Trigger
from app.definitions.rules.view import View, step


def check(view: View) -> Iterator[Finding]:
    """Find thrown errors that nothing around them catches; a process that others call may leave that to them."""
    catchers = _catchers(view)
    for node in view.nodes:
        throws = (
            node.kind is Kind.END and node.event is not None and node.event.trigger is Trigger.ERROR
        )
        if throws and not view.is_called and not _caught(view, node, catchers):
            yield warning(
                "error:uncaught",
                node.id,
                f"Ingen griber fejlen, som {step(node)} kaster. Forløbet går i stå der.",
                "Sæt en fejlhændelse på delprocessens kant, eller brug en afslutning af alt.",
            )


def _catchers(view: View) -> dict[str, list[Node]]:
    """Return what catches errors by what it catches them of: a sub-process, or the process."""
    found: dict[str, list[Node]] = {}
    for node in view.process.nodes:
        host = view.process.by_id.get(node.scope)
        if node.kind is Kind.BOUNDARY:
            found.setdefault(node.attached_to, []).append(node)
        elif node.kind is Kind.START and host is not None and host.kind is Kind.EVENT_SUB_PROCESS:
            found.setdefault(host.scope, []).append(node)
    return found


def _caught(view: View, thrown: Node, catchers: dict[str, list[Node]]) -> bool:
    code = thrown.event.name if thrown.event is not None else ""
    scope = thrown.scope
    while True:
        if any(_takes(node, code) for node in catchers.get(scope, ())):
            return True
        around = view.process.by_id.get(scope)
        if around is None:
            return False
        scope = around.scope


def _takes(catcher: Node, code: str) -> bool:
    event = catcher.event
    return event is not None and event.trigger is Trigger.ERROR and event.name in {"", code}
