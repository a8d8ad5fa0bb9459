"""Decisions: a task says which, how its version is chosen, it exists, and its inputs have the names it asks for."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.model.findings import Finding, warning
from app.definitions.model.graph import CalledDecision, Node
from app.definitions.rules.binding import Binding, Words, check_binding
from app.definitions.rules.view import View, step
from app.feel import suggestion

_WORDS = Words(
    "decision:binding", "beslutningens versionsmærke", "vælger beslutningen", "beslutningens"
)


def check(view: View) -> Iterator[Finding]:
    """Find decisions that are not there, whose version cannot be chosen, or whose input is called otherwise."""
    for node in view.nodes:
        if node.decision is not None:
            yield from _binding(node, node.decision)
            yield from _exists(view, node, node.decision)
            yield from _inputs(view, node, node.decision)


def _binding(node: Node, called: CalledDecision) -> Iterator[Finding]:
    chosen = Binding(called.binding, called.version_tag, called.decision_id)
    return check_binding(node, chosen, _WORDS)


def _exists(view: View, node: Node, called: CalledDecision) -> Iterator[Finding]:
    known = view.surroundings.decisions
    if known is None or not called.decision_id or called.decision_id.startswith("="):
        return
    if called.decision_id not in known:
        near = suggestion(called.decision_id, sorted(known))
        yield warning(
            "decision:unknown",
            node.id,
            f"Beslutningen {called.decision_id} findes ikke. Forløbet går i stå ved {step(node)}.{near}",
            "Ret id'et, eller læg beslutningen ved som en .dmn-fil.",
        )


def _inputs(view: View, node: Node, called: CalledDecision) -> Iterator[Finding]:
    """Where a task names what it gives, an input of the decision that nearly has such a name is one misspelt."""
    given = {mapping.target.split(".")[0] for mapping in node.inputs}
    if not given:
        return
    for name in (view.surroundings.decisions or {}).get(called.decision_id, ()):
        near = "" if name in given else suggestion(name, sorted(given))
        if near:
            yield warning(
                "decision:input",
                node.id,
                f"Beslutningen {called.decision_id} skal bruge {name!r}, som {step(node)} ikke giver den.{near}",
                "Ret navnet i opgavens input eller i beslutningen, så de er ens.",
            )
