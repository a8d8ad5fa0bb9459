"""Fixes: what the doctor can mend by itself, one file a kind, run in an order in which each can build on the last.

Nothing that was drawn is deleted to make a model run: an element is changed, replaced by one that does the same, or
kept as a note, and the report names it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from lxml import etree

from app.definitions.fixes import (
    boundaries,
    callees,
    choices,
    choreographies,
    diagram,
    engines,
    event_gateways,
    events,
    flow_ends,
    ids,
    joins,
    lanes,
    links,
    names,
    old_forms,
    processes,
    reading,
    remarks,
    repetition,
    splits,
    starts,
    timers,
    uncaught,
    unset,
    unsupported,
    way_on,
    work,
)
from app.definitions.fixes.drawing import Drawing
from app.definitions.fixes.report import Change, FixResult
from app.definitions.rules.view import Surroundings

__all__ = ["MENDABLE", "Change", "FixResult", "fix"]


@dataclass(frozen=True, slots=True)
class _Fix:
    """One fix: the codes that it mends, and how."""

    codes: tuple[str, ...]
    mend: Callable[[Drawing], None]


_FIXES: tuple[_Fix, ...] = (
    _Fix(choreographies.CODES, choreographies.mend),
    _Fix(ids.CODES, ids.mend),
    _Fix(unsupported.CODES, unsupported.mend),
    _Fix(processes.CODES, processes.mend),
    _Fix(unsupported.CODES, unsupported.mend_roots),
    _Fix(engines.CODES, engines.mend),
    _Fix(flow_ends.CODES, flow_ends.mend),
    _Fix(lanes.CODES, lanes.mend),
    _Fix(events.CODES, events.mend),
    _Fix(boundaries.CODES, boundaries.mend),
    _Fix(links.CODES, links.mend),
    _Fix(starts.CODES, starts.mend),
    _Fix(engines.CODES, old_forms.finish),
    _Fix(way_on.CODES, way_on.mend),
    _Fix(repetition.CODES, repetition.mend),
    _Fix(splits.CODES, splits.mend),
    _Fix(event_gateways.CODES, event_gateways.mend),
    _Fix(names.CODES, names.mend),
    _Fix(timers.CODES, timers.mend),
    _Fix(callees.CODES, callees.mend),
    _Fix(work.CODES, work.mend),
    _Fix(uncaught.CODES, uncaught.mend),
    _Fix(choices.CODES, choices.mend),
    _Fix(joins.CODES, joins.mend),
    _Fix(unset.CODES, unset.mend),
)
"""In an order in which each finds what it needs: names before arrows, arrows before choices."""

_LONG = 2_500_000
"""A file of more characters is written without indentation, which of deep nesting would be most of it."""

MENDABLE: frozenset[str] = frozenset(
    [code for each in _FIXES for code in each.codes] + [*reading.CODES, *diagram.CODES]
)
"""Codes of the findings that `fix` can do something about."""


def fix(
    content: str | bytes,
    only: Collection[str] | None = None,
    around: Surroundings | None = None,
) -> FixResult:
    """Mend a BPMN file.

    Args:
        content: the file.
        only: codes of the findings to mend; None mends all that can be mended.
        around: what the file may refer to.

    Raises:
        DefinitionError: the file is hostile, or so broken that nothing can be read from it.
    """
    raw = content.encode() if isinstance(content, str) else content
    changes: list[Change] = []
    root, said = reading.open_file(raw, changes)
    before = dict(root.nsmap)
    drawing = Drawing(root, around or Surroundings(), changes)
    for each in _FIXES:
        if only is None or set(each.codes) & set(only):
            each.mend(drawing)
    if drawing.changes:
        drawing.finish()
    missing = diagram.is_needed(drawing)
    if missing and (only is None or missing in only):
        diagram.mend(drawing)
    if not drawing.changes:
        return FixResult(raw.decode("utf-8", "replace"))
    remarks.put_back(root, said)
    etree.cleanup_namespaces(root, keep_ns_prefixes=[key for key in before if key])
    return FixResult(_written(root), tuple(dict.fromkeys(drawing.changes)), drawing.forms)


def _written(root: etree._Element) -> str:
    body = ""
    for space in ("  ", ""):
        etree.indent(root, space)
        body = etree.tostring(root, encoding="unicode")
        if len(body) <= _LONG:
            break
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'
