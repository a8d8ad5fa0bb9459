"""What the reader carries through a file: its findings so far, and the file's root elements."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.definitions.model.findings import Finding, error, warning
from app.definitions.reader import xml
from app.definitions.reader.dialect import BPMN, TABLE, ZEEBE, Entry, Treatment
from app.definitions.reader.xml import XmlElement


@dataclass(frozen=True, slots=True)
class Root:
    """A message, signal, error or escalation of the file: what events refer to by id.

    `name` is the message's or signal's name, or the error or escalation code.
    """

    kind: str
    name: str
    correlation_key: str = ""


@dataclass
class Reading:
    """One pass over one file.

    Attributes:
        roots: messages, signals, errors and escalations by id.
        known_ids: every id in the file.
        findings: what was found, in document order.
        refused: ids of elements that are refused; rules say nothing more about them.
        for_camunda_8: whether the file says that it is drawn for Camunda 8, which passes over other engines' words.
    """

    roots: dict[str, Root] = field(default_factory=dict)
    known_ids: frozenset[str] = frozenset()
    findings: list[Finding] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    for_camunda_8: bool = False

    def refuse(self, code: str, element: str, message: str, fix: str | None = None) -> None:
        """Note an error at an element; nothing further is said about that element."""
        self.findings.append(error(code, element or None, message, fix))
        self.refused.add(element)

    def warn(self, code: str, element: str, message: str, fix: str | None = None) -> None:
        """Note something that has no effect or is doubtful."""
        self.findings.append(warning(code, element or None, message, fix))

    def look_up(self, found: XmlElement, at: str) -> Entry | None:
        """Ask the dialect about a BPMN or zeebe element, and note what it says.

        Args:
            found: the element met.
            at: id of the flow node or flow that a finding about it is shown at.

        Returns:
            Its entry, or None for an element that the dialect does not know (noted as an error).
        """
        space = xml.namespace(found)
        name = xml.local(found) if space == BPMN else f"zeebe:{xml.local(found)}"
        entry = TABLE.get(name)
        if entry is None:
            code = "element:unknown" if space == BPMN else "extension:unknown"
            self.refuse(
                code,
                at,
                f"Elementet {name} er ikke kendt her og kan ikke udføres.",
                "Fjern elementet.",
            )
        elif entry.treatment is Treatment.REFUSED:
            self.refuse(entry.code, at, entry.note, entry.fix or None)
        elif entry.treatment is Treatment.NOTED:
            self.warn(entry.code, at, f"Elementet {name} har ingen virkning: {entry.note}.")
        return entry


def read_roots(definitions: XmlElement, reading: Reading) -> None:
    """Collect the file's messages, signals, errors and escalations.

    Source: BPMN 2.0 §8.4; `zeebe:subscription` holds a message's correlation key.
    """
    names = {
        "message": "name",
        "signal": "name",
        "error": "errorCode",
        "escalation": "escalationCode",
    }
    for element in definitions:
        attribute = names.get(xml.local(element))
        if attribute is None or xml.namespace(element) != BPMN:
            continue
        key = ""
        extensions = xml.child(element, BPMN, "extensionElements")
        if extensions is not None:
            for found in xml.children(extensions, ZEEBE, "subscription"):
                key = xml.attribute(found, "correlationKey")
        reading.roots[xml.attribute(element, "id")] = Root(
            xml.local(element), xml.attribute(element, attribute), key
        )
