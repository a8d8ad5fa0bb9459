"""What a user task offers: its assignment, schedule and priority, evaluated when it opens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.engine.events import TaskOpened
from app.engine.expressions import Meter
from app.engine.problems import Problem
from app.engine.timers import instant

if TYPE_CHECKING:
    from app.engine.specs import Plan

DEFAULT_PRIORITY = 50


def opened_task(
    plan: Plan,
    address: str,
    local: Mapping[str, Any],
    seen: Mapping[str, Any],
    at: datetime,
    meter: Meter,
    version: str = "",
) -> TaskOpened:
    """Return the event that opens a task.

    Args:
        plan: the user task.
        address: its occurrence.
        local: the variables that its input mappings made.
        seen: all variables that it sees.
        at: the command's instant.
        meter: what the command may still spend.
        version: the called version in which it stands.

    Raises:
        Problem: an expression gives what its place cannot take.
    """

    def value(name: str) -> Any:
        expression = plan.texts.get(name)
        return None if expression is None else expression.value(seen, at, meter)

    return TaskOpened(
        address=address,
        element=plan.element,
        name=plan.node.name,
        form_id=_text(value("form_id"), "formularen") or "",
        lane=plan.node.lane,
        assignee=_text(value("assignee"), "den ansvarlige"),
        candidate_groups=_names(value("candidate_groups")),
        candidate_users=_names(value("candidate_users")),
        due=_instant(value("due_date"), end_of_day=True),
        follow_up=_instant(value("follow_up_date"), end_of_day=False),
        priority=_priority(value("priority")),
        variables=dict(local),
        version=version,
        properties=plan.node.properties,
    )


def _text(value: Any, what: str) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise Problem("engine:assignment", f"Udtrykket for {what} giver ikke en tekst.")
    return value


def _names(value: Any) -> tuple[str, ...]:
    """A FEEL list of texts, or a text with commas."""
    if value is None:
        return ()
    if isinstance(value, str):
        return tuple(name.strip() for name in value.split(",") if name.strip())
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return tuple(value)
    raise Problem("engine:assignment", "Grupper og brugere skal være en tekst eller en liste.")


def _instant(value: Any, *, end_of_day: bool) -> datetime | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise Problem("engine:timer", "Fristen er ikke en dato.")
    return instant(value, end_of_day=end_of_day)


def _priority(value: Any) -> int:
    if value is None or value == "":
        return DEFAULT_PRIORITY
    text = str(value)
    if not text.isdigit() or int(text) > 100:
        raise Problem("engine:priority", "Prioriteten skal være et helt tal fra 0 til 100.")
    return int(text)
