"""Definitions: BPMN, DMN and form files as versioned facts.

The package has two faces. This one is pure: the process graph, the reader, the findings, the doctor
and bundles; it imports neither Flask nor SQLAlchemy, so that the engine can stand on it. The stored
side is `app.definitions.library` (publish, look up, load), which upper floors import by its name.
"""

from __future__ import annotations

from app.definitions.bundles import Bundle, ModelProcess, bind
from app.definitions.bundles.tables import pin
from app.definitions.doctor import examine, findings
from app.definitions.fixes import MENDABLE, Change, FixResult, fix
from app.definitions.model.findings import Finding, Severity, error, publishable
from app.definitions.model.graph import (
    ACTIVITIES,
    TASKS,
    Call,
    CalledDecision,
    Event,
    Flow,
    JobDefinition,
    Kind,
    MultiInstance,
    Node,
    Process,
    Script,
    TimerKind,
    Trigger,
    UserTask,
    VariableMapping,
)
from app.definitions.model.references import References, references
from app.definitions.reader import BpmnFile, read_bpmn
from app.definitions.rules.admission import AT_MOST, BEGINS_ON
from app.definitions.rules.timers import split_zone
from app.definitions.rules.view import Surroundings

__all__ = [
    "ACTIVITIES",
    "AT_MOST",
    "BEGINS_ON",
    "MENDABLE",
    "TASKS",
    "BpmnFile",
    "Bundle",
    "Call",
    "CalledDecision",
    "Change",
    "Event",
    "Finding",
    "FixResult",
    "Flow",
    "JobDefinition",
    "Kind",
    "ModelProcess",
    "MultiInstance",
    "Node",
    "Process",
    "References",
    "Script",
    "Severity",
    "Surroundings",
    "TimerKind",
    "Trigger",
    "UserTask",
    "VariableMapping",
    "bind",
    "error",
    "examine",
    "findings",
    "fix",
    "pin",
    "publishable",
    "read_bpmn",
    "references",
    "split_zone",
]
