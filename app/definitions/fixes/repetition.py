"""Repetition: over a list; a fixed number becomes one, and a loop marker becomes a loop that a person ends."""

from __future__ import annotations

from lxml import etree

from app.definitions.fixes import language
from app.definitions.fixes.asking import ask_which_way
from app.definitions.fixes.drawing import ACTIVITIES, Drawing, label_of, name, size_of
from app.definitions.reader import xml
from app.definitions.reader.dialect import BPMN, OTHER_ENGINES, ZEEBE
from app.definitions.reader.xml import XmlElement

CODES = ("loop:no-collection", "loop:not-activity", "loop:output", "element:unsupported")

_PARTS = ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")


def mend(drawing: Drawing) -> None:
    """Give each repetition something to repeat over."""
    for scope in list(drawing.scopes()):
        for node in drawing.nodes(scope):
            for part in [found for found in node if xml.local(found) in _PARTS]:
                if xml.local(node) not in ACTIVITIES or xml.flag(
                    node, "triggeredByEvent", default=False
                ):
                    node.remove(part)
                    drawing.note(
                        "loop:not-activity", node, f"»{label_of(node)}« gentages ikke mere."
                    )
                elif xml.local(part) == "standardLoopCharacteristics":
                    _loop(drawing, scope, node, part)
                else:
                    _over_a_list(drawing, node, part)


def _loop(drawing: Drawing, scope: XmlElement, node: XmlElement, part: XmlElement) -> None:
    """After the activity somebody says whether it is done once more."""
    condition = xml.text(xml.child(part, BPMN, "loopCondition"))
    node.remove(part)
    drawing.document(node, f"Gentages: {condition}" if condition else "")
    out = drawing.leaving(scope, node)
    gateway = drawing.after(
        scope,
        node,
        "exclusiveGateway",
        f"Again_{name(node)}",
        f"Skal »{label_of(node)[:120]}« ske igen?",
    )
    if not out:
        end = drawing.add(scope, "endEvent", f"End_{name(node)}", lane_of=name(node))
        drawing.sketch.after(name(end), name(gateway), size_of("endEvent"), room=False)
        drawing.connect(scope, gateway, end, "Nej")
    elif len(out) > 1:
        merge = drawing.after(scope, gateway, "parallelGateway", f"Split_{name(node)}")
        drawing.note("element:unsupported", merge, "Gatewayen samler vejene ud af løkken.")
    drawing.connect(scope, gateway, node, "Ja, igen")
    task = ask_which_way(drawing, scope, gateway)
    message = (
        f"Løkken om »{label_of(node)}« er nu tegnet, og en person siger, om det skal ske igen."
    )
    drawing.note(
        "element:unsupported",
        node,
        message,
        before="standardLoopCharacteristics",
        added=[name(gateway), name(task)],
    )


def _over_a_list(drawing: Drawing, node: XmlElement, part: XmlElement) -> None:
    loop = _zeebe(part)
    said = xml.attribute(loop, "inputCollection") if loop is not None else ""
    cardinality = xml.child(part, BPMN, "loopCardinality")
    times = xml.text(cardinality)
    if cardinality is not None:
        part.remove(cardinality)
        if not said:
            count = times.lstrip("=").strip()
            said = (
                f"= for i in 1..{count} return i"
                if count.isdecimal() and 0 < int(count) <= 100
                else ""
            )
        message = f"Antallet af gentagelser af »{label_of(node)}« er nu listen {said or '= [1]'}"
        drawing.note("element:unsupported", node, message, before=f"loopCardinality {times}")
    for other in [
        found for found in part if xml.local(found) in {"loopDataInputRef", "loopDataOutputRef"}
    ]:
        part.remove(other)
        drawing.document(node, f"{xml.local(other)}: {xml.text(other)}")
    if not language.is_feel(said):
        message = (
            f"»{label_of(node)}« gentages nu over listen = [1], til en rigtig liste er skrevet."
        )
        drawing.note("loop:no-collection", node, message, before=said or _foreign(part))
        said = "= [1]"
    _set(part, inputCollection=said)
    _completion(drawing, node, part)
    loop = _zeebe(part)
    if loop is not None and bool(loop.get("outputCollection")) != bool(loop.get("outputElement")):
        before = " ".join(
            str(loop.attrib.pop(key))
            for key in ("outputCollection", "outputElement")
            if key in loop.attrib
        )
        drawing.note(
            "loop:output",
            node,
            f"Det halve resultat af »{label_of(node)}« samles ikke op.",
            before=before,
        )


def _completion(drawing: Drawing, node: XmlElement, part: XmlElement) -> None:
    found = xml.child(part, BPMN, "completionCondition")
    if found is None:
        return
    text = xml.text(found)
    feel = text if language.is_feel(text) else ""
    if not feel:
        part.remove(found)
        drawing.document(node, f"Færdig når: {text}" if text else "")
        message = f"Betingelsen for, at »{label_of(node)}« er færdig, står nu i dokumentationen."
        drawing.note("element:unsupported", node, message, before=text)


def _zeebe(part: XmlElement) -> XmlElement | None:
    container = xml.child(part, BPMN, "extensionElements")
    return None if container is None else xml.child(container, ZEEBE, "loopCharacteristics")


def _set(part: XmlElement, **attributes: str) -> None:
    container = xml.child(part, BPMN, "extensionElements")
    if container is None:
        container = etree.Element(f"{{{BPMN}}}extensionElements")
        part.insert(0, container)
    found = xml.child(container, ZEEBE, "loopCharacteristics")
    if found is None:
        found = etree.SubElement(container, f"{{{ZEEBE}}}loopCharacteristics")
    for key, value in attributes.items():
        found.set(key, value)


def _foreign(part: XmlElement) -> str:
    return " ".join(
        str(value)
        for key, value in part.attrib.items()
        if str(key)[1:].partition("}")[0] in OTHER_ENGINES
    )
