"""How far a course has come, as counts that its diagram is marked from: kept with the course, and told by a replay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from app.engine import ElementEntered, ElementLeft, Event, FlowTaken

Progress: TypeAlias = Mapping[str, Mapping[str, int]]
"""`here`: element → tokens in it now; `done`: element → how often it was left done; `flows`: flow → how often taken."""


def counted(before: Progress, events: Iterable[Event]) -> dict[str, dict[str, int]]:
    """Return the counts after some events; what counts to nothing is left out."""
    after = {part: dict(before.get(part, {})) for part in ("here", "done", "flows")}
    for event in events:
        if isinstance(event, ElementEntered):
            _count(after["here"], event.element, 1)
        elif isinstance(event, ElementLeft):
            _count(after["here"], event.element, -1)
            if not event.cancelled:
                _count(after["done"], event.element, 1)
        elif isinstance(event, FlowTaken):
            _count(after["flows"], event.flow, 1)
    return after


def _count(counts: dict[str, int], name: str, by: int) -> None:
    counts[name] = counts.get(name, 0) + by
    if not counts[name]:
        del counts[name]
