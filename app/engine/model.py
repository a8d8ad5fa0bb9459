"""A compiled model: the specs of a process and of all it calls, made once and shared by its courses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.definitions import Node, Process
from app.engine.specs import Plan, ScopeSpec


@dataclass(frozen=True)
class CompiledModel:
    """What `decide` runs. Immutable; any number of threads may share it.

    Attributes:
        process: the process it was compiled from.
        scopes: the specs of each scope: "" is the course, `process/` a called process, else a sub-process's element.
            A version that is compiled to be called has no "".
        elements: each element's plan; the key is its id, with `process/` before it inside a called process.
        has_inclusive, has_joins, has_conditions: whether a run must look for such gateways and for conditional events
            when nothing else is left to do; true also where it may call versions that are not known here.
    """

    process: Process
    scopes: Mapping[str, ScopeSpec]
    elements: Mapping[str, Plan]
    has_inclusive: bool
    has_joins: bool
    has_conditions: bool

    @property
    def called(self) -> ScopeSpec:
        """The specs of a version that is compiled to be called."""
        return self.scopes[f"{self.process.id}/"]

    def node(self, element: str) -> Node:
        """Return the node of the process graph that an event's `element` names.

        Raises:
            KeyError: no such element.
        """
        return self.elements[element].node
