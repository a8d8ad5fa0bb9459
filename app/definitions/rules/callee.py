"""Called processes: a call says which, how its version is chosen, and it exists."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.findings import Finding, error, warning
from app.definitions.graph import Call, Kind, Node
from app.definitions.view import View, step

_BINDINGS = frozenset({"latest", "deployment", "versionTag"})


def check(view: View) -> Iterator[Finding]:
    """Find calls of nothing, of the unknown, and with a version that cannot be chosen."""
    for node in view.nodes:
        if node.kind is not Kind.CALL:
            continue
        if node.call is None or not node.call.process_id:
            yield error(
                "callee:missing",
                node.id,
                f"{step(node)} siger ikke, hvilken proces der kaldes.",
                "Skriv processens id (Called element).",
            )
        else:
            yield from _binding(node, node.call)
            yield from _exists(view, node, node.call)


def _binding(node: Node, call: Call) -> Iterator[Finding]:
    if call.binding not in _BINDINGS:
        yield error(
            "callee:binding",
            node.id,
            f"{step(node)} vælger version på en ukendt måde: {call.binding}",
            "Vælg latest, deployment eller versionTag.",
        )
    elif call.binding == "versionTag" and not call.version_tag:
        yield error(
            "callee:binding",
            node.id,
            f"{step(node)} mangler sit versionsmærke.",
            "Skriv versionTag.",
        )
    elif call.binding != "latest" and call.process_id.startswith("="):
        yield error(
            "callee:binding",
            node.id,
            f"{step(node)} kalder en proces ved et udtryk, så versionen kan ikke låses.",
            "Vælg latest, eller skriv processens id som fast tekst.",
        )


def _exists(view: View, node: Node, call: Call) -> Iterator[Finding]:
    known = view.surroundings.processes
    own = view.file.process(call.process_id) is not None
    if known is None or own or call.process_id in known or call.process_id.startswith("="):
        return
    yield warning(
        "callee:unknown",
        node.id,
        f"Processen {call.process_id} findes ikke. Forløbet går i stå ved {step(node)}.",
        "Ret id'et, eller læg processen ved som en .bpmn-fil.",
    )
