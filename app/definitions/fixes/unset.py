"""Variables that nothing writes: a person is asked for them right after the start."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from app.definitions.fixes.asking import give_form
from app.definitions.fixes.drawing import (
    EVENTS,
    Drawing,
    condition_of,
    is_,
    label_of,
    name,
    set_condition,
)
from app.definitions.fixes.joins import after
from app.definitions.fixes.names import KEY
from app.definitions.fixes.variables import written
from app.definitions.model.expressions import expressions
from app.definitions.model.variables import GIVEN, names_in
from app.definitions.reader import read_bpmn, xml
from app.definitions.reader.dialect import BPMN, ZEEBE
from app.definitions.reader.xml import XmlElement
from app.errors import DefinitionError

CODES = ("variable:never-written",)

_MADE = frozenset(
    {"job:missing", "script:missing", "decision:missing", "callee:missing", "callee:unknown"}
)
"""What a fix put there itself, which writes nothing that the drawing reads."""

_OWN_WORDS = ("= way_", "= list contains(way_", "= [1]", "= true", "= false")
_WHEN = {
    f"{{{BPMN}}}timeDuration": 'duration("P1D")',
    f"{{{BPMN}}}timeDate": 'now() + duration("P1D")',
    f"{{{BPMN}}}timeCycle": '"R1/P1D"',
}
_EVENT_TAGS = tuple(f"{{{BPMN}}}{kind}" for kind in sorted(EVENTS))
_COMES_FROM_OUTSIDE = ("taskDefinition", "calledElement")


def mend(drawing: Drawing) -> None:
    """Ask for what conditions read, in the processes where nothing else could write it."""
    known = written(drawing) | GIVEN
    for process in drawing.processes():
        if _others_may_write(drawing, process):
            continue
        texts = _texts(drawing, process)
        missing = sorted({one for text in texts for one in names_in(text)} - known)
        given = _loops(drawing, process, frozenset(missing))
        given |= _timers(drawing, process, frozenset(missing))
        missing = [one for one in missing if one not in given]
        said = " ; ".join(texts)
        parts = [part for one in missing if (part := _field(one, said)) is not None]
        parts = _ask_in_loops(drawing, process, parts)
        if parts:
            _ask(drawing, process, parts)
        askable = {one for one in missing if _field(one, said) is not None}
        _guard(drawing, process, frozenset(missing) - askable)


def _others_may_write(drawing: Drawing, process: XmlElement) -> bool:
    """Whether a system, a called process, a message or a form that is not at hand may write variables."""
    made = {change.element for change in drawing.changes if change.code in _MADE}
    inside = [process, *process.iter(f"{{{BPMN}}}subProcess")]
    for node in [node for scope in inside for node in drawing.nodes(scope)]:
        if name(node) in made:
            continue
        if any(drawing.has_extension(node, part) for part in _COMES_FROM_OUTSIDE):
            return True
        if is_(node, "userTask"):
            form = next(
                (xml.attribute(f, "formId") for f in node.iter(f"{{{ZEEBE}}}formDefinition")), ""
            )
            if (
                form
                and f"{form}.form" not in drawing.forms
                and form not in drawing.around.form_fields
            ):
                return True
    return False


def _texts(drawing: Drawing, process: XmlElement) -> list[str]:
    """Every expression of a process but those of messages, whose keys the shell gives."""
    if not any(_asks_for_something(text) for text in _raw(process)):
        return []
    try:
        file = read_bpmn(etree.tostring(drawing.root))
    except DefinitionError:
        return []
    found = file.process(name(process))
    return [] if found is None else [one.text for one in expressions(found)]


def _raw(process: XmlElement) -> Iterator[str]:
    """Every text and attribute of a process that may be an expression."""
    for element in process.iter():
        yield (element.text or "").strip()
        if xml.namespace(element) == ZEEBE:
            yield from element.attrib.values()


def _asks_for_something(text: str) -> bool:
    """Whether a text is FEEL, and none that a fix wrote about a question's answer."""
    return text.startswith("=") and text != KEY and not text.startswith(_OWN_WORDS)


def _field(key: str, said: str) -> dict[str, Any] | None:
    """Return the form field that asks for a variable; None for one that is no single value."""
    word = rf"(?<![\w.]){re.escape(key)}(?![\w])"
    if re.search(rf"{word}\s*[.\[(]", said) or not re.fullmatch(r"[A-Za-z_]\w*", key):
        return None
    label = key.replace("_", " ").capitalize()
    part: dict[str, Any] = {"key": key, "label": label}
    texts = re.findall(rf'{word}\s*!?=\s*"([^"]*)"', said)
    if texts:
        values = [{"value": one, "label": one} for one in dict.fromkeys([*texts, "andet"]) if one]
        return part | {"type": "select", "values": values, "validate": {"required": True}}
    number = rf"{word}\s*(?:[<>]=?|!?=)\s*-?\d|\d\s*(?:[<>]=?|=)\s*{word}|{word}\s*[-+*/]"
    if re.search(number, said):
        return part | {"type": "number", "validate": {"required": True}}
    return part | {"type": "checkbox"}


def _ask_in_loops(
    drawing: Drawing, process: XmlElement, parts: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Ask before each choice of a loop, every time round; return what is left to be asked once."""
    asked: set[str] = set()
    for scope in [process, *process.iter(f"{{{BPMN}}}subProcess")]:
        for gateway in drawing.nodes(scope):
            if not is_(gateway, "exclusiveGateway", "inclusiveGateway"):
                continue
            read = {
                one
                for flow in drawing.leaving(scope, gateway)
                for one in names_in(condition_of(flow))
            }
            own = [part for part in parts if part["key"] in read]
            if own and name(gateway) in after(drawing, scope, name(gateway)):
                keys = ", ".join(part["key"] for part in own)
                task = drawing.before(
                    scope,
                    gateway,
                    "userTask",
                    f"Fill_{name(gateway)}",
                    f"Oplysninger: {label_of(gateway)}"[:120],
                )
                give_form(drawing, task, own)
                message = (
                    f"Intet skrev {keys}; en person bliver nu spurgt før »{label_of(gateway)}«."
                )
                drawing.note("variable:never-written", gateway, message, added=[name(task)])
                asked |= {part["key"] for part in own}
    return [part for part in parts if part["key"] not in asked]


def _ask(drawing: Drawing, process: XmlElement, parts: list[dict[str, Any]]) -> None:
    for start in [node for node in drawing.nodes(process) if is_(node, "startEvent")]:
        task = drawing.after(
            process, start, "userTask", f"Fill_{name(start)}", "Oplysninger til forløbet"
        )
        give_form(drawing, task, parts)
        keys = ", ".join(part["key"] for part in parts)
        message = f"Intet skrev {keys}; en person bliver nu spurgt efter »{label_of(start)}«."
        drawing.note("variable:never-written", start, message, added=[name(task)])


def _loops(drawing: Drawing, process: XmlElement, missing: frozenset[str]) -> set[str]:
    """A repetition over a list that nothing writes is made once, until something writes it; return the lists."""
    lists: set[str] = set()
    for loop in process.iter(f"{{{ZEEBE}}}loopCharacteristics"):
        said = xml.attribute(loop, "inputCollection")
        if names_in(said) & missing and "then [1]" not in said:
            inner = said[1:].strip()
            lists |= names_in(said)
            loop.set("inputCollection", f"= if {inner} = null then [1] else {inner}")
            node = next(
                one for one in loop.iterancestors() if name(one) and xml.namespace(one) == BPMN
            )
            while not name(node) or xml.local(node).endswith("Characteristics"):
                node = node.getparent()
            message = f"»{label_of(node)}« gentages én gang, indtil noget skriver {inner}."
            drawing.note("variable:never-written", node, message, before=said)
        elif "then [1]" in said:
            lists |= names_in(said)
    return lists


def _timers(drawing: Drawing, process: XmlElement, missing: frozenset[str]) -> set[str]:
    """A timer set by what nothing writes takes a day, until something writes it; return what timers read."""
    read: set[str] = set()
    for node in [node for node in process.iter(*_EVENT_TAGS) if name(node)]:
        for part in [part for part in node.iter(*_WHEN) if names_in(xml.text(part))]:
            said = xml.text(part)
            names = sorted(names_in(said) & missing)
            read |= names_in(said)
            if names and " = null" not in said:
                nothing = " or ".join(f"{one} = null" for one in names)
                part.text = f"= if {nothing} then {_WHEN[str(part.tag)]} else {said[1:].strip()}"
                message = (
                    f"»{label_of(node)}« venter en dag, indtil noget skriver {', '.join(names)}."
                )
                drawing.note("variable:never-written", node, message, before=said)
    return read


def _guard(drawing: Drawing, process: XmlElement, missing: frozenset[str]) -> None:
    """A condition on what is no single value counts as false while there is none."""
    for flow in process.iter(f"{{{BPMN}}}sequenceFlow"):
        said = condition_of(flow)
        if names_in(said) & missing and not said.endswith(") = true"):
            set_condition(flow, f"= ({said[1:].strip()}) = true")
            message = "Betingelsen er ikke opfyldt, så længe intet skriver det, den læser."
            drawing.note("variable:never-written", flow, message, before=said)
