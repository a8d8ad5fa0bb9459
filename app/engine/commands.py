"""Commands: what may be asked of a running course. Each carries its instant `at`; deciding reads no other clock.

Addresses (`task`, `timer` …) name an element occurrence within a course: `call#1/sub#2[0]/task#7`, the n-th activation
in its scope, `[i]` the index in a multi-instance. They are the same in every replay.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Variables = dict[str, Any]
"""JSON values by name; numbers are int or Decimal, never float."""


@dataclass(frozen=True, slots=True)
class Start:
    """Begin a course at the none start event, or at `start_event` (a message or timer start)."""

    at: datetime
    variables: Variables = field(default_factory=dict)
    start_event: str = ""


@dataclass(frozen=True, slots=True)
class CompleteTask:
    """A user task is done; `variables` are the form's answers."""

    at: datetime
    task: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CorrelateMessage:
    """A message that the shell has matched to this course's subscription arrives."""

    at: datetime
    subscription: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BroadcastSignal:
    """A signal arrives; whatever waits for `name` at this moment takes it."""

    at: datetime
    name: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FireTimer:
    """The timer's due instant has been reached."""

    at: datetime
    timer: str


@dataclass(frozen=True, slots=True)
class CompleteJob:
    """An operation or an external worker has done the job."""

    at: datetime
    job: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FailJob:
    """An attempt at the job failed; with no retries left it becomes an incident."""

    at: datetime
    job: str
    retries: int
    message: str = ""


@dataclass(frozen=True, slots=True)
class ThrowError:
    """The worker of a job throws a BPMN error."""

    at: datetime
    job: str
    code: str
    message: str = ""
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ResolveIncident:
    """Try again at the element whose occurrence has an incident."""

    at: datetime
    incident: str


@dataclass(frozen=True, slots=True)
class SetVariables:
    """An operator mends variables; `scope` is an address, "" the course; `local` keeps them in that scope."""

    at: datetime
    scope: str = ""
    variables: Variables = field(default_factory=dict)
    local: bool = False


@dataclass(frozen=True, slots=True)
class MoveToken:
    """An operator moves the course by hand, all in one step.

    Attributes:
        activate: where new tokens go: (address of the scope, "" for the course; id of an element in it).
        terminate: addresses of tokens to take away, each with what lives inside it and its boundary events.
    """

    at: datetime
    activate: tuple[tuple[str, str], ...] = ()
    terminate: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UpdateRetries:
    """An operator gives a job `retries` more attempts (at least one); its incident is resolved by `ResolveIncident`."""

    at: datetime
    job: str
    retries: int


@dataclass(frozen=True, slots=True)
class Suspend:
    """The course stands still until `Resume`. An operator may still mend it, move tokens or cancel it."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Resume:
    """The course goes on."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Cancel:
    """End the course now; nothing runs on."""

    at: datetime


Command = (
    Start
    | CompleteTask
    | CorrelateMessage
    | BroadcastSignal
    | FireTimer
    | CompleteJob
    | FailJob
    | ThrowError
    | ResolveIncident
    | SetVariables
    | MoveToken
    | UpdateRetries
    | Suspend
    | Resume
    | Cancel
)
