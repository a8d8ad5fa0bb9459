"""Executable: what is drawn is also run. Pools without content stay black boxes."""

from __future__ import annotations

from lxml import etree

from app.definitions.fixes.drawing import Drawing, label_of
from app.definitions.reader import xml
from app.definitions.reader.dialect import BPMN
from app.definitions.reader.xml import XmlElement

CODES = ("file:no-executable-process", "process:not-executable")


def mend(drawing: Drawing) -> None:
    """Make every process that holds something executable; where there is none, draw an empty one."""
    if not drawing.processes():
        process = etree.Element(f"{{{BPMN}}}process", id=drawing.new_id("Process_1"))
        drawing.root.insert(_place(drawing.root), process)
        drawing.note(
            "file:no-executable-process", process, "Filen havde ingen proces; en tom er lagt ind."
        )
    held = [found for found in drawing.processes() if drawing.nodes(found)]
    for process in held or drawing.processes()[:1]:
        if xml.flag(process, "isExecutable", default=False):
            continue
        process.set("isExecutable", "true")
        drawing.note(
            "file:no-executable-process",
            process,
            f"Processen »{label_of(process)}« kan nu udføres.",
        )


def _place(root: XmlElement) -> int:
    """Where a process goes: before the diagrams."""
    return next((i for i, found in enumerate(root) if xml.local(found) == "BPMNDiagram"), len(root))
