"""Mappings: each writes something to a variable that FEEL can name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.definitions.model.findings import Finding, error
from app.definitions.rules.view import View, step

_PATH = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


def check(view: View) -> Iterator[Finding]:
    """Find outputs without source, and targets that are no variable path."""
    for node in view.nodes:
        for mapping in node.outputs:
            if not mapping.source:
                yield error(
                    "mapping:no-source",
                    node.id,
                    f"{step(node)}: {mapping.target} får ingen værdi.",
                    "Skriv et udtryk, eller slet linjen.",
                )
        for mapping in (*node.inputs, *node.outputs):
            if _PATH.fullmatch(mapping.target) is None:
                yield error(
                    "mapping:target",
                    node.id,
                    f"{step(node)}: »{mapping.target}« er ikke et variabelnavn.",
                    "Brug bogstaver, cifre og understreg, og punktum mellem led.",
                )
