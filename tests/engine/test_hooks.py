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

from app.definitions.model.graph import Kind
from app.engine.run import Run
from tests.engine.build import AT, Builder, Course


def test_the_version_is_the_one_that_was_read() -> None:
    assert version("spiffworkflow") == "3.2.0"


@pytest.mark.parametrize(
    ("owner", "names"),
    [
        (
            Task,
            "_add_child _sync_children _set_state _ready cancel complete run has_state _drop_children parent children",
        ),
        (
            TaskSpec,
            "_predict _predict_hook _update _update_hook _run _run_hook _on_ready _on_ready_hook",
        ),
        (
            TaskSpec,
            "_on_complete _on_complete_hook _on_cancel test connect _connect_notify inputs outputs",
        ),
        (Workflow, "_remove_task _task_completed_notify _task_removed_notify"),
        (BpmnWorkflow, "top_workflow get_subprocess script_engine"),
        (BpmnSubWorkflow, "script_engine data_objects"),
        (SubWorkflowTask, "_update_hook start_workflow _on_subworkflow_completed"),
        (MultiChoice, "_get_matching_outputs connect_if"),
        (CatchingEvent, "_update_hook _run_hook _on_ready_hook _on_cancel"),
    ],
)
def test_the_hooks_exist(owner: type, names: str) -> None:
    assert [name for name in names.split() if not hasattr(owner, name)] == []


def test_the_hooks_take_what_the_engine_gives() -> None:
    assert list(inspect.signature(Task.__init__).parameters) == [
        "self",
        "workflow",
        "task_spec",
        "parent",
        "state",
        "id",
    ]
    assert list(inspect.signature(Workflow.__init__).parameters) == [
        "self",
        "workflow_spec",
        "deserializing",
    ]
    assert list(inspect.signature(Task._add_child).parameters) == ["self", "task_spec", "state"]
    assert (TaskState.FUTURE, TaskState.WAITING, TaskState.READY, TaskState.STARTED) == (
        4,
        8,
        16,
        32,
    )
    assert TaskState.COMPLETED < TaskState.CANCELLED


class Going:
    """Stock's script engine, answering conditions from a dictionary."""

    environment = None

    def __init__(self, answers: dict[str, bool]) -> None:
        self.answers = answers

    def evaluate(self, task: Task, expression: str, external_context: object = None) -> bool:
        return self.answers[expression]


def stock(edges: str, answers: dict[str, bool]) -> BpmnWorkflow:
    """A workflow of stock specs: `u…` user tasks, `and…` and `x…` gateways, `m…` merges; `a>b?c` is conditional."""
    spec = BpmnProcessSpec("p")
    kinds = {"u": UserTask, "a": ParallelGateway, "x": ExclusiveGateway, "m": NoneTask}
    made: dict[str, TaskSpec] = {"start": spec.start, "end": spec.end}
    for edge in edges.split():
        path, _, condition = edge.partition("?")
        source, target = path.split(">")
        for name in (source, target):
            if name not in made:
                made[name] = kinds[name[0]](spec, name)
                made[name].manual = name[0] == "u"
        if condition:
            made[source].connect_outgoing_if(condition, made[target])
        else:
            made[source].connect(made[target])
    workflow = BpmnWorkflow(spec, script_engine=Going(answers))
    workflow.do_engine_steps()
    return workflow


def ready(workflow: BpmnWorkflow) -> dict[str, Task]:
    return {t.task_spec.name: t for t in workflow.get_tasks(state=TaskState.READY, manual=True)}


NESTED = (
    "start>m1 m1>u1 u1>m2 m2>u2 u2>and1 and1>ua and1>ub and1>uc ua>and2 ub>and2 uc>and2 and2>u3 u3>x1 "
    "x1>m2?inner x1>u4 u4>x2 x2>m1?outer x2>end"
)


def nested() -> Builder:
    """The same in BPMN for ours: loop(u1, loop(u2, and(ua, ub, uc), u3), u4)."""
    b = Builder()
    b.start()
    for name, kind in [
        ("m1", Kind.EXCLUSIVE),
        ("m2", Kind.EXCLUSIVE),
        ("and1", Kind.PARALLEL),
        ("and2", Kind.PARALLEL),
    ]:
        b.node(kind, name)
    b.node(Kind.EXCLUSIVE, "x1", default="x1-u4")
    b.node(Kind.EXCLUSIVE, "x2", default="x2-end")
    for name in ("u1", "u2", "ua", "ub", "uc", "u3", "u4"):
        b.user(name)
    b.end()
    for edge in NESTED.split():
        path, _, condition = edge.partition("?")
        source, target = path.split(">")
        b.flow(source, target, condition=f"={condition}" if condition else "")
    return b


ROUNDS = ("u1", "u2", "uc", "ub", "ua", "u3", "u2", "ua")


def test_stock_parallel_join_in_a_loop_fires_early() -> None:
    """The second round of the inner loop: two of three branches are open, and stock goes on to u3."""
    workflow = stock(NESTED, {"inner": True, "outer": True})
    for name in ROUNDS:
        ready(workflow)[name].run()
        workflow.do_engine_steps()
    assert set(ready(workflow)) == {"ub", "uc", "u3"}


def test_ours_waits_for_every_branch_in_every_round() -> None:
    course = Course(nested(), inner=True, outer=True).start()
    for name in ROUNDS:
        course.done(name)
    assert course.open() == ["ub#2", "uc#2"]


LOOP = "start>m1 m1>u1 u1>x1 x1>m1?again x1>end"


def test_stock_loop_stalls_silently_at_depth() -> None:
    """After some 330 rounds nothing is ready, and the running workflow calls itself completed."""
    workflow = stock(LOOP, {"again": True})
    rounds = 0
    while rounds < 600 and (task := ready(workflow).get("u1")) is not None:
        task.run()
        workflow.do_engine_steps()
        rounds += 1
    assert 300 < rounds < 400
    assert workflow.is_completed()


def test_ours_goes_round_as_often_as_it_is_asked() -> None:
    b = Builder()
    b.start()
    b.node(Kind.EXCLUSIVE, "m1")
    b.user("u1")
    b.node(Kind.EXCLUSIVE, "x1", default="x1-end")
    b.end()
    b.flow("start", "m1", "u1", "x1", "end")
    b.flow("x1", "m1", condition="=again")
    course = Course(b, again=True).start()
    for number in range(1, 701):
        course.done(f"u1#{number}")
    assert course.open() == ["u1#701"]
    assert course.done("u1", again=False).how == "completed"


def test_a_token_has_what_a_task_of_spiffworkflow_has() -> None:
    """Token sets the attributes by itself, so a new one of a later version would be missing."""
    b = Builder()
    b.start()
    b.user("a")
    b.flow("start", "a")
    run = Run(Course(b).model, AT)
    token = run.flow.task_tree
    workflow = BpmnWorkflow(BpmnProcessSpec("stock"), deserializing=True)
    assert set(vars(Task(workflow, workflow.spec.start))) <= set(vars(token))
    child = token._add_child(next(iter(run.flow.spec.starts.values())))
    assert child.parent is token
    assert token.children == [child]
    assert run.flow.tasks[child.id] is child
