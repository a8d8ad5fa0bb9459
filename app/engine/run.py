"""A run: one command's work on the rebuilt tree, from the first step until nothing is left that can go on alone."""

# ruff: noqa: SLF001 -- SpiffWorkflow's hooks are private by name; tests/engine/test_hooks.py holds them.
from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

from app import canonical, feel
from app.clock import from_text
from app.definitions import Kind, Trigger
from app.engine import conditions
from app.engine.activities import Armed, Boundary, Catch
from app.engine.callees import NOBODY, Callees
from app.engine.events import (
    CourseEnded,
    ElementEntered,
    ElementLeft,
    Event,
    IncidentRaised,
    IncidentResolved,
    VariableChanged,
)
from app.engine.expressions import Expression
from app.engine.gateways import Conditions
from app.engine.problems import Problem
from app.engine.scopes import Scope, around, chain, path_value, place, see
from app.engine.specs import EventGateway, Flat, Joining, Plan, Split, waiting_inclusive
from app.engine.timers import Due, next_due
from app.engine.trace import Trace
from app.engine.tree import Flow, SubFlow, Token, address, sub_flow

if TYPE_CHECKING:
    from app.engine.model import CompiledModel

MAX_STEPS = 1_000
"""Automatic steps of one command; more is taken for a loop without an end."""
MAX_FUEL = 20 * feel.FUEL
"""What all expressions of one command may spend together, about a second; beyond it each is an incident."""
MAX_WRITTEN = 10_000_000
"""Characters of all variables that one command writes."""


class Run:
    """What one command may touch: the tree, the agenda of tasks that are ready, the log of what followed."""

    def __init__(
        self,
        model: CompiledModel,
        at: datetime,
        callees: Callees = NOBODY,
        trace: Trace | None = None,
    ) -> None:
        self.model = model
        self.callees = callees
        self.trace = trace
        self.at = at
        self.events: list[Event] = []
        self.agenda: deque[Token] = deque()
        self.ends: list[str] = []
        self.how = "completed"
        self.suspended = False
        self.resting = False
        """Whether instances may stand in the tree as they were read."""
        self.steps = 0
        self.fuel = MAX_FUEL
        self.written = 0
        self.begun = 0
        self.changed: set[str] = set()
        """Names of variables written since conditional events were last looked at."""
        self.fresh: set[int] = set()
        """Conditional events that were never looked at, by task id."""
        self._ids = 0
        self.flow = Flow(model.scopes[""], self, Conditions())

    def next_id(self) -> int:
        """Return the next task's id; they never leave the command."""
        self._ids += 1
        return self._ids

    def log(self, event: Event) -> None:
        """Note what followed."""
        self.events.append(event)

    # -- moving tokens ---------------------------------------------------------------------------

    def begin(self, flow: Flow | SubFlow, start: str, given: dict[str, Any] | None = None) -> None:
        """Arm the event sub-processes of a scope, then put a token on its start event."""
        self.arm(flow)
        spec = flow.spec.starts[start or flow.spec.plain_start or next(iter(flow.spec.starts))]
        token = flow.task_tree._add_child(spec)
        if given:
            token.internal_data["res"] = given
        spec._update(token)

    def arm(self, flow: Flow | SubFlow) -> None:
        """Let the event sub-processes of a scope wait."""
        for spec in flow.spec.armed:
            armed = flow.task_tree._add_child(spec)
            spec._update(armed)

    def drain(self) -> None:
        """Run until only what waits for somebody is left; then look for joins that can never fire."""
        while True:
            while self.agenda:
                task = self.agenda.popleft()
                if task.has_state(TaskState.READY):
                    self.step(task)
            if conditions.fired(self):
                continue
            join = self._inclusive()
            if join is None:
                break
            join.task_spec.fire(join)
        self._find_deadlocks()
        if self.flow.completed:
            self.log(CourseEnded(self.how, tuple(self.ends)))

    def step(self, task: Token) -> None:
        """Run one task. Not `Task.run`: a task that its own throwing cancelled must stop here."""
        self.steps += 1
        if self.steps > MAX_STEPS and task.task_spec.plan is not None and not task.task_spec.manual:
            task._set_state(TaskState.STARTED)
            self.incident(
                task,
                Problem(
                    "engine:steps", f"Mere end {MAX_STEPS} trin i træk. Er der en løkke uden ende?"
                ),
            )
            return
        if task.task_spec._run(task) and task.has_state(TaskState.READY):
            task.complete()

    def flows(self, *, awake: bool = False) -> Iterator[Flow | SubFlow]:
        """Yield the live workflows, the course first, depth first; on request only those that the command came to."""
        todo: list[Flow | SubFlow] = [self.flow]
        while todo:
            flow = todo.pop()
            yield flow
            tasks = (task for task in flow.live() if not (awake and task.asleep))
            inner = [sub_flow(task) for task in tasks]
            todo.extend(sub for sub in reversed(inner) if sub is not None)

    def _inclusive(self) -> Token | None:
        if not self.model.has_inclusive:
            return None
        for flow in self.flows(awake=True):  # in one that sleeps nothing has moved
            join = waiting_inclusive(flow.live())
            if join is not None:
                return join
        return None

    def _find_deadlocks(self) -> None:
        if not self.model.has_joins:
            return
        for flow in self.flows(awake=True):
            stuck = _stuck(flow)
            if stuck and not any("inc" in t.internal_data for t in stuck):
                first = stuck[0]
                if "n" not in first.internal_data:
                    first.internal_data["n"] = flow.number(first.task_spec.segment)
                self.incident(
                    first,
                    Problem(
                        "engine:deadlock",
                        "Sammenløbet venter på en gren, som ikke længere kan nå frem.",
                    ),
                )

    # -- events ----------------------------------------------------------------------------------

    def due_of(self, data: dict[str, Any]) -> datetime:
        """Return when a waiting timer is due."""
        return from_text(data["due"])

    def fire(self, task: Token, given: dict[str, Any] | None = None) -> None:
        """The event that `task` waits for has come: first what it interrupts is cancelled, then it goes on."""
        spec, data = task.task_spec, task.internal_data
        turn = None
        if "due" in data:
            turn = next_due(Due(self.due_of(data), data.pop("left", 0), data.pop("every", "")))
        spec.close(task, self, cancelled=False)
        data["event_fired"] = True
        data["res"] = given or {}
        if spec.attached:
            if isinstance(spec, Boundary) and not spec.armed:
                self.log(ElementEntered(address(task), spec.drawn.element))
            if spec.interrupting:
                self._interrupt(task)
            else:
                self._arm_again(task, turn)
        elif isinstance(task.parent.task_spec, EventGateway):
            task.parent.task_spec.log_flow(task)
            for sibling in task.parent.children:
                if sibling is not task and sibling.alive:
                    self.cancel(sibling)
        spec._update(task)

    def _interrupt(self, task: Token) -> None:
        if isinstance(task.task_spec, Armed):
            victims = task.workflow.live()
        else:
            victims = [
                sibling
                for sibling in task.parent.children
                if not sibling.task_spec.attached or sibling.has_state(TaskState.WAITING)
            ]
        for victim in victims:
            if victim is not task and victim.alive:
                self.cancel(victim)

    def _arm_again(self, task: Token, turn: Due | None) -> None:
        spec = task.task_spec
        if spec.trigger is Trigger.TIMER and turn is None:
            return
        again = task.parent._add_child(spec)
        if spec.looks:
            again.internal_data["was"] = 1
        if turn is not None:
            spec.set_due(again, turn)
        spec._update(again)

    def throw(
        self, task: Token, trigger: Trigger, code: str, given: dict[str, Any], *, itself: bool
    ) -> bool:
        """Hand an error or escalation to the nearest catcher outwards; False when nobody catches it.

        Args:
            task: where it is thrown.
            trigger: error or escalation.
            code: an exact match on a level goes before a catcher of any code.
            given: variables that come with it.
            itself: whether boundary events of `task` itself may catch it (a job's error).
        """
        current: Token | None = task
        while current is not None:
            near: list[Token] = []
            if itself:
                host = current.parent if "i" in current.internal_data else current
                if isinstance(host.parent.task_spec, Split):
                    near = [task for task in host.parent.children if task is not host]
            armed = [other for other in current.workflow.live() if other.task_spec.armed]
            for tasks in (near, armed):
                for name in (code, ""):
                    for catcher in tasks:
                        spec = catcher.task_spec
                        if isinstance(spec, Catch) and spec.catches(catcher, trigger, name):
                            self.fire(catcher, given)
                            return True
            current, itself = current.workflow.parent_task, True
        return False

    def cancel(self, task: Token) -> None:
        """Cancel a token with all that lives inside it, innermost first."""
        if not task.alive:
            return
        for child in task.children:
            if child.triggered:
                self.cancel(child)
        inside = sub_flow(task)
        if inside is not None:
            for inner in inside.live():
                self.cancel(inner)
            inside.completed = True
            task.workflow.top_workflow.subprocesses.pop(task.id, None)
        spec: Flat = task.task_spec
        if "inc" in task.internal_data:
            self.mended(task)
        spec.close(task, self, cancelled=True)
        if spec.plan is not None and spec.entered(task):
            self.log(ElementLeft(address(task), spec.plan.element, cancelled=True))
        task.cancel()

    def cancel_course(self) -> None:
        """End the course where it is."""
        for task in self.flow.live():
            self.cancel(task)
        self.flow.completed = True
        self.how = "cancelled"

    def log_left(self, task: Token) -> None:
        """Note that a token left its element; and which end events of the course itself were reached."""
        plan: Plan = task.task_spec.plan
        self.log(ElementLeft(address(task), plan.element))
        if plan.node.kind is Kind.END and task.workflow.parent_task is None:
            self.ends.append(plan.element)

    # -- incidents -------------------------------------------------------------------------------

    def incident(self, task: Token, problem: Problem) -> None:
        """Mark the token: it stays where it is until it is resolved; other branches go on."""
        task.internal_data["inc"] = problem.code
        seen = see(task)
        values = {name: seen[name] for name in sorted(seen) if name in problem.names}
        self.log(
            IncidentRaised(
                address(task), task.task_spec.drawn.element, problem.code, problem.message, values
            )
        )

    def mended(self, task: Token) -> None:
        """The incident is over: resolved, or gone with its token."""
        del task.internal_data["inc"]
        self.log(IncidentResolved(address(task)))

    def resolve(self, task: Token) -> None:
        """Try again where the incident is."""
        failed = task.internal_data["inc"] == "engine:job-failed"
        self.mended(task)
        if isinstance(task.task_spec, Joining) and "tok" in task.internal_data:
            return
        if task.has_state(TaskState.WAITING):
            task.internal_data["inc"] = ""  # `_update` enters again what has one
            task.task_spec._update(task)
        elif task.has_state(TaskState.READY):
            self._offer_again(task, retries=task.internal_data["job"] if failed else 0)
        else:
            task._set_state(TaskState.READY)
            self.agenda.append(task)

    def _offer_again(self, task: Token, retries: int) -> None:
        """Offer a job again, with the retries that an operator gave it, else with those of the model."""
        try:
            task.task_spec.offer(task, self, retries)
        except Problem as problem:
            self.incident(task, problem)

    # -- variables -------------------------------------------------------------------------------

    def set_variable(self, scopes: Iterable[Scope], name: str, value: Any) -> None:
        """Write a variable where it is, else in the outermost of the scopes."""
        self.write(place(scopes, name), name, value)

    def write(self, scope: Scope, name: str, value: Any) -> None:
        """Write a variable in this scope, and note it when it changed."""
        if scope.is_call and scope.holder is not None:
            wrote = scope.holder.internal_data["wrote"]
            if name not in wrote:
                wrote.append(name)
        if name in scope.values and scope.values[name] == value:
            scope.values[name] = value
            return
        self.weigh(value)
        scope.values[name] = value
        self.changed.add(name)
        self.log(VariableChanged(scope.address, name, value))

    def weigh(self, value: Any) -> None:
        """Count what is written in this command.

        Raises:
            Problem: it is too much: a form in a list of a thousand is a thousand forms.
        """
        self.written += len(value) if isinstance(value, str) else canonical.weight(value)
        if self.written > MAX_WRITTEN:
            raise Problem("engine:too-large", "Der skrives for meget på én gang.")

    def map_inputs(
        self, task: Token, mappings: tuple[tuple[Expression, tuple[str, ...]], ...]
    ) -> None:
        """Make the element's own variables, in order, each mapping seeing those before it."""
        local = task.internal_data.setdefault("v", {})
        mine = Scope(local, task)
        for source, path in mappings:
            value = source.value(see(task), self.at, self)
            self.write(mine, path[0], path_value(local.get(path[0]), list(path[1:]), value))

    def write_results(
        self,
        task: Token,
        mappings: tuple[tuple[Expression, tuple[str, ...]], ...],
        given: dict[str, Any],
    ) -> None:
        """Write what an element gives: through its output mappings, else every variable where it is known.

        In a multi-instance body the output element is collected as well. All is evaluated before anything is set,
        and `res` stays until then, so that an incident loses nothing.
        """
        data = task.internal_data
        if not (mappings or given or task.task_spec.instance_of or "out" in data):
            data.pop("res", None)
            return
        if "out" not in data:
            if mappings:
                view = see(task) | given
                found = []
                for source, path in mappings:
                    value = source.value(view, self.at, self)
                    view[path[0]] = path_value(view.get(path[0]), list(path[1:]), value)
                    found.append((path, value))
                scopes = tuple(around(task))
                for path, value in found:
                    scope = place(scopes, path[0])
                    current = scope.values.get(path[0])
                    self.write(scope, path[0], path_value(current, list(path[1:]), value))
            else:
                scopes = tuple(chain(task))
                for name in sorted(given):
                    self.set_variable(scopes, name, given[name])
            data["out"] = 1
        if task.task_spec.instance_of:
            task.parent.task_spec.collect(task.parent, task, self)
        data.pop("res", None)
        del data["out"]


def _stuck(flow: Flow | SubFlow) -> list[Token]:
    """Return the joins that wait in a scope where nothing else lives but event sub-processes that never started."""
    stuck = []
    for task in flow.live():
        if isinstance(task.task_spec, Joining) and "tok" in task.internal_data:
            stuck.append(task)
        elif not task.task_spec.armed:
            return []
    return stuck
