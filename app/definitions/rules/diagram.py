"""Diagrams: what is run can be seen."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.model.findings import Finding, warning
from app.definitions.rules.view import View, step


def check(view: View) -> Iterator[Finding]:
    """Find processes without diagram, and steps that are missing on theirs."""
    hidden = [node for node in view.process.nodes if node.id not in view.file.drawn]
    if hidden and len(hidden) == len(view.process.nodes):
        yield warning(
            "diagram:missing",
            view.process.id,
            f"Processen {view.process.name} har intet diagram.",
            "Åbn modellen i Camunda Modeler og tegn den, eller brug forloeb model fix.",
        )
        return
    for node in hidden:
        yield warning(
            "diagram:incomplete",
            node.id,
            f"{step(node)} er ikke tegnet på diagrammet.",
            "Tegn trinnet i Camunda Modeler.",
        )
