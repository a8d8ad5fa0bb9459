"""Repetition: it is of an activity, over a list, and what it collects has a name and a value."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.model.findings import Finding, error
from app.definitions.model.graph import ACTIVITIES
from app.definitions.rules.view import View, step


def check(view: View) -> Iterator[Finding]:
    """Find repetitions that have nothing to repeat over or lose what they collect."""
    for node in view.nodes:
        if node.loop is None:
            continue
        if node.kind not in ACTIVITIES:
            yield error(
                "loop:not-activity",
                node.id,
                f"{step(node)} kan ikke gentages.",
                "Fjern gentagelsen.",
            )
        if not node.loop.input_collection:
            yield error(
                "loop:no-collection",
                node.id,
                f"Gentagelsen af {step(node)} har ingen liste at gentage over.",
                "Skriv en liste i FEEL (Input collection), for eksempel = deltagere.",
            )
        if bool(node.loop.output_collection) != bool(node.loop.output_element):
            yield error(
                "loop:output",
                node.id,
                f"Gentagelsen af {step(node)} har kun det ene af resultatliste og resultatelement.",
                "Udfyld begge (Output collection og Output element), eller ingen af dem.",
            )
