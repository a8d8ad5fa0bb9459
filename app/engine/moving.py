"""Moving tokens by hand: an operator puts tokens on elements and takes others away, in one command."""

# ruff: noqa: SLF001 -- SpiffWorkflow's hooks are private by name; tests/engine/test_hooks.py holds them.
from __future__ import annotations

from SpiffWorkflow.util.task import TaskState

from app.definitions import Kind
from app.engine.commands import MoveToken
from app.engine.nested import SubProcess
from app.engine.run import Run
from app.engine.specs import Flat, Joining, ScopeSpec, Split
from app.engine.tree import Flow, SubFlow, Token, find, sub_flow
from app.errors import Conflict, DomainError

_NOT_ENTERED = {Kind.START, Kind.BOUNDARY, Kind.EVENT_SUB_PROCESS}
"""They are not come to along a flow."""


def move(run: Run, command: MoveToken) -> None:
    """Put the new tokens, then take the old ones away, then run.

    In this order, so that a scope from which one token goes and into which another comes does not end in between. A
    scope that is left empty is taken away with its sub-process or call, and so on outwards; a course that is left
    empty is cancelled. An element deeper than the scope named goes into the sub-process that runs there, or into one
    that is opened for it, as in Camunda 8.
    """
    old = [_old(run, where) for where in command.terminate]
    for scope, element in command.activate:
        flow, spec = _entry(run, scope, element, old)
        spec._update(flow.task_tree._add_child(spec))
    for task in old:
        _take_away(run, task)
    for task in old:
        _empty(run, task.workflow)
    run.drain()


def _old(run: Run, where: str) -> Token:
    task = find(run.flow, where)
    if task is None:
        raise Conflict("token:gone", f"Der er ikke længere noget ved {where}.")
    if "i" in task.internal_data:
        raise DomainError(
            "token:instance", "En enkelt gentagelse kan ikke flyttes. Flyt hele gentagelsen."
        )
    if task.task_spec.attached and not task.task_spec.entered(task):
        raise DomainError("token:event", "En hændelse på en kant flyttes sammen med sin aktivitet.")
    return task


def _entry(run: Run, scope: str, element: str, old: list[Token]) -> tuple[Flow | SubFlow, Flat]:
    """Find where a new token goes in: an activity with boundary events is entered through the split before it."""
    flow: Flow | SubFlow | None = run.flow
    if scope:
        holder = find(run.flow, scope)
        flow = None if holder is None else sub_flow(holder)
    if flow is None:
        raise Conflict("scope:closed", "Det sted i forløbet findes ikke længere.")
    for holder in _way(flow.spec, element):
        flow = _inside(flow, holder, old)
    for spec in flow.spec.task_specs.values():
        plan = getattr(spec, "plan", None)
        if plan is None or plan.node.id != element or spec.instance_of:
            continue
        joins = (
            isinstance(spec, Joining) and len(spec._inputs) > 1
        )  # it could not say on which way it came
        if plan.node.kind in _NOT_ENTERED or spec.attached or joins:
            break
        return flow, _split(flow, spec) or spec
    raise DomainError("token:no-place", f"Der kan ikke sættes noget på {element} dér.")


def _split(flow: Flow | SubFlow, spec: Flat) -> Split | None:
    split = flow.spec.task_specs.get(f"{spec.name}.split")
    return split if isinstance(split, Split) else None


def _way(scope: ScopeSpec, element: str) -> list[SubProcess]:
    """Return the embedded sub-processes on the way from a scope to an element, outermost first; none if it is there."""
    todo: list[tuple[ScopeSpec, list[SubProcess]]] = [(scope, [])]
    while todo:
        here, way = todo.pop(0)
        for spec in here.task_specs.values():
            plan = getattr(spec, "plan", None)
            if plan is not None and plan.node.id == element:
                return way
            if isinstance(spec, SubProcess) and spec.drawn.node.kind is Kind.SUB_PROCESS:
                todo.append((here.family[spec.spec], [*way, spec]))
    return []


def _inside(flow: Flow | SubFlow, spec: SubProcess, old: list[Token]) -> SubFlow:
    """Return the inside of the one running sub-process, or of one that is opened now, where nothing runs yet."""
    if spec.instance_of:
        raise DomainError(
            "token:instance", "En enkelt gentagelse kan ikke flyttes. Flyt hele gentagelsen."
        )
    running = [task for task in flow.live() if task.task_spec is spec and task not in old]
    if len(running) > 1:
        raise DomainError("token:which-scope", f"{spec.segment} kører flere gange. Sig hvilken.")
    inside = sub_flow(running[0] if running else _open(flow, spec))
    if inside is None:
        raise DomainError("token:scope", f"{spec.segment} kan ikke åbnes; se dens hændelse.")
    return inside


def _open(flow: Flow | SubFlow, spec: SubProcess) -> Token:
    split = _split(flow, spec)
    if split is None:
        siblings = [flow.task_tree._add_child(spec)]
    else:
        holder = flow.task_tree._add_child(split, TaskState.COMPLETED)
        siblings = [holder._add_child(each) for each in split.outputs]
    for task in siblings:
        if task.task_spec is spec:
            task.internal_data["by_hand"] = 1
        task.task_spec._update(task)
    return siblings[0]


def _take_away(run: Run, task: Token) -> None:
    holder = task.parent
    run.cancel(task)
    if holder is not None and holder.task_spec.holds:
        for sibling in holder.children:
            if (
                sibling.alive
                and sibling.task_spec.attached
                and not sibling.task_spec.entered(sibling)
            ):
                run.cancel(sibling)


def _empty(run: Run, flow: Flow | SubFlow) -> None:
    """Take away the scopes that nothing is left in, innermost first."""
    while not flow.completed and all(task.task_spec.armed for task in flow.live()):
        holder = flow.parent_task
        if holder is None:
            run.cancel_course()
            return
        if "i" in holder.internal_data:
            raise DomainError(
                "token:instance", "En enkelt gentagelse kan ikke tømmes. Flyt hele gentagelsen."
            )
        _take_away(run, holder)
        flow = holder.workflow
