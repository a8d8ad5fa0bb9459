"""Triggers: an event waits for or throws something that can happen where it stands."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.model.findings import Finding, error
from app.definitions.model.graph import Kind, Trigger
from app.definitions.reader.dialect import TRIGGERS
from app.definitions.rules.view import View, step


def check(view: View) -> Iterator[Finding]:
    """Find events of a kind that is not run at their position, and errors that do not interrupt."""
    for node in view.nodes:
        position = view.position(node)
        if position is None or node.event is None:
            continue
        allowed = TRIGGERS[position]
        if node.event.trigger not in allowed:
            names = ", ".join(trigger.value for trigger in Trigger if trigger in allowed)
            yield error(
                "event:not-here",
                node.id,
                f"Hændelsen {step(node)} ({node.event.trigger.value}) kan ikke stå her: {position.value}.",
                f"Her kan stå: {names}.",
            )
        elif (
            node.event.trigger is Trigger.ERROR
            and node.kind in {Kind.BOUNDARY, Kind.START}
            and not node.interrupting
        ):
            yield error(
                "event:error-not-interrupting",
                node.id,
                f"Fejlhændelsen {step(node)} skal afbryde; en fejl standser altid det, den sker i.",
                "Gør hændelsen afbrydende.",
            )
