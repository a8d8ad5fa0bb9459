"""Conditions: a choice has one on each flow but the default; nothing else reads them."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.model.findings import Finding, error, warning
from app.definitions.model.graph import ACTIVITIES, Kind, Node
from app.definitions.rules.view import View, step

CHOICES = frozenset({Kind.EXCLUSIVE, Kind.INCLUSIVE})


def check(view: View) -> Iterator[Finding]:
    """Find flows of a choice without condition, and conditions where none is read."""
    for node in view.nodes:
        if node.default and node.default not in {f.id for f in view.process.outgoing[node.id]}:
            yield error(
                "ref:unknown",
                node.id,
                f"Standardpilen fra {step(node)} findes ikke.",
                "Vælg standardpilen igen.",
            )
        if node.kind in CHOICES:
            yield from _choice(view, node)
        else:
            yield from _elsewhere(view, node)


def _choice(view: View, node: Node) -> Iterator[Finding]:
    flows = view.process.outgoing[node.id]
    for flow in flows:
        if flow.id == node.default:
            if flow.condition:
                yield warning(
                    "gateway:condition-on-default",
                    flow.id,
                    f"Standardpilen fra {step(node)} har en betingelse, som aldrig læses.",
                    "Slet betingelsen.",
                )
        elif not flow.condition and len(flows) > 1:
            yield error(
                "gateway:no-condition",
                flow.id,
                f"Pilen fra {step(node)} har ingen betingelse og er ikke standardpil.",
                "Skriv en betingelse, eller gør pilen til standardpil (Default flow).",
            )


def _elsewhere(view: View, node: Node) -> Iterator[Finding]:
    for flow in view.process.outgoing[node.id]:
        if flow.condition and node.kind in ACTIVITIES:
            yield error(
                "flow:condition-on-activity",
                flow.id,
                f"Pilen direkte fra {step(node)} har en betingelse. Den slags kan ikke udføres.",
                "Sæt en eksklusiv gateway efter opgaven, og flyt betingelsen dertil.",
            )
        elif flow.condition:
            yield error(
                "flow:condition-not-read",
                flow.id,
                f"Pilen fra {step(node)} har en betingelse, som aldrig læses.",
                "Slet betingelsen, eller brug en eksklusiv gateway.",
            )
