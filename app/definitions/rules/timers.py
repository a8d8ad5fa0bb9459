"""Timers: a literal text is ISO 8601, for a cycle also cron, and FEEL is meant where FEEL is written.

Source: BPMN 2.0 §10.5.5.6; ISO 8601-1 §5.5 (durations), §5.7 (repetition). Cron is known here by its looks; whether it
can be read, the engine says when it compiles the model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.definitions.model.findings import Finding, error
from app.definitions.model.graph import Event, Node, TimerKind, Trigger
from app.definitions.reader.dialect import Position
from app.definitions.rules.view import View, step

_DURATION = re.compile(
    r"-?P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?"
    r"(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d{1,6})?S)?)?"
)
_CRON = re.compile(r"@[a-z]+|[\d*][\d*,/-]*( +[\dA-Za-z*?,/#-]+){5}")
_ZONE = re.compile(r"([^\[]+)(\[)([\w/+-]+)\]")
_BARE = re.compile(r"=\s*(R\d*/)?P[\dT][\dA-Z.]*\s*")
_EXAMPLES = {
    TimerKind.DATE: "2027-01-31T12:00:00+01:00",
    TimerKind.DURATION: "P14D",
    TimerKind.CYCLE: "R/P1M",
}


def check(view: View) -> Iterator[Finding]:
    """Find timers that could never be set, or that repeat where nothing can."""
    for node in view.nodes:
        if node.event is None or node.event.trigger is not Trigger.TIMER:
            continue
        if node.event.timer_kind is not None:
            yield from _text(node, node.event, node.event.timer_kind)
        if node.event.timer_kind is TimerKind.CYCLE and _waits_once(view, node):
            yield error(
                "timer:cycle-here",
                node.id,
                f"Timeren {step(node)} gentages, men her kan den kun indtræffe én gang.",
                "Brug en varighed eller en dato, eller gør kanthændelsen ikke-afbrydende.",
            )


def _text(node: Node, event: Event, kind: TimerKind) -> Iterator[Finding]:
    text = event.timer
    if _BARE.fullmatch(text):
        literal = text[1:].strip()
        yield error(
            "timer:unquoted",
            node.id,
            f"Timeren {step(node)} er skrevet som udtrykket {text}, men {literal} er her navnet på en variabel.",
            f'Skriv {literal} uden lighedstegn, eller = duration("{literal}").',
        )
    elif not text.startswith("=") and not is_iso(text, kind):
        yield error(
            "timer:invalid",
            node.id,
            f"Timeren {step(node)} kan ikke læses: {text or '(tom)'}",
            f"Skriv den efter ISO 8601, for eksempel {_EXAMPLES[kind]}, eller som FEEL med = foran.",
        )


def is_iso(text: str, kind: TimerKind) -> bool:
    """Tell whether a text is an ISO 8601 instant, duration or repetition, as the timer's kind asks; or cron."""
    if kind is TimerKind.DURATION:
        return _DURATION.fullmatch(text) is not None
    if kind is TimerKind.DATE:
        return _is_instant(text)
    if _CRON.fullmatch(text):
        return True
    count, _, rest = text.partition("/")
    begins, _, interval = rest.rpartition("/")  # a zone has a slash, too
    if re.fullmatch(r"R(?:[1-9]\d{0,5})?", count) is None or (begins and not _is_instant(begins)):
        return False
    if not is_iso(interval, TimerKind.DURATION) or interval.startswith("-"):
        return False
    return any(digit in interval for digit in "123456789")


def split_zone(text: str) -> tuple[str, str]:
    """Return an instant without its zone, and the zone: after `@` as in FEEL, or in brackets as Camunda 8 writes it."""
    bracketed = _ZONE.fullmatch(text)
    plain, _, zone = text.partition("@") if bracketed is None else bracketed.groups()
    return plain, zone


def _is_instant(text: str) -> bool:
    plain, zone = split_zone(text)
    try:
        datetime.fromisoformat(plain)
        if zone:
            ZoneInfo(zone)
    except (ValueError, ZoneInfoNotFoundError):
        return False
    return re.match(r"\d{4}-\d\d-\d\d", plain) is not None


def _waits_once(view: View, node: Node) -> bool:
    position = view.position(node)
    return position is Position.CATCH or (position is Position.BOUNDARY and node.interrupting)
