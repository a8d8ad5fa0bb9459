"""Why an entry went as it did: what decided its ways, decided again, so that nothing more need be stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.courses import Version
from app.engine import Callees, Evaluation, Trace, decide, decode_command


@dataclass(frozen=True)
class Reason:
    """An evaluation that decided something, and what the step is called where it was made."""

    step: str
    evaluation: Evaluation


def reasons(
    versions: Sequence[Version], state: bytes | None, command: Mapping[str, Any], callees: Callees
) -> tuple[Reason, ...]:
    """Decide a command again and return what decided its ways, in order.

    Args:
        versions: the course's own, then those that it has called: where steps have their names.
        state: the state before it; None before the start.
        command: as the entry's payload has it.
        callees: as the entry recorded them.

    Raises:
        ForloebError: it cannot be decided again.
    """
    trace = Trace()
    decide(versions[0].model, state, decode_command(command), callees, trace)
    return tuple(
        Reason(step_name(versions, each.element) or each.element.rpartition("/")[2], each)
        for each in trace.evaluations
    )


def step_name(versions: Sequence[Version], element: str) -> str:
    """Return what a model calls an element; "" where none of the versions gives it a name."""
    for version in versions:
        plan = version.model.elements.get(element)
        if plan is not None and plan.node.name:
            return plan.node.name
    return ""
