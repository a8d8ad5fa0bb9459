"""What an event waits for or throws: BPMN event definitions → `Event`.

Source: BPMN 2.0 §10.5.5.
"""

from __future__ import annotations

from app.definitions.model.graph import Event, TimerKind, Trigger
from app.definitions.reader import xml
from app.definitions.reader.dialect import BPMN, Treatment
from app.definitions.reader.extensions import Extensions, read_extensions
from app.definitions.reader.reading import Reading
from app.definitions.reader.xml import XmlElement

_TIMERS = {
    "timeDate": TimerKind.DATE,
    "timeDuration": TimerKind.DURATION,
    "timeCycle": TimerKind.CYCLE,
}
_REFERENCES = {
    Trigger.MESSAGE: "messageRef",
    Trigger.SIGNAL: "signalRef",
    Trigger.ERROR: "errorRef",
    Trigger.ESCALATION: "escalationRef",
}
_SUFFIX = "EventDefinition"


def read_event(element: XmlElement, at: str, extensions: Extensions, reading: Reading) -> Event:
    """Read the one event definition of an event; an event without any has the trigger none.

    Several definitions, a kind that is refused and a reference to nothing are noted as errors.
    """
    definitions = [
        found
        for found in element
        if xml.namespace(found) == BPMN and xml.local(found).lower().endswith(_SUFFIX.lower())
    ]
    known = []
    for found in definitions:
        read_extensions(found, at, reading)
        entry = reading.look_up(found, at)
        if entry is not None and entry.treatment is Treatment.RUN:
            known.append(found)
    shared = list(xml.children(element, BPMN, "eventDefinitionRef"))
    if (
        len(definitions) + len(shared) > 1
        or shared
        or xml.flag(element, "parallelMultiple", default=False)
    ):
        reading.refuse(
            "event:several",
            at,
            "Hændelsen venter på flere ting på én gang eller henviser til en fælles definition.",
            "Tegn én hændelse for hver ting: på opgavens kant, eller efter en hændelsesbaseret "
            "gateway.",
        )
    if not known:
        return Event(Trigger.NONE)
    return _definition(known[0], at, extensions, reading)


def _definition(found: XmlElement, at: str, extensions: Extensions, reading: Reading) -> Event:
    trigger = Trigger(xml.local(found).removesuffix(_SUFFIX))
    if trigger in _REFERENCES:
        return referring_event(found, trigger, at, extensions, reading)
    if trigger is Trigger.TIMER:
        return _timer(found, at, reading)
    if trigger is Trigger.CONDITIONAL:
        return Event(trigger, condition=xml.text(xml.child(found, BPMN, "condition")))
    if trigger is Trigger.LINK:
        return Event(trigger, name=xml.attribute(found, "name"))
    return Event(trigger)


def referring_event(
    found: XmlElement, trigger: Trigger, at: str, extensions: Extensions, reading: Reading
) -> Event:
    """Resolve the message, signal, error or escalation that an event or a receive task refers to."""
    reference = xml.unprefixed(xml.attribute(found, _REFERENCES[trigger]))
    root = reading.roots.get(reference)
    if root is not None and root.kind == trigger.value:
        key = extensions.get("subscription", "correlationKey", root.correlation_key)
        return Event(trigger, name=root.name, correlation_key=key)
    if reference:
        reading.refuse(
            "ref:unknown",
            at,
            f"Elementet henviser til {reference}, som ikke findes i filen.",
            "Vælg beskeden, signalet, fejlen eller eskaleringen igen i Camunda Modeler.",
        )
    return Event(trigger)


def _timer(found: XmlElement, at: str, reading: Reading) -> Event:
    texts = [
        (_TIMERS[xml.local(part)], xml.text(part)) for part in found if xml.local(part) in _TIMERS
    ]
    if len(texts) != 1:
        reading.refuse(
            "timer:missing",
            at,
            "Timeren skal have netop én af dato, varighed og gentagelse.",
            "Udfyld én af dem, for eksempel varigheden P14D.",
        )
        return Event(Trigger.TIMER)
    kind, text = texts[0]
    return Event(Trigger.TIMER, timer_kind=kind, timer=text)
