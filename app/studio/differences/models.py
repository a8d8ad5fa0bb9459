"""What is otherwise in a model: steps, events, ways and their conditions, deadlines."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.definitions import Flow, Kind, Node, Process
from app.studio.differences.change import About, Change, How, said, turned

KINDS: dict[Kind, str] = {
    Kind.START: "Begyndelsen",
    Kind.END: "Slutningen",
    Kind.CATCH: "Hændelsen",
    Kind.THROW: "Hændelsen",
    Kind.BOUNDARY: "Hændelsen",
    Kind.USER: "Opgaven",
    Kind.SERVICE: "Det automatiske trin",
    Kind.SEND: "Beskeden",
    Kind.RECEIVE: "Ventetrinnet",
    Kind.SCRIPT: "Beregningen",
    Kind.RULE: "Beslutningen",
    Kind.CALL: "Delprocessen",
    Kind.SUB_PROCESS: "Delprocessen",
    Kind.EVENT_SUB_PROCESS: "Hændelsesforløbet",
    Kind.EXCLUSIVE: "Valget",
    Kind.PARALLEL: "Delingen",
    Kind.INCLUSIVE: "Valget",
    Kind.EVENT_BASED: "Valget",
}
"""What people call a kind of element, at the beginning of a sentence."""

DEADLINE_PROPERTIES = frozenset({"deadline", "meets", "waives"})

_PARTS: tuple[tuple[str, Callable[[Node], object]], ...] = (
    ("navnet", lambda node: node.name),
    ("banen", lambda node: node.lane),
    ("formularen", lambda node: node.user_task.form_id if node.user_task else ""),
    ("gruppen", lambda node: node.user_task.candidate_groups if node.user_task else ""),
    ("den, der får den,", lambda node: node.user_task.assignee if node.user_task else ""),
    ("brugerne", lambda node: node.user_task.candidate_users if node.user_task else ""),
    ("prioriteten", lambda node: node.user_task.priority if node.user_task else ""),
    ("arbejdet", lambda node: node.job.type if node.job else ""),
    ("udtrykket", lambda node: node.script.expression if node.script else ""),
    ("beslutningen", lambda node: node.decision.decision_id if node.decision else ""),
    ("processen", lambda node: node.call.process_id if node.call else ""),
    ("måden, processen findes på,", lambda node: node.call.binding if node.call else ""),
    ("gentagelsen", lambda node: node.loop.input_collection if node.loop else ""),
    ("beskeden", lambda node: node.event.name if node.event else ""),
    ("nøglen", lambda node: node.event.correlation_key if node.event else ""),
    ("det, den får,", lambda node: tuple(f"{one.target} {one.source}" for one in node.inputs)),
    ("det, den giver,", lambda node: tuple(f"{one.target} {one.source}" for one in node.outputs)),
    ("teksten", lambda node: node.documentation),
    ("egenskaberne", lambda node: tuple(f"{a}={b}" for a, b in _plain(node))),
)
_DEADLINES: tuple[tuple[str, Callable[[Node], object]], ...] = (
    ("fristen", lambda node: node.user_task.due_date if node.user_task else ""),
    ("opfølgningen", lambda node: node.user_task.follow_up_date if node.user_task else ""),
    ("tiden", lambda node: node.event.timer if node.event else ""),
    (
        "lovens frist",
        lambda node: tuple(f"{a}={b}" for a, b in node.properties if a in DEADLINE_PROPERTIES),
    ),
)


def _plain(node: Node) -> Iterator[tuple[str, str]]:
    yield from ((a, b) for a, b in node.properties if a not in DEADLINE_PROPERTIES)


def named(node: Node) -> str:
    """Return how a sentence names an element."""
    return f"{KINDS.get(node.kind, 'Trinnet')} »{node.name or node.id}«"


def between(file: str, old: Process | None, new: Process | None) -> Iterator[Change]:
    """Yield what is otherwise in a process; None where one side does not have it."""
    if old is None or new is None:
        one = new or old
        if one is not None:
            how = How.ADDED if old is None else How.REMOVED
            word = "ny" if old is None else "væk"
            yield Change(
                About.FILE, how, file, one.id, f"Processen »{one.name}« er {word}.", one.id
            )
        return
    before, after = old.by_id, new.by_id
    for name, node in after.items():
        if name not in before:
            yield _node(file, new, node, How.ADDED, "er ny.")
        elif node.kind is not before[name].kind:
            yield _node(file, new, node, How.CHANGED, "er noget andet end før.")
        else:
            yield from _inside(file, new, before[name], node)
    for name, node in before.items():
        if name not in after:
            yield _node(file, new, node, How.REMOVED, "er væk.")
    yield from _flows(file, old, new)


def _node(file: str, process: Process, node: Node, how: How, text: str) -> Change:
    return Change(About.ELEMENT, how, file, node.id, f"{named(node)} {text}", process.id)


def _inside(file: str, process: Process, old: Node, new: Node) -> Iterator[Change]:
    for about, parts in ((About.ELEMENT, _PARTS), (About.DEADLINE, _DEADLINES)):
        for word, part in parts:
            if part(old) != part(new):
                text = f"{named(new)}: {turned(word, part(old), part(new))}."
                yield Change(about, How.CHANGED, file, new.id, text, process.id)


def _flows(file: str, old: Process, new: Process) -> Iterator[Change]:
    before = {flow.id: flow for flow in old.flows}
    after = {flow.id: flow for flow in new.flows}
    for name, flow in after.items():
        way = f"Vejen {_way(new, flow)}"
        if name not in before:
            told = f" når {said(flow.condition)}" if flow.condition else ""
            yield Change(About.CONDITION, How.ADDED, file, name, f"{way} er ny{told}.", new.id)
        elif (flow.source, flow.target) != (before[name].source, before[name].target):
            text = f"{way} gik før {_way(old, before[name])}."
            yield Change(About.CONDITION, How.CHANGED, file, name, text, new.id)
        elif flow.condition != before[name].condition:
            text = f"{way}: {turned('betingelsen', before[name].condition, flow.condition)}."
            yield Change(About.CONDITION, How.CHANGED, file, name, text, new.id)
    for name, flow in before.items():
        if name not in after:
            text = f"Vejen {_way(old, flow)} er væk."
            yield Change(About.CONDITION, How.REMOVED, file, name, text, new.id)


def _way(process: Process, flow: Flow) -> str:
    ends = (process.by_id.get(flow.source), process.by_id.get(flow.target))
    first, last = (f"»{node.name or node.id}«" if node else "?" for node in ends)
    called = f" ({flow.name})" if flow.name else ""
    return f"fra {first} til {last}{called}"
