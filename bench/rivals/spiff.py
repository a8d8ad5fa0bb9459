"""SpiffWorkflow 3.2 alone in the same loop, its whole state kept as JSON: what a completion costs at a cycle.

Run in .venv-bench with the folder of models and a working folder; prints JSON. Each completion reads the
state from SQLite (WAL, synchronous FULL), restores it, completes the task, and writes the state back.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

ANSWERS = {
    "held_on": "2026-11-02",
    "level": 2,
    "present": True,
    "direction": "better",
    "topics": ["school", "housing"],
    "summary": "Sofie kommer op om morgenen og har været i skole fire dage om ugen. " * 8,
}
CYCLE = ("assess", "talk", "write_up")
AT = (10, 100)
"""Cycles at which completions are measured. At 142, SpiffWorkflow ends in a RecursionError."""
PYTHON_FOR_FEEL = (("=level = 0", "level == 0"), (">P21D<", '>"P21D"<'))
"""SpiffWorkflow's expressions are Python; nothing else of the file changes."""


def workflow(models: Path) -> BpmnWorkflow:
    """Read the loop."""
    text = (models / "loop.bpmn").read_text()
    for feel, python in PYTHON_FOR_FEEL:
        text = text.replace(feel, python)
    parser = BpmnParser()
    parser.add_bpmn_str(text.encode())
    return BpmnWorkflow(parser.get_spec("loop"), parser.get_subprocess_specs("loop"))


def complete(flow: BpmnWorkflow, name: str) -> None:
    """Complete a task in memory."""
    (task,) = (
        task for task in flow.get_tasks(state=TaskState.READY) if task.task_spec.bpmn_id == name
    )
    task.data.update(ANSWERS)
    task.run()
    flow.do_engine_steps()
    flow.refresh_waiting_tasks()


class Store:
    """One row with the whole state."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=FULL")
        self.connection.execute("CREATE TABLE course (key INTEGER PRIMARY KEY, state TEXT)")
        self.connection.execute("INSERT INTO course VALUES (1, '')")
        self.serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())

    def save(self, flow: BpmnWorkflow) -> None:
        """Write the whole state."""
        text = self.serializer.serialize_json(flow)
        self.connection.execute("UPDATE course SET state = ?", (text,))

    def completed(self, name: str) -> float:
        """Complete a task of the stored state; return the seconds that it took."""
        began = perf_counter()
        self.connection.execute("BEGIN IMMEDIATE")
        (text,) = self.connection.execute("SELECT state FROM course WHERE key = 1").fetchone()
        flow = self.serializer.deserialize_json(text)
        complete(flow, name)
        self.save(flow)
        self.connection.execute("COMMIT")
        return perf_counter() - began

    def load(self) -> tuple[BpmnWorkflow, int]:
        """Return the workflow, and its size in bytes."""
        (text,) = self.connection.execute("SELECT state FROM course").fetchone()
        return self.serializer.deserialize_json(text), len(text.encode())


def main() -> None:
    """Measure, and print JSON."""
    models, folder = map(Path, sys.argv[1:3])
    flow = workflow(models)
    flow.do_engine_steps()
    store = Store(folder / "spiff.sqlite")
    found = {}
    done = 0
    for at in AT:
        while done < at - 1:  # on the way nothing is stored: it would take too long
            for name in CYCLE:
                complete(flow, name)
            done += 1
        store.save(flow)
        taken = [store.completed(name) for _ in range(2) for name in CYCLE]
        done += 2
        flow, size = store.load()
        found[str(at)] = {"median_ms": median(taken) * 1000, "state_bytes": size}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
