"""Compiling: from the process graph to SpiffWorkflow's specs, built directly and once."""

# ruff: noqa: SLF001 -- SpiffWorkflow's hooks are private by name; tests/engine/test_hooks.py holds them.
from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields

from app import dmn, feel
from app.definitions import (
    Call,
    Finding,
    Flow,
    Kind,
    MultiInstance,
    Node,
    Process,
    Trigger,
    VariableMapping,
    error,
    pin,
)
from app.engine import activities, checks, gateways, nested, work
from app.engine.activities import Catch, Waits
from app.engine.decisions import DecisionTask
from app.engine.expressions import Expression
from app.engine.gateways import Choice
from app.engine.joins import trigger
from app.engine.model import CompiledModel
from app.engine.specs import EventGateway, Flat, Joining, Parallel, Pass, Plan, ScopeSpec, Split
from app.errors import DefinitionError


def compile_model(
    process: Process,
    callables: Mapping[str, Process] | None = None,
    decisions: Mapping[str, dmn.Model] | None = None,
    *,
    called: bool = False,
) -> CompiledModel:
    """Compile a process and all that it calls with binding `deployment`.

    Args:
        process: the process of the course.
        callables: the processes it calls with binding `deployment`, directly or further down, by process id. One that
            is missing becomes an incident when it is called, not an error here.
        decisions: the files of the decisions called with `deployment` or a version tag, by `app.definitions.pin`; one
            that is missing becomes an incident, too.
        called: it is not to run as a course, but to be called by others as a version of its own (`Callees`).

    Raises:
        DefinitionError: `engine:cannot-run`, with a finding for each element that the engine has no rule for.
    """
    compiler = _Compiler(callables or {}, decisions or {})
    compiler.process(f"{process.id}/" if called else "", process)
    if compiler.findings:
        raise DefinitionError(
            "engine:cannot-run", "Modellen kan ikke køres, som den er.", compiler.findings
        )
    specs = [spec for scope in compiler.scopes.values() for spec in scope.task_specs.values()]
    joins = [spec for spec in specs if isinstance(spec, Joining) and len(spec._inputs) > 1]
    calls = any(node.call is not None and not _bound(node.call) for node in compiler.nodes())
    return CompiledModel(
        process,
        compiler.scopes,
        compiler.plans,
        has_inclusive=calls or any(spec.patient for spec in joins),
        has_joins=calls or bool(joins),
        has_conditions=calls or any(isinstance(spec, Catch) and spec.looks for spec in specs),
    )


def _bound(call: Call) -> bool:
    """Whether a call means one version for ever; the others ask when they are entered."""
    return call.binding == "deployment"


class _Compiler:
    """What grows while a model is compiled."""

    def __init__(
        self, callables: Mapping[str, Process], decisions: Mapping[str, dmn.Model]
    ) -> None:
        self.callables = callables
        self.decisions = decisions
        self.scopes: dict[str, ScopeSpec] = {}
        self.plans: dict[str, Plan] = {}
        self.findings: list[Finding] = []

    def nodes(self) -> Iterator[Node]:
        """Yield the nodes of all processes."""
        return (plan.node for plan in self.plans.values())

    def scope(self, name: str) -> None:
        """Begin a scope."""
        self.scopes[name] = ScopeSpec(name)
        self.scopes[name].family = self.scopes

    def process(self, prefix: str, process: Process) -> None:
        """Compile one process; `prefix` is "" for the course, `process/` for a called one."""
        self.scope(prefix)
        found = checks.findings(process)
        for node in process.nodes:
            self.plans[prefix + node.id] = _plan(node, prefix, found)
        choices = _choices(process, found)
        self.findings += found
        if found:
            return
        _Lowering(self, prefix, process, choices).all()
        for node in process.nodes:
            if node.call is not None and node.kind is Kind.CALL and _bound(node.call):
                called = self.callables.get(node.call.process_id)
                if called is not None and f"{called.id}/" not in self.scopes:
                    self.process(f"{called.id}/", called)


def _read(text: str, element: str, found: list[Finding]) -> Expression:
    try:
        return Expression(text)
    except feel.FeelError as problem:
        found.append(
            error(
                "engine:expression",
                element,
                f"Udtrykket {text} kan ikke læses: {problem}",
                "Ret udtrykket.",
            )
        )
        return Expression("")


def _plan(node: Node, prefix: str, found: list[Finding]) -> Plan:
    def mappings(
        these: tuple[VariableMapping, ...],
    ) -> tuple[tuple[Expression, tuple[str, ...]], ...]:
        return tuple((_read(m.source, node.id, found), tuple(m.target.split("."))) for m in these)

    return Plan(
        node,
        prefix + node.id,
        mappings(node.inputs),
        mappings(node.outputs),
        {name: _read(text, node.id, found) for name, text in _texts(node)},
    )


def _texts(node: Node) -> Iterator[tuple[str, str]]:
    """The expressions of a node by the short names that its spec asks for."""
    if node.event is not None:
        yield "name", node.event.name
        yield "key", node.event.correlation_key
        yield "timer", node.event.timer
        yield "condition", node.event.condition
    if node.job is not None:
        yield "type", node.job.type
        yield "retries", node.job.retries
    if node.decision is not None:
        yield "decision", node.decision.decision_id
    if node.call is not None and node.call.is_chosen:
        yield "callee", node.call.process_id
    if node.script is not None:
        text = node.script.expression
        yield "script", text if text.startswith("=") else f"={text}"
    if node.user_task is not None:
        for item in fields(node.user_task):
            text = getattr(node.user_task, item.name)
            if text:
                yield item.name, text
    if node.loop is not None:
        yield from _texts_of_loop(node.loop)


def _texts_of_loop(loop: MultiInstance) -> Iterator[tuple[str, str]]:
    yield "collection", loop.input_collection
    if loop.output_element:
        yield "element", loop.output_element
    if loop.completion_condition:
        yield "complete", loop.completion_condition


def _choices(process: Process, found: list[Finding]) -> dict[str, Expression]:
    return {
        flow.id: _read(flow.condition, flow.id, found) for flow in process.flows if flow.condition
    }


class _Lowering:
    """One process, lowered to specs scope by scope."""

    def __init__(
        self, compiler: _Compiler, prefix: str, process: Process, conditions: dict[str, Expression]
    ) -> None:
        self.compiler = compiler
        self.prefix = prefix
        self.graph = process
        self.conditions = conditions
        self.attached: dict[str, list[Node]] = {}
        for node in process.nodes:
            if node.attached_to:
                self.attached.setdefault(node.attached_to, []).append(node)
        self.entry: dict[str, Flat] = {}
        self.main: dict[str, Flat] = {}

    def all(self) -> None:
        """Make the specs of each scope, then connect them."""
        process = self.graph
        for node in process.nodes:
            if node.kind in {Kind.SUB_PROCESS, Kind.EVENT_SUB_PROCESS}:
                self.compiler.scope(self.prefix + node.id)
        for node in process.nodes:
            if node.kind is not Kind.BOUNDARY:
                self._node(self._scope(node.scope), node)
        for flow in process.flows:
            self._flow(self._scope(flow.scope), flow)
        for node in process.nodes:
            if node.kind is Kind.THROW and trigger(node) is Trigger.LINK:
                self._link(node)

    def _scope(self, name: str) -> ScopeSpec:
        top = name == self.graph.id
        return self.compiler.scopes[self.prefix if top else self.prefix + name]

    def _node(self, scope: ScopeSpec, node: Node) -> None:
        plan = self.compiler.plans[self.prefix + node.id]
        spec = self._body(scope, plan) if node.loop else self._spec(scope, plan, plan.element)
        self.entry[node.id] = self.main[node.id] = spec
        if node.kind is Kind.EVENT_SUB_PROCESS:
            self._arm(scope, node, spec)
        elif node.kind is Kind.START:
            scope.starts[node.id] = spec
        events = self.attached.get(node.id)
        if events:
            split = self.entry[node.id] = Split(scope, f"{plan.element}.split")
            split.connect(spec)
            for event in events:
                armed = self._event(scope, event, activities.Boundary, self.prefix + event.id)
                self.entry[event.id] = self.main[event.id] = armed
                split.connect(armed)

    def _arm(self, scope: ScopeSpec, node: Node, spec: Flat) -> None:
        start = next(n for n in self.graph.nodes if n.scope == node.id and n.kind is Kind.START)
        armed = self._event(scope, start, activities.Armed, f"{self.prefix}{node.id}.armed")
        armed.connect(spec)
        scope.armed.append(armed)

    def _event(
        self, scope: ScopeSpec, node: Node, kind: type[activities.Catch], name: str
    ) -> activities.Catch:
        spec = kind(scope, name, Waits())
        spec.plan = self.compiler.plans[self.prefix + node.id]
        spec.interrupting = node.interrupting
        return spec

    def _body(self, scope: ScopeSpec, plan: Plan) -> Flat:
        loop = plan.node.loop
        instance = self._spec(scope, plan, f"{plan.element}.instance")
        body = nested.MultiInstance(scope, plan.element)
        body.plan = plan
        body.instance = instance.name
        body.sequential = loop is not None and loop.sequential
        instance.instance_of = body.name
        return body

    def _spec(self, scope: ScopeSpec, plan: Plan, name: str) -> Flat:
        node = plan.node
        spec: Flat
        if node.kind in {Kind.SUB_PROCESS, Kind.EVENT_SUB_PROCESS}:
            spec = nested.SubProcess(scope, name, plan.element)
        elif node.kind is Kind.CALL and node.call is not None:
            spec = nested.Call(scope, name, f"{node.call.process_id}/")
        elif node.kind in {Kind.CATCH, Kind.RECEIVE} and trigger(node) is not Trigger.LINK:
            spec = activities.Catch(scope, name, Waits())
        else:
            spec = _simple(node)(scope, name)
            spec.manual = isinstance(spec, (activities.UserTask, activities.Job))
            if isinstance(spec, DecisionTask) and node.decision is not None:
                spec.pinned = self.compiler.decisions.get(pin(node.decision))
        spec.plan = plan
        return spec

    def _flow(self, scope: ScopeSpec, flow: Flow) -> None:
        source, target = self.main[flow.source], self.entry[flow.target]
        # Edges are pairs of spec names: a second flow between the same two goes through a node of its own.
        if (source.name, target.name) in scope.flows:
            between = Pass(scope, f"{self.prefix}{flow.id}.flow")
            between.connect(target)
            target = between
        scope.flows[source.name, target.name] = self.prefix + flow.id
        node = self.graph.by_id[flow.source]
        condition = None if node.default == flow.id else self.conditions.get(flow.id)
        if condition is not None:
            source.connect_outgoing_if(Choice(self.prefix + node.id, condition), target)
        else:
            source.connect(target)

    def _link(self, node: Node) -> None:
        for other in self.graph.nodes:
            same = other.event and node.event and other.event.name == node.event.name
            catch = other.kind is Kind.CATCH and trigger(other) is Trigger.LINK
            if same and catch and other.scope == node.scope:
                self.main[node.id].connect(self.entry[other.id])


def _simple(node: Node) -> type[Flat]:
    """The spec class of a node without an inside."""
    if node.job is not None and node.kind in {*work.JOBS, Kind.SCRIPT, Kind.THROW, Kind.END}:
        return activities.Job
    thrown = {
        Trigger.SIGNAL: activities.ThrowSignal,
        Trigger.ESCALATION: activities.ThrowEscalation,
        Trigger.ERROR: activities.ThrowError,
        Trigger.TERMINATE: activities.Terminate,
    }
    if node.kind in {Kind.END, Kind.THROW} and trigger(node) in thrown:
        return thrown[trigger(node)]
    if node.kind is Kind.RULE and node.decision is not None:
        return DecisionTask
    kinds: dict[Kind, type[Flat]] = {
        Kind.USER: activities.UserTask,
        Kind.SCRIPT: activities.Script,
        Kind.EXCLUSIVE: gateways.Exclusive,
        Kind.INCLUSIVE: gateways.Inclusive,
        Kind.PARALLEL: Parallel,
        Kind.EVENT_BASED: EventGateway,
    }
    return kinds.get(node.kind, Pass)
