"""Other engines: what was written for Camunda 7, Activiti, Flowable or SpiffWorkflow becomes ours, or a property."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from lxml import etree

from app.definitions.fixes import language, old_forms
from app.definitions.fixes.drawing import Drawing, is_, name, variable
from app.definitions.reader import xml
from app.definitions.reader.dialect import BPMN, OTHER_ENGINES, TABLE, ZEEBE, Treatment
from app.definitions.reader.xml import XmlElement

CODES = (
    "extension:other-engine",
    "extension:unknown",
    "extension:unsupported",
    "feel:other-language",
)

_PREFIXES = {
    "Camunda 7": "camunda",
    "Activiti": "activiti",
    "Flowable": "flowable",
    "SpiffWorkflow": "spiffworkflow",
}
_DATE = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d.*)?")
_LONGEST = 2_000
_TEMPLATES = {"modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon"}
_PATH = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


def mend(drawing: Drawing) -> None:
    """Say in the dialect what was written for another engine; what it has no words for is kept as a property."""
    for element in list(drawing.root.iter(f"{{{BPMN}}}*")):
        _attributes(drawing, element)
        for container in list(xml.children(element, BPMN, "extensionElements")):
            _elements(drawing, element, container)


def _engine(space: str) -> str:
    return _PREFIXES.get(OTHER_ENGINES.get(space, ""), "")


def _attributes(drawing: Drawing, element: XmlElement) -> None:
    for key in list(element.attrib):
        space, _, plain = str(key).rpartition("}")
        engine = _engine(space[1:])
        if space[1:] == ZEEBE and plain not in _TEMPLATES:
            engine = "zeebe"
        if not engine:
            continue
        value = str(element.attrib.pop(key))
        home = _home(element)
        said = "" if home is None else _say(drawing, home, plain, value)
        if home is not None and not said:
            drawing.property(home, f"{engine}:{plain}", value[:_LONGEST])
            said = f"egenskaben {engine}:{plain}"
        code = "extension:unknown" if engine == "zeebe" else "extension:other-engine"
        drawing.note(
            code, home, f"{engine}:{plain} er nu {said or 'taget ud'}.", before=value[:200]
        )


def _home(element: XmlElement) -> XmlElement | None:
    """Where an extension of an element is said: at itself, or at the step or arrow that it is a part of."""
    while element is not None and not name(element):
        element = element.getparent()
    if element is not None and (
        xml.local(element).endswith(("Definition", "Characteristics", "Expression"))
    ):
        return _home(element.getparent())
    return element


def _say(drawing: Drawing, element: XmlElement, plain: str, value: str) -> str:
    rule = _ATTRIBUTES.get(plain)
    return rule(drawing, element, value.strip()) if rule else ""


def _plain(part: str, attribute: str) -> Callable[[Drawing, XmlElement, str], str]:
    """A rule: a plain text of a user task goes into a zeebe attribute; an expression cannot know its variables."""

    def say(drawing: Drawing, element: XmlElement, value: str) -> str:
        if not is_(element, "userTask") or not value or "{" in value:
            return ""
        drawing.extension(element, part, **{attribute: value.lstrip("=")})
        return f"zeebe:{part}"

    return say


def _date(attribute: str) -> Callable[[Drawing, XmlElement, str], str]:
    def say(drawing: Drawing, element: XmlElement, value: str) -> str:
        if not is_(element, "userTask") or _DATE.fullmatch(value) is None:
            return ""
        drawing.extension(element, "taskSchedule", **{attribute: value})
        return "zeebe:taskSchedule"

    return say


def _priority(drawing: Drawing, element: XmlElement, value: str) -> str:
    if not is_(element, "userTask") or not value.isdecimal() or int(value) > 100:
        return ""
    drawing.extension(element, "priorityDefinition", priority=value)
    return "zeebe:priorityDefinition"


def _form(drawing: Drawing, element: XmlElement, value: str) -> str:
    if not is_(element, "userTask") or value not in (drawing.around.forms or frozenset()):
        return ""
    drawing.extension(element, "formDefinition", formId=value)
    return "zeebe:formDefinition"


def _topic(drawing: Drawing, element: XmlElement, value: str) -> str:
    if not value or "{" in value:
        return ""
    owner = element if not xml.local(element).endswith("Definition") else element.getparent()
    drawing.extension(owner, "taskDefinition", type=value.lstrip("="))
    drawing.property(owner, "external", "true")
    return "zeebe:taskDefinition"


def _decision(drawing: Drawing, element: XmlElement, value: str) -> str:
    if not is_(element, "businessRuleTask") or value not in (drawing.around.decisions or {}):
        return ""
    result = f"{variable(value)}_result"
    drawing.extension(element, "calledDecision", decisionId=value, resultVariable=result)
    return "zeebe:calledDecision"


def _version_tag(drawing: Drawing, element: XmlElement, value: str) -> str:
    if not is_(element, "process") or not value or len(value) > 100:
        return ""
    drawing.extension(element, "versionTag", value=value)
    return "zeebe:versionTag"


_ATTRIBUTES: Mapping[str, Callable[[Drawing, XmlElement, str], str]] = {
    "assignee": _plain("assignmentDefinition", "assignee"),
    "candidateGroups": _plain("assignmentDefinition", "candidateGroups"),
    "candidateUsers": _plain("assignmentDefinition", "candidateUsers"),
    "dueDate": _date("dueDate"),
    "followUpDate": _date("followUpDate"),
    "priority": _priority,
    "formRef": _form,
    "topic": _topic,
    "decisionRef": _decision,
    "versionTag": _version_tag,
}


def _elements(drawing: Drawing, element: XmlElement, container: XmlElement) -> None:
    for found in list(container):
        space, plain = xml.namespace(found), xml.local(found)
        engine = _engine(space)
        if space == ZEEBE and _refused(plain):
            engine = "zeebe"
        if not engine:
            continue
        container.remove(found)
        home = _home(element)
        if home is None:
            continue
        said = "" if engine == "zeebe" else _say_element(drawing, home, found)
        if not said:
            drawing.property(home, f"{engine}:{plain}", _flat(found)[:_LONGEST])
            said = f"egenskaben {engine}:{plain}"
        code = "extension:other-engine"
        if engine == "zeebe":
            code = "extension:unknown" if f"zeebe:{plain}" not in TABLE else "extension:unsupported"
        drawing.note(code, home, f"{engine}:{plain} er nu {said}.")
    if not len(container) and container.getparent() is not None:
        container.getparent().remove(container)


def _refused(plain: str) -> bool:
    entry = TABLE.get(f"zeebe:{plain}")
    return entry is None or entry.treatment is Treatment.REFUSED


def _say_element(drawing: Drawing, element: XmlElement, found: XmlElement) -> str:
    plain = xml.local(found)
    if plain in {"formData", "formProperty"}:
        return old_forms.take(drawing, element, found)
    if plain == "properties":
        for one in found:
            key = xml.attribute(one, "name") or xml.attribute(one, "id")
            drawing.property(element, key or "egenskab", xml.attribute(one, "value"))
        return "zeebe:properties"
    if plain == "inputOutput":
        return _mappings(drawing, element, found)
    if plain in {"in", "out"}:
        return _passed(drawing, element, found, plain)
    if plain == "instructionsForEndUser":
        drawing.document(element, xml.text(found))
        return "dokumentationen"
    if plain == "calledDecisionId":
        return _decision(drawing, element, xml.text(found))
    return ""


def _mappings(drawing: Drawing, element: XmlElement, found: XmlElement) -> str:
    """Inputs and outputs that are a text or an expression; the rest is kept as properties."""
    for one in found:
        direction = "input" if xml.local(one) == "inputParameter" else "output"
        target, text = xml.attribute(one, "name"), xml.text(one)
        feel = language.to_feel(text) if text.startswith(("${", "#{")) else ""
        plain = (
            text
            if direction == "input" and text and "{" not in text and not text.startswith("=")
            else ""
        )
        if _PATH.fullmatch(target) and (feel or plain) and not len(one):
            _map(drawing, element, direction, feel or plain, target)
        else:
            drawing.property(element, f"{xml.local(one)}:{target}", _flat(one)[:_LONGEST])
    return "zeebe:ioMapping"


def _passed(drawing: Drawing, element: XmlElement, found: XmlElement, plain: str) -> str:
    """Variables handed to and from a called process."""
    source = xml.attribute(found, "source")
    target = xml.attribute(found, "target")
    if not (is_(element, "callActivity") and _PATH.fullmatch(source) and _PATH.fullmatch(target)):
        return ""
    _map(drawing, element, "input" if plain == "in" else "output", f"= {source}", target)
    return "zeebe:ioMapping"


def _map(drawing: Drawing, element: XmlElement, direction: str, source: str, target: str) -> None:
    mapping = drawing.extension(element, "ioMapping")
    one = etree.SubElement(mapping, f"{{{ZEEBE}}}{direction}")
    one.set("source", source)
    one.set("target", target)


def _flat(found: XmlElement) -> str:
    """Write an element of another engine as one readable line."""
    attributes = " ".join(
        f'{str(key).rpartition("}")[2]}="{value}"' for key, value in found.attrib.items()
    )
    parts = [attributes, xml.text(found), *(f"{xml.local(one)}({_flat(one)})" for one in found)]
    return xml.one_line(" ".join(part for part in parts if part)) or xml.local(found)
