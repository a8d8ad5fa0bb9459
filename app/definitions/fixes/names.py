"""Names: what an event is about is said, so that it can be waited for, thrown and caught."""

from __future__ import annotations

from lxml import etree

from app.definitions.fixes import language
from app.definitions.fixes.asking import short
from app.definitions.fixes.drawing import Drawing, is_, label_of, name, variable
from app.definitions.reader import xml
from app.definitions.reader.dialect import BPMN, ZEEBE
from app.definitions.reader.xml import XmlElement
from app.definitions.rules.ids import MAX_NAME

CODES = (
    "message:no-name",
    "message:no-key",
    "signal:no-name",
    "error:no-code",
    "escalation:no-code",
    "condition:missing",
    "ref:unknown",
    "name:too-long",
    "start:ambiguous",
    "feel:not-expression",
    "feel:syntax",
)

KEY = "= if citizen = null then course.key else citizen.key"
"""Which course a message belongs to: the one about this citizen, else this very course."""

_ROOTS = {"message": "name", "signal": "name", "error": "errorCode", "escalation": "escalationCode"}


def mend(drawing: Drawing) -> None:
    """Name messages, signals, errors and escalations, and give messages the course that they belong to."""
    roots = {
        name(found): found
        for found in drawing.root
        if isinstance(found.tag, str) and xml.local(found) in _ROOTS
    }
    links = _message_names(drawing)
    for scope in list(drawing.scopes()):
        for node in drawing.nodes(scope):
            if is_(node, "receiveTask"):
                _refer(drawing, node, node, "message", roots, links)
            for found in drawing.definitions_of(node):
                kind = xml.local(found).removesuffix("EventDefinition")
                if kind in _ROOTS:
                    _refer(drawing, node, found, kind, roots, links)
                elif kind == "conditional":
                    _condition(drawing, scope, node, found)
    for process in drawing.processes():
        _starts_apart(drawing, process, roots)
    _short_names(drawing)


def _message_names(drawing: Drawing) -> dict[str, str]:
    """What the dotted arrows between pools call the message that each node sends or waits for."""
    by_id = {name(node): node for node in drawing.nodes()}
    names: dict[str, str] = {}
    for flow in drawing.root.iter(f"{{{BPMN}}}messageFlow"):
        ends = [by_id.get(xml.attribute(flow, end)) for end in ("targetRef", "sourceRef")]
        labels = [xml.one_line(xml.attribute(flow, "name"))]
        labels += [xml.one_line(xml.attribute(end, "name")) for end in ends if end is not None]
        label = next((found for found in labels if found), name(flow))
        for end in ends:
            if end is not None:
                names.setdefault(name(end), short(label))
    return names


def _refer(
    drawing: Drawing,
    node: XmlElement,
    found: XmlElement,
    kind: str,
    roots: dict[str, XmlElement],
    links: dict[str, str],
) -> None:
    """Let an event refer to a message, signal, error or escalation that has a name."""
    throws = is_(node, "intermediateThrowEvent", "endEvent")
    root = roots.get(xml.attribute(found, f"{kind}Ref"))
    if root is not None and xml.local(root) != kind:
        root = None
    attribute = _ROOTS[kind]
    if root is None and kind in {"error", "escalation"} and not throws:
        if found.attrib.pop(f"{kind}Ref", None):
            drawing.note("ref:unknown", node, f"»{label_of(node)}« griber nu enhver kode.")
        return
    wish = links.get(name(node)) or short(label_of(node))
    if root is None:
        root = next(
            (
                one
                for one in roots.values()
                if xml.local(one) == kind and xml.attribute(one, attribute) == wish
            ),
            None,
        )
    if root is None:
        before = xml.attribute(found, f"{kind}Ref")
        root = drawing.root_element(kind, name=wish)
        roots[name(root)] = root
        code = "ref:unknown" if before else f"{kind}:no-{'name' if attribute == 'name' else 'code'}"
        message = f"»{label_of(node)}« har fået navnet »{wish}« på det, den venter på eller sender."
        drawing.note(code, node, message, before=before, added=[name(root)])
    found.set(f"{kind}Ref", name(root))
    _complete(drawing, node, root, kind, wish, throws=throws)


def _complete(
    drawing: Drawing, node: XmlElement, root: XmlElement, kind: str, wish: str, *, throws: bool
) -> None:
    attribute = _ROOTS[kind]
    value = xml.attribute(root, attribute)
    if value.startswith("${") or (value.startswith("=") and not language.is_feel(value)):
        drawing.document(root, value)
        value = ""
    if not value and (kind in {"message", "signal"} or throws):
        text = wish if attribute == "name" else variable(xml.attribute(root, "name") or wish)[:60]
        root.set(attribute, text or kind)
        part = "name" if attribute == "name" else "code"
        drawing.note(
            f"{kind}:no-{part}", node, f"»{label_of(node)}« hedder nu »{text}«.", added=[name(root)]
        )
    if kind == "message" and not throws and not drawing.has_extension(node, "subscription"):
        begins = is_(node, "startEvent") and xml.local(node.getparent()) == "process"
        key = _key(root)
        if not begins and not language.is_feel(key):
            drawing.extension(root, "subscription", correlationKey=KEY)
            message = f"Beskeden til »{label_of(node)}« finder nu sit forløb ved {KEY[2:]}."
            drawing.note("message:no-key", node, message, before=key, added=[name(root)])


def _key(root: XmlElement) -> str:
    for found in root.iter(f"{{{ZEEBE}}}subscription"):
        return xml.attribute(found, "correlationKey")
    return ""


def _condition(drawing: Drawing, scope: XmlElement, node: XmlElement, found: XmlElement) -> None:
    """A condition in words: a person says when it holds; on an edge it is never true until it is written."""
    condition = xml.child(found, BPMN, "condition")
    text = xml.text(condition)
    if language.is_feel(text):
        return
    if condition is None:
        condition = etree.SubElement(found, f"{{{BPMN}}}condition")
    drawing.document(node, f"Betingelse: {text}" if text else "")
    waits = is_(node, "intermediateCatchEvent")
    condition.text = "= true" if waits else "= false"
    added = []
    if waits and not _after_event_gateway(drawing, scope, node):
        task = drawing.before(
            scope, node, "userTask", f"Wait_{name(node)}", short(f"Vent: {label_of(node)}")
        )
        added = [name(task)]
        message = f"En person siger nu, når »{label_of(node)}« er opfyldt."
    else:
        message = (
            f"Betingelsen for »{label_of(node)}« er nu {condition.text[2:]}; skriv den i FEEL."
        )
    drawing.note("condition:missing", node, message, before=text, added=added)


def _after_event_gateway(drawing: Drawing, scope: XmlElement, node: XmlElement) -> bool:
    gateways = {name(one) for one in drawing.nodes(scope) if is_(one, "eventBasedGateway")}
    return any(
        xml.attribute(flow, "sourceRef") in gateways for flow in drawing.entering(scope, node)
    )


def _starts_apart(drawing: Drawing, process: XmlElement, roots: dict[str, XmlElement]) -> None:
    """Two starts of a process wait for different things."""
    seen: set[tuple[str, str]] = set()
    for node in drawing.nodes(process):
        if not is_(node, "startEvent"):
            continue
        for found in drawing.definitions_of(node):
            kind = xml.local(found).removesuffix("EventDefinition")
            root = roots.get(xml.attribute(found, f"{kind}Ref"))
            if root is None or kind not in {"message", "signal"}:
                continue
            said = xml.attribute(root, "name")
            if (kind, said) in seen:
                other = f"{said[: MAX_NAME - 60]} ({name(node)[:50]})"
                new = drawing.root_element(kind, name=other)
                roots[name(new)] = new
                found.set(f"{kind}Ref", name(new))
                message = (
                    f"To starter ventede på »{said}«; »{label_of(node)}« venter nu på »{other}«."
                )
                drawing.note("start:ambiguous", node, message, before=said, added=[name(new)])
                said = other
            seen.add((kind, said))


def _short_names(drawing: Drawing) -> None:
    for process in drawing.processes():
        for element in process.iter(f"{{{BPMN}}}*"):
            label = xml.one_line(xml.attribute(element, "name"))
            if len(label) > MAX_NAME:
                drawing.document(element, label)
                element.set("name", label[: MAX_NAME - 1] + "…")
                drawing.note(
                    "name:too-long",
                    element,
                    "Navnet er forkortet; det hele står i dokumentationen.",
                    before=label,
                )
