"""DMN files as a publication sees them: the decisions in one, what each needs, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app import dmn
from app.definitions.bundles.imports import BoundFile, Imports
from app.definitions.model.findings import Finding, Severity, error
from app.definitions.model.graph import CalledDecision
from app.definitions.reader import xml
from app.definitions.reader.dialect import ZEEBE
from app.definitions.reader.extensions import Extensions
from app.definitions.reader.xml import XmlElement
from app.errors import DefinitionError

REQUIREMENTS = "drg"
"""The kind under which a .dmn file as a whole (its requirement graph) is kept, beside its decisions."""

_MISSING = "dmn:import"
_FIXES = {
    "dmn:import": "Læg den fil ved, som har navnerummet, eller udgiv den først.",
    "dmn:expression": "Ret udtrykket, og prøv det med forloeb feel.",
    "dmn:unknown-name": "Ret navnet, eller tegn en pil fra det input eller den beslutning, der har det.",
    "dmn:cycle": "Fjern en af pilene i ringen.",
    "dmn:requirement": "Slet pilen, eller tegn det, den kommer fra.",
    "dmn:table-shape": "Åbn tabellen i Camunda Modeler, og udfyld hver kolonne.",
    "dmn:no-logic": "Giv den en tabel eller et udtryk.",
}

_EMPTY = error("dmn:empty", None, "Filen har ingen beslutninger.", "Tegn en beslutning i den.")


@dataclass(frozen=True, slots=True)
class DecisionFacts:
    """One decision of a file.

    Attributes:
        id: what models call it by.
        name: what people call it.
        version_tag: `zeebe:versionTag` of the decision, or "".
        inputs: the names of the input data that it needs, itself or through the decisions it requires.
    """

    id: str
    name: str
    version_tag: str
    inputs: tuple[str, ...]


@dataclass(frozen=True)
class DecisionFile:
    """A DMN file that could be read.

    Attributes:
        id: of the whole (its requirement graph).
        name: of the whole.
        decisions: in document order.
        findings: what is wrong with it.
        bound: its bytes, with the files that it imports.
    """

    id: str
    name: str
    decisions: tuple[DecisionFacts, ...]
    findings: tuple[Finding, ...]
    bound: BoundFile

    @property
    def holds(self) -> bool:
        """Tell whether there is anything in it to decide by or to import: a decision, a function, a type."""
        whole = self.bound.model.definitions
        return bool(whole.items) or any(
            not isinstance(one, dmn.InputData) for one in whole.elements
        )


def read_decisions(content: bytes, imports: Imports, name: str) -> DecisionFile:
    """Read a DMN file and examine it.

    Args:
        content: its bytes.
        imports: the files around it.
        name: its own among them.

    Raises:
        DefinitionError: it is no DMN model, or one that must not be read (`app.dmn.xml`).
    """
    root = xml.parse(content)
    if xml.local(root) != "definitions" or "/DMN/" not in xml.namespace(root):
        raise DefinitionError("xml:not-dmn", "Filen er XML, men ikke en DMN-model.")
    try:
        bound, wrong = imports.file(name)
        model = bound.model
    except dmn.DmnError as broken:
        raise DefinitionError(broken.code, broken.message) from broken
    tags = dict(_version_tags(root))
    decisions = tuple(
        DecisionFacts(each.id, each.name or each.id, tags.get(each.id, ""), dmn.inputs(model, each))
        for each in model.definitions.elements
        if isinstance(each, dmn.Decision)
    )
    whole = model.definitions
    first = next((each.id for each in (*decisions, *whole.elements)), "")
    findings = (
        *wrong,
        *(each for each in _findings(model) if not (wrong and each.code == _MISSING)),
    )
    file = DecisionFile(
        whole.id or first, whole.name or whole.id or first, decisions, findings, bound
    )
    return file if file.holds else replace(file, findings=(_EMPTY, *findings))


def pin(called: CalledDecision) -> str:
    """Return the name under which a bundle holds a decision; an id is an NCName and holds no colon."""
    tagged = called.binding == "versionTag"
    return f"{called.decision_id}:{called.version_tag}" if tagged else called.decision_id


def _version_tags(root: XmlElement) -> Iterator[tuple[str, str]]:
    space = xml.namespace(root)
    for decision in xml.children(root, space, "decision"):
        for container in xml.children(decision, space, "extensionElements"):
            tag = xml.child(container, ZEEBE, "versionTag")
            if tag is not None:
                yield xml.attribute(decision, "id"), Extensions({"versionTag": tag}).version_tag


def _findings(model: dmn.Model) -> Iterator[Finding]:
    for found in model.findings:
        yield Finding(
            found.code,
            Severity(found.severity),
            found.element,
            found.message,
            found.fix or _FIXES.get(found.code),
        )
