"""Every expression of a process, with where it stands: what the FEEL rule parses and a search can list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.definitions.model.graph import Event, MultiInstance, Node, Process, UserTask


@dataclass(frozen=True, slots=True)
class Expression:
    """One text that is, or may be, FEEL.

    Attributes:
        element: id of the node or flow that holds it.
        place: Danish, which field of the element.
        text: as written, with its `=`.
        required: it must be FEEL; a literal text would have no meaning here.
    """

    element: str
    place: str
    text: str
    required: bool = False


def expressions(process: Process) -> Iterator[Expression]:
    """Iterate over the expressions of a process in document order; empty fields are passed over."""
    for node in process.nodes:
        yield from (found for found in _of_node(node) if found.text)
    for flow in process.flows:
        if flow.condition:
            yield Expression(flow.id, "betingelsen", flow.condition, required=True)


def _of_node(node: Node) -> Iterator[Expression]:
    if node.event is not None:
        yield from _of_event(node.id, node.event)
    if node.user_task is not None:
        yield from _of_user_task(node.id, node.user_task)
    for mapping in node.inputs:
        yield Expression(node.id, f"input til {mapping.target}", mapping.source)
    for mapping in node.outputs:
        yield Expression(node.id, f"output til {mapping.target}", mapping.source, required=True)
    if node.job is not None:
        yield Expression(node.id, "opgavetypen", node.job.type)
        yield Expression(node.id, "antal forsøg", node.job.retries)
    if node.script is not None:
        yield Expression(node.id, "udtrykket", node.script.expression, required=True)
    if node.decision is not None:
        yield Expression(node.id, "beslutningens id", node.decision.decision_id)
    if node.call is not None:
        yield Expression(node.id, "den kaldte proces' id", node.call.process_id)
    if node.loop is not None:
        yield from _of_loop(node.id, node.loop)


def _of_event(element: str, event: Event) -> Iterator[Expression]:
    yield Expression(element, "navnet", event.name)
    yield Expression(element, "korrelationsnøglen", event.correlation_key, required=True)
    yield Expression(element, "timeren", event.timer)
    yield Expression(element, "betingelsen", event.condition, required=True)


def _of_user_task(element: str, task: UserTask) -> Iterator[Expression]:
    yield Expression(element, "den ansvarlige", task.assignee)
    yield Expression(element, "grupperne", task.candidate_groups)
    yield Expression(element, "personerne", task.candidate_users)
    yield Expression(element, "fristen", task.due_date)
    yield Expression(element, "opfølgningsdatoen", task.follow_up_date)
    yield Expression(element, "prioriteten", task.priority)


def _of_loop(element: str, loop: MultiInstance) -> Iterator[Expression]:
    yield Expression(element, "listen, der gentages over", loop.input_collection, required=True)
    yield Expression(element, "elementet, der samles op", loop.output_element, required=True)
    yield Expression(
        element, "hvornår gentagelsen er færdig", loop.completion_condition, required=True
    )
