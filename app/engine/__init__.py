"""The engine: SpiffWorkflow behind a pure function over values. The only importer of SpiffWorkflow.

`compile_model` makes a model runnable, `decide` says what follows from a command, `live` and `variables_at` look at a
state. Addresses (`call#1/sub#2[0]/task#7`) name element occurrences; inside a called process an event's `element`
is `process/element`.
"""

from __future__ import annotations

from app.engine.callees import NOBODY, Callees
from app.engine.codec import decode_command, encode_command
from app.engine.commands import (
    BroadcastSignal,
    Cancel,
    Command,
    CompleteJob,
    CompleteTask,
    CorrelateMessage,
    FailJob,
    FireTimer,
    MoveToken,
    ResolveIncident,
    Resume,
    SetVariables,
    Start,
    Suspend,
    ThrowError,
    UpdateRetries,
    Variables,
)
from app.engine.compile import compile_model
from app.engine.deciding import decide
from app.engine.events import (
    CourseEnded,
    CourseResumed,
    CourseSuspended,
    Decision,
    DecisionCalled,
    ElementEntered,
    ElementLeft,
    Event,
    ExpressionEvaluated,
    FlowTaken,
    IncidentRaised,
    IncidentResolved,
    JobClosed,
    JobCreated,
    JobUpdated,
    ProcessCalled,
    SignalAwaited,
    SignalIgnored,
    SignalThrown,
    SubscriptionClosed,
    SubscriptionOpened,
    TaskClosed,
    TaskOpened,
    TimerCleared,
    TimerSet,
    VariableChanged,
)
from app.engine.migrate import DROPPED, Migrated, Misfit, Past, migrate, suggest
from app.engine.model import CompiledModel
from app.engine.starts import StartListener, starts
from app.engine.timers import Due
from app.engine.trace import Deciding, Evaluation, MatchedRule, TableUse, Trace
from app.engine.views import LiveElement, ended, live, suspended, variables_at

RULES = "1"
"""Version of the rules that decide: engine, FEEL and the marking's format. A change of behaviour raises it."""

__all__ = [
    "DROPPED",
    "NOBODY",
    "RULES",
    "BroadcastSignal",
    "Callees",
    "Cancel",
    "Command",
    "CompiledModel",
    "CompleteJob",
    "CompleteTask",
    "CorrelateMessage",
    "CourseEnded",
    "CourseResumed",
    "CourseSuspended",
    "Deciding",
    "Decision",
    "DecisionCalled",
    "Due",
    "ElementEntered",
    "ElementLeft",
    "Evaluation",
    "Event",
    "ExpressionEvaluated",
    "FailJob",
    "FireTimer",
    "FlowTaken",
    "IncidentRaised",
    "IncidentResolved",
    "JobClosed",
    "JobCreated",
    "JobUpdated",
    "LiveElement",
    "MatchedRule",
    "Migrated",
    "Misfit",
    "MoveToken",
    "Past",
    "ProcessCalled",
    "ResolveIncident",
    "Resume",
    "SetVariables",
    "SignalAwaited",
    "SignalIgnored",
    "SignalThrown",
    "Start",
    "StartListener",
    "SubscriptionClosed",
    "SubscriptionOpened",
    "Suspend",
    "TableUse",
    "TaskClosed",
    "TaskOpened",
    "ThrowError",
    "TimerCleared",
    "TimerSet",
    "Trace",
    "UpdateRetries",
    "VariableChanged",
    "Variables",
    "compile_model",
    "decide",
    "decode_command",
    "encode_command",
    "ended",
    "live",
    "migrate",
    "starts",
    "suggest",
    "suspended",
    "variables_at",
]
