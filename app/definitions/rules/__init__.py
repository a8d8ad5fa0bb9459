"""The rules of the doctor, one file each: a pure function over one process and what is around it."""

from __future__ import annotations

from app.definitions.rules import (
    boundary,
    callee,
    conditions,
    decisions,
    default,
    diagram,
    ends,
    event_gateways,
    event_sub_processes,
    feel,
    forms,
    groups,
    jobs,
    joins,
    links,
    mappings,
    names,
    reach,
    recursion,
    repetition,
    results,
    starts,
    timers,
    triggers,
)
from app.definitions.view import Rule

RULES: tuple[Rule, ...] = (
    starts.check,
    reach.check,
    ends.check,
    conditions.check,
    default.check,
    joins.check,
    event_gateways.check,
    event_sub_processes.check,
    boundary.check,
    triggers.check,
    names.check,
    links.check,
    timers.check,
    repetition.check,
    mappings.check,
    results.check,
    jobs.check,
    forms.check,
    decisions.check,
    callee.check,
    recursion.check,
    groups.check,
    feel.check,
    diagram.check,
)
"""All rules, in the order in which a designer would want to hear of them."""
