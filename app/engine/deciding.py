"""Deciding: a pure function from model, state and command to the next state and what followed.

Nothing here reads a clock, a database or a random source: the same values give the same bytes on every machine.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from SpiffWorkflow.util.task import TaskState

from app import canonical
from app.clock import to_text
from app.definitions import Trigger
from app.engine import commands, marking, resting
from app.engine.activities import Catch, Job, UserTask
from app.engine.callees import NOBODY, Callees
from app.engine.events import (
    CourseEnded,
    CourseResumed,
    CourseSuspended,
    Decision,
    JobClosed,
    JobUpdated,
)
from app.engine.expressions import MAX_VALUE
from app.engine.model import CompiledModel
from app.engine.moving import move
from app.engine.problems import Problem
from app.engine.run import Run
from app.engine.scopes import Scope, chain, root_scope
from app.engine.trace import Trace
from app.engine.tree import Token, find
from app.errors import Conflict, DomainError

Commands = commands.Command
MAX_STATE = 20_000_000
"""Bytes of a state; a command that makes a larger one is refused, unless it makes it smaller."""


def decide(
    model: CompiledModel,
    state: bytes | None,
    command: Commands,
    callees: Callees = NOBODY,
    trace: Trace | None = None,
) -> Decision:
    """Return what follows from a command.

    Args:
        model: the compiled model of the course's version.
        state: the state after the course's last command; None before `Start`.
        command: what is asked, with its instant.
        callees: the versions that calls of `latest` and of a version tag find, as of the command.
        trace: notes each evaluation that decides a way, for who asks why; the Decision is the same without it.

    Raises:
        Conflict: what the command names is no longer there (`task:closed`, `job:closed`, `timer:cleared`,
            `subscription:closed`, `incident:resolved`, `scope:closed`), the timer is not due (`timer:early`), or the
            course is not in the right stage (`course:started`, `course:not-started`, `course:ended`,
            `course:suspended`, `course:running`), or `token:gone`.
        DomainError: what is asked cannot be done: `course:no-start`, `job:retries`, `token:no-place`, `token:event`,
            `token:instance`, `token:which-scope`, `token:scope`; `variables:too-large`, `course:too-large`.
        ValueError: the command's variables hold what cannot be stored (a float, the key `~d`).
    """
    if canonical.weight(getattr(command, "variables", None)) > MAX_VALUE:
        raise DomainError("variables:too-large", "Oplysningerne fylder for meget.")
    run = Run(model, command.at, callees, trace)
    if isinstance(command, commands.Start):
        if state is not None:
            raise Conflict("course:started", "Forløbet er allerede startet.")
    elif state is None:
        raise Conflict("course:not-started", "Forløbet er ikke startet endnu.")
    else:
        run.resting = len(state) >= resting.LARGE
        marking.build(run, resting.read(state))
        if run.flow.completed:
            raise Conflict("course:ended", "Forløbet er afsluttet.")
        if run.suspended and type(command) not in _WHILE_SUSPENDED:
            raise Conflict("course:suspended", "Forløbet er sat i bero.")
    apply(run, command)
    after = marking.encode(marking.extract(run), resting=run.resting)
    if len(after) > MAX_STATE and len(after) > len(state or b""):
        raise DomainError("course:too-large", "Forløbet fylder for meget.")
    return Decision(after, tuple(run.events))


def apply(run: Run, command: Commands) -> None:
    """Carry a command out on a run's tree, until nothing can go on alone."""
    _HANDLERS[type(command)](run, command)


def _start(run: Run, command: commands.Start) -> None:
    starts = run.flow.spec.starts
    only = next(iter(starts)) if len(starts) == 1 else ""
    name = command.start_event or run.flow.spec.plain_start or only
    if name not in starts:
        raise DomainError("course:no-start", "Modellen har ikke den starthændelse.")
    for key in sorted(command.variables):
        run.write(root_scope(run.flow), key, command.variables[key])
    run.begin(run.flow, name)
    run.drain()


def _complete_task(run: Run, command: commands.CompleteTask) -> None:
    task = find(run.flow, command.task)
    if (
        task is None
        or not isinstance(task.task_spec, UserTask)
        or not task.has_state(TaskState.READY)
    ):
        raise Conflict("task:closed", "Opgaven er allerede løst eller lukket.")
    _finish(run, task, command.variables)


def _complete_job(run: Run, command: commands.CompleteJob) -> None:
    _finish(run, _job(run, command.job), command.variables)


def _finish(run: Run, task: Token, variables: commands.Variables) -> None:
    task.task_spec.close(task, run, cancelled=False)
    task.internal_data.pop("job", None)
    task.internal_data["res"] = variables
    run.step(task)
    run.drain()


def _job(run: Run, where: str) -> Token:
    task = find(run.flow, where)
    if (
        task is None
        or not isinstance(task.task_spec, Job)
        or not task.has_state(TaskState.READY)
        or "inc" in task.internal_data
    ):
        raise Conflict("job:closed", "Arbejdet er allerede udført eller stoppet.")
    return task


def _fail_job(run: Run, command: commands.FailJob) -> None:
    task = _job(run, command.job)
    task.internal_data["job"] = max(command.retries, 0)
    if command.retries <= 0:
        run.log(JobClosed(command.job, cancelled=True))
        text = command.message or "Arbejdet mislykkedes, og der er ikke flere forsøg."
        run.incident(task, Problem("engine:job-failed", text))


def _throw_error(run: Run, command: commands.ThrowError) -> None:
    task = _job(run, command.job)
    if not run.throw(task, Trigger.ERROR, command.code, command.variables, itself=True):
        run.log(JobClosed(command.job, cancelled=True))
        text = f"Ingen griber fejlen »{command.code}«. {command.message}".strip()
        run.incident(task, Problem("engine:error-uncaught", text))
    run.drain()


def _correlate(run: Run, command: commands.CorrelateMessage) -> None:
    task = find(run.flow, command.subscription)
    if task is None or "key" not in task.internal_data or not task.has_state(TaskState.WAITING):
        raise Conflict("subscription:closed", "Forløbet venter ikke længere på den besked.")
    run.fire(task, command.variables)
    run.drain()


def _signal(run: Run, command: commands.BroadcastSignal) -> None:
    waiting = [
        task
        for flow in run.flows()
        for task in flow.live()
        if isinstance(task.task_spec, Catch)
        and task.task_spec.catches(task, Trigger.SIGNAL, command.name)
    ]
    for task in waiting:
        if task.task_spec.catches(task, Trigger.SIGNAL, command.name):
            run.fire(task, command.variables)
    run.drain()


def _fire_timer(run: Run, command: commands.FireTimer) -> None:
    task = find(run.flow, command.timer)
    if task is None or "due" not in task.internal_data or not task.has_state(TaskState.WAITING):
        raise Conflict("timer:cleared", "Tidsfristen gælder ikke længere.")
    if to_text(command.at) < task.internal_data["due"]:
        raise Conflict("timer:early", "Tidspunktet er ikke nået endnu.")
    run.fire(task)
    run.drain()


def _resolve(run: Run, command: commands.ResolveIncident) -> None:
    task = find(run.flow, command.incident)
    if task is None or "inc" not in task.internal_data:
        raise Conflict("incident:resolved", "Hændelsen er allerede løst.")
    run.resolve(task)
    run.drain()


def _set_variables(run: Run, command: commands.SetVariables) -> None:
    task = find(run.flow, command.scope) if command.scope else None
    if command.scope and task is None:
        raise Conflict("scope:closed", "Det sted i forløbet findes ikke længere.")
    for name in sorted(command.variables):
        value = command.variables[name]
        if task is None:
            run.write(root_scope(run.flow), name, value)
        elif command.local:
            run.write(_own_scope(task), name, value)
        else:
            run.set_variable(chain(task), name, value)
    run.drain()


def _own_scope(task: Token) -> Scope:
    """The scope that an element has inside: a call's process, else its own variables."""
    data = task.internal_data
    if "root" in data:
        return Scope(data["root"], task, is_call=True)
    return Scope(data.setdefault("v", {}), task)


def _update_retries(run: Run, command: commands.UpdateRetries) -> None:
    task = find(run.flow, command.job)
    if task is None or "job" not in task.internal_data or not task.has_state(TaskState.READY):
        raise Conflict("job:closed", "Arbejdet er allerede udført eller stoppet.")
    if command.retries < 1:
        raise DomainError("job:retries", "Der skal være mindst ét forsøg.")
    task.internal_data["job"] = command.retries
    run.log(JobUpdated(command.job, command.retries))


def _suspend(run: Run, _command: commands.Suspend) -> None:
    if run.suspended:
        raise Conflict("course:suspended", "Forløbet er sat i bero.")
    run.suspended = True
    run.log(CourseSuspended())


def _resume(run: Run, _command: commands.Resume) -> None:
    if not run.suspended:
        raise Conflict("course:running", "Forløbet er ikke sat i bero.")
    run.suspended = False
    run.log(CourseResumed())
    run.drain()


def _cancel(run: Run, _command: commands.Cancel) -> None:
    run.cancel_course()
    run.log(CourseEnded(run.how))


_HANDLERS: dict[type, Callable[[Run, Any], None]] = {
    commands.Start: _start,
    commands.CompleteTask: _complete_task,
    commands.CorrelateMessage: _correlate,
    commands.BroadcastSignal: _signal,
    commands.FireTimer: _fire_timer,
    commands.CompleteJob: _complete_job,
    commands.FailJob: _fail_job,
    commands.ThrowError: _throw_error,
    commands.ResolveIncident: _resolve,
    commands.SetVariables: _set_variables,
    commands.MoveToken: move,
    commands.UpdateRetries: _update_retries,
    commands.Suspend: _suspend,
    commands.Resume: _resume,
    commands.Cancel: _cancel,
}
_WHILE_SUSPENDED = {
    commands.Resume,
    commands.Cancel,
    commands.SetVariables,
    commands.MoveToken,
    commands.UpdateRetries,
}
"""What an operator may do to a course that stands still; the rest waits until it is resumed."""
