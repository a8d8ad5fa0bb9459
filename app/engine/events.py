"""Events: what followed from a command, in order. The shell turns them into rows; replay turns them into a film."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class ElementEntered:
    """A token entered the element; `element` is its id (with `process/` before it inside a called process)."""

    address: str
    element: str


@dataclass(frozen=True, slots=True)
class ElementLeft:
    """A token left the element; `cancelled` says that it was interrupted rather than completed."""

    address: str
    element: str
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class FlowTaken:
    """A token took the sequence flow `flow`."""

    flow: str


@dataclass(frozen=True, slots=True)
class TaskOpened:
    """A user task waits for a person. Expressions of assignment and schedule are already evaluated."""

    address: str
    element: str
    name: str
    form_id: str
    lane: str
    assignee: str | None
    candidate_groups: tuple[str, ...]
    candidate_users: tuple[str, ...]
    due: datetime | None
    follow_up: datetime | None
    priority: int
    variables: dict[str, Any]
    """Local variables that the input mappings made for this task."""
    version: str = ""
    """The called version whose form `form_id` names; "" for the course's own."""
    properties: tuple[tuple[str, str], ...] = ()
    """The task's `zeebe:properties`: names and values."""


@dataclass(frozen=True, slots=True)
class TaskClosed:
    """The user task waits no longer. `properties` as in `TaskOpened`."""

    address: str
    element: str
    cancelled: bool
    properties: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TimerSet:
    """Fire `address` once `due` (UTC) is reached."""

    address: str
    element: str
    due: datetime


@dataclass(frozen=True, slots=True)
class TimerCleared:
    """The timer has fired or is needed no longer."""

    address: str


@dataclass(frozen=True, slots=True)
class SubscriptionOpened:
    """The course waits for message `name` with this correlation key (already evaluated, as text)."""

    address: str
    element: str
    name: str
    correlation_key: str


@dataclass(frozen=True, slots=True)
class SubscriptionClosed:
    """The course no longer waits for that message."""

    address: str


@dataclass(frozen=True, slots=True)
class SignalAwaited:
    """The course waits for signal `name` (already evaluated)."""

    address: str
    element: str
    name: str


@dataclass(frozen=True, slots=True)
class SignalIgnored:
    """The course no longer waits for that signal there."""

    address: str


@dataclass(frozen=True, slots=True)
class JobCreated:
    """Work for an operation or an external worker; `variables` are all that the element sees."""

    address: str
    element: str
    type: str
    retries: int
    headers: tuple[tuple[str, str], ...]
    variables: dict[str, Any]


@dataclass(frozen=True, slots=True)
class JobClosed:
    """The job is done, cancelled, or stopped by an error or an incident."""

    address: str
    cancelled: bool


@dataclass(frozen=True, slots=True)
class JobUpdated:
    """An operator gave the job another number of retries; it is offered again once its incident is resolved."""

    address: str
    retries: int


@dataclass(frozen=True, slots=True)
class CourseSuspended:
    """The course stands still: it takes no task, job, message, signal or timer until it is resumed."""


@dataclass(frozen=True, slots=True)
class CourseResumed:
    """The course goes on; what fell due in the meantime is due now."""


@dataclass(frozen=True, slots=True)
class ProcessCalled:
    """A call of `latest` or of a version tag was entered: the entry records which `version` (digest) it found."""

    address: str
    element: str
    process_id: str
    version: str


@dataclass(frozen=True, slots=True)
class DecisionCalled:
    """A decision of `latest` was made: the entry records which `version` (digest of its file) it was made by."""

    address: str
    element: str
    decision_id: str
    version: str


@dataclass(frozen=True, slots=True)
class SignalThrown:
    """A signal for whoever waits: the shell broadcasts it to every course, the one that threw it included."""

    name: str
    variables: dict[str, Any]


@dataclass(frozen=True, slots=True)
class IncidentRaised:
    """The element cannot go on: why (`code`, Danish `message`), and with which values. Other branches go on."""

    address: str
    element: str
    code: str
    message: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class IncidentResolved:
    """The element tries again, or is gone (interrupted, cancelled) and its incident with it."""

    address: str


@dataclass(frozen=True, slots=True)
class VariableChanged:
    """Variable `name` of the scope at address `scope` ("" is the course) now has `value`."""

    scope: str
    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class ExpressionEvaluated:
    """A FEEL expression chose a path (gateway condition, completion condition): for the auditor."""

    element: str
    expression: str
    result: Any


@dataclass(frozen=True, slots=True)
class CourseEnded:
    """Nothing is left to do. `how`: completed, terminated or cancelled; `end_events`: the end events reached now."""

    how: str
    end_events: tuple[str, ...] = ()


Event = (
    ElementEntered
    | ElementLeft
    | FlowTaken
    | TaskOpened
    | TaskClosed
    | TimerSet
    | TimerCleared
    | SubscriptionOpened
    | SubscriptionClosed
    | SignalAwaited
    | SignalIgnored
    | JobCreated
    | JobClosed
    | JobUpdated
    | CourseSuspended
    | CourseResumed
    | ProcessCalled
    | DecisionCalled
    | SignalThrown
    | IncidentRaised
    | IncidentResolved
    | VariableChanged
    | ExpressionEvaluated
    | CourseEnded
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What deciding a command gives: the new state (canonical marking, UTF-8) and what followed, in order."""

    state: bytes
    events: tuple[Event, ...]
