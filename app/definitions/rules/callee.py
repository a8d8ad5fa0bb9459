"""Called processes: a call says which, how its version is chosen, and it exists."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.model.findings import Finding, error, warning
from app.definitions.model.graph import Call, Kind, Node
from app.definitions.rules.binding import Binding, Words, check_binding
from app.definitions.rules.view import View, step

_WORDS = Words("callee:binding", "sit versionsmærke", "kalder en proces", "processens")


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
    chosen = Binding(call.binding, call.version_tag, call.process_id)
    return check_binding(node, chosen, _WORDS)


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
