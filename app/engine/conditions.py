"""Conditional events: which of them a run has made true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.engine.activities import Catch
from app.engine.problems import Problem
from app.engine.tree import Token

if TYPE_CHECKING:
    from app.engine.run import Run


def fired(run: Run) -> bool:
    """Fire the conditional events whose condition has come true; False when there is none.

    A condition is looked at when it is entered and when a variable that it names was written, once all else has run:
    what was true in between only is not seen. It must have been false before it fires again (BPMN 2.0 §10.5.6). All are
    looked at before one fires; outer scopes first, in each what was entered first.
    """
    if not run.model.has_conditions or not (run.fresh or run.changed):
        return False
    waiting = [task for flow in run.flows() for task in flow.live() if _to_look_at(run, task)]
    run.fresh.clear()
    run.changed.clear()
    true = [task for task in waiting if _came_true(run, task)]
    for task in true:
        if task.alive:
            run.fire(task)
    return bool(true)


def _to_look_at(run: Run, task: Token) -> bool:
    spec = task.task_spec
    if not (isinstance(spec, Catch) and spec.looks and "was" in task.internal_data):
        return False
    return "inc" not in task.internal_data and (
        task.id in run.fresh or not run.changed.isdisjoint(spec.drawn.texts["condition"].names)
    )


def _came_true(run: Run, task: Token) -> bool:
    try:
        return bool(task.task_spec.came_true(task, run))
    except Problem as problem:
        run.incident(task, problem)
        return False
