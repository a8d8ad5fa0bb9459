"""The process graph: what a BPMN file says, as plain frozen values in document order.

`app.definitions.reader.bpmn` reads it from XML; `app.engine` compiles and runs it; the doctor's rules look
at it. Terms are those of BPMN 2.0; `zeebe:` extensions are named as in Camunda 8. Text that starts
with `=` is a FEEL expression, the rest is literal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property


class Kind(StrEnum):
    """What a flow node is (BPMN 2.0 §10.3–§10.5)."""

    START = "startEvent"
    END = "endEvent"
    CATCH = "intermediateCatchEvent"
    THROW = "intermediateThrowEvent"
    BOUNDARY = "boundaryEvent"
    TASK = "task"
    USER = "userTask"
    MANUAL = "manualTask"
    SERVICE = "serviceTask"
    SEND = "sendTask"
    RECEIVE = "receiveTask"
    SCRIPT = "scriptTask"
    RULE = "businessRuleTask"
    CALL = "callActivity"
    SUB_PROCESS = "subProcess"
    EVENT_SUB_PROCESS = "eventSubProcess"
    EXCLUSIVE = "exclusiveGateway"
    PARALLEL = "parallelGateway"
    INCLUSIVE = "inclusiveGateway"
    EVENT_BASED = "eventBasedGateway"


TASKS = frozenset(
    {
        Kind.TASK,
        Kind.USER,
        Kind.MANUAL,
        Kind.SERVICE,
        Kind.SEND,
        Kind.RECEIVE,
        Kind.SCRIPT,
        Kind.RULE,
    }
)
"""Steps in which one thing is done (BPMN 2.0 §10.3.3)."""

ACTIVITIES = TASKS | {Kind.CALL, Kind.SUB_PROCESS}
"""What a boundary event can stand on and a repetition can be of."""


class Trigger(StrEnum):
    """What an event waits for or throws (BPMN 2.0 §10.5.5)."""

    NONE = "none"
    MESSAGE = "message"
    TIMER = "timer"
    SIGNAL = "signal"
    ERROR = "error"
    ESCALATION = "escalation"
    TERMINATE = "terminate"
    LINK = "link"
    CONDITIONAL = "conditional"


class TimerKind(StrEnum):
    """The three ways to say when (BPMN 2.0 §10.5.5.6)."""

    DATE = "date"
    DURATION = "duration"
    CYCLE = "cycle"


@dataclass(frozen=True, slots=True)
class Event:
    """The event definition of an event or a receive task.

    Attributes:
        trigger: what kind of event.
        name: message name, signal name, link name, error code or escalation code (text or `=`
            FEEL); "" catches any code.
        correlation_key: FEEL expression of `zeebe:subscription`, for message events that wait
            inside a process.
        timer_kind: for timers only.
        timer: ISO 8601 text or `=` FEEL, for timers only.
        condition: FEEL, for conditional events only.
    """

    trigger: Trigger
    name: str = ""
    correlation_key: str = ""
    timer_kind: TimerKind | None = None
    timer: str = ""
    condition: str = ""


@dataclass(frozen=True, slots=True)
class VariableMapping:
    """One `zeebe:input` or `zeebe:output`: `source` (FEEL or literal) is written to `target`."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class UserTask:
    """Who does a user task, with which form and when.

    `zeebe:formDefinition`, `assignmentDefinition`, `taskSchedule` and `priorityDefinition`.
    """

    form_id: str = ""
    assignee: str = ""
    candidate_groups: str = ""
    candidate_users: str = ""
    due_date: str = ""
    follow_up_date: str = ""
    priority: str = ""


@dataclass(frozen=True, slots=True)
class JobDefinition:
    """Work done outside the engine, by an operation of ours or an external worker.

    `zeebe:taskDefinition` and `taskHeaders`.
    """

    type: str
    retries: str = "3"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    """`zeebe:script`: a FEEL expression and the variable that takes its result."""

    expression: str
    result: str


@dataclass(frozen=True, slots=True)
class CalledDecision:
    """`zeebe:calledDecision`."""

    decision_id: str
    result: str
    binding: str = "latest"
    version_tag: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """`zeebe:calledElement`; `binding` is latest, deployment or versionTag."""

    process_id: str
    binding: str = "latest"
    version_tag: str = ""
    propagate_all_parent: bool = True
    propagate_all_child: bool = True

    @property
    def is_chosen(self) -> bool:
        """Whether an expression says which process is called, when the call is entered."""
        return self.process_id.startswith("=")


@dataclass(frozen=True, slots=True)
class MultiInstance:
    """`zeebe:loopCharacteristics` with BPMN's `isSequential` and completion condition (FEEL)."""

    sequential: bool
    input_collection: str
    input_element: str = ""
    output_collection: str = ""
    output_element: str = ""
    completion_condition: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """One flow node. `scope` is the id of the process or sub-process directly around it.

    `attached_to` and `interrupting` are for boundary events; `interrupting` is also that of an
    event sub-process's start event. `default` is the id of the default flow. `headers` are a user task's, for the
    program that shows it; those of a job are in `job`.
    """

    id: str
    kind: Kind
    scope: str
    name: str = ""
    lane: str = ""
    documentation: str = ""
    event: Event | None = None
    attached_to: str = ""
    interrupting: bool = True
    default: str = ""
    inputs: tuple[VariableMapping, ...] = ()
    outputs: tuple[VariableMapping, ...] = ()
    user_task: UserTask | None = None
    job: JobDefinition | None = None
    script: Script | None = None
    decision: CalledDecision | None = None
    call: Call | None = None
    loop: MultiInstance | None = None
    properties: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """One sequence flow; `condition` is FEEL with its `=`, or ""."""

    id: str
    source: str
    target: str
    scope: str
    name: str = ""
    condition: str = ""


@dataclass(frozen=True)
class Process:
    """One executable process: its nodes of all levels and its flows, in document order."""

    id: str
    name: str = ""
    version_tag: str = ""
    documentation: str = ""
    nodes: tuple[Node, ...] = ()
    flows: tuple[Flow, ...] = ()
    lanes: tuple[str, ...] = ()
    properties: tuple[tuple[str, str], ...] = field(default=())

    @cached_property
    def by_id(self) -> dict[str, Node]:
        """The nodes by their element id."""
        return {node.id: node for node in self.nodes}

    @cached_property
    def outgoing(self) -> dict[str, tuple[Flow, ...]]:
        """The flows that leave each node, in document order; every node is a key."""
        return self._flows_by_end("source")

    @cached_property
    def incoming(self) -> dict[str, tuple[Flow, ...]]:
        """The flows that enter each node, in document order; every node is a key."""
        return self._flows_by_end("target")

    def _flows_by_end(self, end: str) -> dict[str, tuple[Flow, ...]]:
        found: dict[str, list[Flow]] = {node.id: [] for node in self.nodes}
        for flow in self.flows:
            found[getattr(flow, end)].append(flow)
        return {node: tuple(flows) for node, flows in found.items()}
