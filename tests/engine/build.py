"""A tiny builder of process graphs, so that a test can write its BPMN in a few lines of Python."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from app import engine
from app.definitions.model.graph import (
    Call,
    Event,
    Flow,
    JobDefinition,
    Kind,
    MultiInstance,
    Node,
    Process,
    Script,
    TimerKind,
    Trigger,
    UserTask,
    VariableMapping,
)

AT = datetime(2027, 3, 1, 9, tzinfo=UTC)


class Builder:
    """Collects nodes and flows; `inside` opens a sub-process's scope."""

    def __init__(self, process: str = "p") -> None:
        self.id = process
        self.nodes: list[Node] = []
        self.flows: list[Flow] = []
        self.scope = process

    def node(self, kind: Kind, element: str, /, **fields: Any) -> str:
        for side in ("inputs", "outputs"):
            if side in fields:
                fields[side] = tuple(VariableMapping(s, t) for s, t in fields[side])
        self.nodes.append(Node(id=element, kind=kind, scope=self.scope, **fields))
        return element

    def flow(self, *path: str, condition: str = "", name: str = "") -> str:
        """Connect elements one after the other; returns the last flow's id."""
        last = ""
        for source, target in pairwise(path):
            last = name or f"{source}-{target}"
            self.flows.append(Flow(last, source, target, self.scope, condition=condition))
        return last

    @contextmanager
    def inside(self, scope: str) -> Iterator[None]:
        outer, self.scope = self.scope, scope
        yield
        self.scope = outer

    def start(self, name: str = "start", event: Event | None = None, **fields: Any) -> str:
        return self.node(Kind.START, name, event=event, **fields)

    def end(self, name: str = "end", event: Event | None = None, **fields: Any) -> str:
        return self.node(Kind.END, name, event=event, **fields)

    def user(self, element: str, /, **fields: Any) -> str:
        task = fields.pop("user_task", None) or UserTask(form_id=element)
        return self.node(Kind.USER, element, user_task=task, **fields)

    def service(self, name: str, job: str = "work", retries: str = "3", **fields: Any) -> str:
        return self.node(Kind.SERVICE, name, job=JobDefinition(job, retries), **fields)

    def script(self, name: str, expression: str, result: str, **fields: Any) -> str:
        return self.node(Kind.SCRIPT, name, script=Script(expression, result), **fields)

    def call(self, name: str, process: str, **fields: Any) -> str:
        bind = {"binding", "version_tag", "propagate_all_parent", "propagate_all_child"}
        about = {"binding": "deployment"} | {k: fields.pop(k) for k in bind & set(fields)}
        return self.node(Kind.CALL, name, call=Call(process, **about), **fields)

    def boundary(
        self, name: str, host: str, event: Event, *, interrupting: bool = True, **f: Any
    ) -> str:
        return self.node(
            Kind.BOUNDARY, name, attached_to=host, event=event, interrupting=interrupting, **f
        )

    def process(self) -> Process:
        return Process(self.id, nodes=tuple(self.nodes), flows=tuple(self.flows))


def message(name: str, key: str = '="k"') -> Event:
    return Event(Trigger.MESSAGE, name, key)


def timer(text: str, kind: TimerKind = TimerKind.DURATION) -> Event:
    return Event(Trigger.TIMER, timer_kind=kind, timer=text)


def signal(name: str) -> Event:
    return Event(Trigger.SIGNAL, name)


def fault(code: str = "") -> Event:
    return Event(Trigger.ERROR, code)


def escalation(code: str = "") -> Event:
    return Event(Trigger.ESCALATION, code)


def each(collection: str, *, sequential: bool = False, **fields: Any) -> MultiInstance:
    return MultiInstance(sequential, collection, **fields)


class Course:
    """A course under test: keeps the state and the events, and speaks in element ids."""

    callees: engine.Callees = engine.NOBODY

    def __init__(self, builder: Builder | Process, *called: Builder, **variables: Any) -> None:
        process = builder.process() if isinstance(builder, Builder) else builder
        self.model = engine.compile_model(process, {b.id: b.process() for b in called})
        self.state: bytes | None = None
        self.now = AT
        self.events: tuple[engine.Event, ...] = ()
        self.all: list[engine.Event] = []
        self.variables = variables

    def do(self, command: engine.Command) -> Course:
        decision = engine.decide(self.model, self.state, command, self.callees)
        self.state, self.events = decision.state, decision.events
        self.all.extend(decision.events)
        return self

    def start(self, start_event: str = "") -> Course:
        return self.do(engine.Start(self.now, self.variables, start_event))

    def done(self, where: str, **variables: Any) -> Course:
        """Complete the user task at an address, or the one open task of that element."""
        return self.do(engine.CompleteTask(self.now, self.place(where), variables))

    def job(self, where: str, **variables: Any) -> Course:
        return self.do(engine.CompleteJob(self.now, self.place(where), variables))

    def message(self, where: str, **variables: Any) -> Course:
        return self.do(engine.CorrelateMessage(self.now, self.place(where), variables))

    def tick(self, where: str, **after: float) -> Course:
        self.now += timedelta(**after)
        return self.do(engine.FireTimer(self.now, self.place(where)))

    def signal(self, name: str, **variables: Any) -> Course:
        return self.do(engine.BroadcastSignal(self.now, name, variables))

    def resolve(self, where: str) -> Course:
        return self.do(engine.ResolveIncident(self.now, self.place(where)))

    def place(self, where: str) -> str:
        if "#" in where:
            return where
        places = [
            e.address for e in self.live() if e.address.rpartition("/")[2].split("#")[0] == where
        ]
        places = [p for p in places if not any(e.address == p and e.body for e in self.live())]
        assert len(places) == 1, (where, [e.address for e in self.live()])
        return places[0]

    def live(self) -> tuple[engine.LiveElement, ...]:
        assert self.state is not None
        return engine.live(self.model, self.state, self.callees)

    def open(self) -> list[str]:
        """Addresses of open tasks, jobs and waiting events, sorted; armed events and bodies left out."""
        inner = {"subProcess", "eventSubProcess", "callActivity"}
        return sorted(
            e.address
            for e in self.live()
            if not e.armed and not e.body and e.kind not in inner and not e.kind.endswith("Gateway")
        )

    def all_open(self) -> list[str]:
        return sorted(e.address for e in self.live())

    def incidents(self) -> dict[str, str]:
        return {e.address: e.incident for e in self.live() if e.incident}

    def seen(self, where: str = "") -> dict[str, Any]:
        assert self.state is not None
        return engine.variables_at(self.model, self.state, where, self.callees)

    @property
    def how(self) -> str:
        assert self.state is not None
        return engine.ended(self.state)

    def said(self, *kinds: type) -> list[Any]:
        """The last command's events of these kinds."""
        return [event for event in self.events if isinstance(event, kinds)]


def ids(events: Iterable[Any]) -> list[str]:
    return [event.element for event in events]
