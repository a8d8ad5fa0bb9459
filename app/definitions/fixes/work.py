"""Work: every automatic step says what does it; where the drawing does not, a system outside is waited for."""

from __future__ import annotations

from lxml import etree

from app.definitions.fixes import language
from app.definitions.fixes.drawing import Drawing, is_, label_of, name, variable
from app.definitions.fixes.names import KEY
from app.definitions.reader import xml
from app.definitions.reader.dialect import ZEEBE
from app.definitions.reader.xml import XmlElement

CODES = (
    "job:missing",
    "job:retries",
    "script:missing",
    "decision:missing",
    "result:missing",
    "mapping:no-source",
    "mapping:target",
    "feel:not-expression",
)

_AUTOMATIC = ("serviceTask", "sendTask", "scriptTask", "businessRuleTask")
_HOWS = ("taskDefinition", "script", "calledDecision")


def mend(drawing: Drawing) -> None:
    """Say what does each automatic step."""
    for node in drawing.nodes():
        _half(drawing, node)
        if is_(node, *_AUTOMATIC) and not any(drawing.has_extension(node, how) for how in _HOWS):
            if is_(node, "sendTask") and xml.attribute(node, "messageRef"):
                _publish(drawing, node, _message(drawing, xml.attribute(node, "messageRef")))
            else:
                _outside(drawing, node)
        for found in drawing.definitions_of(node):
            throws = is_(node, "intermediateThrowEvent", "endEvent")
            if (
                throws
                and is_(found, "messageEventDefinition")
                and not drawing.has_extension(node, "taskDefinition")
            ):
                _publish(drawing, node, _message(drawing, xml.attribute(found, "messageRef")))


def _message(drawing: Drawing, reference: str) -> str:
    root = next((one for one in drawing.root if one.get("id") == reference), None)
    return xml.attribute(root, "name") if root is not None else ""


def _publish(drawing: Drawing, node: XmlElement, message: str) -> None:
    """A message is sent with the operation that other courses hear."""
    said = message if message and not message.startswith("=") else label_of(node)
    drawing.extension(node, "taskDefinition", type="message:publish")
    mapping = drawing.extension(node, "ioMapping")
    for source, target in ((said, "message_name"), (KEY, "correlation_key")):
        one = etree.SubElement(mapping, f"{{{ZEEBE}}}input")
        one.set("source", source)
        one.set("target", target)
    note = f"»{label_of(node)}« sender nu beskeden »{said}« med message:publish."
    drawing.note("job:missing", node, note)


def _outside(drawing: Drawing, node: XmlElement) -> None:
    """A step that says nothing of how it is done waits for a system outside."""
    work = variable(label_of(node)).lower()[:60]
    drawing.extension(node, "taskDefinition", type=work)
    drawing.property(node, "external", "true")
    code = {"scriptTask": "script:missing", "businessRuleTask": "decision:missing"}.get(
        xml.local(node), "job:missing"
    )
    note = f"»{label_of(node)}« venter nu på, at et system udenfor udfører arbejdet {work}."
    drawing.note(code, node, note)


def _half(drawing: Drawing, node: XmlElement) -> None:
    """Fill in or take away what was only half said."""
    for part in list(node.iter(f"{{{ZEEBE}}}*")):
        if _owner(part) is not node:
            continue
        kind = xml.local(part)
        if kind == "taskDefinition":
            _job(drawing, node, part)
        elif kind in {"script", "calledDecision"}:
            _result(drawing, node, part, kind)
        elif kind in {"input", "output"}:
            _mapping(drawing, node, part, kind)


def _owner(part: XmlElement) -> XmlElement:
    found = part.getparent()
    while xml.namespace(found) == ZEEBE or xml.local(found) == "extensionElements":
        found = found.getparent()
    return found


def _job(drawing: Drawing, node: XmlElement, part: XmlElement) -> None:
    if not xml.attribute(part, "type"):
        part.set("type", variable(label_of(node)).lower()[:60])
        drawing.property(node, "external", "true")
        drawing.note(
            "job:missing", node, f"»{label_of(node)}« har fået opgavetypen {part.get('type')}."
        )
    retries = xml.attribute(part, "retries", "3")
    if not retries.isdecimal() and not language.is_feel(retries):
        part.set("retries", "3")
        drawing.note("job:retries", node, "Antal forsøg er nu 3.", before=retries)


def _result(drawing: Drawing, node: XmlElement, part: XmlElement, kind: str) -> None:
    said = "expression" if kind == "script" else "decisionId"
    text = xml.attribute(part, said)
    if not text or (kind == "script" and not language.is_feel(text)):
        part.getparent().remove(part)
        drawing.property(node, kind, text)
        code = "script:missing" if kind == "script" else "decision:missing"
        drawing.note(
            code, node, f"»{label_of(node)}« sagde ikke, hvad der skal gøres.", before=text
        )
    elif not xml.attribute(part, "resultVariable"):
        part.set("resultVariable", f"{variable(name(node))}_result")
        drawing.note(
            "result:missing", node, f"Resultatet gemmes nu i {part.get('resultVariable')}."
        )


def _mapping(drawing: Drawing, node: XmlElement, part: XmlElement, kind: str) -> None:
    source, target = xml.attribute(part, "source"), xml.attribute(part, "target")
    names = target.split(".")
    fits = all(variable(one) == one or one.isidentifier() for one in names)
    if (
        fits
        and (source or kind == "input")
        and ((kind == "input" and not source.startswith("=")) or language.is_feel(source))
    ):
        return
    part.getparent().remove(part)
    drawing.property(node, f"{kind}:{target}"[:100], source)
    code = (
        "mapping:no-source"
        if not source
        else "mapping:target"
        if not fits
        else "feel:not-expression"
    )
    drawing.note(
        code, node, f"{kind} {target} på »{label_of(node)}« er nu en egenskab.", before=source
    )
