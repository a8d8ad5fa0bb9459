"""Implicit splits: a gateway shows whether all or one of several ways is gone."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.model.findings import Finding, warning
from app.definitions.model.graph import Kind
from app.definitions.rules.view import View, step

_GATEWAYS = frozenset({Kind.EXCLUSIVE, Kind.PARALLEL, Kind.INCLUSIVE, Kind.EVENT_BASED})


def check(view: View) -> Iterator[Finding]:
    """Find steps that several arrows leave without a gateway: all of them are gone at once."""
    for node in view.nodes:
        flows = view.process.outgoing[node.id]
        if node.kind in _GATEWAYS or len(flows) < 2 or any(flow.condition for flow in flows):
            continue
        named = any(flow.name for flow in flows)
        extra = " Navnene på pilene ligner et valg." if named else ""
        yield warning(
            "flow:implicit-split",
            node.id,
            f"Der går {len(flows)} pile ud af {step(node)}; alle går på én gang.{extra}",
            "Sæt en gateway efter trinnet: parallel, hvis alle skal gås, eksklusiv, hvis én skal vælges.",
        )
