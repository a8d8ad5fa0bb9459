"""The rows of a course whose state was decided anew: what lives on moves, what is gone closes, what is fresh opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update

from app import jobs
from app.courses.kept import caches
from app.courses.kept import deadlines as task_deadlines
from app.courses.kept.caches import TIMER, groups_of, timer_ref
from app.courses.rows import (
    CourseJob,
    Incident,
    SignalSubscription,
    Subscription,
    Task,
    TaskCandidate,
)
from app.courses.runtime import Runtime, Version
from app.courses.runtime.callees import called_version
from app.courses.runtime.held import HeldCourse
from app.engine import (
    CompiledModel,
    ElementEntered,
    ElementLeft,
    Event,
    FlowTaken,
    IncidentRaised,
    IncidentResolved,
    JobClosed,
    JobCreated,
    LiveElement,
    Past,
    ProcessCalled,
    SignalAwaited,
    SignalIgnored,
    SubscriptionClosed,
    SubscriptionOpened,
    TaskClosed,
    TaskOpened,
    TimerCleared,
    TimerSet,
    decide,
)
from app.storage import UnitOfWork

_OPENS: dict[type, str] = {
    TaskOpened: "tasks",
    TimerSet: "timers",
    SubscriptionOpened: "subscriptions",
    JobCreated: "jobs",
    IncidentRaised: "incidents",
    SignalAwaited: "signals",
}
_CLOSES: dict[type, str] = {
    TaskClosed: "tasks",
    TimerCleared: "timers",
    SubscriptionClosed: "subscriptions",
    JobClosed: "jobs",
    IncidentResolved: "incidents",
    SignalIgnored: "signals",
}


@dataclass
class Standing:
    """Where a history leads: its state, and the last event of all that stands open, by address.

    Attributes:
        counted: what entered, left and was called, in order.
    """

    state: bytes = b""
    tasks: dict[str, TaskOpened] = field(default_factory=dict)
    timers: dict[str, TimerSet] = field(default_factory=dict)
    subscriptions: dict[str, SubscriptionOpened] = field(default_factory=dict)
    jobs: dict[str, JobCreated] = field(default_factory=dict)
    incidents: dict[str, IncidentRaised] = field(default_factory=dict)
    signals: dict[str, SignalAwaited] = field(default_factory=dict)
    counted: list[Event] = field(default_factory=list)

    def take(self, event: Event) -> None:
        """Follow one event."""
        if isinstance(event, ElementEntered | ElementLeft | FlowTaken | ProcessCalled):
            self.counted.append(event)
        elif type(event) in _OPENS:
            getattr(self, _OPENS[type(event)])[event.address] = event  # type: ignore[union-attr]  # these have one
        elif type(event) in _CLOSES:
            getattr(self, _CLOSES[type(event)]).pop(event.address, None)  # type: ignore[union-attr]  # likewise


def standing(model: CompiledModel, past: Sequence[Past]) -> Standing:
    """Decide a history again, and say where it leads."""
    found = Standing()
    state: bytes | None = None
    for one in past:
        decision = decide(model, state, one.command, one.callees)
        state = decision.state
        for event in decision.events:
            found.take(event)
    found.state = state or b""
    return found


@dataclass(frozen=True)
class Relocation:
    """A course on its way to another state.

    Attributes:
        left: the version that it leaves.
        old: what lived before.
        to: where it leads.
        moved: old address → new address.
        version: in force from now on.
        closed_at: reopen what the migration at this instant closed; None where nothing is taken back.
    """

    left: Version
    old: Sequence[LiveElement]
    to: Standing
    moved: Mapping[str, str]
    version: Version
    closed_at: datetime | None = None


def relocate(
    work: UnitOfWork, runtime: Runtime, course: HeldCourse, way: Relocation, by: str
) -> list[JobCreated]:
    """Bring the course's rows to where it is now; return the operations of ours that are to be performed.

    Open tasks keep their key, and with it drafts and claims; subscriptions their place in the queue, jobs their worker.
    """
    course.progress, course.phase = {}, ""
    fresh: list[Event] = [*way.to.counted, *_timers(work, course, way)]
    fresh += _signals(work, course, way)
    fresh += _tasks(work, runtime, course, way, by)
    fresh += _subscriptions(work, course, way)
    ours, offered = _jobs(work, runtime, course, way)
    fresh += offered
    fresh += _incidents(work, course, way)
    caches.update(work, course, way.version, fresh, by)
    work.session.expire_all()
    return ours


def _timers(work: UnitOfWork, course: HeldCourse, way: Relocation) -> list[Event]:
    for one in way.old:
        if one.due is not None:
            jobs.withdraw(work, TIMER, timer_ref(course.key, one.address))
    return list(way.to.timers.values())


def _signals(work: UnitOfWork, course: HeldCourse, way: Relocation) -> list[Event]:
    mine = SignalSubscription.course_key == course.key
    work.session.execute(delete(SignalSubscription).where(mine))
    return list(way.to.signals.values())


def _tasks(
    work: UnitOfWork, runtime: Runtime, course: HeldCourse, way: Relocation, by: str
) -> list[Event]:
    query = select(Task).where(Task.course_key == course.key, Task.status == "open")
    rows = {row.address: row for row in work.session.scalars(query)}
    stay = {address: way.moved.get(address, "") for address in rows}
    gone = [a for a, there in stay.items() if there not in way.to.tasks]
    closing = [_closed(work, runtime, way, rows[address]) for address in gone]
    caches.update(work, course, way.version, closing, by)
    for address, there in stay.items():
        if there not in way.to.tasks:
            continue
        if way.closed_at is not None:
            task_deadlines.forget(work, course, rows[address], way.closed_at)
        _move_task(work, course, rows[address], way.to.tasks[there])
    kept = set(stay.values())
    fresh: list[Event] = []
    for address, event in way.to.tasks.items():
        if address not in kept and not _reopened(work, course, way, event):
            fresh.append(event)
    return fresh


def _closed(work: UnitOfWork, runtime: Runtime, way: Relocation, task: Task) -> TaskClosed:
    version = called_version(work.session, runtime.models, way.left, task.version)
    plan = version.model.elements.get(task.element)
    named = plan.node.properties if plan is not None else ()
    return TaskClosed(task.address, task.element, cancelled=True, properties=tuple(named))


def _move_task(work: UnitOfWork, course: HeldCourse, task: Task, event: TaskOpened) -> None:
    """Let an open task be the new version's; whoever has it keeps it, and a deadline that runs goes on."""
    key, groups = task.key, groups_of(event)
    runs = task.deadline_key is not None
    work.session.execute(
        update(Task)
        .where(Task.key == key)
        .values(
            address=event.address,
            element=event.element,
            name=event.name,
            lane=event.lane,
            form_id=event.form_id,
            groups=list(groups),
            users=list(event.candidate_users),
            due=task.due if runs else event.due,
            follow_up=event.follow_up,
            priority=event.priority,
            version=event.version,
            assignee=func.coalesce(Task.assignee, event.assignee),
        )
    )
    work.session.execute(delete(TaskCandidate).where(TaskCandidate.task_key == key))
    named = [("group", name) for name in groups] + [("user", n) for n in event.candidate_users]
    if named:
        work.session.execute(
            insert(TaskCandidate),
            [{"task_key": key, "kind": k, "value": v} for k, v in dict.fromkeys(named)],
        )
    if event.properties and not runs:
        task_deadlines.opened(work, course, key, event)


def _reopened(work: UnitOfWork, course: HeldCourse, way: Relocation, event: TaskOpened) -> bool:
    """Open the task again that the migration closed, if it is one, under the deadline that it had."""
    if way.closed_at is None:
        return False
    task = work.session.scalars(
        select(Task).where(
            Task.course_key == course.key,
            Task.address == event.address,
            Task.status == "cancelled",
            Task.closed_at == way.closed_at,
        )
    ).first()
    if task is None:
        return False
    task.status, task.closed_at = "open", None
    work.session.flush()
    task_deadlines.reopened(work, course, task, way.closed_at)
    _move_task(work, course, task, event)
    return True


def _subscriptions(work: UnitOfWork, course: HeldCourse, way: Relocation) -> list[Event]:
    rows = list(
        work.session.scalars(select(Subscription).where(Subscription.course_key == course.key))
    )
    kept = set()
    for row in rows:
        event = way.to.subscriptions.get(way.moved.get(row.address, ""))
        if event is None:
            work.session.delete(row)
            continue
        kept.add(event.address)
        row.address, row.element = event.address, event.element
        row.name, row.correlation_key = event.name, event.correlation_key
    work.session.flush()
    return [event for address, event in way.to.subscriptions.items() if address not in kept]


def _jobs(
    work: UnitOfWork, runtime: Runtime, course: HeldCourse, way: Relocation
) -> tuple[list[JobCreated], list[Event]]:
    """Move the jobs of workers outside; return those of ours, and those to offer."""
    rows = list(work.session.scalars(select(CourseJob).where(CourseJob.course_key == course.key)))
    standstill = course.status != "running"
    ours = {
        address: job
        for address, job in way.to.jobs.items()
        if job.type in runtime.operations and not standstill
    }
    kept = {}
    for row in rows:
        there = way.moved.get(row.address, "")
        if there in ours or not (there in way.to.jobs or there in way.to.incidents):
            work.session.delete(row)
        else:
            kept[there] = row
            row.address = f"~{there}"  # out of the way of those that move after it
    work.session.flush()
    for there, row in kept.items():
        row.address = there
        job = way.to.jobs.get(there)
        if job is not None:
            row.element, row.type, row.headers = job.element, job.type, dict(job.headers)
    work.session.flush()
    offered: list[Event] = [
        job for address, job in way.to.jobs.items() if address not in kept and address not in ours
    ]
    return list(ours.values()), offered


def _incidents(work: UnitOfWork, course: HeldCourse, way: Relocation) -> list[Event]:
    query = select(Incident).where(
        Incident.course_key == course.key, Incident.resolved_at.is_(None)
    )
    kept = set()
    for row in work.session.scalars(query):
        event = way.to.incidents.get(way.moved.get(row.address, ""))
        if event is None:
            row.resolved_at = course.last_at
            continue
        kept.add(event.address)
        row.address, row.element = event.address, event.element
        row.code, row.message = event.code, event.message
    work.session.flush()
    return [event for address, event in way.to.incidents.items() if address not in kept]
