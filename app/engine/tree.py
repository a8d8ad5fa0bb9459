"""The task tree: SpiffWorkflow's tasks and workflows, rebuilt for one command and thrown away after it.

Ids are counted, so that nothing random is made; nothing is logged and no time is read. A workflow ends when no
token lives in it, so there is no `EndJoin` and no `End`.
"""

# ruff: noqa: SLF001 -- SpiffWorkflow's hooks are private by name; tests/engine/test_hooks.py holds them.
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

if TYPE_CHECKING:
    from app.engine.run import Run

LIVE = TaskState.WAITING | TaskState.READY | TaskState.STARTED


class Token(Task):
    """A SpiffWorkflow task whose id is its number in this command; state changes are not logged.

    Attributes:
        asleep: the marking of the inside of a sub-process or call, until somebody asks for it. Of hundreds of parallel
            scopes a command wakes one.
        text: what an instance that rests was read from (`Resting`).
        address: where it is, once somebody asked and it has its number; neither changes any more.
    """

    asleep: Any = None
    text: str = ""
    address: str = ""

    def __init__(self, workflow: Flow, spec: Any, parent: Token | None, state: int) -> None:
        # What SpiffWorkflow's own does, without reading the clock; test_hooks compares the two.
        self.id = workflow.run.next_id()
        self.workflow = workflow
        self.task_spec = spec
        self._parent = None
        self._children: list[int] = []
        self._state = state
        self.triggered = False
        self.thread_id = 0
        self.data: dict[str, Any] = {}
        self.internal_data: dict[str, Any] = {}
        self.last_state_change = 0.0
        workflow.tasks[self.id] = self
        if parent is not None:
            self._parent = parent.id
            parent._children.append(self.id)

    def _add_child(self, task_spec: Any, state: int = TaskState.FUTURE) -> Token:
        return Token(self.workflow, task_spec, self, state)

    def _sync_children(self, task_specs: list[Any], state: int = TaskState.FUTURE) -> None:
        """Stock compares what was predicted with what is wanted; nothing is predicted, so each is new."""
        for spec in task_specs:
            Token(self.workflow, spec, self, state)

    def _set_state(self, value: int) -> None:
        self._state = value

    @property
    def children(self) -> list[Token]:
        """The tasks under it, in order."""
        tasks = self.workflow.tasks
        return [tasks[child] for child in self._children]

    @property
    def peek(self) -> Mapping[str, Any]:
        """What it holds, for those who only read."""
        return self.internal_data

    @property
    def alive(self) -> bool:
        """Whether it waits, is ready, or has started."""
        return bool(self._state & LIVE)


class Resting(Token):
    """An instance of a multi-instance body as it was read; until somebody asks for what it holds, `text` is still true.

    Of hundreds of instances a command comes to one; the others are written as they were.
    """

    held: dict[str, Any]

    def _set_state(self, value: int) -> None:
        self._state, self.text = value, ""

    @property
    def peek(self) -> Mapping[str, Any]:
        """What it holds, for those who only read."""
        return self.held

    @property
    def internal_data(self) -> dict[str, Any]:
        """What it holds, for those who may change it."""
        self.text = ""
        return self.held

    @internal_data.setter
    def internal_data(self, data: dict[str, Any]) -> None:
        self.held = data


class _Scope:
    """What top and sub-workflow share: activation counters, the root, and the end."""

    run: Run
    spec: Any
    tasks: dict[int, Token]
    task_tree: Token

    def _begin(self, spec: Any) -> None:
        # Of what SpiffWorkflow's own `__init__` sets, what is read here: it makes managers of events and data besides.
        self.spec = spec
        self.data: dict[str, Any] = {}
        self.tasks = {}
        self.completed = False
        self.counts: dict[str, int] = {}
        self.task_tree = Token(self, self.spec.start, None, TaskState.COMPLETED)  # type: ignore[arg-type]  # a mixin

    def number(self, name: str) -> int:
        """Return the number of this activation of an element in this scope, from 1."""
        number = self.counts[name] = self.counts.get(name, 0) + 1
        return number

    def live(self) -> list[Token]:
        """Return the live tokens in order of creation."""
        return [task for task in self.tasks.values() if task._state & LIVE]

    def _task_completed_notify(self, task: Token) -> None:
        for child in task._children:
            if self.tasks[child]._state & LIVE:
                return
        self.end_if_empty()

    def _task_removed_notify(self, task: Token) -> None:
        """Nobody listens for that."""

    def end_if_empty(self) -> None:
        """End the scope when only event sub-processes that never started are left in it."""
        if self.completed:
            return
        left = []
        for task in self.tasks.values():
            if task._state & LIVE:
                if not task.task_spec.armed or task._state != TaskState.WAITING:
                    return
                left.append(task)
        for task in left:
            self.run.cancel(task)
        self.completed = True
        self.ended()

    completed: bool

    def ended(self) -> None:
        """Tell whoever waits for this scope."""


class _Silent:
    """SpiffWorkflow's event manager, told who waits; nobody asks it, since tokens say that themselves."""

    def add_task(self, task: Token) -> None:
        """It waits."""

    def remove_task(self, task: Token) -> None:
        """It waits no longer."""


class Flow(_Scope, BpmnWorkflow):
    """The course: the top workflow, with the course's variables."""

    parent_task: Token | None = None
    event_manager = _Silent()
    wake: Callable[[Token, Any], SubFlow]
    """Builds an inside from its marking."""

    def __init__(self, spec: Any, run: Run, conditions: Any) -> None:
        self.run = run
        self.variables: dict[str, Any] = {}
        self.subprocesses: dict[int, SubFlow] = {}
        self.conditions = conditions
        self._begin(spec)

    @property
    def script_engine(self) -> Any:
        """What SpiffWorkflow's choices ask."""
        return self.conditions


class SubFlow(_Scope, BpmnSubWorkflow):
    """A sub-process or a called process, under the token that holds it."""

    def __init__(self, spec: Any, holder: Token) -> None:
        top = holder.workflow.top_workflow
        self.run = top.run
        self.parent_task: Token | None = holder
        self.top_workflow = top
        top.subprocesses[holder.id] = self
        self._begin(spec)

    def ended(self) -> None:
        """Hand the turn back to the sub-process or call."""
        holder = self.parent_task
        if holder is not None:
            self.top_workflow.subprocesses.pop(holder.id, None)
            holder.task_spec._on_subworkflow_completed(self, holder)


def sub_flow(task: Token) -> SubFlow | None:
    """Return the running inside of a sub-process or call, if any, awake."""
    if task.asleep is not None:
        inside, task.asleep, task.text = task.asleep, None, ""
        woken: SubFlow = task.workflow.top_workflow.wake(task, inside)
        return woken
    found: SubFlow | None = task.workflow.top_workflow.subprocesses.get(task.id)
    return found


def find(flow: Flow | SubFlow | None, where: str) -> Token | None:
    """Find a live token by its address, segment by segment."""
    found: Token | None = None
    for part in where.split("/"):
        flow = flow if found is None else sub_flow(found)
        if flow is None or not part:
            return None
        element = part.rpartition("#")[0]
        found = next(
            (
                task
                for task in flow.tasks.values()
                if task._state & LIVE
                and task.task_spec.segment == element
                and segment(element, task.peek) == part
            ),
            None,
        )
        if found is None:
            return None
    return found


def version_of(task: Token) -> str:
    """Return the called version in which a token lives; "" in the course's own."""
    call = task.workflow.parent_task
    while call is not None:
        if "ver" in call.internal_data:
            return str(call.internal_data["ver"])
        call = call.workflow.parent_task
    return ""


def address(task: Token) -> str:
    """Return where a token is in the course: `call#1/sub#2[0]/task#7`."""
    if task.address:
        return task.address
    holder = task.workflow.parent_task
    here = segment(task.task_spec.segment, task.internal_data)
    where = here if holder is None else f"{address(holder)}/{here}"
    if here:
        task.address = where
    return where


def segment(element: str, data: Mapping[str, Any]) -> str:
    """Return a token's own part of an address; "" for a join that waits and has no number yet."""
    if "n" not in data:
        return ""
    return f"{element}#{data['n']}[{data['i']}]" if "i" in data else f"{element}#{data['n']}"
