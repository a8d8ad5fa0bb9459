"""The private hooks of SpiffWorkflow that the engine builds on, and why: where 3.2.0 alone goes wrong.

docs/architecture.md names the tests whose names begin with `test_stock_`.
"""

from __future__ import annotations

import inspect
from importlib.metadata import version

import pytest
from SpiffWorkflow import TaskState, Workflow
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.defaults import (
    ExclusiveGateway,
    NoneTask,
    ParallelGateway,
    UserTask,
)
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.specs import MultiChoice
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task

from app.definitions.graph import Kind
from tests.engine.build import Builder, Course


def test_the_version_is_the_one_that_was_read() -> None:
    assert version("spiffworkflow") == "3.2.0"


@pytest.mark.parametrize(
    ("owner", "names"),
    [
        (Task, "_add_child _sync_children _set_state _ready cancel complete run has_state _drop_children parent children"),
        (TaskSpec, "_predict _predict_hook _update _update_hook _run _run_hook _on_ready _on_ready_hook"),
        (TaskSpec, "_on_complete _on_complete_hook _on_cancel test connect _connect_notify inputs outputs"),
        (Workflow, "_remove_task _task_completed_notify"),
        (BpmnWorkflow, "top_workflow get_subprocess script_engine"),
        (BpmnSubWorkflow, "_calculate_depth"),
        (SubWorkflowTask, "_update_hook start_workflow _on_subworkflow_completed"),
        (MultiChoice, "_get_matching_outputs connect_if"),
        (CatchingEvent, "_update_hook _run_hook _on_ready_hook _on_cancel"),
    ],
)
def test_the_hooks_exist(owner: type, names: str) -> None:
    assert [name for name in names.split() if not hasattr(owner, name)] == []


def test_the_hooks_take_what_the_engine_gives() -> None:
    assert list(inspect.signature(Task.__init__).parameters) == ["self", "workflow", "task_spec", "parent", "state", "id"]
    assert list(inspect.signature(Workflow.__init__).parameters) == ["self", "workflow_spec", "deserializing"]
    assert list(inspect.signature(Task._add_child).parameters) == ["self", "task_spec", "state"]
    assert (TaskState.FUTURE, TaskState.WAITING, TaskState.READY, TaskState.STARTED) == (4, 8, 16, 32)
    assert TaskState.COMPLETED < TaskState.CANCELLED


class _Turn:
    """Stock's condition: goes round until told otherwise."""


def stock_loops(depth: int) -> tuple[BpmnWorkflow, dict[str, bool]]:
    """Nested loops around a parallel block, in stock specs: loop(u1, loop(u2, and(a, b, c), u3), u4)."""
    spec = BpmnProcessSpec("p")
    go = {"inner": True, "outer": True}

    class Engine:
        environment = None

        def evaluate(self, task: Task, expression: str, external_context: object = None) -> bool:
            return go[expression]

    def node(kind: type, name: str) -> TaskSpec:
        return kind(spec, name)

    names = {n: node(UserTask, n) for n in ("u1", "u2", "a", "b", "c", "u3", "u4")}
    merge, inner = node(NoneTask, "merge"), node(NoneTask, "merge2")
    merge.manual = inner.manual = False
    split, join = node(ParallelGateway, "split"), node(ParallelGateway, "join")
    x, y = node(ExclusiveGateway, "x"), node(ExclusiveGateway, "y")
    for start, end in [(spec.start, merge), (merge, names["u1"]), (names["u1"], inner), (inner, names["u2"]), (names["u2"], split)]:
        start.connect(end)
    for name in ("a", "b", "c"):
        split.connect(names[name])
        names[name].connect(join)
    join.connect(names["u3"])
    names["u3"].connect(x)
    x.connect_outgoing_if("inner", inner)
    x.connect(names["u4"])
    names["u4"].connect(y)
    y.connect_outgoing_if("outer", merge)
    y.connect(spec.end)
    workflow = BpmnWorkflow(spec, script_engine=Engine())
    workflow.do_engine_steps()
    return workflow, go


def ready(workflow: BpmnWorkflow) -> dict[str, Task]:
    return {t.task_spec.name: t for t in workflow.get_tasks(state=TaskState.READY, manual=True)}


def ours(*, join_in_loops: bool) -> Course:
    b = Builder()
    b.start()
    b.node(Kind.EXCLUSIVE, "merge")
    b.node(Kind.EXCLUSIVE, "merge2")
    for name in ("u1", "u2", "u3", "u4"):
        b.user(name)
    b.flow("start", "merge", "u1", "merge2", "u2")
    if join_in_loops:
        b.node(Kind.PARALLEL, "split")
        b.node(Kind.PARALLEL, "join")
        b.flow("u2", "split")
        for name in ("a", "b", "c"):
            b.user(name)
            b.flow("split", name, "join")
        b.flow("join", "u3")
    else:
        b.flow("u2", "u3")
    b.node(Kind.EXCLUSIVE, "x", default="x-u4")
    b.node(Kind.EXCLUSIVE, "y", default="y-end")
    b.end()
    b.flow("u3", "x", "u4", "y", "end")
    b.flow("x", "merge2", condition="=inner")
    b.flow("y", "merge", condition="=outer")
    return Course(b, inner=True, outer=True).start()
