"""Start events: what the shell listens for on behalf of a published version, so that courses begin by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.definitions import TimerKind, Trigger
from app.engine.model import CompiledModel
from app.engine.problems import Problem
from app.engine.timers import Due, first_due, next_due
from app.errors import DefinitionError


@dataclass(frozen=True, slots=True)
class StartListener:
    """A start event that waits while its version is the newest one.

    Attributes:
        element: what `Start.start_event` is to name.
        trigger: message, signal or timer.
        name: of the message or signal. A message start has no correlation key: each message starts one course.
        due: when a timer starts the first course; `after` gives the next one.
    """

    element: str
    trigger: Trigger
    name: str = ""
    due: Due | None = None

    def after(self) -> StartListener | None:
        """Return the listener for the turn after this one, or None when a timer has no more."""
        turn = None if self.due is None else next_due(self.due)
        return None if turn is None else StartListener(self.element, self.trigger, self.name, turn)


def starts(model: CompiledModel, at: datetime) -> tuple[StartListener, ...]:
    """Return the listeners that a version needs, in document order; a none start event needs none.

    Args:
        model: the published version.
        at: when it is published, from where durations and cycles count.

    Raises:
        DefinitionError: `engine:start`: a name or time cannot be computed; there are no variables before the start.
    """
    found = []
    for element, spec in model.scopes[""].starts.items():
        event, texts = spec.drawn.node.event, spec.drawn.texts
        if event is None or event.trigger is Trigger.NONE:
            continue
        try:
            if event.trigger is Trigger.TIMER:
                kind = event.timer_kind or TimerKind.DATE
                due = first_due(kind, texts["timer"].value({}, at), at)
                found.append(StartListener(element, event.trigger, due=due))
            else:
                name = texts["name"].string({}, at)
                found.append(StartListener(element, event.trigger, name))
        except Problem as problem:
            text = f"Starthændelsen {element} kan ikke lytte: {problem.message}"
            raise DefinitionError("engine:start", text) from problem
    return tuple(found)
