"""Where the running courses of a version stand, how long steps take, and which ways were never taken."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courses import Course, Runtime, Task
from app.definitions import Process


@dataclass(frozen=True)
class Step:
    """One element of the model.

    Attributes:
        id: of the element, with `process/` before it inside a called process.
        name: what people call it.
        here: tokens of running courses that stand in it.
        done: how often it has been left done, by running and ended courses.
        takes: the median time that people had its task; None where there is none.
        longest: of the tasks that are open, how long the oldest has waited.
    """

    id: str
    name: str
    here: int
    done: int
    takes: timedelta | None = None
    longest: timedelta | None = None


@dataclass(frozen=True)
class Seen:
    """A version as its courses have walked it.

    Attributes:
        running, ended: courses.
        steps: all elements of the process.
        never: elements that no course has come to.
        flows: how often each flow was taken; those never taken are 0.
    """

    running: int
    ended: int
    steps: tuple[Step, ...]
    never: tuple[Step, ...]
    flows: Mapping[str, int]

    def heat(self) -> dict[str, list[str]]:
        """Return the elements by how many stand in them: heat-1 to heat-3."""
        most = max((step.here for step in self.steps), default=0)
        found: dict[str, list[str]] = {"heat-1": [], "heat-2": [], "heat-3": []}
        for step in self.steps:
            if step.here:
                found[f"heat-{1 + min(2, 3 * (step.here - 1) // max(most, 1))}"].append(step.id)
        return found


def see(
    session: Session, runtime: Runtime, version_key: int, now: datetime, process_id: str = ""
) -> Seen:
    """Return how a version's courses have walked it.

    Args:
        session: a read session.
        runtime: keys and models.
        version_key: the version.
        now: the instant.
        process_id: a called process; "" for the main one.

    Raises:
        NotFound: no such version.
    """
    bundle = runtime.models.get(session, version_key).bundle
    called = bundle.calls.get(process_id)
    process = bundle.process if called is None else called.process
    prefix = "" if called is None else f"{process_id}/"
    here: Counter[str] = Counter()
    done: Counter[str] = Counter()
    flows: Counter[str] = Counter()
    statuses: Counter[str] = Counter()
    query = select(Course.status, Course.progress).where(Course.version_key == version_key)
    for status, progress in session.execute(query):
        statuses[status] += 1
        if status != "ended":
            here.update(progress.get("here", {}))
        done.update(progress.get("done", {}))
        flows.update(progress.get("flows", {}))
    takes, waits = _times(session, version_key, now)
    steps = tuple(
        Step(
            node.id,
            node.name or node.id,
            here[prefix + node.id],
            done[prefix + node.id],
            takes.get(prefix + node.id),
            waits.get(prefix + node.id),
        )
        for node in process.nodes
    )
    return Seen(
        sum(count for status, count in statuses.items() if status != "ended"),
        statuses["ended"],
        steps,
        tuple(step for step in steps if not step.here and not step.done),
        _taken(process, prefix, flows),
    )


def _taken(process: Process, prefix: str, flows: Counter[str]) -> dict[str, int]:
    return {flow.id: flows[prefix + flow.id] for flow in process.flows}


def _times(
    session: Session, version_key: int, now: datetime
) -> tuple[dict[str, timedelta], dict[str, timedelta]]:
    """Return the median time that tasks took, and how long the oldest open one has waited, by element."""
    query = (
        select(Task.element, Task.opened_at, Task.closed_at, Task.status)
        .join(Course, Course.key == Task.course_key)
        .where(Course.version_key == version_key)
    )
    took: dict[str, list[float]] = defaultdict(list)
    waits: dict[str, timedelta] = {}
    for element, opened, closed, status in session.execute(query):
        if status == "completed" and closed is not None:
            took[element].append((closed - opened).total_seconds())
        elif status == "open":
            waits[element] = max(now - opened, waits.get(element, timedelta()))
    return {name: timedelta(seconds=median(found)) for name, found in took.items()}, waits
