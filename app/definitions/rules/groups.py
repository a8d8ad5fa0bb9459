"""Groups: somebody is there to do each user task."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.model.findings import Finding, warning
from app.definitions.model.graph import Kind
from app.definitions.rules.view import View, step


def check(view: View) -> Iterator[Finding]:
    """Find user tasks that belong to no lane, group or person."""
    for node in view.nodes:
        task = node.user_task
        if node.kind is not Kind.USER or task is None:
            continue
        if not (node.lane or task.assignee or task.candidate_groups or task.candidate_users):
            yield warning(
                "task:no-group",
                node.id,
                f"{step(node)} hører ikke til nogen: den har hverken bane, gruppe eller person.",
                "Læg opgaven i en bane, eller skriv en gruppe (Candidate groups).",
            )
