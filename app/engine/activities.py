"""The elements that work, wait or throw: tasks, jobs, events."""

# ruff: noqa: SLF001 -- SpiffWorkflow's hooks are private by name; tests/engine/test_hooks.py holds them.
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.util.task import TaskState

from app.clock import to_text
from app.definitions import TimerKind, Trigger
from app.engine.events import (
    ExpressionEvaluated,
    JobClosed,
    JobCreated,
    SignalAwaited,
    SignalIgnored,
    SignalThrown,
    SubscriptionClosed,
    SubscriptionOpened,
    TaskClosed,
    TimerCleared,
    TimerSet,
)
from app.engine.offers import opened_task
from app.engine.problems import Problem
from app.engine.scopes import see
from app.engine.specs import Flat, Split
from app.engine.timers import Due, first_due
from app.engine.trace import Deciding
from app.engine.tree import Token, address, version_of

if TYPE_CHECKING:
    from app.engine.run import Run


class UserTask(Flat):
    """A task for a person: ready until `CompleteTask`."""

    def enter(self, task: Token, run: Run) -> None:
        """Open the task, its assignment and schedule evaluated."""
        super().enter(task, run)
        local, where = task.internal_data.get("v", {}), address(task)
        run.log(opened_task(self.drawn, where, local, see(task), run.at, run, version_of(task)))

    def close(self, task: Token, run: Run, *, cancelled: bool) -> None:
        """Close the task if it is open."""
        if task.has_state(TaskState.READY):
            properties = self.drawn.node.properties
            run.log(TaskClosed(address(task), self.drawn.element, cancelled, properties))


class Job(Flat):
    """Work done outside: ready until `CompleteJob` (`job` is what is left of its retries)."""

    def enter(self, task: Token, run: Run) -> None:
        """Offer the job."""
        super().enter(task, run)
        self.offer(task, run)

    def offer(self, task: Token, run: Run, left: int = 0) -> None:
        """Say what is to be done and with which values."""
        seen = see(task)
        job = self.drawn.node.job
        assert job is not None  # noqa: S101 -- compile makes jobs of nodes that have one
        retries = left or self.drawn.texts["retries"].value(seen, run.at, run)
        if not str(retries).isdigit():
            raise Problem("engine:retries", "Antallet af forsøg er ikke et helt tal.")
        task.internal_data["job"] = int(retries)
        run.log(
            JobCreated(
                address(task),
                self.drawn.element,
                self.drawn.texts["type"].string(seen, run.at, run),
                int(retries),
                job.headers,
                seen,
            )
        )

    def close(self, task: Token, run: Run, *, cancelled: bool) -> None:
        """Take the job back unless it is done or has an incident."""
        if task.has_state(TaskState.READY) and "inc" not in task.internal_data:
            run.log(JobClosed(address(task), cancelled))


class Script(Flat):
    """A FEEL expression whose value becomes a variable."""

    def result(self, task: Token, run: Run) -> dict[str, Any]:
        """Evaluate the script."""
        script = self.drawn.node.script
        assert script is not None  # noqa: S101 -- compile makes scripts of nodes that have one
        return {script.result: self.drawn.texts["script"].value(see(task), run.at, run)}


class Waits:
    """SpiffWorkflow's event definition, reduced to the flag that `Run.fire` sets."""

    def has_fired(self, my_task: Token) -> bool:
        """Whether the event has come."""
        return bool(my_task.internal_data.get("event_fired"))

    def update_task(self, my_task: Token) -> None:
        """Nothing to refresh: due and key were computed on entering."""

    def update_task_data(self, my_task: Token) -> None:
        """Payloads are ours."""

    def reset(self, my_task: Token) -> None:
        """The flag has been used."""
        my_task.internal_data.pop("event_fired", None)


class Catch(CatchingEvent, Flat):
    """Waits for a message, timer, signal, error, escalation or condition: `due`, `key`, `name` or `was` say which."""

    interrupting = True

    @property
    def trigger(self) -> Trigger:
        """What kind of event."""
        event = self.drawn.node.event
        return event.trigger if event else Trigger.NONE

    def enter(self, task: Token, run: Run) -> None:
        """Compute what is waited for and tell the outside."""
        Flat.enter(self, task, run)
        data, texts = task.internal_data, self.drawn.texts
        seen = self.view(task)
        if self.trigger is Trigger.TIMER and "due" not in data:
            event = self.drawn.node.event
            kind = event.timer_kind if event else None
            if run.trace is not None:
                run.trace.expression(
                    Deciding.TIME, task, self.drawn.element, texts["timer"], seen, run.at
                )
            due = first_due(
                kind or TimerKind.DURATION, texts["timer"].value(seen, run.at, run), run.at
            )
            self.set_due(task, due)
        elif self.trigger is Trigger.MESSAGE:
            data["name"] = texts["name"].string(seen, run.at, run)
            data["key"] = texts["key"].string(seen, run.at, run)
        elif self.trigger is Trigger.SIGNAL:
            data["name"] = texts["name"].string(seen, run.at, run)
            run.log(SignalAwaited(address(task), self.drawn.element, data["name"]))
        elif self.looks:
            data.setdefault("was", 0)
            run.fresh.add(task.id)
        if "due" in data:
            run.log(TimerSet(address(task), self.drawn.element, run.due_of(data)))
        elif "key" in data:
            run.log(
                SubscriptionOpened(address(task), self.drawn.element, data["name"], data["key"])
            )

    @property
    def looks(self) -> bool:
        """Whether it waits for a condition to hold."""
        return self.trigger is Trigger.CONDITIONAL

    def came_true(self, task: Token, run: Run) -> bool:
        """Whether the condition holds now and did not the last time; no value is taken for false.

        Raises:
            Problem: its value is neither.
        """
        condition, data = self.drawn.texts["condition"], task.internal_data
        value = condition.value(self.view(task), run.at, run)
        if value is not None and not isinstance(value, bool):
            raise Problem(
                "engine:condition",
                f"Betingelsen {condition.text} er hverken sand eller falsk.",
                condition.names,
            )
        before, data["was"] = data["was"], int(bool(value))
        if value and not before and run.trace is not None:
            run.trace.expression(
                Deciding.EVENT, task, self.drawn.element, condition, self.view(task), run.at
            )
        if value and not before:
            run.log(ExpressionEvaluated(self.drawn.element, condition.text, result=True))
        return bool(value) and not before

    def set_due(self, task: Token, due: Due) -> None:
        """Put the due and what is left of a cycle on the token."""
        data = task.internal_data
        data["due"] = to_text(due.instant)
        if due.left:
            data["left"], data["every"] = due.left, due.interval

    def view(self, task: Token) -> dict[str, Any]:
        """Return the variables for its own expressions."""
        return see(task)

    def close(self, task: Token, run: Run, **_: bool) -> None:
        """Stop waiting."""
        data = task.internal_data
        data.pop("was", None)
        if data.pop("due", None) is not None:
            run.log(TimerCleared(address(task)))
        if data.pop("key", None) is not None:
            run.log(SubscriptionClosed(address(task)))
        elif self.trigger is Trigger.SIGNAL:
            run.log(SignalIgnored(address(task)))

    def catches(self, task: Token, trigger: Trigger, name: str | None = None) -> bool:
        """Whether the token waits for this event now; `name` None asks for one that catches any code."""
        if not task.has_state(TaskState.WAITING) or "inc" in task.internal_data:
            return False
        event = self.drawn.node.event
        if event is None or event.trigger is not trigger:
            return False
        if trigger is Trigger.SIGNAL:
            return bool(task.internal_data.get("name") == name)
        return event.name == (name or "")

    def _on_ready_hook(self, my_task: Token) -> None:
        CatchingEvent._on_ready_hook(self, my_task)
        Flat._on_ready_hook(self, my_task)


class Boundary(Catch):
    """A boundary event: armed while its activity lives, entered when it fires."""

    attached = True

    def view(self, task: Token) -> dict[str, Any]:
        """Return what its activity sees, the activity's own variables included."""
        host = host_of(task)
        return see(task) if host is None else see(host)

    def entered(self, task: Token) -> bool:
        """Whether it fired."""
        return not task.has_state(TaskState.WAITING)


class Armed(Boundary):
    """The start event of an event sub-process, waiting in the scope around it."""

    armed = True

    def view(self, task: Token) -> dict[str, Any]:
        """Return what the scope around the event sub-process sees."""
        return see(task)

    def leave(self, task: Token, run: Run) -> None:
        """The start event inside takes the results."""

    def entered(self, _task: Token) -> bool:
        """The start event inside is what is entered."""
        return False

    def _on_complete_hook(self, my_task: Token) -> None:
        given = my_task.internal_data.get("res")
        for child in my_task.children:
            if given:
                child.internal_data["pay"] = given


def host_of(task: Token) -> Token | None:
    """Return the live activity that a boundary event hangs on."""
    holder = task.parent
    if holder is None or not isinstance(holder.task_spec, Split):
        return None
    siblings: list[Token] = holder.children
    return next((s for s in siblings if s.alive and not s.task_spec.attached), None)


class ThrowSignal(Flat):
    """Says a signal; whoever waits for it hears it from the shell."""

    def leave(self, task: Token, run: Run) -> None:
        """Throw, with the variables that input mappings made."""
        name = self.drawn.texts["name"].string(see(task), run.at, run)
        run.log(SignalThrown(name, dict(task.internal_data.get("v", {}))))
        super().leave(task, run)


class ThrowEscalation(Flat):
    """Tells the scopes around; nobody has to listen."""

    def leave(self, task: Token, run: Run) -> None:
        """Throw, then go on unless interrupted by who caught it."""
        code = self.drawn.texts["name"].string(see(task), run.at, run)
        super().leave(task, run)
        run.throw(
            task, Trigger.ESCALATION, code, dict(task.internal_data.get("v", {})), itself=False
        )


class ThrowError(Flat):
    """Ends the scope around with an error that somebody must catch."""

    def leave(self, task: Token, run: Run) -> None:
        """Throw; an uncaught error is an incident here."""
        code = self.drawn.texts["name"].string(see(task), run.at, run)
        super().leave(task, run)
        payload = dict(task.internal_data.get("v", {}))
        if not run.throw(task, Trigger.ERROR, code, payload, itself=False):
            raise Problem("engine:error-uncaught", f"Ingen griber fejlen »{code}«.")


class Terminate(Flat):
    """Ends its scope at once."""

    def leave(self, task: Token, run: Run) -> None:
        """Cancel all else in the scope."""
        super().leave(task, run)
        for other in task.workflow.live():
            if other is not task:
                run.cancel(other)
        if task.workflow.parent_task is None:
            run.how = "terminated"
