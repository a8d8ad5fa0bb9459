"""Ids and names: they fit where they are stored, and addresses such as `call#1/task#2` stay readable.

Source: an id is an XML NCName (BPMN 2.0 §8.3.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.definitions.model.findings import Finding, error
from app.definitions.rules.view import View

ID = re.compile(r"[^\W\d][\w.\-]{0,99}")
"""What an id may be: a letter or underscore first, at most 100 characters."""

MAX_NAME = 200


def check(view: View) -> Iterator[Finding]:
    """Find ids that are no ids, and names too long to be shown."""
    named = [(view.process.id, view.process.name), (view.process.id, view.process.version_tag)]
    named += [(node.id, node.name) for node in view.process.nodes]
    named += [(flow.id, flow.name) for flow in view.process.flows]
    for element, name in named:
        if ID.fullmatch(element) is None:
            yield error(
                "id:invalid",
                element,
                f"»{element[:40]}« kan ikke være id.",
                "Brug højst 100 bogstaver, cifre, punktummer, bindestreger og understreger; først et bogstav.",
            )
        if len(name) > MAX_NAME:
            yield error(
                "name:too-long",
                element,
                f"Navnet »{name[:40]}…« er længere end {MAX_NAME} tegn.",
                "Skriv et kort navn, og læg resten i dokumentationen.",
            )
