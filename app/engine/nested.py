"""Elements with an inside: sub-processes, called processes, multi-instance bodies."""

# ruff: noqa: SLF001 -- SpiffWorkflow's hooks are private by name; tests/engine/test_hooks.py holds them.
from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.util.task import TaskState

from app.engine.events import ExpressionEvaluated, ProcessCalled
from app.engine.problems import Problem
from app.engine.scopes import around, see
from app.engine.specs import Flat, scope_inside
from app.engine.trace import Deciding
from app.engine.tree import SubFlow, Token, address

if TYPE_CHECKING:
    from app.engine.run import Run

MAX_CALL_DEPTH = 20
MAX_LAYERS = 100
"""Calls and sub-processes inside each other, where one more call is entered."""
MAX_INSTANCES = 1_000
MAX_BEGUN = 5_000
"""Instances of all bodies that one command enters: bodies may lie inside each other."""


class SubProcess(SubWorkflowTask, Flat):
    """An embedded or event sub-process; `spec` names its inside."""

    def start_workflow(self, my_task: Token) -> None:
        """Open the inside and let a token start in it."""
        run = my_task.workflow.run
        flow = SubFlow(scope_inside(my_task), my_task)
        if my_task.internal_data.pop("by_hand", None):
            run.arm(flow)
        else:
            run.begin(flow, "", my_task.internal_data.pop("pay", None))

    def _on_subworkflow_completed(self, _: SubFlow, my_task: Token) -> None:
        """The inside has ended: the token goes on (SpiffWorkflow copies data here; there is none)."""
        if my_task.has_state(TaskState.STARTED):
            my_task._set_state(TaskState.READY)
            my_task.workflow.run.agenda.append(my_task)


class Call(SubProcess):
    """A call activity: its process has a root scope of its own (`root`); `wrote` lists what was written there."""

    def enter(self, task: Token, run: Run) -> None:
        """Make the called process's variables."""
        super().enter(task, run)
        call = self.drawn.node.call
        assert call is not None  # noqa: S101 -- compile makes calls of nodes that have one
        if call.is_chosen:
            chosen = self.drawn.texts["callee"].string(see(task), run.at, run)
            call = replace(call, process_id=chosen)
        bound = call.binding == "deployment"
        version = "" if bound else run.callees.version(call)
        if not version and not (bound and self.spec in self._wf_spec.family):
            raise Problem("engine:callee", f"Den kaldte proces »{call.process_id}« findes ikke.")
        depth, layers, above = 1, 1, task.workflow.parent_task
        while above is not None:
            depth, layers = depth + ("root" in above.internal_data), layers + 1
            above = above.workflow.parent_task
        if depth > MAX_CALL_DEPTH or layers > MAX_LAYERS:
            raise Problem("engine:call-depth", f"Kald i mere end {MAX_CALL_DEPTH} lag.")
        data = task.internal_data
        root = see(task) if call.propagate_all_parent else dict(data.get("v", {}))
        run.weigh(root)
        data["root"] = root
        data["wrote"] = []
        if version:
            data["ver"] = version
            run.log(ProcessCalled(address(task), self.drawn.element, call.process_id, version))

    def leave(self, task: Token, run: Run) -> None:
        """Hand over what the called process set itself; what it only read stays as it is here."""
        data = task.internal_data
        root, call = data["root"], self.drawn.node.call
        if "res" not in data:
            chosen = call is not None and call.propagate_all_child
            data["res"] = (
                {name: root[name] for name in data["wrote"]} if chosen or self.drawn.outputs else {}
            )
        del data["root"]  # the call's own scopes are the caller's again
        try:
            super().leave(task, run)
        except Problem:
            data["root"] = root
            raise


class MultiInstance(Flat):
    """The body around the instances: `card` of them, `done` so far, `items` those that a sequence has yet to see."""

    sequential = False
    instance = ""

    def enter(self, task: Token, run: Run) -> None:
        """Evaluate the collection; input mappings belong to each instance."""
        loop = self.drawn.node.loop
        assert loop is not None  # noqa: S101 -- compile makes bodies of nodes that have one
        items = self.drawn.texts["collection"].value(see(task), run.at, run)
        if not isinstance(items, list):
            raise Problem(
                "engine:collection",
                f"{loop.input_collection} er ikke en liste, så der er intet at gentage for.",
                self.drawn.texts["collection"].names,
            )
        if len(items) > MAX_INSTANCES or run.begun + len(items) > MAX_BEGUN:
            raise Problem("engine:too-many", f"Højst {MAX_INSTANCES} gentagelser ad gangen.")
        run.begun += len(items)
        data = task.internal_data
        data.update(card=len(items), done=0, items=items)
        if loop.output_collection:
            data["v"] = {loop.output_collection: [None] * len(items)}

    def _update_hook(self, my_task: Token) -> bool | None:
        data = my_task.internal_data
        if data["card"] == 0:
            return True
        my_task._set_state(TaskState.STARTED)
        if self.sequential:
            self.create(my_task, 0)
            return None
        items = data.pop("items")
        for index, item in enumerate(items):
            self.spawn(my_task, index, item)
        return None

    def create(self, task: Token, index: int) -> None:
        """Start the next of a sequence."""
        self.spawn(task, index, task.internal_data["items"][index])

    def spawn(self, task: Token, index: int, item: Any) -> None:
        """Start one instance with its own scope."""
        loop = self.drawn.node.loop
        assert loop is not None  # noqa: S101 -- as above
        child = task._add_child(self._wf_spec.task_specs[self.instance])
        child.triggered = True
        local: dict[str, Any] = {}
        own = plain_name(loop.output_element)
        if own:
            local[own] = None
        local["loopCounter"] = index + 1
        if loop.input_element:
            local[loop.input_element] = item
        child.internal_data.update(n=task.internal_data["n"], i=index, v=local)
        child.task_spec._update(child)

    def collect(self, task: Token, instance: Token, run: Run) -> None:
        """Take an instance's output element and see whether the rest is needed; before the instance is gone."""
        loop, data, texts = self.drawn.node.loop, task.internal_data, self.drawn.texts
        assert loop is not None  # noqa: S101 -- as above
        seen = see(instance)
        if loop.output_collection and "element" in texts:
            value = texts["element"].value(seen, run.at, run)
            collected, index = data["v"].get(loop.output_collection), instance.internal_data["i"]
            if not isinstance(collected, list) or index >= len(collected):
                raise Problem(
                    "engine:collected",
                    f"{loop.output_collection} er skrevet over af noget inde i gentagelsen.",
                    (loop.output_collection,),
                )
            run.weigh(value)
            collected[index] = value
            run.changed.add(loop.output_collection)
            seen = see(instance)
        if "complete" in texts:
            done = data["done"] + 1
            active = sum(child.alive for child in task.children if child is not instance)
            seen.update(
                numberOfInstances=data["card"],
                numberOfActiveInstances=active,
                numberOfCompletedInstances=done,
                numberOfTerminatedInstances=0,
            )
            if run.trace is not None:
                run.trace.expression(
                    Deciding.ENOUGH, instance, self.drawn.element, texts["complete"], seen, run.at
                )
            stop = texts["complete"].truth(seen, run.at, run)
            run.log(ExpressionEvaluated(self.drawn.element, texts["complete"].text, stop))
            data["stop"] = int(stop)

    def instance_done(self, task: Token, instance: Token) -> None:
        """Go on when all are done, or enough; in a sequence start the next."""
        data = task.internal_data
        data["done"] += 1
        if data.get("stop"):
            for other in task.children:
                if other is not instance and other.alive:
                    task.workflow.run.cancel(other)
        if data.get("stop") or data["done"] == data["card"]:
            task._set_state(TaskState.READY)
            task.workflow.run.agenda.append(task)
        elif self.sequential:
            self.create(task, data["done"])

    def leave(self, task: Token, run: Run) -> None:
        """Hand the output collection to the scopes around."""
        loop = self.drawn.node.loop
        if loop is not None and loop.output_collection:
            value = task.internal_data["v"][loop.output_collection]
            run.set_variable(around(task), loop.output_collection, value)


def plain_name(text: str) -> str:
    """Return the variable that an expression `=name` or `=name.part` begins with; "" for any other."""
    name = text[1:].strip().split(".")[0] if text.startswith("=") else ""
    return name if name.isidentifier() else ""
