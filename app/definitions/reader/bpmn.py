"""BPMN files: XML → the processes they define, with everything found on the way.

The reader never crashes on a file and never drops anything silently: broken or hostile XML is
refused as a whole, anything else that would change what the model does is a finding at its element.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from app import canonical
from app.definitions.model.findings import Finding, error, info
from app.definitions.model.graph import Process
from app.definitions.model.references import references
from app.definitions.reader import xml
from app.definitions.reader.dialect import BPMN, BPMN_DI, MODELER, OTHER_ENGINES, ZEEBE
from app.definitions.reader.extensions import read_extensions
from app.definitions.reader.nodes import Contents, read_scope, sound_flows
from app.definitions.reader.reading import Reading, read_roots
from app.definitions.reader.xml import XmlElement
from app.errors import DefinitionError


@dataclass(frozen=True)
class BpmnFile:
    """What one .bpmn file says.

    Attributes:
        digest: SHA-256 of its bytes, in hex: how the file is known.
        processes: its executable processes in document order; when there is none, all of them, so
            that a designer sees everything that is wrong at once.
        findings: what the reader found. The doctor adds what its rules find.
        drawn: ids of the elements that have a shape or an edge on the diagram.
        refused: ids of the elements that are refused as such; rules pass over them.
    """

    digest: str
    processes: tuple[Process, ...] = ()
    findings: tuple[Finding, ...] = ()
    drawn: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()

    @cached_property
    def calls(self) -> dict[str, tuple[str, ...]]:
        """The processes that each of them calls, as far as the file says which."""
        return {process.id: references(process).processes for process in self.processes}

    def process(self, process_id: str) -> Process | None:
        """Return the process with this id, or None."""
        return next((process for process in self.processes if process.id == process_id), None)


def read_bpmn(content: bytes) -> BpmnFile:
    """Read a BPMN file.

    Raises:
        DefinitionError: hostile or broken XML, or XML that is not BPMN 2.0. Everything else is
            among the findings.
    """
    root = xml.parse(content)
    if xml.namespace(root) != BPMN or xml.local(root) != "definitions":
        message = "Filen er XML, men ikke en BPMN 2.0-model."
        raise DefinitionError("xml:not-bpmn", message, [error("xml:not-bpmn", None, message)])
    ids = Counter(str(element.get("id")) for element in _semantic(root) if element.get("id"))
    platform = root.get(f"{{{MODELER}}}executionPlatform")
    reading = Reading(known_ids=frozenset(ids), for_camunda_8=platform == "Camunda Cloud")
    for duplicate in (name for name, count in ids.items() if count > 1):
        reading.findings.append(
            error(
                "id:duplicate",
                duplicate,
                f"Id'et {duplicate} bruges flere gange i filen.",
                "Giv hvert element sit eget id.",
            )
        )
    read_roots(root, reading)
    _note_roots(root, reading)
    _note_vendors(root, reading)
    pools = _participant_names(root)
    processes = tuple(_process(found, pools, reading) for found in _executable(root, reading))
    return BpmnFile(
        canonical.digest_bytes(content),
        processes,
        tuple(dict.fromkeys(reading.findings)),
        frozenset(
            str(e.get("bpmnElement")) for e in root.iter(f"{{{BPMN_DI}}}*") if e.get("bpmnElement")
        ),
        frozenset(reading.refused),
    )


def _semantic(root: XmlElement) -> list[XmlElement]:
    """Return the BPMN elements, without diagram and extensions."""
    return list(root.iter(f"{{{BPMN}}}*"))


def _note_roots(root: XmlElement, reading: Reading) -> None:
    for element in root:
        if xml.namespace(element) == BPMN and xml.local(element) != "process":
            entry_id = xml.attribute(element, "id")
            reading.look_up(element, entry_id)
            read_extensions(element, entry_id, reading)


def _note_vendors(root: XmlElement, reading: Reading) -> None:
    """Say once which foreign extensions are passed over: drawing data and notes of other tools."""
    vendors = {
        xml.namespace(found)
        for container in root.iter(f"{{{BPMN}}}extensionElements")
        for found in container
    }
    for space in sorted(vendors - {BPMN, ZEEBE, MODELER, *OTHER_ENGINES}):
        message = f"Udvidelser fra {space or 'et ukendt værktøj'} springes over."
        reading.findings.append(info("extension:ignored", None, message))


def _participant_names(root: XmlElement) -> dict[str, str]:
    return {
        xml.unprefixed(xml.attribute(found, "processRef")): xml.one_line(
            xml.attribute(found, "name")
        )
        for found in root.iter(f"{{{BPMN}}}participant")
    }


def _executable(root: XmlElement, reading: Reading) -> list[XmlElement]:
    processes = list(xml.children(root, BPMN, "process"))
    executable = [found for found in processes if xml.flag(found, "isExecutable", default=False)]
    if not executable:
        message = "Filen har ingen proces, der kan udføres."
        fix = "Vælg processen i Camunda Modeler, og sæt kryds ved Executable."
        reading.findings.append(error("file:no-executable-process", None, message, fix))
        return processes
    for found in processes:
        if not xml.flag(found, "isExecutable", default=False):
            name = xml.one_line(xml.attribute(found, "name")) or xml.attribute(found, "id")
            reading.findings.append(
                info(
                    "process:not-executable",
                    xml.attribute(found, "id"),
                    f"Processen »{name}« er kun tegnet; den udføres ikke.",
                )
            )
    return executable


def _process(element: XmlElement, participants: dict[str, str], reading: Reading) -> Process:
    process_id = xml.attribute(element, "id")
    extensions = read_extensions(element, process_id, reading)
    contents = Contents()
    read_scope(element, process_id, "", contents, reading)
    name = xml.one_line(xml.attribute(element, "name"))
    return Process(
        id=process_id,
        name=name or participants.get(process_id, "") or process_id,
        version_tag=extensions.version_tag,
        documentation=xml.text(xml.child(element, BPMN, "documentation")),
        nodes=tuple(contents.nodes),
        flows=sound_flows(contents, reading),
        lanes=tuple(dict.fromkeys(contents.lanes)),
        properties=extensions.properties,
    )
