"""What the engine cannot run: each rule looks at the process graph and says which element, why, and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from app.definitions import ACTIVITIES, Event, Finding, Flow, Kind, Node, Process, Trigger, error
from app.engine import joins, work
from app.engine.joins import trigger
from app.engine.problems import Problem
from app.engine.timers import first_due

MAX_DEPTH = 50
"""Layers of sub-processes in one process; with `MAX_LAYERS` of a course far from Python's own limit of recursion."""
SPLITS = {Kind.EXCLUSIVE, Kind.INCLUSIVE}
TRIGGERS: dict[Kind, set[Trigger]] = {
    Kind.START: {Trigger.NONE, Trigger.MESSAGE, Trigger.TIMER, Trigger.SIGNAL},
    Kind.END: {
        Trigger.NONE,
        Trigger.ERROR,
        Trigger.ESCALATION,
        Trigger.TERMINATE,
        Trigger.MESSAGE,
        Trigger.SIGNAL,
    },
    Kind.CATCH: {
        Trigger.MESSAGE,
        Trigger.TIMER,
        Trigger.SIGNAL,
        Trigger.CONDITIONAL,
        Trigger.LINK,
    },
    Kind.THROW: {Trigger.NONE, Trigger.MESSAGE, Trigger.SIGNAL, Trigger.ESCALATION, Trigger.LINK},
    Kind.BOUNDARY: {
        Trigger.MESSAGE,
        Trigger.TIMER,
        Trigger.SIGNAL,
        Trigger.ERROR,
        Trigger.ESCALATION,
        Trigger.CONDITIONAL,
    },
}
_SOME_DAY = datetime(2027, 1, 1, tzinfo=UTC)
ARMED_TRIGGERS = TRIGGERS[Kind.BOUNDARY]


def findings(process: Process) -> list[Finding]:
    """Return what stops this process from being run; empty when nothing does."""
    found = list(_duplicates(process))
    if found:
        return found
    found = list(_too_deep(process))
    if found:
        return found
    scopes = {process.id: None} | {
        node.id: node
        for node in process.nodes
        if node.kind in {Kind.SUB_PROCESS, Kind.EVENT_SUB_PROCESS}
    }
    for scope, holder in scopes.items():
        nodes = [node for node in process.nodes if node.scope == scope]
        flows = [flow for flow in process.flows if flow.scope == scope]
        inside = Inside(process, scope, holder, nodes, flows)
        found += inside.starts()
        found += inside.flow_ends()
        for node in nodes:
            found += inside.event(node)
            found += work.needs(node)
            found += inside.conditions(node)
            found += inside.names(node)
            found += inside.connected(node)
            found += inside.gateway_events(node)
        found += inside.links()
        if not found:
            found += joins.findings(inside.nodes, flows)
    return found


def _duplicates(process: Process) -> Iterator[Finding]:
    for name, count in Counter(node.id for node in process.nodes).items():
        if count > 1:
            yield error(
                "engine:duplicate-id",
                name,
                f"{count} elementer har samme id.",
                "Giv hvert element sit eget id.",
            )


def _too_deep(process: Process) -> Iterator[Finding]:
    depths = {process.id: 0}
    for node in process.nodes:  # what is around an element stands before it
        depths[node.id] = depths.get(node.scope, 0) + 1
        if depths[node.id] > MAX_DEPTH:
            yield error(
                "engine:too-deep",
                node.id,
                f"Elementet ligger i mere end {MAX_DEPTH} lag af delprocesser.",
                "Saml noget af det i en proces for sig, og kald den.",
            )
            return


class Inside:
    """One scope of a process, and the rules for what is in it."""

    def __init__(
        self,
        process: Process,
        scope: str,
        holder: Node | None,
        nodes: list[Node],
        flows: list[Flow],
    ) -> None:
        self.process = process
        self.scope = scope
        self.holder = holder
        self.nodes = {node.id: node for node in nodes}
        self.flows = flows
        self.outgoing: dict[str, list[Flow]] = {node.id: [] for node in nodes}
        self.incoming: dict[str, list[Flow]] = {node.id: [] for node in nodes}
        for flow in flows:
            self.outgoing.setdefault(flow.source, []).append(flow)
            self.incoming.setdefault(flow.target, []).append(flow)

    def starts(self) -> Iterator[Finding]:
        """A process has a start event; a sub-process one without a trigger; an event sub-process one with."""
        starts = [node for node in self.nodes.values() if node.kind is Kind.START]
        if self.holder is None:
            if not starts:
                yield error(
                    "engine:no-start",
                    None,
                    "Processen har ingen starthændelse.",
                    "Tilføj en starthændelse.",
                )
            plain = [node for node in starts if trigger(node) is Trigger.NONE]
            for extra in plain[1:]:
                yield error(
                    "engine:several-starts",
                    extra.id,
                    "Processen har flere starthændelser uden udløser.",
                    "Behold én, eller giv de andre en besked eller et tidspunkt.",
                )
            return
        event = self.holder.kind is Kind.EVENT_SUB_PROCESS
        allowed = ARMED_TRIGGERS if event else {Trigger.NONE}
        if len(starts) != 1 or trigger(starts[0]) not in allowed:
            yield error(
                "engine:inner-start",
                self.holder.id,
                "Hændelsesdelprocessen skal have netop én starthændelse med en udløser, motoren kender."
                if event
                else "Delprocessen skal have netop én starthændelse uden udløser.",
                "Ret starthændelsen.",
            )
        for start in starts:
            if event and trigger(start) is Trigger.ERROR and not start.interrupting:
                yield _always_interrupts(start)

    def flow_ends(self) -> Iterator[Finding]:
        """A flow joins two elements of its scope."""
        for flow in self.flows:
            if flow.source not in self.nodes or flow.target not in self.nodes:
                yield error(
                    "engine:flow-ends",
                    flow.id,
                    "Pilen går ikke mellem to elementer i samme delproces.",
                    "Tegn pilen om.",
                )

    def event(self, node: Node) -> Iterator[Finding]:
        """An event's trigger is one that the engine has a rule for, with what it needs."""
        if node.kind not in TRIGGERS:
            return
        kind = trigger(node)
        armed = node.kind is Kind.START and self._is_armed()
        allowed = ARMED_TRIGGERS if armed else TRIGGERS[node.kind]
        if kind not in allowed:
            yield error(
                "engine:event",
                node.id,
                f"Motoren kan ikke køre en hændelse af typen »{kind}« her.",
                "Vælg en anden type hændelse.",
            )
            return
        if kind is Trigger.MESSAGE and node.kind in {Kind.END, Kind.THROW} and node.job is None:
            yield work.no_job(node)
        if node.kind in {Kind.CATCH, Kind.BOUNDARY, Kind.START}:
            yield from self._waiting_event(node, kind, begins=node.kind is Kind.START and not armed)
        if node.kind is Kind.BOUNDARY:
            host = self.nodes.get(node.attached_to)
            if host is None or host.kind not in ACTIVITIES:
                yield error(
                    "engine:boundary-host",
                    node.id,
                    "Kanthændelsen sidder ikke på en aktivitet i samme delproces.",
                    "Sæt den på en opgave eller en delproces.",
                )
            if kind is Trigger.ERROR and not node.interrupting:
                yield _always_interrupts(node)

    def _is_armed(self) -> bool:
        return self.holder is not None and self.holder.kind is Kind.EVENT_SUB_PROCESS

    def _waiting_event(self, node: Node, kind: Trigger, *, begins: bool) -> Iterator[Finding]:
        event = node.event
        if event is None:
            return
        if kind is Trigger.MESSAGE and not (event.name and (begins or event.correlation_key)):
            yield work.no_key(node)
        if kind is Trigger.TIMER:
            yield from _timer(node, event)
        if kind is Trigger.SIGNAL and not event.name:
            yield error("engine:signal", node.id, "Signalet har intet navn.", "Giv det et navn.")
        if kind is Trigger.CONDITIONAL and not event.condition.startswith("="):
            yield error(
                "engine:expression",
                node.id,
                "Betingelsen er ikke et FEEL-udtryk.",
                "Skriv = foran udtrykket.",
            )
        if kind in {Trigger.ERROR, Trigger.ESCALATION} and event.name.startswith("="):
            yield error(
                "engine:catch-code",
                node.id,
                "Koden, der gribes, kan ikke være et udtryk.",
                "Skriv koden som den er, eller lad den være tom for at gribe alle.",
            )

    def names(self, node: Node) -> Iterator[Finding]:
        """What an element writes has a name that can be stored."""
        written = [mapping.target for mapping in (*node.inputs, *node.outputs)]
        if node.script is not None:
            written.append(node.script.result)
        if node.decision is not None:
            written.append(node.decision.result)
        if node.loop is not None:
            written += [n for n in (node.loop.input_element, node.loop.output_collection) if n]
        for name in written:
            if not all(part and part != "~d" for part in name.split(".")):
                yield error(
                    "engine:variable-name",
                    node.id,
                    f"»{name}« kan ikke være navnet på en værdi.",
                    "Skriv et navn uden tomme led.",
                )

    def conditions(self, node: Node) -> Iterator[Finding]:
        """A choice has a condition on every way but the default; nothing else has conditions."""
        outgoing = self.outgoing[node.id]
        if node.default and node.default not in {flow.id for flow in outgoing}:
            yield error(
                "engine:default", node.id, "Standardvejen går ikke ud herfra.", "Vælg den igen."
            )
        for flow in outgoing:
            if node.kind in SPLITS:
                missing = len(outgoing) > 1 and flow.id != node.default and not flow.condition
                if missing:
                    yield error(
                        "engine:condition-missing",
                        flow.id,
                        "Vejen ud af gatewayen har hverken betingelse eller er standardvej.",
                        "Skriv en betingelse, eller gør den til standardvej.",
                    )
            elif flow.condition:
                yield error(
                    "engine:condition-place",
                    flow.id,
                    "En betingelse virker kun på veje ud af en gateway med valg.",
                    "Sæt en gateway foran.",
                )
            if flow.condition and not flow.condition.startswith("="):
                yield error(
                    "engine:expression",
                    flow.id,
                    "Betingelsen er ikke et FEEL-udtryk.",
                    "Skriv = foran udtrykket.",
                )

    def connected(self, node: Node) -> Iterator[Finding]:
        """A token can come to every element."""
        alone = {Kind.START, Kind.BOUNDARY, Kind.EVENT_SUB_PROCESS}
        link = node.kind is Kind.CATCH and trigger(node) is Trigger.LINK
        if node.kind not in alone and not link and not self.incoming[node.id]:
            yield error(
                "engine:not-connected",
                node.id,
                "Ingen vej fører hertil, så elementet bliver aldrig nået.",
                "Tegn en pil hertil, eller slet elementet.",
            )
        if (node.kind in alone or link) and self.incoming[node.id]:
            yield error("engine:incoming", node.id, "Der må ikke gå en pil hertil.", "Slet pilen.")
        last = node.kind is Kind.END or (node.kind is Kind.THROW and trigger(node) is Trigger.LINK)
        if last and self.outgoing[node.id]:
            yield error("engine:outgoing", node.id, "Der må ikke gå en pil herfra.", "Slet pilen.")

    def gateway_events(self, node: Node) -> Iterator[Finding]:
        """After an event-based gateway come events only, each with no other way in."""
        if node.kind is not Kind.EVENT_BASED:
            return
        hosts = {other.attached_to for other in self.nodes.values()}
        targets = [self.nodes[f.target] for f in self.outgoing[node.id] if f.target in self.nodes]
        if not targets:
            yield error(
                "engine:event-gateway",
                node.id,
                "Den hændelsesbaserede gateway har ingen hændelser efter sig.",
                "Tilføj hændelser efter den.",
            )
        for target in targets:
            event = target.kind is Kind.CATCH and trigger(target) is not Trigger.LINK
            receive = target.kind is Kind.RECEIVE and target.loop is None and target.id not in hosts
            if not (event or receive) or len(self.incoming[target.id]) != 1:
                yield error(
                    "engine:event-gateway",
                    target.id,
                    "Efter en hændelsesbaseret gateway kan kun stå hændelser, hver med netop én vej ind.",
                    "Sæt en hændelse ind imellem.",
                )

    def links(self) -> Iterator[Finding]:
        """Each link name has one catch event in its scope, and each throw finds it."""
        linked = [n for n in self.nodes.values() if trigger(n) is Trigger.LINK and n.event]
        catches = Counter(n.event.name for n in linked if n.kind is Kind.CATCH and n.event)
        for node in linked:
            name = node.event.name if node.event else ""
            if not name or catches[name] != 1:
                yield error(
                    "engine:link",
                    node.id,
                    f"Linket »{name}« skal have netop én modtager i samme delproces.",
                    "Ret linkenes navne.",
                )


def _timer(node: Node, event: Event) -> Iterator[Finding]:
    """A timer says when; a literal text can be read, whatever the hour."""
    if not (event.timer and event.timer_kind):
        yield error(
            "engine:timer", node.id, "Tidshændelsen mangler et tidspunkt.", "Skriv hvornår."
        )
    elif not event.timer.startswith("="):
        try:
            first_due(event.timer_kind, event.timer, _SOME_DAY)
        except Problem as problem:
            yield error("engine:timer", node.id, problem.message, "Ret tidsangivelsen.")


def _always_interrupts(node: Node) -> Finding:
    return error(
        "engine:error-interrupts",
        node.id,
        "En fejl afbryder altid.",
        "Gør hændelsen afbrydende.",
    )
