"""What each kind of element does when a token enters, runs and leaves it: SpiffWorkflow's specs, five things replaced.

SpiffWorkflow keeps the life cycle of a task (future → waiting → ready → completed → its children), the choice at
exclusive gateways and the waiting and firing of events. Ours are: no prediction, joins that count tokens, an agenda
instead of walks over the tree, ends of scopes without end tasks, and events, timers and data outside its task data.
"""

# ruff: noqa: SLF001 -- SpiffWorkflow's hooks are private by name; tests/engine/test_hooks.py holds them.
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.specs import StartTask, WorkflowSpec
from SpiffWorkflow.util.task import TaskState

from app.definitions import Node, Trigger
from app.engine.events import ElementEntered, FlowTaken
from app.engine.expressions import Expression
from app.engine.problems import Problem
from app.engine.tree import Token, address

if TYPE_CHECKING:
    from app.engine.run import Run


@dataclass(frozen=True)
class Plan:
    """An element, made ready: its node, its expressions read, its place.

    Attributes:
        element: what events call it: its id, with `process/` before it inside a called process.
        inputs, outputs: mappings as (source, path of the target).
        texts: the other expressions of the element by a short name ("condition", "timer", "key" …).
    """

    node: Node
    element: str
    inputs: tuple[tuple[Expression, tuple[str, ...]], ...] = ()
    outputs: tuple[tuple[Expression, tuple[str, ...]], ...] = ()
    texts: dict[str, Expression] = field(default_factory=dict)


class ScopeSpec(BpmnProcessSpec):
    """The specs of one process or sub-process, without SpiffWorkflow's `EndJoin` and `End`.

    Attributes:
        starts: the specs of its start events, by element id.
        armed: its event sub-processes, waiting from the start.
        family: all scopes that were compiled together with it, by name.
    """

    def __init__(self, name: str) -> None:  # the parent's would build tasks that we do without
        WorkflowSpec.__init__(self, name=name)
        self.io_specification = None
        self.data_objects: dict[str, Any] = {}
        self.data_stores: dict[str, Any] = {}
        self.correlation_keys: dict[str, Any] = {}
        self.bpmn_start_events: list[Any] = []
        self.starts: dict[str, Flat] = {}
        self.armed: list[Flat] = []
        self.flows: dict[tuple[str, str], str] = {}
        self.reaches: dict[tuple[str, str], frozenset[str]] = {}
        self.family: Mapping[str, ScopeSpec] = {}
        self.start = Root(self, "#")  # no element can be called that

    @property
    def plain_start(self) -> str:
        """The start event without a trigger, where a call and a course begin that name none; "" where there is none."""
        for name, spec in self.starts.items():
            event = spec.drawn.node.event
            if event is None or event.trigger is Trigger.NONE:
                return name
        return ""


class Flat(BpmnTaskSpec):
    """A spec whose tasks keep nothing but what the marking can hold.

    Attributes:
        plan: the element it stands for; None for the engine's own (splits, pass-throughs).
        instance_of: the name of the multi-instance body that it is an instance of.
    """

    plan: Plan | None = None
    instance_of: str = ""
    attached = False
    armed = False
    holds = False
    """Whether finished tasks of it stay, since their children must remain siblings."""

    @cached_property
    def segment(self) -> str:
        """What addresses call it."""
        return self.plan.node.id if self.plan else self.name

    @property
    def drawn(self) -> Plan:
        """The element, for specs that always have one."""
        assert self.plan is not None  # noqa: S101 -- compile gives it to all drawn ones
        return self.plan

    def test(self) -> None:
        """Compile has checked the model once."""

    def _predict(self, *_: Any, **__: Any) -> None:
        """Children exist exactly when their task runs."""

    def _update(self, my_task: Token) -> None:
        if my_task.has_state(TaskState.FINISHED_MASK):
            return
        fresh = my_task._state == TaskState.FUTURE or "inc" in my_task.internal_data
        if fresh and not self.try_enter(my_task):
            return
        if self._update_hook(my_task):
            my_task._ready()

    def try_enter(self, task: Token) -> bool:
        """Number the token, say that it entered, evaluate what entering needs; False when that became an incident."""
        run, data = task.workflow.run, task.internal_data
        if self.plan is not None:
            if "n" not in data:
                data["n"] = task.workflow.number(self.segment)
            if task._state == TaskState.FUTURE and not self.attached:
                run.log(ElementEntered(address(task), self.plan.element))
        try:
            self.enter(task, run)
        except Problem as problem:
            task._set_state(TaskState.WAITING)
            run.incident(task, problem)
            return False
        data.pop("inc", None)
        return True

    def enter(self, task: Token, run: Run) -> None:
        """Do what entering needs; what fails here is tried again as a whole."""
        if self.plan is not None and self.plan.inputs:
            run.map_inputs(task, self.plan.inputs)

    def _update_hook(self, _: Token) -> bool | None:
        return True

    def _on_ready(self, my_task: Token) -> None:
        self._on_ready_hook(my_task)

    def _on_ready_hook(self, my_task: Token) -> None:
        if not self.manual:
            my_task.workflow.run.agenda.append(my_task)

    def _run(self, my_task: Token) -> bool | None:
        """Run, and turn what goes wrong into an incident: SpiffWorkflow would set ERROR and lose the token."""
        run = my_task.workflow.run
        try:
            self.leave(my_task, run)
            if my_task.has_state(TaskState.CANCELLED):
                return None
            return bool(self._run_hook(my_task))
        except Problem as problem:
            my_task._set_state(TaskState.STARTED)
            run.incident(my_task, problem)
            return None

    def leave(self, task: Token, run: Run) -> None:
        """Compute what the element gives, and write it: all is evaluated before anything is set."""
        if self.plan is not None:
            run.write_results(task, self.plan.outputs, self.result(task, run))

    def result(self, task: Token, _run: Run) -> dict[str, Any]:
        """Return the variables that the element gives: what came with the command, unless its kind knows better."""
        given: dict[str, Any] = task.internal_data.get("res", {})
        return given

    def _run_hook(self, my_task: Token) -> bool:
        my_task._sync_children(self.outputs, TaskState.FUTURE)
        return True

    def _on_complete_hook(self, my_task: Token) -> None:
        run, flows, name = my_task.workflow.run, self._wf_spec.flows, self.name
        if self.plan is not None:
            run.log_left(my_task)
        for child in my_task.children:
            flow = flows.get((name, child.task_spec.name))
            if flow is not None:
                run.log(FlowTaken(flow))
        holder = my_task.parent
        if holder is not None and isinstance(holder.task_spec, Split) and not self.attached:
            cancel_waiting(holder, my_task)
        if self.instance_of:
            holder.task_spec.instance_done(holder, my_task)

    def log_flow(self, child: Token) -> None:
        """Note the sequence flow on which a token goes on."""
        flow = self._wf_spec.flows.get((self.name, child.task_spec.name))
        if flow is not None:
            child.workflow.run.log(FlowTaken(flow))

    def close(self, task: Token, run: Run, *, cancelled: bool) -> None:
        """Take back what entering offered to the outside (a task, a job, a timer, a subscription)."""

    def entered(self, _task: Token) -> bool:
        """Whether a token was seen to enter, so that its cancelling is seen as well."""
        return True


def scope_inside(task: Token) -> ScopeSpec:
    """Return the specs of what runs inside a sub-process or call: of its own model, or of the version it called."""
    version, run = task.internal_data.get("ver"), task.workflow.run
    if version:
        called: ScopeSpec = run.callees.model(version).called
        return called
    found: ScopeSpec = task.workflow.spec.family[task.task_spec.spec]
    return found


def cancel_waiting(holder: Token, besides: Token) -> None:
    """Cancel the events of a holder that still wait."""
    for sibling in holder.children:
        if sibling is not besides and sibling.has_state(TaskState.WAITING):
            holder.workflow.run.cancel(sibling)


class Root(StartTask, Flat):
    """The root of each tree; always completed."""

    def test(self) -> None:
        """It is never run."""


class Pass(Flat):
    """What a token only passes: start, end, none and manual tasks, link events, splits of the parallel gateway."""


class Split(Flat):
    """Holds an activity and its boundary events together (finished at once, kept for its children)."""

    holds = True


class EventGateway(Flat):
    """Holds the events of which the first decides; its flow is taken when that event comes."""

    holds = True

    def _on_complete_hook(self, my_task: Token) -> None:
        my_task.workflow.run.log_left(my_task)


class Joining(Flat):
    """A gateway that waits: it keeps one waiting task a scope, which counts the tokens on each input (`tok`)."""

    def _update(self, my_task: Token) -> None:
        if len(self._inputs) < 2 or my_task._state not in {TaskState.FUTURE, TaskState.WAITING}:
            super()._update(my_task)
            return
        if my_task._state == TaskState.FUTURE:
            my_task = self._arrive(my_task)
        if not self.patient and self.enabled(my_task):
            self.fire(my_task)

    patient = False
    """Whether it fires only when nothing else can run."""

    def _arrive(self, task: Token) -> Token:
        source = task.parent.task_spec.name
        for other in task.workflow.tasks.values():
            if other.task_spec is self and other._state == TaskState.WAITING and other is not task:
                task.workflow._remove_task(task.id)
                counts = other.internal_data["tok"]
                counts[source] = counts.get(source, 0) + 1
                joined: Token = other
                return joined
        task.internal_data["tok"] = {source: 1}
        task._set_state(TaskState.WAITING)
        return task

    def enabled(self, task: Token) -> bool:
        """Whether a token has come on every input."""
        return all(source in task.internal_data["tok"] for source in self._inputs)

    def fire(self, task: Token) -> None:
        """Take one token from each input that has one; what is left waits anew. Numbered now, not on arrival."""
        data = task.internal_data
        counts = data.pop("tok")
        if "inc" in data:
            task.workflow.run.mended(task)
        left = {source: counts[source] - 1 for source in sorted(counts) if counts[source] > 1}
        if left:
            rest = task.workflow.task_tree._add_child(self, TaskState.WAITING)
            rest.internal_data["tok"] = left
        if "n" not in data:
            data["n"] = task.workflow.number(self.segment)
        task.workflow.run.log(ElementEntered(address(task), self.drawn.element))
        task._ready()

    def entered(self, task: Token) -> bool:
        """Counted and seen when it fires."""
        return "tok" not in task.internal_data


class Parallel(Joining):
    """A parallel gateway."""


def reach(spec: ScopeSpec, start: str, join: str) -> frozenset[str]:
    """Return the inputs of `join` that a token at `start` can come to without passing the join."""
    key = (start, join)
    if key not in spec.reaches:
        inputs = frozenset(spec.task_specs[join]._inputs)
        seen, todo = {start}, [start]
        while todo:
            for name in spec.task_specs[todo.pop()]._outputs:
                if name != join and name not in seen:
                    seen.add(name)
                    todo.append(name)
        spec.reaches[key] = inputs & seen
    return spec.reaches[key]


def waiting_inclusive(tasks: Iterable[Token]) -> Token | None:
    """Return the first inclusive join of a scope that may fire: no live token can still come to an empty input.

    BPMN 2.0 §13.4.3: a token that can reach an input that has one already is not waited for.
    """
    live = list(tasks)
    for task in live:
        spec = task.task_spec
        if not (isinstance(spec, Joining) and spec.patient and "tok" in task.internal_data):
            continue
        filled = task.internal_data["tok"]
        for other in live:
            if other is task or other.triggered or other.task_spec.armed:
                continue
            inputs = reach(spec._wf_spec, other.task_spec.name, spec.name)
            if inputs and not any(source in filled for source in inputs):
                break
        else:
            return task
    return None
