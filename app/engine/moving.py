"""Moving tokens by hand: an operator puts tokens on elements and takes others away, in one command."""

# ruff: noqa: SLF001 -- SpiffWorkflow's hooks are private by name; tests/engine/test_hooks.py holds them.
from __future__ import annotations

from app.definitions import Kind
from app.engine.commands import MoveToken
from app.engine.run import Run
from app.engine.specs import Flat, Joining, Split
from app.engine.tree import Flow, SubFlow, Token, find, sub_flow
from app.errors import Conflict, DomainError

_NOT_ENTERED = {Kind.START, Kind.BOUNDARY, Kind.EVENT_SUB_PROCESS}
"""They are not come to along a flow."""


def move(run: Run, command: MoveToken) -> None:
    """Put the new tokens, then take the old ones away, then run.

    In this order, so that a scope from which one token goes and into which another comes does not end in between. A
    scope that is left empty is taken away with its sub-process or call, and so on outwards; a course that is left
    empty is cancelled.
    """
    old = [_old(run, where) for where in command.terminate]
    entries = [_entry(run, scope, element) for scope, element in command.activate]
    fresh = []
    for flow, spec in entries:
        fresh.append(flow.task_tree._add_child(spec))
        spec._update(fresh[-1])
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


def _entry(run: Run, scope: str, element: str) -> tuple[Flow | SubFlow, Flat]:
    """Find where a new token goes in: an activity with boundary events is entered through the split before it."""
    flow: Flow | SubFlow | None = run.flow
    if scope:
        holder = find(run.flow, scope)
        flow = None if holder is None else sub_flow(holder)
    if flow is None:
        raise Conflict("scope:closed", "Det sted i forløbet findes ikke længere.")
    for spec in flow.spec.task_specs.values():
        plan = getattr(spec, "plan", None)
        if plan is None or plan.node.id != element or spec.instance_of:
            continue
        joins = (
            isinstance(spec, Joining) and len(spec._inputs) > 1
        )  # it could not say on which way it came
        if plan.node.kind in _NOT_ENTERED or spec.attached or joins:
            break
        split = flow.spec.task_specs.get(f"{spec.name}.split")
        return flow, split if isinstance(split, Split) else spec
    raise DomainError("token:no-place", f"Der kan ikke sættes noget på {element} dér.")


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
