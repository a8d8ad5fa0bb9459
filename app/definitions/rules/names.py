"""Names: a message, signal, error, escalation or condition that an event is about is said."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.model.findings import Finding, error
from app.definitions.model.graph import Event, Kind, Node, Trigger
from app.definitions.rules.view import View, step

_THROWING = frozenset({Kind.THROW, Kind.END})


def check(view: View) -> Iterator[Finding]:
    """Find events that do not say what they are about."""
    for node in view.nodes:
        event = node.event
        if event is None:
            continue
        if event.trigger is Trigger.MESSAGE and node.kind not in _THROWING:
            yield from _message(view, node, event)
        elif event.trigger is Trigger.SIGNAL and not event.name:
            yield error(
                "signal:no-name",
                node.id,
                f"Signalet i {step(node)} har intet navn.",
                "Giv signalet et navn.",
            )
        elif event.trigger in {Trigger.ERROR, Trigger.ESCALATION}:
            yield from _code(node, event)
        elif event.trigger is Trigger.CONDITIONAL and not event.condition:
            yield error(
                "condition:missing",
                node.id,
                f"Hændelsen {step(node)} har ingen betingelse.",
                "Skriv en betingelse i FEEL.",
            )


def _message(view: View, node: Node, event: Event) -> Iterator[Finding]:
    if not event.name:
        yield error(
            "message:no-name",
            node.id,
            f"Beskeden, som {step(node)} venter på, har intet navn.",
            "Vælg eller opret en besked med et navn.",
        )
    starts_course = node.kind is Kind.START and view.kind_of_scope(node) is None
    if not event.correlation_key and not starts_course:
        yield error(
            "message:no-key",
            node.id,
            f"{step(node)} siger ikke, hvilket forløb beskeden hører til.",
            "Skriv en korrelationsnøgle (Subscription correlation key), for eksempel = sagsnummer.",
        )


def _code(node: Node, event: Event) -> Iterator[Finding]:
    if event.name or node.kind not in _THROWING:
        return
    what = "Fejlen" if event.trigger is Trigger.ERROR else "Eskaleringen"
    yield error(
        f"{event.trigger.value}:no-code",
        node.id,
        f"{what}, som {step(node)} kaster, har ingen kode.",
        "Skriv en kode, så den kan gribes.",
    )
