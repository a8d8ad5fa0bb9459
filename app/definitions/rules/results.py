"""Results: what a script or decision gives has a variable to go to."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.model.findings import Finding, error
from app.definitions.rules.view import View, step


def check(view: View) -> Iterator[Finding]:
    """Find scripts and decisions that are empty or whose result goes nowhere."""
    for node in view.nodes:
        if node.script is not None and not node.script.expression:
            yield error(
                "script:missing",
                node.id,
                f"{step(node)} har intet udtryk.",
                "Skriv et FEEL-udtryk.",
            )
        if node.decision is not None and not node.decision.decision_id:
            yield error(
                "decision:missing",
                node.id,
                f"{step(node)} mangler beslutningens id.",
                "Skriv beslutningens id (Decision ID).",
            )
        result = node.script or node.decision
        if result is not None and not result.result:
            yield error(
                "result:missing",
                node.id,
                f"Resultatet af {step(node)} gemmes ikke i nogen variabel.",
                "Skriv et variabelnavn ved Result variable.",
            )
